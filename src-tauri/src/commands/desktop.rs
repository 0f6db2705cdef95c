//! The app on its desktop: windows that are shown and closed, the menu, what is to be opened.

use tapewriter_engine::contract::{Code, Failure, MenuPart};
use tauri::{AppHandle, Manager, WebviewWindow};

use super::Shared;
use crate::{menu, window};

/// The page has painted in its theme: now the window may be seen.
#[tauri::command]
pub async fn painted(window: WebviewWindow) -> Result<(), Failure> {
    window::show(&window);
    Ok(())
}

/// The menu bar as the page wants it. The same again changes nothing.
#[tauri::command]
pub async fn set_menu(app: Shared<'_>, window: WebviewWindow, parts: Vec<MenuPart>) -> Result<(), Failure> {
    // Other windows have no bar of their own; what they can do is chosen in the one that there is.
    if window.label() != crate::window::LABEL {
        app.menus.note(window.label(), parts);
    } else {
        menu::set(window.app_handle(), parts).map_err(|error| {
            Failure::new(Code::Limit, format!("the menu bar cannot be shown: {error}")).with("what", "menu")
        })?;
    }
    Ok(())
}

/// The user has answered what was asked to be opened.
#[tauri::command]
pub async fn settle_opening(app: Shared<'_>, id: u32) -> Result<(), Failure> {
    app.openings.settle(id);
    Ok(())
}

/// The user was asked whether to quit, and stays.
#[tauri::command]
pub async fn stay(app: Shared<'_>) -> Result<(), Failure> {
    app.leaving.stay();
    Ok(())
}

/// Ends the app; the user has been asked where that was due.
#[tauri::command]
pub async fn quit(handle: AppHandle) -> Result<(), Failure> {
    handle.exit(0);
    Ok(())
}

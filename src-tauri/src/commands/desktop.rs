//! The app on its desktop: windows that are shown and closed, the menu, what is to be opened.

use tapewriter_engine::contract::{Failure, MenuPart};
use tauri::{AppHandle, WebviewWindow};

use super::Shared;
use crate::window;

/// The page has painted in its theme: now the window may be seen.
#[tauri::command]
pub async fn painted(window: WebviewWindow) -> Result<(), Failure> {
    window::show(&window);
    Ok(())
}

/// The menu bar as the page wants it. The same again changes nothing.
#[tauri::command]
pub async fn set_menu(window: WebviewWindow, parts: Vec<MenuPart>) -> Result<(), Failure> {
    let _ = (window, parts);
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

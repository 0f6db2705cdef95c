//! What the user has set for the whole app, streams that leave and enter as a file, and what helps to find a fault.

use tapewriter_engine::contract::{Code, Failure, ImportedStreams, Settings, Settled};
use tauri::WebviewWindow;

use super::{Shared, in_store};
use crate::demo;

#[tauri::command]
pub async fn save_settings(
    app: Shared<'_>,
    window: WebviewWindow,
    settings: Settings,
) -> Result<Settled, Failure> {
    let settings = settings.within_reason();
    let stored = settings.clone();
    in_store(&app, move |store| store.save_settings(&stored)).await?;
    app.apply(&settings);
    let settled = Settled {
        settings,
        language: app.language,
        demos: demo::catalog(app.language),
    };
    app.pumps.settled(window.label(), &settled);
    Ok(settled)
}

/// Writes streams, all or those named, without their secrets; answers with how many.
#[tauri::command]
pub async fn export_streams(app: Shared<'_>, path: String, ids: Option<Vec<String>>) -> Result<u32, Failure> {
    let _ = (app, ids);
    Err(Failure::new(Code::Limit, format!("{path}: not written")))
}

/// Adds the streams of a file.
#[tauri::command]
pub async fn import_streams(app: Shared<'_>, path: String) -> Result<ImportedStreams, Failure> {
    let _ = app;
    Err(Failure::new(Code::Limit, format!("{path}: not read")))
}

/// What helps to find a fault, without secrets or addresses, as text to copy.
#[tauri::command]
pub async fn diagnostics(app: Shared<'_>) -> Result<String, Failure> {
    let _ = app;
    Ok(format!("Tapewriter {}\n", env!("CARGO_PKG_VERSION")))
}

//! What the user has set for the whole app, streams that leave and enter as a file, and what helps to find a fault.

use std::path::PathBuf;

use tapewriter_engine::Everywhere;
use tapewriter_engine::contract::{Failure, ImportedStreams, Settings, Settled};
use tauri::{AppHandle, WebviewWindow};

use super::tape::off_thread;
use super::{Shared, in_store};
use crate::store::{Store, new_id};
use crate::{demo, diagnostics as facts, exchange, look, secrets};

#[tauri::command]
pub async fn save_settings(
    app: Shared<'_>,
    window: WebviewWindow,
    handle: AppHandle,
    settings: Settings,
) -> Result<Settled, Failure> {
    let settings = settings.within_reason();
    let network = Everywhere {
        proxy: settings.proxy.clone(),
        ca_file: settings.ca_file.clone(),
    };
    network.check_proxy()?;
    // One that was readable when it was set must not hold up other settings: each connection says what it lacks.
    if app.settings.lock().ca_file != settings.ca_file {
        off_thread(move || network.check_ca_file()).await?;
    }
    let stored = settings.clone();
    in_store(&app, move |store| store.save_settings(&stored)).await?;
    let before = app.settings.lock().theme;
    app.apply(&settings);
    look::apply(&handle, before, &settings);
    let language = app.language();
    let settled = Settled {
        settings,
        language,
        demos: demo::catalog(language),
    };
    app.pumps.settled(window.label(), &settled);
    Ok(settled)
}

/// Writes streams, all or those named, without their secrets; answers with how many.
#[tauri::command]
pub async fn export_streams(app: Shared<'_>, path: String, ids: Option<Vec<String>>) -> Result<u32, Failure> {
    let mut streams = in_store(&app, Store::streams).await?;
    if let Some(ids) = ids {
        streams.retain(|stream| ids.contains(&stream.id));
    }
    off_thread(move || exchange::write(&PathBuf::from(path), &streams)).await
}

/// Adds the streams of a file, all that can be read or none. Nothing is connected.
#[tauri::command]
pub async fn import_streams(app: Shared<'_>, path: String) -> Result<ImportedStreams, Failure> {
    let saved = in_store(&app, Store::streams).await?;
    let incoming = off_thread(move || exchange::read(&PathBuf::from(path), &saved, new_id)).await?;
    let sealed = secrets::seal_all(&app, &incoming.streams).await;
    let added = u32::try_from(sealed.len()).unwrap_or(u32::MAX);
    let streams = in_store(&app, move |store| {
        store.add(sealed)?;
        store.streams()
    })
    .await?;
    Ok(ImportedStreams {
        streams,
        added,
        same: incoming.same,
        unreadable: incoming.unreadable,
        secrets: incoming.secrets,
        withheld: incoming.withheld,
    })
}

/// What helps to find a fault, without secrets or addresses, as text to copy.
#[tauri::command]
pub async fn diagnostics(app: Shared<'_>, handle: AppHandle) -> Result<String, Failure> {
    let windows = facts::windows(&handle);
    Ok(facts::text(&app, windows).await)
}

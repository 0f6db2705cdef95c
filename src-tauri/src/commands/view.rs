//! What the window asks of the Events scene: filters, values to choose from, places to jump to, bookmarks.

use tapewriter_engine::contract::{Bookmark, Facets, Failure, Filter, Located, Target, ViewState};
use tauri::WebviewWindow;

use super::tape::off_thread;
use super::{Shared, find};

#[tauri::command]
pub async fn open_view(
    app: Shared<'_>,
    window: WebviewWindow,
    session: u32,
    filter: Filter,
) -> Result<ViewState, Failure> {
    let found = find(&app, session)?;
    let state = off_thread(move || found.views().open(&filter)).await?;
    app.pumps.opened(window.label(), session, state.view);
    Ok(state)
}

#[tauri::command]
pub async fn cancel_view(app: Shared<'_>, session: u32, view: u32) -> Result<(), Failure> {
    find(&app, session)?.views().cancel(view);
    Ok(())
}

#[tauri::command]
pub async fn close_view(
    app: Shared<'_>,
    window: WebviewWindow,
    session: u32,
    view: u32,
) -> Result<(), Failure> {
    app.pumps.closed(window.label(), session, view);
    // A session that is gone took its views along.
    if let Some(session) = app.engine.session(session) {
        session.views().close(view);
    }
    Ok(())
}

#[tauri::command]
pub async fn facets(app: Shared<'_>, session: u32, path: Option<String>) -> Result<Facets, Failure> {
    let session = find(&app, session)?;
    off_thread(move || {
        session.views().grown();
        session.views().facets(path.as_deref())
    })
    .await
}

#[tauri::command]
pub async fn locate(
    app: Shared<'_>,
    session: u32,
    view: Option<u32>,
    target: Target,
) -> Result<Option<Located>, Failure> {
    let session = find(&app, session)?;
    off_thread(move || Ok(session.views().locate(view, target))).await
}

#[tauri::command]
pub async fn bookmarks(app: Shared<'_>, session: u32) -> Result<Vec<Bookmark>, Failure> {
    Ok(find(&app, session)?.bookmarks())
}

#[tauri::command]
pub async fn bookmark(
    app: Shared<'_>,
    session: u32,
    pos: u64,
    note: Option<String>,
) -> Result<Vec<Bookmark>, Failure> {
    let session = find(&app, session)?;
    off_thread(move || session.bookmark(pos, note.as_deref())).await
}

//! What the window asks about tapes: the list, what is kept, replay, a window of its own.

use std::sync::Arc;

use tapewriter_engine::contract::{Code, Failure, Found, ReplayCommand, Tapes};
use tapewriter_engine::tape::Deck;
use tauri::{AppHandle, WebviewWindow};

use super::{Shared, find};
use crate::{App, window};

/// The deck, or why there is none.
pub(super) fn deck(app: &App) -> Result<Arc<Deck>, Failure> {
    app.deck.clone().ok_or_else(|| {
        Failure::new(Code::Tape, "tapes are off: no thread could be started").with("what", "unreadable")
    })
}

/// Works on files off the runtime's threads.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    match tauri::async_runtime::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Failure::new(Code::Limit, format!("a file: {error}"))),
    }
}

/// The list as it is now; empty where there is no folder.
pub async fn list(app: &Arc<App>) -> Result<Tapes, Failure> {
    let Some(deck) = app.deck.clone() else {
        return Ok(Tapes::default());
    };
    let sessions: Vec<(String, u32)> = app
        .engine
        .sessions()
        .iter()
        .filter_map(|session| Some((session.tape_id()?, session.id())))
        .collect();
    off_thread(move || {
        Ok(deck.list(|id| {
            sessions
                .iter()
                .find(|(tape, _)| tape == id)
                .map(|(_, session)| *session)
        }))
    })
    .await
}

/// The list for a page that opens: none while each file is still being looked at; a tick tells when it is there.
pub async fn list_at_hello(app: &Arc<App>) -> Result<Tapes, Failure> {
    match &app.deck {
        Some(deck) if !deck.is_listed() => Ok(Tapes {
            folder: deck.folder().display().to_string(),
            ..Tapes::default()
        }),
        _ => list(app).await,
    }
}

#[tauri::command]
pub async fn tapes(app: Shared<'_>) -> Result<Tapes, Failure> {
    list(&app).await
}

#[tauri::command]
pub async fn open_tape(app: Shared<'_>, tape: String) -> Result<Found, Failure> {
    let deck = deck(&app)?;
    let engine = Arc::clone(&app.engine);
    // The task of a replay belongs to the runtime, which the blocking threads are part of.
    let session = off_thread(move || engine.open_tape(&tape, || deck.tape(&tape))).await?;
    let session = find(&app, session)?;
    Ok(Found {
        session: session.id(),
        stream: session.stream().clone(),
    })
}

#[tauri::command]
pub async fn keep_tape(app: Shared<'_>, tape: String, name: String, kept: bool) -> Result<(), Failure> {
    let deck = deck(&app)?;
    off_thread(move || deck.keep(&tape, &name, kept)).await
}

#[tauri::command]
pub async fn delete_tape(app: Shared<'_>, tape: String) -> Result<(), Failure> {
    let deck = deck(&app)?;
    let replays = app.engine.sessions().into_iter();
    for session in replays.filter(|session| session.tape_id().as_deref() == Some(tape.as_str())) {
        if session.is_replay() || !session.state().is_live() {
            app.engine.close(session.id());
        }
    }
    app.serving.stop_tape(&tape);
    off_thread(move || deck.delete(&tape)).await
}

#[tauri::command]
pub async fn replay(app: Shared<'_>, session: u32, command: ReplayCommand) -> Result<(), Failure> {
    let session = find(&app, session)?;
    off_thread(move || {
        session.play(&command);
        Ok(())
    })
    .await
}

#[tauri::command]
pub async fn open_window(app: Shared<'_>, handle: AppHandle, session: u32) -> Result<(), Failure> {
    let found = find(&app, session)?;
    let title = found.stream().name.trim().to_owned();
    window::open_session(&handle, session, &title).map_err(|error| {
        Failure::new(Code::Limit, format!("the window cannot be opened: {error}")).with("detail", error)
    })
}

/// The page's title bar follows what is on show.
#[tauri::command]
pub async fn set_title(window: WebviewWindow, title: String) -> Result<(), Failure> {
    let title: String = title.chars().take(200).collect();
    window
        .set_title(&title)
        .map_err(|error| Failure::new(Code::Limit, error.to_string()))
}

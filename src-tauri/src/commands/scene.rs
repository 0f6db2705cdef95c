//! What the window asks of the scenes that read meaning into events: answers, chat, feed, chart; and of actions.

use tapewriter_engine::contract::{
    Action, ChatPage, Failure, FeedPage, Scenes, Sealed, Sent, SeriesPage, SeriesQuery, Trial,
};

use crate::secrets;

use super::tape::off_thread;
use super::{Shared, find};

#[tauri::command]
pub async fn ask(app: Shared<'_>, session: u32, prompt: String) -> Result<(), Failure> {
    let session = find(&app, session)?;
    // The body may be a file.
    off_thread(move || session.ask(&prompt)).await
}

#[tauri::command]
pub async fn send(app: Shared<'_>, session: u32, id: String, text: String) -> Result<Sent, Failure> {
    let session = find(&app, session)?;
    if !session.is_replay() {
        // By the rule as it is now, which may name what the Connect did not: variables and secrets are those of now.
        let mut stream = session.stream().clone();
        stream.scenes = session.scenes().rules().scenes.clone();
        session.give(secrets::values(&app, &stream).await?);
    }
    session.send(&id, &text).await
}

#[tauri::command]
pub async fn chat(app: Shared<'_>, session: u32, from: Option<u64>, len: u64) -> Result<ChatPage, Failure> {
    let session = find(&app, session)?;
    off_thread(move || Ok(session.scenes().chat(from, len))).await
}

#[tauri::command]
pub async fn feed(app: Shared<'_>, session: u32, from: Option<u64>, len: u64) -> Result<FeedPage, Failure> {
    let session = find(&app, session)?;
    off_thread(move || Ok(session.scenes().feed(from, len))).await
}

#[tauri::command]
pub async fn series(app: Shared<'_>, session: u32, query: SeriesQuery) -> Result<SeriesPage, Failure> {
    let session = find(&app, session)?;
    off_thread(move || Ok(session.scenes().series(&query))).await
}

#[tauri::command]
pub async fn set_scenes(
    app: Shared<'_>,
    session: u32,
    scenes: Scenes,
    actions: Vec<Action>,
) -> Result<(), Failure> {
    let session = find(&app, session)?;
    // An address that messages are sent to may have a secret in it.
    let mut stream = session.stream().clone();
    stream.scenes = scenes;
    let Sealed { stream, .. } = secrets::seal(&app, &stream).await?;
    off_thread(move || session.set_scenes(stream.scenes, actions)).await
}

#[tauri::command]
pub async fn try_action(app: Shared<'_>, session: u32, action: Action) -> Result<Trial, Failure> {
    let session = find(&app, session)?;
    off_thread(move || session.try_action(&action)).await
}

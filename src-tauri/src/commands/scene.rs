//! What the window asks of the scenes that read meaning into events: answers, chat, feed, chart; and of actions.

use tapewriter_engine::contract::{
    Action, ChatPage, Code, Failure, FeedPage, Scenes, Sealed, Sent, SeriesPage, SeriesQuery, Trial,
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
        // By the rule as it is now, which may name what the Connect did not: that is what it stands for now.
        let mut stream = session.stream().clone();
        stream.scenes = session.scenes().rules().scenes.clone();
        session.give(secrets::values_beside(&app, &stream, session.variables()).await?);
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

/// Opens an address outside, by what the system has for it: a browser, a mail program.
#[tauri::command]
pub async fn open_url(url: String) -> Result<(), Failure> {
    let url = may_open(&url)?.to_owned();
    // It waits for a program to start.
    off_thread(move || {
        tauri_plugin_opener::open_url(url, None::<&str>)
            .map_err(|error| Failure::new(Code::Url, "nothing opens it").with("detail", error))
    })
    .await
}

/// Bytes of an address that is opened. Longer ones break the command lines of some systems.
const OPENED_BYTES: usize = 8 << 10;

/// What a stream says is an address may be anything: a file, a program's own scheme, an option for the program that opens
/// it. Only these three schemes go out, whatever the page has checked.
fn may_open(url: &str) -> Result<&str, Failure> {
    let refuse = |why: &str| Err(Failure::new(Code::Url, why));
    if url.len() > OPENED_BYTES {
        return refuse("the address is too long to be opened");
    }
    // Whoever starts the program may build a command line of it: nothing that ends a quotation may be in it.
    if url
        .bytes()
        .any(|byte| !byte.is_ascii_graphic() || b"\"<>\\^`|".contains(&byte))
    {
        return refuse("the address holds blanks or other characters that no address has");
    }
    let lower = url.to_ascii_lowercase();
    let rest = ["https://", "http://", "mailto:"]
        .iter()
        .find_map(|scheme| lower.strip_prefix(scheme));
    match rest {
        Some(rest) if !rest.is_empty() => Ok(url),
        Some(_) => refuse("the address leads nowhere"),
        None => refuse("only http, https and mailto are opened"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_browser_or_a_mail_program_reads_is_opened() {
        for url in [
            "https://example.org/a?b=c#d",
            "HTTP://127.0.0.1:4737/",
            "mailto:desk@example.org",
        ] {
            assert_eq!(may_open(url).ok(), Some(url));
        }
        for url in [
            "",
            "example.org",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "data:text/html,x",
            "vbscript:x",
            "smb://host/share",
            "--help",
            " https://example.org",
            "https://example.org/\nX",
            "https://example.org/\u{0}",
            "https://exa mple.org/",
            "https://example.org/\u{202e}",
            "mailto:a@b.example?subject=\"&calc&\"",
            "https://example.org/`id`",
            "https://example.org/a|b",
            "https:\\\\host\\share",
            "https://",
            "mailto:",
            "java\tscript:alert(1)",
        ] {
            assert!(may_open(url).is_err(), "{url:?} was let through");
        }
        assert!(may_open(&format!("https://example.org/{}", "a".repeat(OPENED_BYTES))).is_err());
    }
}

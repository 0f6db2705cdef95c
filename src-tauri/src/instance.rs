//! One Tapewriter for each home: a later start hands what it was given to the first, which comes to the front.
//!
//! The first holds the lock of its home ([`Home::alone`]) and listens on a socket within it (a named pipe on Windows,
//! named by a hash of the home). Nothing here needs a session bus, and two homes never meet. tauri-plugin-single-instance
//! is not used: on Linux its name is one on the bus that all homes share, its call has no time limit, so that a first
//! process that hangs takes every later one with it, and it looks only once the toolkit and its display are there.
//!
//! A start never waits for one that does not answer: it goes on beside it, as two processes in one home always could.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tapewriter_engine::say;
use tauri::{AppHandle, Manager};
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
    BufReader,
};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use crate::home::{Home, NotAlone};
use crate::leaving::END;
use crate::opening::{ADDRESS_BYTES, Given, WAITING};
use crate::{App, window};

#[cfg_attr(unix, path = "instance/unix.rs")]
#[cfg_attr(windows, path = "instance/windows.rs")]
mod way;

/// The first has this long to answer; one that is well does so within a frame.
const ANSWER: Duration = Duration::from_secs(2);
/// So long the first waits for its own thread that draws: who asks is still there then, and hears either way.
const DRAWS: Duration = Duration::from_millis(1_500);
/// So long a start waits for one that has the home and no socket: it is about to have one, or about to end, which takes
/// [`END`] at the most.
const PATIENCE: Duration = Duration::from_secs(10);
const _: () = assert!(PATIENCE.as_secs() > END.as_secs());
const AGAIN: Duration = Duration::from_millis(50);
/// What a start hands over at most: one more than may wait, so that the user is told.
const MOST: usize = WAITING + 1;
/// A message: that many addresses of the greatest length and a token, each byte of them escaped by six.
const MESSAGE_BYTES: u64 = 2 << 20;
const _: () = assert!(MESSAGE_BYTES > (6 * (MOST + 1) * (ADDRESS_BYTES + 4)) as u64);
/// Starts that are listened to at once; more than these wait.
const AT_ONCE: usize = 8;
/// What the first answers.
const TAKEN: &str = "taken";

/// What a start hands over.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// What is to be opened, at most [`MOST`].
    given: Vec<Given>,
    /// The desktop's leave to come to the front, where it gives one to each program that the user starts.
    #[serde(default)]
    token: Option<String>,
}

impl Message {
    /// What this start was given, made independent of the folder that it was started in.
    pub fn of_this_start(arguments: &[OsString]) -> Self {
        let folder = std::env::current_dir().unwrap_or_default();
        Self {
            given: arguments
                .iter()
                .take(MOST)
                .map(|argument| Given::argument(argument, &folder))
                .collect(),
            token: ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"]
                .iter()
                .filter_map(|name| std::env::var(name).ok())
                .find(|token| !token.is_empty() && token.len() <= ADDRESS_BYTES),
        }
    }

    /// What it asks to be opened.
    pub fn given(self) -> Vec<Given> {
        self.given
    }
}

/// What a start finds.
pub enum Found {
    /// Nobody: the home is this process's own as long as the file is held.
    Nobody(File),
    /// Another Tapewriter, which has taken the message.
    Taken,
    /// One that does not answer.
    Silent,
    /// A home in which nothing can be locked.
    Unknown,
}

/// Looks who has the home, and hands the message to who does.
pub fn find(home: &Home, message: &Message) -> Found {
    let end = Instant::now() + PATIENCE;
    loop {
        match home.alone() {
            Ok(lock) => return Found::Nobody(lock),
            Err(NotAlone::Unknown) => return Found::Unknown,
            Err(NotAlone::Taken) => {}
        }
        match hand_over(home, message) {
            Ok(()) => return Found::Taken,
            // Not there yet, or not any more.
            Err(error) if error.kind() != io::ErrorKind::TimedOut && Instant::now() < end => {
                std::thread::sleep(AGAIN);
            }
            Err(_) => return Found::Silent,
        }
    }
}

fn hand_over(home: &Home, message: &Message) -> io::Result<()> {
    // A runtime without threads of its own: variables may still be set after this.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let exchange = async {
            let connection = way::connect(home).await?;
            ask(connection, message).await
        };
        timeout(ANSWER, exchange).await?
    })
}

async fn ask(connection: impl AsyncRead + AsyncWrite + Unpin, message: &Message) -> io::Result<()> {
    let mut connection = BufReader::new(connection);
    let mut line = serde_json::to_string(message)?;
    line.push('\n');
    connection.write_all(line.as_bytes()).await?;
    connection.flush().await?;
    match read_line(&mut connection).await?.trim_end() {
        TAKEN => Ok(()),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

async fn read_line(connection: &mut (impl AsyncBufRead + Unpin)) -> io::Result<String> {
    let mut line = String::new();
    connection.take(MESSAGE_BYTES).read_line(&mut line).await?;
    Ok(line)
}

/// What the first does with what it is handed: kept while it starts, then given to the window.
#[derive(Default)]
struct Inbox(Mutex<State>);

enum State {
    Starting(Vec<Message>),
    Open(AppHandle),
}

impl Default for State {
    fn default() -> Self {
        Self::Starting(Vec::new())
    }
}

impl Inbox {
    /// Takes a message; none where the window does not answer.
    async fn take(&self, message: Message) -> Option<()> {
        let (done, taken) = oneshot::channel();
        match &mut *self.0.lock() {
            State::Starting(waiting) => {
                // The openings themselves are bounded where they wait for the user.
                if waiting.len() >= WAITING {
                    return None;
                }
                waiting.push(message);
                return Some(());
            }
            State::Open(app) => {
                let to = app.clone();
                // Answered by the thread that draws: what hangs must not be taken for well.
                app.run_on_main_thread(move || hand_on(done, || deliver(&to, message)))
                    .ok()?;
            }
        }
        timeout(DRAWS, taken).await.ok()?.ok()
    }
}

/// Delivers and tells so. Where it came too late, who asked has gone on by itself, and nothing is to be asked twice.
fn hand_on(done: oneshot::Sender<()>, deliver: impl FnOnce() -> bool) {
    if !done.is_closed() && deliver() {
        let _ = done.send(());
    }
}

/// Answers whether there is a window to ask in: one that is closing has gone before its process.
fn deliver(app: &AppHandle, message: Message) -> bool {
    if app.get_webview_window(window::LABEL).is_none() {
        return false;
    }
    app.state::<Arc<App>>().ask_to_open(message.given);
    window::present(app, message.token.as_deref());
    true
}

/// Listens for later starts until it is dropped, which leaves nothing behind.
pub struct Listener {
    inbox: Arc<Inbox>,
    task: tauri::async_runtime::JoinHandle<()>,
    _place: way::Place,
}

impl Listener {
    /// Only for who is alone in its home: what an earlier process left there is removed.
    ///
    /// # Errors
    /// Where the home can hold no socket: later starts then go on beside this one.
    pub fn start(home: &Home) -> io::Result<Self> {
        let (place, mut door) = tauri::async_runtime::block_on(way::Place::take(home))?;
        let inbox = Arc::new(Inbox::default());
        let into = Arc::clone(&inbox);
        let task = tauri::async_runtime::spawn(async move {
            let room = Arc::new(Semaphore::new(AT_ONCE));
            loop {
                let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
                    return;
                };
                let connection = match door.accept().await {
                    Ok(connection) => connection,
                    Err(error) => {
                        say!("a later start was not heard: {error}");
                        tokio::time::sleep(AGAIN).await;
                        continue;
                    }
                };
                let inbox = Arc::clone(&into);
                tokio::spawn(async move {
                    // One that says nothing, or nonsense, is left standing.
                    let _ = timeout(2 * ANSWER, listen(connection, &inbox)).await;
                    drop(permit);
                });
            }
        });
        Ok(Self {
            inbox,
            task,
            _place: place,
        })
    }

    /// From now on there is a window that what comes is given to.
    pub fn open(&self, app: &AppHandle) {
        let before = std::mem::replace(&mut *self.inbox.0.lock(), State::Open(app.clone()));
        if let State::Starting(waiting) = before {
            for message in waiting {
                deliver(app, message);
            }
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn listen(connection: impl AsyncRead + AsyncWrite + Unpin, inbox: &Inbox) -> io::Result<()> {
    let mut connection = BufReader::new(connection);
    let line = read_line(&mut connection).await?;
    let mut message: Message = serde_json::from_str(&line)?;
    message.given.truncate(MOST);
    // Who waits for the answer says nothing more. Who has given up has gone on by itself, long before where this process
    // stood still.
    if timeout(Duration::ZERO, connection.fill_buf()).await.is_ok() {
        return Ok(());
    }
    if inbox.take(message).await.is_some() {
        connection.write_all(format!("{TAKEN}\n").as_bytes()).await?;
        connection.flush().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;

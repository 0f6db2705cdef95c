//! The servers that streams come from. Each ends when it is dropped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;

use tokio_util::sync::CancellationToken;

/// The project's own demo server, on a port that is free.
pub struct Demo {
    origin: String,
    shutdown: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Demo {
    pub fn start() -> Self {
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        let (told, origin) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
                    .await
                    .expect("a free port");
                told.send(format!("http://{}", listener.local_addr().expect("bound")))
                    .expect("a listener");
                tapewriter_demo::run(listener, stop)
                    .await
                    .expect("the demo server");
            });
        });
        Self {
            origin: origin.recv().expect("the demo server's address"),
            shutdown,
            thread: Some(thread),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.shutdown.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A server in Python, in the environment that `make setup` makes: the tutorial's own, or a recipe of "How it's made".
pub struct Seed {
    process: Child,
    origin: String,
}

impl Seed {
    pub fn start() -> Self {
        Self::of(|python| python.arg(root().join("tests/seed_server.py")))
    }

    /// `server.py` of a recipe, as its first line says to run it.
    pub fn recipe(name: &str) -> Self {
        let folder = root().join("ui/src/made").join(name);
        Self::of(|python| {
            python
                .args(["-m", "uvicorn", "server:app", "--port", "0"])
                .current_dir(folder)
        })
    }

    fn of(run: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        let mut python = Command::new(root().join("tests/.venv/bin/python"));
        let mut process = run(&mut python)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("tests/.venv is needed: `make setup` makes it");
        // "INFO: Uvicorn running on http://127.0.0.1:40133 (Press CTRL+C to quit)"
        let mut lines = BufReader::new(process.stderr.take().expect("piped")).lines();
        let origin = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.contains("running on").then_some(())?;
                line.split_whitespace()
                    .find(|word| word.starts_with("http://"))
                    .map(str::to_owned)
            })
            .expect("uvicorn's address");
        // Its log goes on; a full pipe would stop the server.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, origin }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Drop for Seed {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Answers each connection with the bytes that `answer` makes of the request's head and its number, from 0, then
/// ends the body. For what no server should do and the demo server therefore does not.
pub fn scripted(answer: impl Fn(u32, &str, &mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("bound"));
    // Lives until the test binary ends: one blocked thread and one socket.
    std::thread::spawn(move || {
        for (number, connection) in (0..).zip(listener.incoming()) {
            let Ok(mut connection) = connection else { break };
            let head = read_head(&mut connection);
            answer(number, &head, &mut connection);
        }
    });
    origin
}

/// A request's head, as it came.
pub fn read_head(connection: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && connection.read(&mut byte).is_ok_and(|n| n == 1) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// The body that follows a request's head.
pub fn read_body(head: &str, connection: &mut TcpStream) -> String {
    let length = head
        .lines()
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse().ok())?
        })
        .unwrap_or(0);
    let mut body = vec![0; length];
    let _ = connection.read_exact(&mut body);
    String::from_utf8_lossy(&body).into_owned()
}

/// Writes the head of an event stream whose body ends with the connection, and `body`.
pub fn event_stream(connection: &mut TcpStream, body: &str) {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    let _ = connection
        .write_all(head.as_bytes())
        .and_then(|()| connection.write_all(body.as_bytes()));
}

/// An address at which nothing listens.
pub fn refused() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    format!("http://{}/stream", listener.local_addr().expect("bound"))
}

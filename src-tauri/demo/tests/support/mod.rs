//! A server on a free port, and a client that reads HTTP off the socket itself: the tests are about how bodies are cut
//! into chunks and how connections end, which an HTTP library would hide.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Only a bound on failures: a test that passes never waits for it.
pub const FAILURE: Duration = Duration::from_secs(20);

pub struct Server {
    pub port: u16,
    shutdown: CancellationToken,
    running: JoinHandle<io::Result<()>>,
}

impl Server {
    pub async fn start() -> Self {
        Self::of(tapewriter_demo::run).await
    }

    /// A server that this future runs.
    pub async fn of<F>(run: impl FnOnce(TcpListener, CancellationToken) -> F) -> Self
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        let listener = tapewriter_demo::bind(None, false).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shutdown = CancellationToken::new();
        let running = tokio::spawn(run(listener, shutdown.clone()));
        Self {
            port,
            shutdown,
            running,
        }
    }

    pub async fn stop(self) {
        self.shutdown.cancel();
        let ended = timeout(FAILURE, self.running).await;
        ended
            .expect("run() returns")
            .expect("without a panic")
            .expect("without an error");
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut line = self.open(path, headers).await;
        timeout(FAILURE, line.rest()).await.expect("the answer ends")
    }

    /// Sends a request and reads the head of its answer.
    pub async fn open(&self, path: &str, headers: &[(&str, &str)]) -> Line {
        let host = format!("127.0.0.1:{}", self.port);
        let mut request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        self.send(&format!("{request}\r\n")).await
    }

    /// Posts this body and reads the whole answer.
    pub async fn post(&self, path: &str, body: &str) -> Answer {
        let mut line = self.open_post(path, body).await;
        timeout(FAILURE, line.rest()).await.expect("the answer ends")
    }

    /// Posts this body and reads the head of its answer.
    pub async fn open_post(&self, path: &str, body: &str) -> Line {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        );
        self.send(&request).await
    }

    /// Sends these very bytes.
    pub async fn send(&self, request: &str) -> Line {
        let mut socket = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        timeout(FAILURE, Line::read_head(socket))
            .await
            .expect("the head arrives")
    }
}

/// How a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// As its framing announced.
    Clean,
    /// The connection closed before that.
    Cut,
    /// The connection was reset before that.
    Reset,
}

/// An answer read to its end.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub chunks: Vec<Vec<u8>>,
    pub end: End,
}

impl Answer {
    pub fn body(&self) -> String {
        String::from_utf8(self.chunks.concat()).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

/// An answer whose head has been read.
pub struct Line {
    pub status: u16,
    pub head: String,
    reader: BufReader<TcpStream>,
}

impl Line {
    async fn read_head(socket: TcpStream) -> Self {
        let mut reader = BufReader::new(socket);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(
                reader.read_line(&mut head).await.unwrap(),
                0,
                "no head in {head:?}"
            );
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head, reader }
    }

    /// The next chunk; `None` at the end of the body.
    pub async fn chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut size = String::new();
        if self.reader.read_line(&mut size).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let size = usize::from_str_radix(size.trim_end(), 16).unwrap();
        let mut chunk = vec![0; size + 2];
        self.reader.read_exact(&mut chunk).await?;
        assert!(chunk.ends_with(b"\r\n"));
        chunk.truncate(size);
        Ok((size > 0).then_some(chunk))
    }

    pub async fn rest(&mut self) -> Answer {
        let mut chunks = Vec::new();
        let end = if header(&self.head, "transfer-encoding") == Some("chunked") {
            loop {
                match self.chunk().await {
                    Ok(Some(chunk)) => chunks.push(chunk),
                    Ok(None) => break End::Clean,
                    Err(error) if error.kind() == io::ErrorKind::ConnectionReset => break End::Reset,
                    Err(_) => break End::Cut,
                }
            }
        } else {
            let length = header(&self.head, "content-length")
                .unwrap_or("0")
                .parse()
                .unwrap();
            let mut body = vec![0; length];
            self.reader.read_exact(&mut body).await.unwrap();
            chunks.push(body);
            End::Clean
        };
        Answer {
            status: self.status,
            head: self.head.clone(),
            chunks,
            end,
        }
    }

    /// Waits until the server has closed the connection.
    pub async fn closed(&mut self) {
        let mut rest = Vec::new();
        // A reset is a close too.
        let _ = self.reader.read_to_end(&mut rest).await;
    }
}

fn header<'head>(head: &'head str, name: &str) -> Option<&'head str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(": ")?;
        found.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// One event of a well-formed body: enough of a parser for what this server sends.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub name: Option<String>,
    pub id: Option<u64>,
    pub data: String,
}

/// The events of a body that has LF or CRLF line ends.
pub fn events(body: &str) -> Vec<Event> {
    let body = body.replace("\r\n", "\n");
    let mut events = Vec::new();
    for block in body
        .split_inclusive("\n\n")
        .filter(|block| block.ends_with("\n\n"))
    {
        let mut event = Event::default();
        let mut data = Vec::new();
        for line in block.lines() {
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "event" => event.name = Some(value.to_owned()),
                "id" => event.id = Some(value.parse().unwrap()),
                "data" => data.push(value),
                _ => {}
            }
        }
        if !data.is_empty() {
            event.data = data.join("\n");
            events.push(event);
        }
    }
    events
}

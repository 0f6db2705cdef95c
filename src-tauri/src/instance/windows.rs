//! A named pipe. Its default rights let nobody but its owner write to it, and it refuses other machines.

use std::io;
use std::time::Duration;

use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions};

use crate::home::Home;

/// ERROR_PIPE_BUSY: every instance of the pipe is taken for the moment.
const BUSY: i32 = 231;
const AGAIN: Duration = Duration::from_millis(20);

/// The pipe goes with its last handle.
pub struct Place;

/// Where others come in: one instance of the pipe waits at any time.
pub struct Door {
    name: String,
    next: NamedPipeServer,
}

fn name_of(home: &Home) -> String {
    format!(r"\\.\pipe\{}", home.instance_name())
}

impl Place {
    /// Must be called on a runtime.
    pub async fn take(home: &Home) -> io::Result<(Self, Door)> {
        let name = name_of(home);
        // Refused where another program has taken the name.
        let next = ServerOptions::new().first_pipe_instance(true).create(&name)?;
        Ok((Self, Door { name, next }))
    }
}

impl Door {
    /// The next who comes in.
    pub async fn accept(&mut self) -> io::Result<NamedPipeServer> {
        self.next.connect().await?;
        let next = ServerOptions::new().create(&self.name)?;
        Ok(std::mem::replace(&mut self.next, next))
    }
}

/// Comes to the one that has the home.
pub async fn connect(home: &Home) -> io::Result<NamedPipeClient> {
    let name = name_of(home);
    loop {
        match ClientOptions::new().open(&name) {
            Err(error) if error.raw_os_error() == Some(BUSY) => tokio::time::sleep(AGAIN).await,
            opened => return opened,
        }
    }
}

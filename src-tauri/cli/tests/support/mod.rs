//! `tape` as a program, and a demo server of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A `tape demo` of its own, ended when dropped.
pub struct Demo {
    pub process: Child,
    pub origin: String,
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself, which the tests that ask for that have seen.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn demo() -> Demo {
    let mut process = tape(&["demo", "--port", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("tape demo");
    let mut origin = String::new();
    BufReader::new(process.stdout.take().expect("piped"))
        .read_line(&mut origin)
        .expect("its address");
    Demo {
        process,
        origin: origin.trim().to_owned(),
    }
}

pub fn tape(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tape"));
    command.args(args).stdin(Stdio::null());
    // A system proxy that answers nobody: this machine's own addresses must not go through it.
    command.env("http_proxy", "http://127.0.0.1:1");
    for name in ["NO_PROXY", "no_proxy"] {
        command.env(name, "invalid");
    }
    command
}

/// Runs to the end: exit code, standard output, standard error.
pub fn run(args: &[&str]) -> (i32, String, String) {
    let output = tape(args).output().expect("tape runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code().expect("an exit code"),
        text(output.stdout),
        text(output.stderr),
    )
}

pub fn json(lines: &str) -> Vec<Value> {
    lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("one JSON object a line"))
        .collect()
}

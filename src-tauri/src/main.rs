//! The desktop program.

// A console window must not open beside the app on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::io::Write as _;
use std::process::ExitCode;

use tapewriter::arguments::{self, Asked};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a shell expects of a program that was called wrongly.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let given = match arguments::read(std::env::args_os().skip(1)) {
        Ok(Asked::Window(given)) => given,
        Ok(Asked::Help) => return say(arguments::HELP),
        Ok(Asked::Version) => return say(concat!("tapewriter ", env!("CARGO_PKG_VERSION"), "\n")),
        Err(error) => {
            eprintln!("tapewriter: {error}");
            return ExitCode::from(USAGE);
        }
    };
    match tapewriter::run(&given) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tapewriter: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Nobody may be reading any more: then nothing has failed.
fn say(words: &str) -> ExitCode {
    let _ = std::io::stdout().write_all(words.as_bytes());
    ExitCode::SUCCESS
}

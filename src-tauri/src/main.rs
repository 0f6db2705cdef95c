//! The desktop program.

// A console window must not open beside the app on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match tapewriter::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tapewriter: {error}");
            ExitCode::FAILURE
        }
    }
}

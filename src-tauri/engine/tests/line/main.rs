//! The line, end to end without a window: the engine against the demo server and against raw sockets.

mod failures;
mod leaks;
mod reading;
mod reconnects;
mod support;

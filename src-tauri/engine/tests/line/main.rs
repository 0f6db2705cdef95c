//! The line, end to end without a window: the engine against the demo server and against raw sockets.

mod actions;
mod answers;
mod asking;
mod diagnosis;
mod exchange;
mod failures;
mod reading;
mod reconnects;
mod sending;
mod standard;
mod support;
mod wire;

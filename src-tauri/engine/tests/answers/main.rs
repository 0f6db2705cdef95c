//! Streaming answers: dialects recognised, put together by channel from any page, counted, written.

mod captures;
mod figures;
mod fixtures;
mod hostile;
mod pages;
mod support;

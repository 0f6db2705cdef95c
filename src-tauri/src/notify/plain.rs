//! The desktop where notifications are shown and not heard of again.

use tapewriter_engine::contract::Reveal;
use tapewriter_engine::say;

use super::Words;

/// The desktop.
#[derive(Default)]
pub(super) struct Desktop {
    /// It was said that nothing can be shown.
    said: bool,
}

impl Desktop {
    /// Shows a notification; where it cannot be, that is said once.
    pub(super) async fn show(&mut self, words: &Words, _: Reveal) {
        let (summary, body) = (words.summary.clone(), words.body.clone());
        let show = move || {
            notify_rust::Notification::new()
                .appname("Tapewriter")
                .summary(&summary)
                .body(&body)
                .show()
                .map(drop)
        };
        let failed = match tokio::task::spawn_blocking(show).await {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        if !std::mem::replace(&mut self.said, true) {
            say!("notifications cannot be shown: {failed}");
        }
    }

    /// Nothing is clicked here.
    pub(super) async fn clicked(&mut self) -> Reveal {
        std::future::pending().await
    }
}

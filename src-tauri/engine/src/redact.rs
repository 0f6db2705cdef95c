//! What is kept out of everything that is shown or recorded: the values of secrets, wherever they stand.

use std::sync::Arc;

/// Stands for a secret.
pub const REDACTED: &str = "●●●●●●";

/// Secret values that were put into a request.
#[derive(Clone, Default)]
pub struct Redactor {
    values: Vec<Arc<str>>,
}

impl Redactor {
    /// Keeps these values out. Longer ones go first, so that one within another leaves nothing behind.
    pub fn new(mut values: Vec<Arc<str>>) -> Self {
        values.retain(|value| !value.is_empty());
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        values.dedup();
        Self { values }
    }

    /// The text with each secret value replaced by [`REDACTED`].
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for value in &self.values {
            if text.contains(&**value) {
                text = text.replace(&**value, REDACTED);
            }
        }
        text
    }
}

/// Never shows the values.
impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor")
            .field("values", &self.values.len())
            .finish()
    }
}

//! Events as chat.

use crate::contract::{ChatPage, ChatRule};
use crate::log::Log;

pub(super) fn page(_log: &dyn Log, rule: &ChatRule, _from: Option<u64>, _len: u64) -> ChatPage {
    ChatPage {
        rule: rule.clone(),
        done: true,
        ..ChatPage::default()
    }
}

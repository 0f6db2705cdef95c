//! Nothing is lost in a small window: 900 by 600 at 200 % is 450 by 300 of the page's pixels. In every state that
//! the audit with axe-core knows the way to, all that can be pressed can be reached by scrolling what has scrollbars, is
//! not covered, and no words are cut without an ellipsis; the page keeps its lines.

use crate::axe::{Look, every_state};

/// Answers with what a person could not reach or read.
const REFLOW: &str = include_str!("reflow.js");

/// The smallest window, and the same window as it is: those between have the folds of one of them.
const LOOKS: &[Look] = &[
    Look {
        name: "English, 450 by 300",
        language: "en",
        size: (450, 300, 2),
        media: &[&[]],
    },
    Look {
        name: "Chinese, 900 by 600",
        language: "zh-CN",
        size: (900, 600, 1),
        media: &[&[]],
    },
];

/// `TAPEWRITER_STATES`, a part of a state's name, picks the ways that lead to it.
#[tokio::test]
async fn nothing_is_lost_in_a_small_window() {
    every_state(String::new(), REFLOW, LOOKS).await;
}

//! The real app in a real window: the built binary on an X server of its own, driven through
//! WebKitWebDriver by the handles (`data-testid`) that the window promises to keep.
//!
//! [`desk`] starts and ends everything that one test needs, [`page`] is what a person does and sees at the
//! window, [`hands`] what takes more than a click or a key, [`servers`] are the servers that
//! streams come from, [`chromium`] is an ordinary browser, [`picture`] is what is on the screen, [`frame`] is the frame around it and
//! the hand on it, [`processes`] sees to it that nothing is left running. Each other file is a feature.
//!
//! Tests wait for facts and never for a time to pass; where a time limit is named, it is the point at which
//! the fact is given up. A failed test leaves a picture of the window and the app's own words in
//! `target/window-failures`.

mod chromium;
mod desk;
mod frame;
mod hands;
mod page;
mod picture;
mod processes;
mod servers;

mod actions;
mod answers;
mod atspi;
mod axe;
mod chart;
mod chat;
mod citizen;
mod errors;
mod events;
mod files;
mod filter;
mod first_start;
mod flaky;
mod flood;
mod guards;
mod hostile;
mod looks;
mod made;
mod news;
mod plain_page;
mod preferences;
mod reflow;
mod replay;
mod request;
mod saved;
mod screens;
mod secrets;
mod seed;
mod serve;
mod sessions;
mod tape;
mod theme;
mod windows;
mod wire;

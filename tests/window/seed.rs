//! The tutorial's own server, in Python: the thing that this app is for.

use std::time::Duration;

use crate::desk::{Home, Start};
use crate::first_start::{TEN_SECONDS, ten_messages};
use crate::servers::Seed;

#[test]
fn plays_the_tutorials_server() {
    let seed = Seed::start();
    let home = Home::new();
    let desk = Start::at(&home).open();
    desk.connect_to(&seed.url("/stream"));

    // As browsers do, a stream whose body ended is opened again after a while.
    desk.wait_for_state("waiting", TEN_SECONDS);
    assert_eq!(desk.count(), 10);
    assert_eq!(desk.error().as_deref(), Some("eof"));
    desk.until("all of the text", Duration::from_secs(2), |d| {
        (d.typed() == ten_messages()).then_some(())
    });

    assert!(desk.stop() < Duration::from_secs(5), "Stop stops at once");
    assert_eq!(desk.count(), 10);
    assert_eq!(desk.typed(), ten_messages(), "what had arrived stays");
    assert_eq!(desk.error(), None);
}

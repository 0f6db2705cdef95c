//! Light and dark: the desktop's portal is followed where the user has chosen neither, and does not go before the choice.

use serde_json::json;
use zbus::zvariant::Value;

use crate::desk::{Desk, Home, Start};
use crate::page::SOON;

const PORTAL: &str = "/org/freedesktop/portal/desktop";

/// Who tells the app what the desktop prefers.
struct Portal<'a> {
    desk: &'a Desk,
    bus: zbus::Connection,
}

impl<'a> Portal<'a> {
    fn start(desk: &'a Desk) -> Self {
        let address = desk.bus();
        let bus = desk.runtime.block_on(async {
            zbus::connection::Builder::address(address.as_str())?
                .name("org.freedesktop.portal.Desktop")?
                .build()
                .await
        });
        Self {
            desk,
            bus: bus.expect("the app's bus"),
        }
    }

    fn says(&self, scheme: u32) {
        let body = ("org.freedesktop.appearance", "color-scheme", Value::from(scheme));
        let interface = "org.freedesktop.portal.Settings";
        let said = self
            .bus
            .emit_signal(None::<&str>, PORTAL, interface, "SettingChanged", &body);
        self.desk.runtime.block_on(said).expect("signalled");
    }
}

fn set(desk: &Desk, change: &serde_json::Value) {
    desk.ask("save_settings", &json!({ "settings": change }))
        .expect("settings");
}

fn is_dark(desk: &Desk) -> bool {
    desk.js("return matchMedia('(prefers-color-scheme: dark)').matches", &[]) == true
}

/// How often the page was told that it is light or dark, since it was asked first.
fn turns(desk: &Desk) -> i64 {
    let turns = desk.js(
        "if (window.turns === undefined) {
            window.turns = 0;
            window.scheme = matchMedia('(prefers-color-scheme: dark)');
            window.scheme.addEventListener('change', () => window.turns++);
        }
        return window.turns;",
        &[],
    );
    turns.as_i64().expect("a count")
}

#[test]
fn the_portal_is_followed_and_does_not_go_before_the_choice() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let width = |desk: &Desk| desk.js("return innerWidth", &[]).as_u64();
    // A window is laid out anew when it is shown.
    let first = desk.until("the window's size", SOON, |d| {
        Some(width(d)).filter(|now| *now == Some(1240))
    });
    assert!(!is_dark(&desk));
    let portal = Portal::start(&desk);
    // It may have come before it is listened to.
    desk.until("dark", SOON, |d| {
        portal.says(1);
        is_dark(d).then_some(())
    });
    // Another size is no other theme: nothing flashes.
    assert_eq!(turns(&desk), 0);
    set(&desk, &json!({ "zoom": 125 }));
    desk.until("larger", SOON, |d| (width(d) < first).then_some(()));
    assert_eq!(turns(&desk), 0);
    portal.says(2);
    desk.until("light", SOON, |d| (!is_dark(d)).then_some(()));

    // A theme that was chosen stays, and the desktop's is taken up where it is followed again.
    set(&desk, &json!({ "theme": "dark" }));
    desk.until("dark", SOON, |d| is_dark(d).then_some(()));
    let before = turns(&desk);
    portal.says(1);
    portal.says(2);
    set(&desk, &json!({ "theme": "system", "zoom": 100 }));
    desk.until("light", SOON, |d| (!is_dark(d)).then_some(()));
    assert_eq!(turns(&desk), before + 1);
}

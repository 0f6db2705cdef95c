//! Light and dark: the desktop is followed where the user has chosen neither, and does not go before the choice.

use serde_json::json;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
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

/// Who tells GTK the name of the desktop's theme (XSettings).
struct Manager {
    connection: RustConnection,
    window: u32,
    property: u32,
}

impl Manager {
    fn start(desk: &Desk) -> Self {
        let (connection, screen) = x11rb::connect(Some(&desk.display)).expect("the screen");
        let root = connection.setup().roots[screen].root;
        let atom = |name: &str| {
            let cookie = connection.intern_atom(false, name.as_bytes()).expect("asked");
            cookie.reply().expect("an atom").atom
        };
        let (selection, manager, property) = (
            atom(&format!("_XSETTINGS_S{screen}")),
            atom("MANAGER"),
            atom("_XSETTINGS_SETTINGS"),
        );
        let window = connection.generate_id().expect("an id");
        let bare = CreateWindowAux::new();
        connection
            .create_window(0, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &bare)
            .expect("a window");
        connection
            .set_selection_owner(window, selection, x11rb::CURRENT_TIME)
            .expect("owned");
        let here = ClientMessageEvent::new(32, root, manager, [x11rb::CURRENT_TIME, selection, window, 0, 0]);
        connection
            .send_event(false, root, EventMask::STRUCTURE_NOTIFY, here)
            .expect("told");
        connection.sync().expect("done");
        Self {
            connection,
            window,
            property,
        }
    }

    fn names(&self, theme: &str, serial: u32) {
        let name = b"Net/ThemeName";
        let padded = |text: &[u8]| [text, &vec![0; text.len().next_multiple_of(4) - text.len()]].concat();
        let mut said = vec![0, 0, 0, 0];
        said.extend([serial, 1].map(u32::to_le_bytes).concat());
        // A text.
        said.extend([1, 0]);
        said.extend((name.len() as u16).to_le_bytes());
        said.extend(padded(name));
        said.extend([serial, theme.len() as u32].map(u32::to_le_bytes).concat());
        said.extend(padded(theme.as_bytes()));
        self.connection
            .change_property8(
                PropMode::REPLACE,
                self.window,
                self.property,
                self.property,
                &said,
            )
            .expect("said");
        self.connection.sync().expect("done");
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
    let first = width(&desk);
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

#[test]
fn a_chosen_theme_outlives_the_desktops_change() {
    let home = Home::new();
    let desk = Start::at(&home).open();
    let manager = Manager::start(&desk);
    manager.names("Adwaita-dark", 1);
    desk.until("dark", SOON, |d| is_dark(d).then_some(()));
    manager.names("Adwaita", 2);
    desk.until("light", SOON, |d| (!is_dark(d)).then_some(()));
    set(&desk, &json!({ "theme": "light" }));
    manager.names("Adwaita-dark", 3);
    // What comes after it on the same way has arrived.
    for zoom in [125, 100] {
        let before = desk.js("return innerWidth", &[]);
        set(&desk, &json!({ "theme": "light", "zoom": zoom }));
        desk.until("another size", SOON, |d| {
            (d.js("return innerWidth", &[]) != before).then_some(())
        });
        assert!(!is_dark(&desk), "the choice is light");
    }
    set(&desk, &json!({ "theme": "system" }));
    desk.until("dark", SOON, |d| is_dark(d).then_some(()));
}

//! The frame of a window, and what a window manager does with it. The tests' screen has none.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, EventMask, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

use crate::desk::Desk;

/// Where a window stands and how large it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub x: i32,
    pub y: i32,
    pub width: u32,
    pub height: u32,
}

/// The screen, seen as a window manager sees it.
pub struct Screen {
    connection: RustConnection,
    root: Window,
}

impl Desk {
    /// The screen's own view of its windows.
    pub fn frames(&self) -> Screen {
        let (connection, screen) = x11rb::connect(Some(&self.display)).expect("the screen");
        let root = connection.setup().roots[screen].root;
        Screen { connection, root }
    }
}

impl Screen {
    fn atom(&self, name: &str) -> u32 {
        let asked = self.connection.intern_atom(false, name.as_bytes());
        asked.expect("asked").reply().expect("an atom").atom
    }

    /// The windows that can be closed by their frames and can be seen, oldest first.
    pub fn windows(&self) -> Vec<Window> {
        let protocols = self.atom("WM_PROTOCOLS");
        let tree = self.connection.query_tree(self.root).expect("asked").reply();
        let closable = |window: &Window| {
            let property = self
                .connection
                .get_property(false, *window, protocols, AtomEnum::ATOM, 0, 8)
                .ok()
                .and_then(|asked| asked.reply().ok());
            let attributes = self
                .connection
                .get_window_attributes(*window)
                .ok()
                .and_then(|asked| asked.reply().ok());
            property.is_some_and(|property| property.value_len > 0)
                && attributes.is_some_and(|of| of.map_state == MapState::VIEWABLE)
        };
        let mut windows = tree.expect("a tree").children;
        windows.retain(closable);
        windows
    }

    /// Asks a window to close, as the cross of its frame does.
    pub fn close(&self, window: Window) {
        let (kind, close) = (self.atom("WM_PROTOCOLS"), self.atom("WM_DELETE_WINDOW"));
        let message = ClientMessageEvent::new(32, window, kind, [close, 0, 0, 0, 0]);
        self.connection
            .send_event(false, window, EventMask::NO_EVENT, message)
            .expect("sent");
        self.connection.flush().expect("sent");
    }

    pub fn place(&self, window: Window) -> Option<Place> {
        let of = self.connection.get_geometry(window).ok()?.reply().ok()?;
        Some(Place {
            x: of.x.into(),
            y: of.y.into(),
            width: of.width.into(),
            height: of.height.into(),
        })
    }

    /// Moves and resizes a window by its frame.
    pub fn put(&self, window: Window, place: Place) {
        let to = ConfigureWindowAux::new()
            .x(place.x)
            .y(place.y)
            .width(place.width)
            .height(place.height);
        self.connection.configure_window(window, &to).expect("sent");
        self.connection.flush().expect("sent");
    }
}

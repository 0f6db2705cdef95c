//! What a screen reader is given of the real window: the accessibility tree, read over the bus that Orca reads it from.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use crate::desk::{Desk, Home, Start};
use crate::page::{SOON, handle};

/// Where an accessible is: the name of its process on the bus, and its path there.
type Place = (String, OwnedObjectPath);

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";

/// Bits of the state of an accessible, as AT-SPI numbers them.
#[derive(Clone, Copy)]
enum State {
    Checked = 4,
    Expanded = 10,
    Focusable = 11,
    Focused = 12,
    Selected = 23,
    Showing = 25,
}

/// Roles, as AT-SPI numbers them. WebKit gives them no names.
mod role {
    pub const FILLER: u32 = 20;
    pub const FRAME: u32 = 23;
    pub const LIST: u32 = 31;
    pub const LIST_ITEM: u32 = 32;
    pub const TAB: u32 = 37;
    pub const TABS: u32 = 38;
    pub const PANEL: u32 = 39;
    pub const BUTTON: u32 = 43;
    pub const TABLE: u32 = 55;
    pub const UNKNOWN: u32 = 67;
    pub const ENTRY: u32 = 79;
    pub const HEADING: u32 = 83;
    pub const SECTION: u32 = 85;
    pub const DOCUMENT: u32 = 95;
    pub const LOG: u32 = 111;
}

/// One accessible as it was when it was read.
struct Seen {
    depth: usize,
    role: u32,
    name: String,
    states: u64,
    attributes: Vec<(String, String)>,
    place: Place,
}

impl Seen {
    fn is(&self, state: State) -> bool {
        self.states & (1 << state as u64) != 0
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The whole of it, parents before their children.
struct Tree(Vec<Seen>);

impl Tree {
    fn find(&self, role: u32, name: &str) -> Option<&Seen> {
        self.0.iter().find(|seen| seen.role == role && seen.name == name)
    }

    /// By the role that the page gives it.
    fn with(&self, role: &str, name: &str) -> Option<&Seen> {
        self.0
            .iter()
            .find(|seen| seen.attribute("computed-role") == Some(role) && seen.name == name)
    }

    fn of(&self, role: u32) -> Vec<&Seen> {
        self.0.iter().filter(|seen| seen.role == role).collect()
    }

    fn words(&self) -> String {
        let mut words = String::new();
        for seen in &self.0 {
            let mut states = String::new();
            for (state, word) in [
                (State::Focusable, "focusable"),
                (State::Focused, "focused"),
                (State::Selected, "selected"),
                (State::Checked, "checked"),
                (State::Expanded, "expanded"),
                (State::Showing, "showing"),
            ] {
                if seen.is(state) {
                    write!(states, " {word}").expect("a string");
                }
            }
            writeln!(
                words,
                "{}{} {:?}{states} {:?}",
                "  ".repeat(seen.depth),
                seen.role,
                seen.name,
                seen.attributes
            )
            .expect("a string");
        }
        words
    }
}

/// What reads the screen.
struct Reader(zbus::Connection);

impl Reader {
    /// Asks the session's bus of an app for the bus of accessibility, as every screen reader does.
    async fn open(session: &str) -> zbus::Result<Self> {
        let session = zbus::connection::Builder::address(session)?.build().await?;
        let address: String = session
            .call_method(
                Some("org.a11y.Bus"),
                "/org/a11y/bus",
                Some("org.a11y.Bus"),
                "GetAddress",
                &(),
            )
            .await?
            .body()
            .deserialize()?;
        Ok(Self(
            zbus::connection::Builder::address(address.as_str())?
                .build()
                .await?,
        ))
    }

    async fn ask<T>(&self, (bus, path): &Place, interface: &str, method: &str) -> zbus::Result<T>
    where
        T: serde::de::DeserializeOwned + zbus::zvariant::Type,
    {
        let answer = self
            .0
            .call_method(Some(bus.as_str()), path, Some(interface), method, &())
            .await?;
        answer.body().deserialize()
    }

    async fn property(&self, (bus, path): &Place, interface: &str, name: &str) -> zbus::Result<OwnedValue> {
        self.0
            .call_method(
                Some(bus.as_str()),
                path,
                Some("org.freedesktop.DBus.Properties"),
                "Get",
                &(interface, name),
            )
            .await?
            .body()
            .deserialize()
    }

    /// The text of an accessible, from its beginning to its end.
    async fn text(&self, (bus, path): &Place) -> zbus::Result<String> {
        self.0
            .call_method(
                Some(bus.as_str()),
                path,
                Some("org.a11y.atspi.Text"),
                "GetText",
                &(0i32, -1i32),
            )
            .await?
            .body()
            .deserialize()
    }

    async fn seen(&self, place: Place, depth: usize) -> zbus::Result<Seen> {
        let role = self.ask(&place, ACCESSIBLE, "GetRole").await?;
        let name = String::try_from(self.property(&place, ACCESSIBLE, "Name").await?).unwrap_or_default();
        let states: Vec<u32> = self.ask(&place, ACCESSIBLE, "GetState").await?;
        let attributes: std::collections::HashMap<String, String> =
            self.ask(&place, ACCESSIBLE, "GetAttributes").await?;
        let states = states
            .iter()
            .enumerate()
            .fold(0, |all, (at, part)| all | u64::from(*part) << (32 * at));
        let mut attributes: Vec<_> = attributes.into_iter().collect();
        attributes.sort();
        Ok(Seen {
            depth,
            role,
            name,
            states,
            attributes,
            place,
        })
    }

    /// The web view is a socket of GTK's, with a tree of another process in it: such a one is found by its place, and not
    /// in the list of children.
    async fn children(&self, place: &Place) -> zbus::Result<Vec<Place>> {
        let listed: Vec<Place> = self.ask(place, ACCESSIBLE, "GetChildren").await?;
        let count = i32::try_from(self.property(place, ACCESSIBLE, "ChildCount").await?).unwrap_or_default();
        if !listed.is_empty() || count == 0 {
            return Ok(listed);
        }
        let (bus, path) = place;
        let socketed = self
            .0
            .call_method(
                Some(bus.as_str()),
                path,
                Some(ACCESSIBLE),
                "GetChildAtIndex",
                &0i32,
            )
            .await?;
        Ok(vec![socketed.body().deserialize()?])
    }

    async fn act(&self, (bus, path): &Place) -> zbus::Result<bool> {
        self.0
            .call_method(
                Some(bus.as_str()),
                path,
                Some("org.a11y.atspi.Action"),
                "DoAction",
                &0i32,
            )
            .await?
            .body()
            .deserialize()
    }

    async fn tree(&self) -> zbus::Result<Tree> {
        let root = OwnedObjectPath::try_from("/org/a11y/atspi/accessible/root")?;
        self.below(("org.a11y.atspi.Registry".to_owned(), root)).await
    }

    /// What goes while it is read is left out.
    async fn below(&self, root: Place) -> zbus::Result<Tree> {
        let mut tree = Vec::new();
        let mut known = HashSet::new();
        let mut left = vec![(root, 0)];
        while let Some((place, depth)) = left.pop() {
            if !known.insert(place.clone()) {
                continue;
            }
            let Ok(seen) = self.seen(place.clone(), depth).await else {
                continue;
            };
            tree.push(seen);
            let children = self.children(&place).await.unwrap_or_default();
            left.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
        }
        Ok(Tree(tree))
    }
}

/// An app, and a reader of it.
struct Heard {
    desk: Desk,
    reader: Reader,
}

impl Heard {
    fn open(start: Start<'_>) -> Self {
        let desk = start.open();
        let bus = desk.bus();
        let reader = desk
            .runtime
            .block_on(Reader::open(&bus))
            .expect("the bus of accessibility: at-spi2-core is needed, `make setup` installs it");
        Self { desk, reader }
    }

    fn tree(&self) -> Tree {
        self.desk
            .runtime
            .block_on(async { tokio::time::timeout(Duration::from_secs(60), self.reader.tree()).await })
            .expect("the tree is read within a minute")
            .expect("a tree")
    }

    /// Reads the tree until it has what is wanted.
    fn until<T>(&self, what: &str, mut ask: impl FnMut(&Tree) -> Option<T>) -> (Tree, T) {
        let started = Instant::now();
        loop {
            let tree = self.tree();
            if let Some(answer) = ask(&tree) {
                return (tree, answer);
            }
            assert!(
                started.elapsed() < SOON,
                "no {what} in the tree:\n{}",
                tree.words()
            );
        }
    }

    fn text(&self, place: &Place) -> String {
        self.desk
            .runtime
            .block_on(self.reader.text(place))
            .unwrap_or_default()
    }

    /// The text of it and of all in it.
    fn all_text(&self, place: &Place) -> String {
        let inside = self
            .desk
            .runtime
            .block_on(self.reader.below(place.clone()))
            .expect("a tree");
        inside.0.iter().map(|seen| self.text(&seen.place)).collect()
    }

    /// What the lines that are read out say.
    fn said(&self, tree: &Tree) -> Vec<String> {
        let lines = tree
            .0
            .iter()
            .filter(|seen| seen.attribute("computed-role") == Some("status"));
        lines
            .map(|seen| self.text(&seen.place).trim().to_owned())
            .collect()
    }

    /// Does what is to be done with it, as a screen reader has it done.
    fn press(&self, role: u32, name: &str) {
        let (_, place) = self.until(name, |tree| Some(tree.find(role, name)?.place.clone()));
        let done = self
            .desk
            .runtime
            .block_on(self.reader.act(&place))
            .expect("an action");
        assert!(done, "{name} cannot be pressed");
    }
}

/// Roles of things that are pressed, typed into, chosen or moved; each is to say what it is called.
const PRESSED: &[&str] = &[
    "button",
    "checkbox",
    "combobox",
    "gridcell",
    "link",
    "listbox",
    "menuitem",
    "menuitemradio",
    "menuitemcheckbox",
    "option",
    "radio",
    "searchbox",
    "slider",
    "spinbutton",
    "switch",
    "tab",
    "textbox",
];
/// What may take the focus beside them: places to read in, or to move along.
const READ: &[&str] = &[
    "feed", "grid", "group", "list", "log", "region", "slider", "table",
];

/// What takes the focus and does not say what it is, or what it is called. What is no element of the page, as the web
/// view's own frames, is none of ours.
fn faults(tree: &Tree) -> Vec<String> {
    let ours = tree
        .0
        .iter()
        .filter(|seen| seen.is(State::Focusable) && seen.attribute("tag").is_some());
    ours.filter_map(|seen| {
        let role = seen.attribute("computed-role").unwrap_or_default();
        let tag = seen.attribute("tag").unwrap_or_default();
        if !PRESSED.contains(&role) && !READ.contains(&role) {
            Some(format!(
                "{tag}: a {role:?} takes the focus, called {:?}",
                seen.name
            ))
        } else if matches!(
            seen.role,
            role::UNKNOWN | role::PANEL | role::FILLER | role::SECTION
        ) && PRESSED.contains(&role)
        {
            Some(format!("{tag}: a {role:?} is told as role {}", seen.role))
        } else if seen.name.trim().is_empty() {
            Some(format!("{tag}: a {role:?} has no name"))
        } else {
            None
        }
    })
    .collect()
}

fn no_faults(tree: &Tree, state: &str) {
    let faults = faults(tree);
    assert!(faults.is_empty(), "{state}: {faults:#?}\n{}", tree.words());
}

/// Without what stands between them: a page breaks its lines, and a tree stands children into the text of their parent.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn a_screen_reader_finds_everything_by_name() {
    let home = Home::new();
    let heard = Heard::open(Start::at(&home));
    heard.desk.element(&handle("first-message"));
    let (tree, address) = heard.until("entry of the address", |tree| {
        Some(tree.find(role::ENTRY, "Address")?.place.clone())
    });
    for (role, name) in [
        (role::FRAME, "Tapewriter"),
        (role::DOCUMENT, "Tapewriter"),
        (role::BUTTON, "Connect"),
        (role::BUTTON, "New stream"),
        (role::TABS, "Scene"),
        (role::LIST, "Demo, works offline"),
        (role::HEADING, "Watch a stream type itself."),
    ] {
        assert!(
            tree.find(role, name).is_some(),
            "no {name:?} of role {role}:\n{}",
            tree.words()
        );
    }
    assert!(heard.text(&address).starts_with("http://127.0.0.1:"));
    let tabs = tree.of(role::TAB);
    let selected: Vec<_> = tabs
        .iter()
        .map(|tab| (tab.name.as_str(), tab.is(State::Selected)))
        .collect();
    assert_eq!(
        selected,
        [
            ("Typewriter", true),
            ("Events", false),
            ("Chart", false),
            ("Chat", false),
            ("Feed", false),
            ("Wire", false)
        ]
    );
    assert!(
        tree.of(role::LIST_ITEM).len() >= 10,
        "demos and offers:\n{}",
        tree.words()
    );
    let current: Vec<_> = tree
        .0
        .iter()
        .filter(|seen| seen.attribute("current").is_some())
        .collect();
    assert_eq!(current.len(), 1);
    assert!(current[0].name.starts_with("Message 1 to 10"));
    no_faults(&tree, "the first page");

    // Everything that is pressed here is pressed over the same bus.
    heard.press(role::BUTTON, "Long read not connected");
    heard.press(role::BUTTON, "Connect");
    let (_, log) = heard.until("log of the typed text", |tree| {
        let log = tree.find(role::LOG, "Typed text")?;
        assert_eq!(
            log.attribute("live"),
            Some("off"),
            "it would be read letter by letter"
        );
        Some(log.place.clone())
    });
    heard
        .desk
        .until("the typed text, as the page has it", SOON, |desk| {
            let page = letters(&desk.text("typewriter"));
            let begun: String = page.chars().take(40).collect();
            (begun.chars().count() == 40 && letters(&heard.all_text(&log)).contains(&begun)).then_some(())
        });
    heard.until("the one line that is read out", |tree| {
        heard
            .said(tree)
            .iter()
            .any(|said| said == "Typing…")
            .then_some(())
    });
    let (tree, ()) = heard.until("button to stop", |tree| {
        tree.find(role::BUTTON, "Stop").map(|_| ())
    });
    no_faults(&tree, "while it types");
    heard.press(role::BUTTON, "Stop");
    heard.until("that it is over", |tree| {
        heard
            .said(tree)
            .iter()
            .any(|said| said == "Complete")
            .then_some(())
    });

    heard.press(role::TAB, "Events");
    let (tree, rows) = heard.until("table of events", |tree| {
        let table = tree
            .find(role::TABLE, "Events")
            .or_else(|| tree.with("grid", "Events"))?;
        table.attribute("rowcount")?.parse::<u64>().ok()
    });
    // The head is a row; what opened and ended the line are rows too.
    assert_eq!(rows, heard.desk.count() + 3);
    assert!(
        tree.find(role::TAB, "Events")
            .is_some_and(|tab| tab.is(State::Selected))
    );
    let numbered = tree.0.iter().filter(|seen| {
        seen.attribute("computed-role") == Some("row") && seen.attribute("rowindex").is_some()
    });
    assert!(numbered.count() > 5, "rows say which they are:\n{}", tree.words());
    no_faults(&tree, "the events");

    heard.press(role::BUTTON, "Request");
    let (tree, ()) = heard.until("settings of the line", |tree| {
        tree.0
            .iter()
            .any(|seen| seen.attribute("computed-role") == Some("switch"))
            .then_some(())
    });
    no_faults(&tree, "the request");
}

//! The app at home on the desktop: what the user has set for all of it, its menu, what other programs ask it to open, and
//! streams that leave and enter as a file.

use serde::{Deserialize, Serialize};
#[cfg(feature = "ts")]
use ts_rs::TS;

use super::{Bounds, Demo, Language, Proxy, Stream};

/// Which language the interface speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub enum LanguageChoice {
    /// The user's system's.
    #[default]
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the desktop is.
    #[default]
    System,
    /// Ink on paper.
    Light,
    /// Paper on ink.
    Dark,
}

/// The face of typed text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum ReadingFace {
    /// Source Serif 4.
    #[default]
    Serif,
    /// Inter.
    Sans,
    /// JetBrains Mono.
    Mono,
    /// Courier Prime.
    Typewriter,
}

/// How text is revealed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    /// Evenly, up to half a second behind a stream that comes in bursts.
    #[default]
    Natural,
    /// Evenly, and no more than a fifth of a second behind.
    Brisk,
    /// All at once, as it arrives.
    Instant,
}

/// What the user has set for the whole app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct Settings {
    /// Which language the interface speaks.
    pub language: LanguageChoice,
    /// Light or dark.
    pub theme: Theme,
    /// The face of typed text.
    pub face: ReadingFace,
    /// The size of typed text, CSS pixels, [`Settings::FACE_PX`].
    pub face_px: u32,
    /// How text is revealed.
    pub pace: Pace,
    /// The size of the whole window, percent, [`Settings::ZOOM`].
    pub zoom: u32,
    /// Whether actions may tell on the desktop.
    pub notifications: bool,
    /// Whom streams go through whose own setting is [`Proxy::System`]. It holds no password.
    pub proxy: Proxy,
    /// Path of a PEM file with authorities that every stream trusts beside the system's; empty for none.
    pub ca_file: String,
    /// The bounds that new streams begin with.
    pub bounds: Bounds,
    /// Whether sessions are recorded at all.
    pub record: bool,
    /// Bytes of one tape, MiB; its oldest entries go first.
    pub session_mib: u32,
    /// Bytes of all tapes that are not kept, MiB; the oldest tape goes first.
    pub unsaved_mib: u32,
    /// Recording stops when the disk has less free than this, MiB.
    pub free_mib: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: LanguageChoice::default(),
            theme: Theme::default(),
            face: ReadingFace::default(),
            face_px: 17,
            pace: Pace::default(),
            zoom: 100,
            notifications: true,
            proxy: Proxy::default(),
            ca_file: String::new(),
            bounds: Bounds::default(),
            record: true,
            session_mib: 4 << 10,
            unsaved_mib: 10 << 10,
            free_mib: 1 << 10,
        }
    }
}

impl Settings {
    /// Sizes of typed text, CSS pixels: below it no CJK character can be told from the next, above it a measure of 66
    /// characters does not fit the smallest window.
    pub const FACE_PX: std::ops::RangeInclusive<u32> = 13..=28;
    /// Sizes of the window, percent: WCAG 2.2, 1.4.4 asks for 200 without loss.
    pub const ZOOM: std::ops::RangeInclusive<u32> = 50..=200;

    /// The same with every bound in a range that works.
    #[must_use]
    pub fn within_reason(self) -> Self {
        /// A tape smaller than this could not hold one long event; 16 TiB is larger than anybody's disk.
        const LEAST_MIB: u32 = 64;
        const MOST_MIB: u32 = 16 << 20;
        Self {
            face_px: self.face_px.clamp(*Self::FACE_PX.start(), *Self::FACE_PX.end()),
            zoom: self.zoom.clamp(*Self::ZOOM.start(), *Self::ZOOM.end()),
            session_mib: self.session_mib.clamp(LEAST_MIB, MOST_MIB),
            unsaved_mib: self.unsaved_mib.clamp(LEAST_MIB, MOST_MIB),
            free_mib: self.free_mib.min(MOST_MIB),
            bounds: self.bounds.within_reason(),
            ..self
        }
    }
}

/// What is in force once settings are stored; every window is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Settled {
    /// What was stored.
    pub settings: Settings,
    /// The language that came of it.
    pub language: Language,
    /// The demo streams in that language.
    pub demos: Vec<Demo>,
}

/// A part of the menu bar. The words are the window's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum MenuPart {
    /// A menu, or one within it.
    Menu {
        /// What it is called.
        label: String,
        /// What is in it.
        parts: Vec<MenuPart>,
    },
    /// Something to choose. The window is told its id ([`super::Tick::commands`]).
    Command {
        /// The command.
        id: String,
        /// What it is called.
        label: String,
        /// Its keys, as `CmdOrCtrl+Shift+N`; none where the page itself listens to them.
        keys: Option<String>,
        /// Whether it can be chosen now.
        enabled: bool,
        /// Whether it is on; none for what is not switched.
        checked: Option<bool>,
    },
    /// What the platform does with whatever has the focus.
    Edit {
        /// What it does.
        edit: Edit,
        /// What it is called.
        label: String,
    },
    /// A line between two groups.
    Line,
}

/// What the platform does with whatever has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// Takes back the last change of a field.
    Undo,
    /// Does it again.
    Redo,
    /// Moves what is selected to the clipboard.
    Cut,
    /// Copies it there.
    Copy,
    /// Puts in what is there.
    Paste,
    /// Selects all.
    SelectAll,
}

/// What another program, or the command line, asks the app to open. It waits until the user has answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Opening {
    /// Its number.
    pub id: u32,
    /// What is to be opened.
    pub what: OpeningKind,
}

/// What is to be opened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum OpeningKind {
    /// A stream. Nothing is connected before the user says so.
    Stream {
        /// The whole address, as it would be asked for: `{{` and `}}` are escaped, so that nothing is put in their place.
        url: String,
    },
    /// A tape (`.tape`), or another file that becomes one (`.sse`, `.jsonl`).
    Tape {
        /// The file, absolute.
        path: String,
    },
    /// A tape that is in the list already.
    Listed {
        /// Its id.
        tape: String,
    },
    /// Nothing that can be opened.
    Refused {
        /// What was asked for, at most 2,000 characters.
        given: String,
        /// `scheme` (another program's), `url` (no http or https address), `missing` (no such file), `kind` (a file of another kind).
        code: String,
    },
}

/// What a file of streams brought.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct ImportedStreams {
    /// All saved streams after it, in order.
    pub streams: Vec<Stream>,
    /// How many came from the file.
    pub added: u32,
    /// How many of the file were there already, the same in every field.
    pub same: u32,
    /// How many could not be read.
    pub unreadable: u32,
    /// How many secrets the streams name that the file does not hold: they are to be typed anew.
    pub secrets: u32,
    /// How many of them lost a setting that no file may bring: any certificate taken, a file of authorities or for the body,
    /// a proxy, a request that is sent again by itself, bounds beyond measure.
    pub withheld: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_held_within_what_works() {
        let sane = Settings::default();
        assert_eq!(sane.clone().within_reason(), sane);
        let settings = Settings {
            zoom: 4_000,
            bounds: Bounds {
                line_mib: 0,
                event_mib: u32::MAX,
                wire_mib: 7,
            },
            ..sane
        };
        let settings = settings.within_reason();
        assert_eq!(settings.zoom, 200);
        let Bounds {
            line_mib,
            event_mib,
            wire_mib,
        } = settings.bounds;
        assert_eq!((line_mib, event_mib, wire_mib), (1, 1024, 7));
    }
}

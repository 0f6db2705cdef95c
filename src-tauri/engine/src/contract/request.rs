//! What a stream asks for and how it is read: the definition that is saved, edited and connected by.
//!
//! Texts of a definition may hold `{{name}}`, a variable of the active environment, and `{{secret:ID}}`, a secret
//! that the vault keeps. A definition with secrets in them is *sealed*: it can be stored, shown and sent to a window.
//! In a body that is text, `{{prompt}}` is what the user asks, and no variable of that name.

use serde::{Deserialize, Serialize};
#[cfg(feature = "ts")]
use ts_rs::TS;

use super::{Action, Dialect, PageForm, SceneKind, Scenes};

/// How events become typed text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum TextRule {
    /// In the dialect that the first events are recognised to be in, else as [`TextRule::Lines`].
    #[default]
    Auto,
    /// Each event is a line of its own.
    Lines,
    /// The data of successive events is one running text.
    Joined,
    /// What stands at [`Stream::text_path`] is one running text.
    Path,
    /// In this dialect, whatever the events look like.
    OpenaiChat,
    /// Likewise.
    OpenaiResponses,
    /// Likewise.
    Anthropic,
    /// Likewise.
    Gemini,
    /// Likewise.
    Ollama,
}

impl TextRule {
    /// The dialect that it names.
    pub const fn dialect(self) -> Option<Dialect> {
        match self {
            Self::Auto | Self::Lines | Self::Joined | Self::Path => None,
            Self::OpenaiChat => Some(Dialect::OpenaiChat),
            Self::OpenaiResponses => Some(Dialect::OpenaiResponses),
            Self::Anthropic => Some(Dialect::Anthropic),
            Self::Gemini => Some(Dialect::Gemini),
            Self::Ollama => Some(Dialect::Ollama),
        }
    }
}

/// What a stream does when the server ends the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum OnEnd {
    /// Opens it again, as browsers do (HTML standard 9.2.3, "reestablish the connection").
    #[default]
    Reconnect,
    /// Takes the end of the body for the end of the session.
    Stop,
}

/// What a stream does on a 5xx or 429 response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum OnStatus {
    /// Fails, as the HTML standard says.
    #[default]
    Fail,
    /// Waits and tries again.
    Retry,
}

/// What a stream does when its line has been silent for longer than [`Stream::idle_s`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum OnIdle {
    /// Says so and leaves the line open.
    #[default]
    Say,
    /// Takes the line for dead: closes it with [`Code::Idle`](super::Code::Idle) and connects again.
    Reconnect,
}

/// How the body of a response is cut into events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum Framing {
    /// As its content type says: `text/event-stream`, or one of NDJSON's; any other type fails.
    #[default]
    Auto,
    /// As an event stream, whatever the content type.
    Sse,
    /// Each line that is not blank is an event, whatever the content type.
    Ndjson,
    /// Each line is an event, blank ones too, whatever the content type.
    Lines,
}

/// What the body of a request is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(rename_all = "kebab-case")]
pub enum BodyKind {
    /// JSON where it reads like JSON, else text: what a definition without a choice means.
    #[default]
    Auto,
    /// `application/json`; a placeholder within a string is written as JSON writes it.
    Json,
    /// `application/x-www-form-urlencoded`, already in that form.
    Form,
    /// `text/plain;charset=utf-8`.
    Text,
    /// The path of a file, sent as it is with `application/octet-stream`, or JSON's type if it is named so.
    File,
}

/// Who asks, where it is not written as a header. Texts may hold placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Auth {
    /// Nobody says so.
    #[default]
    None,
    /// RFC 6750, 2.1: `Authorization: Bearer …`.
    Bearer {
        /// The token.
        token: String,
    },
    /// RFC 7617: `Authorization: Basic …`.
    Basic {
        /// User name; it cannot hold a colon.
        user: String,
        /// Password.
        password: String,
    },
}

/// Whom a connection goes through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Proxy {
    /// As the system's settings and variables say; this machine's own addresses go direct.
    #[default]
    System,
    /// Nobody.
    None,
    /// This one, for every address.
    Through {
        /// `http://`, `https://`, `socks5://` or `socks5h://` and host and port; user and password may stand before the host.
        url: String,
    },
}

/// How a connection is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct Network {
    /// Whom it goes through.
    pub proxy: Proxy,
    /// Takes any certificate, expired or for another host: nobody knows then who answers.
    pub insecure: bool,
    /// Path of a PEM file with authorities that are trusted beside the system's; empty for none.
    pub ca_file: String,
    /// Asks for compression. A compressed answer is decoded either way.
    pub compression: bool,
    /// Seconds within which the connection must be made; 0 leaves it to the system.
    pub connect_s: u32,
    /// Seconds from the request to the response head; 0 waits for ever.
    pub head_s: u32,
    /// Redirects that are followed, at most.
    pub max_redirects: u32,
    /// Keeps the cookies that the server sets, and sends them back while the session lasts.
    pub cookies: bool,
}

impl Default for Network {
    /// Browsers wait for a connection for over a minute; a person who looks at a window does not. A head may
    /// take as long as a model thinks. 20 redirects are the fetch standard's.
    fn default() -> Self {
        Self {
            proxy: Proxy::default(),
            insecure: false,
            ca_file: String::new(),
            compression: false,
            connect_s: 10,
            head_s: 120,
            max_redirects: 20,
            cookies: true,
        }
    }
}

/// Bounds, in MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct Bounds {
    /// One line without its end.
    pub line_mib: u32,
    /// One event's data.
    pub event_mib: u32,
    /// Raw bytes that the Wire scene keeps of a session, newest first.
    pub wire_mib: u32,
}

impl Default for Bounds {
    /// An order of magnitude over the largest events seen in the field (base64 images).
    fn default() -> Self {
        Self {
            line_mib: 16,
            event_mib: 64,
            wire_mib: 64,
        }
    }
}

impl Bounds {
    /// What each may be: a bound of nothing lets nothing through, and one above these is none.
    pub const MIB: std::ops::RangeInclusive<u32> = 1..=1024;

    /// The same with every bound in [`Bounds::MIB`].
    #[must_use]
    pub fn within_reason(self) -> Self {
        let of = |mib: u32| mib.clamp(*Self::MIB.start(), *Self::MIB.end());
        Self {
            line_mib: of(self.line_mib),
            event_mib: of(self.event_mib),
            wire_mib: of(self.wire_mib),
        }
    }
}

/// A small set of variables: `staging`, `production` …
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct Environment {
    /// Stable identity, a UUID; empty for a new one.
    pub id: String,
    /// The user's name for it.
    pub name: String,
    /// Its variables, in order; of two with one name the later counts.
    pub variables: Vec<Variable>,
}

/// A named value that stands where a definition says `{{name}}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct Variable {
    /// Letters, digits, `_`, `-` and `.`; at most 64.
    pub name: String,
    /// The value; of a secret one a placeholder, once it is sealed.
    pub value: String,
    /// Kept in the keychain.
    pub secret: bool,
}

/// All environments, and which of them is active.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct Environments {
    /// In order.
    pub all: Vec<Environment>,
    /// [`Environment::id`] of the active one; empty for none.
    pub active: String,
}

/// What a window may know of a secret: never its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct SecretInfo {
    /// Stands in `{{secret:ID}}`.
    pub id: String,
    /// Where it may be sent: `https://api.example.com`, `demo:`; none before it was first used.
    pub origins: Vec<String>,
    /// In the system's keychain; else it is kept in memory, for this run only.
    pub kept: bool,
    /// Whether its value is there; a keychain may have lost it or be locked.
    pub found: bool,
}

/// Environments without secrets in them, and what is known of those they name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct SealedEnvironments {
    /// The environments.
    pub environments: Environments,
    /// The secrets they name.
    pub secrets: Vec<SecretInfo>,
}

/// A definition without secrets in it, and what is known of those it names.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Sealed {
    /// The definition.
    pub stream: Stream,
    /// The secrets it names.
    pub secrets: Vec<SecretInfo>,
    /// Options of a pasted command line that have no meaning here, as written.
    pub ignored: Vec<String>,
}

/// One request header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
pub struct Header {
    /// Field name, as typed.
    pub name: String,
    /// Field value, as typed.
    pub value: String,
    /// Marked as secret by the user; names that are secret by their nature are so without the mark.
    #[serde(default)]
    pub secret: bool,
    /// Kept in the definition and not sent.
    #[serde(default)]
    pub off: bool,
}

impl Header {
    /// A header that is sent, and secret only if its name is.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            secret: false,
            off: false,
        }
    }
}

/// A stream's definition: all that is needed to connect to it and to read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(TS))]
#[serde(default)]
pub struct Stream {
    /// Stable identity; `demo:/…` for demo streams, a UUID for others.
    pub id: String,
    /// The user's name for it.
    pub name: String,
    /// Address as typed; `demo:/path` stands for the demo server.
    pub url: String,
    /// HTTP method, upper case.
    pub method: String,
    /// Headers beside those that the engine sets itself.
    pub headers: Vec<Header>,
    /// Request body; what it is, [`Stream::body_kind`] says.
    pub body: Option<String>,
    /// What [`Stream::body`] is, and so the content type it is sent with.
    pub body_kind: BodyKind,
    /// Who asks.
    pub auth: Auth,
    /// How the body of the response is cut into events.
    pub framing: Framing,
    /// How events become typed text.
    pub text_rule: TextRule,
    /// JSON path (RFC 9535) of the text, under [`TextRule::Path`].
    pub text_path: String,
    /// Whether typed text is set as markdown.
    pub page_form: PageForm,
    /// The scene that it opens in.
    pub scene: SceneKind,
    /// What stands for `{{prompt}}` in the body where the composer is left as it is, literally: nothing in it is taken
    /// for a placeholder. A definition whose body holds `{{prompt}}` has a composer ([`Stream::asks`]).
    pub prompt: String,
    /// How the scenes read its events.
    pub scenes: Scenes,
    /// What it does when an event matches.
    pub actions: Vec<Action>,
    /// What happens when the server ends the body.
    pub on_end: OnEnd,
    /// What happens on 5xx and 429.
    pub on_status: OnStatus,
    /// Whether a method other than GET and HEAD may be sent again after a drop.
    pub repeat_unsafe: bool,
    /// Seconds of silence after which [`Stream::on_idle`] happens; 0 never.
    pub idle_s: u32,
    /// What happens when the line has been silent for that long.
    pub on_idle: OnIdle,
    /// How the connection is made.
    pub network: Network,
    /// Bounds on what one line, one event and the record of the wire may hold.
    pub bounds: Bounds,
    /// Whether its sessions are kept on tape.
    pub record: bool,
    /// Whether somebody else may have written it: it came from a file, a tape or a command line. A secret of an environment
    /// that has not been used yet does not go where it leads before the user has allowed it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<bool>"))]
    pub foreign: bool,
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            url: String::new(),
            method: "GET".to_owned(),
            headers: Vec::new(),
            body: None,
            body_kind: BodyKind::default(),
            auth: Auth::default(),
            framing: Framing::default(),
            text_rule: TextRule::default(),
            text_path: String::new(),
            page_form: PageForm::default(),
            scene: SceneKind::default(),
            prompt: String::new(),
            scenes: Scenes::default(),
            actions: Vec::new(),
            on_end: OnEnd::default(),
            on_status: OnStatus::default(),
            repeat_unsafe: false,
            idle_s: DEFAULT_IDLE_S,
            on_idle: OnIdle::default(),
            network: Network::default(),
            bounds: Bounds::default(),
            record: true,
            foreign: false,
        }
    }
}

/// Heartbeats are commonly sent every 15 s (the HTML standard's own advice, 9.2.7); twice that
/// with nothing at all is worth a word.
pub const DEFAULT_IDLE_S: u32 = 30;

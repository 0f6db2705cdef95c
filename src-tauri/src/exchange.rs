//! Streams as a file that leaves this machine and comes to another.
//!
//! ```json
//! { "format": "tapewriter-streams", "version": 1, "streams": [ { "name": "…", "url": "https://…", … } ] }
//! ```
//!
//! A stream is written as the contract has it ([`Stream`]), without its `id`. It holds no secret: where one stands, the file
//! says `{{secret:1}}`, `{{secret:2}}` …, numbers of that stream alone; who imports it types them anew. Placeholders of
//! variables stay as they are. A later version adds fields to a stream without another number; a reader passes over what it
//! does not know, and what is missing is as it is by default. The number changes when an older reader would misread the file.
//!
//! A file that comes in is a stranger's. What it says is data until the user presses Connect: nothing is connected, no variable
//! is filled in, no other file is looked at. Even then its author must not have decided for the user, so an import never
//! brings, and counts as withheld:
//!
//! - *any certificate taken* (`insecure`) and *a file of authorities* (`ca_file`): nobody would know who answers;
//! - *a proxy*: what goes over plain HTTP would pass by whoever runs it;
//! - *a file as the body*: Connect would send a file of this machine's that nobody here has chosen;
//! - *a request sent again by itself* although it is not safe (`repeat_unsafe`);
//! - *bounds* above [`MOST_MIB`]: a server could fill the memory.
//!
//! And it is marked ([`Stream::foreign`]): a secret of an environment that has not been used yet would be bound to wherever the
//! file's stream takes it first, so the user is asked before, as about any secret that would go astray.
//!
//! Actions come as they are: they match in linear time, and the worst they do is to stop the session, bookmark, or tell on the
//! desktop in the user's absence, a notification in five seconds. Variables in an address are filled in at Connect, as in
//! every stream: the address shows them.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use tapewriter_engine::contract::{BodyKind, Bounds, Code, Failure, Proxy, Stream};
use tapewriter_engine::export::{disk_failure, to_private_file};
use tapewriter_engine::said::place_in_json;
use tapewriter_engine::seal;
use tapewriter_engine::template::{Part, parts, secret};

const FORMAT: &str = "tapewriter-streams";
const VERSION: u32 = 1;
/// Bytes of a file: ten thousand streams of more than a page each.
const FILE_BYTES: u64 = 16 << 20;
/// Streams of a file; more than anybody finds again in a list.
const STREAMS: usize = 10_000;
/// Bytes of one stream: its body and its headers are what a person wrote.
const STREAM_BYTES: usize = 1 << 20;
/// Secrets that one stream may name: a few headers, parameters and a body.
const STREAM_SECRETS: usize = 64;
/// Secrets of all streams of a file: each that is plain is an item of the keychain, and each other one is to be typed anew.
const FILE_SECRETS: usize = 1_000;
/// Characters of a name.
const NAME_CHARS: usize = 200;
/// Bounds that a file may bring, MiB.
const MOST_MIB: u32 = 256;

#[derive(Serialize)]
struct Written {
    format: &'static str,
    version: u32,
    streams: Vec<Value>,
}

/// Each stream by itself: one that cannot be read takes no other with it.
#[derive(Deserialize)]
struct Raw<'a> {
    #[serde(default)]
    format: String,
    #[serde(default)]
    version: u64,
    #[serde(borrow, default)]
    streams: Vec<&'a RawValue>,
}

/// Writes streams to a file; answers with how many.
pub fn write(path: &Path, streams: &[Stream]) -> Result<u32, Failure> {
    let file = Written {
        format: FORMAT,
        version: VERSION,
        streams: streams.iter().map(outgoing).collect(),
    };
    to_private_file(path, |out| {
        serde_json::to_writer_pretty(&mut *out, &file).map_err(|error| disk_failure(&error.into()))?;
        out.write_all(b"\n").map_err(|error| disk_failure(&error))
    })?;
    Ok(u32::try_from(streams.len()).unwrap_or(u32::MAX))
}

/// A stream as the file has it.
fn outgoing(stream: &Stream) -> Value {
    // What is saved is sealed; what is not must not leave because somebody forgot.
    let mut drawn = 0;
    let (sealed, _) = seal::seal(stream, || {
        drawn += 1;
        format!("unsaved-{drawn}")
    });
    let mut value = serde_json::to_value(numbered(&sealed)).expect("a stream is plain data");
    if let Some(fields) = value.as_object_mut() {
        fields.remove("id");
        // Where it came from is this machine's to know.
        fields.remove("foreign");
    }
    value
}

/// A stream without its id, its secrets by number.
fn numbered(stream: &Stream) -> Stream {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut stream = renamed(stream, &mut |id| {
        let next = known.len() + 1;
        known.entry(id.to_owned()).or_insert(next).to_string()
    });
    stream.id.clear();
    stream
}

/// The same with other ids in its placeholders of secrets.
fn renamed(stream: &Stream, rename: &mut dyn FnMut(&str) -> String) -> Stream {
    fn walk(value: &mut Value, rename: &mut dyn FnMut(&str) -> String) {
        match value {
            Value::String(text) => {
                let mut said = String::with_capacity(text.len());
                for part in parts(text) {
                    match part {
                        Part::Text(text) => said.push_str(text),
                        Part::Variable(name) => said.push_str(&format!("{{{{{name}}}}}")),
                        Part::Secret(id) => said.push_str(&secret(&rename(id))),
                    }
                }
                *text = said;
            }
            Value::Array(all) => all.iter_mut().for_each(|value| walk(value, rename)),
            Value::Object(all) => all.values_mut().for_each(|value| walk(value, rename)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut value = serde_json::to_value(stream).expect("a stream is plain data");
    walk(&mut value, rename);
    serde_json::from_value(value).expect("only texts have changed")
}

/// What a file holds that is new here.
#[derive(Debug, Default, PartialEq)]
pub struct Incoming {
    /// Without ids, their secrets under new ones. What is plain in them and ought not to be is still to be sealed.
    pub streams: Vec<Stream>,
    /// How many are here already, the same in every field.
    pub same: u32,
    /// How many could not be read, or name more secrets than a file may bring.
    pub unreadable: u32,
    /// How many secrets they name that the file does not hold.
    pub secrets: u32,
    /// How many lost a setting that no file may bring.
    pub withheld: u32,
}

/// Reads a file beside what is saved here.
///
/// # Errors
/// [`Code::Tape`] for a file that cannot be read, `what` as of a tape's: `missing`, `unreadable`, `foreign`, `newer`; with
/// the `path`.
pub fn read(path: &Path, saved: &[Stream], new_id: impl FnMut() -> String) -> Result<Incoming, Failure> {
    text_of(path)
        .and_then(|text| read_text(&text, saved, new_id))
        .map_err(|failure| failure.with("path", path.display()))
}

fn text_of(path: &Path) -> Result<String, Failure> {
    let failed = |error: std::io::Error| disk_failure(&error);
    // Before it is opened: a pipe would wait for somebody to write into it.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(foreign("it is not a file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > FILE_BYTES {
        return Err(foreign("it is larger than 16 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| foreign("it is no text in UTF-8"))
}

fn read_text(text: &str, saved: &[Stream], mut new_id: impl FnMut() -> String) -> Result<Incoming, Failure> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file: Raw<'_> = serde_json::from_str(text).map_err(|error| foreign(&place_in_json(&error)))?;
    if file.format != FORMAT {
        return Err(foreign("it is not a file of Tapewriter's streams"));
    }
    if file.version != u64::from(VERSION) {
        let message = "a newer Tapewriter wrote this file of streams; import it with that one";
        return Err(Failure::new(Code::Tape, message)
            .with("what", "newer")
            .with("detail", format!("version {}", file.version)));
    }
    if file.streams.len() > STREAMS {
        return Err(foreign("it holds more than 10,000 streams"));
    }
    let mut known: HashSet<String> = saved.iter().map(fingerprint).collect();
    let mut incoming = Incoming::default();
    let mut left = FILE_SECRETS;
    for raw in file.streams {
        let Some(stream) = stream_of(raw) else {
            incoming.unreadable += 1;
            continue;
        };
        // What an earlier import made of it is the same, too.
        let print = fingerprint(&stream);
        let (stream, withheld) = tamed(stream);
        let tame = fingerprint(&stream);
        if known.contains(&print) || known.contains(&tame) {
            incoming.same += 1;
            continue;
        }
        let named = secrets_of(&stream);
        if named > STREAM_SECRETS || named > left {
            incoming.unreadable += 1;
            continue;
        }
        left -= named;
        known.extend([print, tame]);
        incoming.withheld += u32::from(withheld);
        // Ids of a file mean nothing here: one that says those of this machine's keychain must not get at them.
        let mut ids: HashMap<String, String> = HashMap::new();
        let stream = renamed(&stream, &mut |id| {
            ids.entry(id.to_owned()).or_insert_with(&mut new_id).clone()
        });
        incoming.secrets = incoming
            .secrets
            .saturating_add(u32::try_from(ids.len()).unwrap_or(u32::MAX));
        incoming.streams.push(stream);
    }
    Ok(incoming)
}

/// A stream of a file; none where it is no stream or names no address.
fn stream_of(raw: &RawValue) -> Option<Stream> {
    if raw.get().len() > STREAM_BYTES || !raw.get().starts_with('{') {
        return None;
    }
    let mut stream: Stream = serde_json::from_str(raw.get()).ok()?;
    if stream.url.trim().is_empty() {
        return None;
    }
    stream.id.clear();
    // Whatever the file says of it.
    stream.foreign = true;
    let name = stream.name.chars().map(|c| if c.is_control() { ' ' } else { c });
    stream.name = name.take(NAME_CHARS).collect();
    Some(stream)
}

/// How many secrets a stream has: those that it names, and those that are plain in it.
fn secrets_of(stream: &Stream) -> usize {
    let mut drawn = 0;
    let (sealed, _) = seal::seal(stream, || {
        drawn += 1;
        format!("plain-{drawn}")
    });
    seal::ids(&sealed).into_iter().collect::<HashSet<_>>().len()
}

/// By which two streams are the same.
fn fingerprint(stream: &Stream) -> String {
    // What would be sealed is no difference.
    outgoing(stream).to_string()
}

/// A stream without what no file may bring, and whether it had some.
fn tamed(stream: Stream) -> (Stream, bool) {
    let mut tame = stream.clone();
    tame.network.insecure = false;
    tame.network.ca_file.clear();
    if matches!(tame.network.proxy, Proxy::Through { .. }) {
        tame.network.proxy = Proxy::System;
    }
    if tame.body_kind == BodyKind::File {
        tame.body = None;
    }
    tame.repeat_unsafe = false;
    let Bounds {
        line_mib,
        event_mib,
        wire_mib,
    } = &mut tame.bounds;
    for bound in [line_mib, event_mib, wire_mib] {
        *bound = (*bound).min(MOST_MIB);
    }
    let withheld = tame != stream;
    (tame, withheld)
}

fn foreign(why: &str) -> Failure {
    Failure::new(
        Code::Tape,
        format!("these are not streams that Tapewriter wrote: {why}"),
    )
    .with("what", "foreign")
    .with("detail", why)
}

#[cfg(test)]
mod tests;

//! The HTML standard's interpretation of an event stream (9.2.6), word by word and without any regard to speed:
//! what the engine is compared with. The whole body is decoded first.

/// What a body says, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// An event is dispatched: type, last event id, data.
    Event(String, String, String),
    /// A comment line.
    Comment(String),
    /// The reconnection time is set, milliseconds.
    Retry(u64),
}

/// What a body says to a reader that holds a last event id, and the last event id after it.
pub fn interpret(body: &[u8], last_event_id: &str) -> (Vec<Seen>, String) {
    let decoded = String::from_utf8_lossy(body);
    let text = decoded.strip_prefix('\u{FEFF}').unwrap_or(&decoded);
    let mut seen = Vec::new();
    let (mut data, mut event_type) = (String::new(), String::new());
    let (mut id_buffer, mut id) = (last_event_id.to_owned(), last_event_id.to_owned());
    for line in lines(text) {
        if line.is_empty() {
            id.clone_from(&id_buffer);
            if !data.is_empty() {
                let mut data = data.clone();
                if data.ends_with('\n') {
                    data.pop();
                }
                let event_type = match event_type.as_str() {
                    "" => "message",
                    other => other,
                };
                seen.push(Seen::Event(event_type.to_owned(), id.clone(), data));
            }
            data.clear();
            event_type.clear();
            continue;
        }
        let (field, value) = match line.split_once(':') {
            Some((field, value)) => (field, value.strip_prefix(' ').unwrap_or(value)),
            None => (line.as_str(), ""),
        };
        match field {
            "" if line.starts_with(':') => seen.push(Seen::Comment(value.to_owned())),
            "event" => value.clone_into(&mut event_type),
            "data" => {
                data.push_str(value);
                data.push('\n');
            }
            "id" if !value.contains('\0') => value.clone_into(&mut id_buffer),
            "retry" if !value.is_empty() && value.chars().all(|c| c.is_ascii_digit()) => {
                seen.push(Seen::Retry(value.parse().unwrap_or(u64::MAX)));
            }
            _ => {}
        }
    }
    (seen, id)
}

/// The lines that have an end: CR LF, LF or CR. What follows the last end is not a line.
fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' || c == '\n' {
            if c == '\r' && chars.peek() == Some(&'\n') {
                chars.next();
            }
            lines.push(std::mem::take(&mut line));
        } else {
            line.push(c);
        }
    }
    lines
}

//! What a program says of its faults to whoever looks for them: on stderr, and where the program keeps a log, there too.
//! No address, no secret and nothing of a stream's content belongs into it.

use std::fmt;
use std::io::Write as _;
use std::sync::OnceLock;

static ALSO: OnceLock<fn(&str)> = OnceLock::new();

/// Has everything that is said from now on told to a log as well. The first one stays.
pub fn also(log: fn(&str)) {
    let _ = ALSO.set(log);
}

/// Says a line; see [`say!`](crate::say).
pub fn say(words: fmt::Arguments<'_>) {
    let words = words.to_string();
    // Whoever started the program may have closed it: `eprintln!` would panic then.
    let _ = writeln!(std::io::stderr(), "tapewriter: {words}");
    if let Some(also) = ALSO.get() {
        also(&words);
    }
}

/// Where JSON could not be read, without a word of it: serde quotes values, and one may be a secret.
pub fn place_in_json(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Io => "cannot be read",
        serde_json::error::Category::Syntax => "is no JSON",
        serde_json::error::Category::Data => "is not what belongs there",
        serde_json::error::Category::Eof => "ends too early",
    };
    match (error.line(), error.column()) {
        (0, _) => what.to_owned(),
        (line, column) => format!("{what} (line {line}, column {column})"),
    }
}

/// Says a line, as `format!` makes it, to whoever looks for a fault.
#[macro_export]
macro_rules! say {
    ($($words:tt)*) => {
        $crate::said::say(format_args!($($words)*))
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_where_json_is_wrong_and_not_what_it_says() {
        let error = serde_json::from_str::<crate::contract::Stream>("{\n\"on_end\": \"hunter2\"}");
        let error = error.expect_err("no such choice");
        assert!(error.to_string().contains("hunter2"), "serde quotes: {error}");
        assert_eq!(
            place_in_json(&error),
            "is not what belongs there (line 2, column 19)"
        );
        let error = serde_json::from_value::<u32>("hunter2".into()).expect_err("no number");
        assert_eq!(place_in_json(&error), "is not what belongs there");
    }
}

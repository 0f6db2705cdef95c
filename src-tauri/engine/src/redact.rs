//! What is kept out of everything that is shown or recorded: the values of secrets wherever they stand, and the
//! names that tell a secret.

use std::collections::BTreeSet;
use std::sync::Arc;

use memchr::memmem;
use url::{Url, form_urlencoded};

/// Stands for a secret.
pub const REDACTED: &str = "●●●●●●";

/// Bytes of what is recognised as a secret wherever it stands.
const LEAST: usize = 4;

/// Secret values that were put into a request, and the forms in which they may stand elsewhere: as a URL, a form
/// and JSON write them.
#[derive(Clone, Default)]
pub struct Redactor {
    /// Longest first, so that one within another leaves nothing behind.
    values: Vec<Arc<str>>,
}

impl Redactor {
    /// Keeps these values out, empty ones excepted.
    pub fn new(values: Vec<Arc<str>>) -> Self {
        Self::default().and(values)
    }

    /// Keeps these values out as well.
    #[must_use]
    pub fn and<T: AsRef<str>>(&self, values: impl IntoIterator<Item = T>) -> Self {
        let mut all: BTreeSet<Arc<str>> = self.values.iter().cloned().collect();
        for value in values {
            let value = value.as_ref();
            if value.is_empty() || all.contains(value) {
                continue;
            }
            // A short form is no longer the secret's own: taking each `a` out of a text only spoils it.
            let forms = forms(value)
                .into_iter()
                .filter(|form| form == value || form.len() >= LEAST);
            all.extend(forms.map(Arc::from));
        }
        let mut values: Vec<_> = all.into_iter().collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        Self { values }
    }

    /// Whether a secret stands in the bytes. One of less than four bytes stands anywhere by chance, and is not
    /// looked for.
    pub fn finds(&self, bytes: &[u8]) -> bool {
        self.values
            .iter()
            .filter(|value| value.len() >= LEAST)
            .any(|value| memmem::find(bytes, value.as_bytes()).is_some())
    }

    /// The text with each secret value replaced by [`REDACTED`].
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for value in &self.values {
            if text.contains(&**value) {
                text = text.replace(&**value, REDACTED);
            }
        }
        text
    }

    /// The bytes with each secret value replaced by [`REDACTED`]. Where they were cut before their end, the
    /// beginning of a secret at the cut goes too.
    pub fn bytes(&self, bytes: &[u8], cut: bool) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for value in &self.values {
            let found: Vec<usize> = memmem::find_iter(&bytes, value.as_bytes()).collect();
            if found.is_empty() {
                continue;
            }
            let mut clean = Vec::with_capacity(bytes.len());
            let mut from = 0;
            for at in found {
                clean.extend_from_slice(&bytes[from..at]);
                clean.extend_from_slice(REDACTED.as_bytes());
                from = at + value.len();
            }
            clean.extend_from_slice(&bytes[from..]);
            bytes = clean;
        }
        if cut {
            let begun = self.values.iter().filter_map(|value| {
                let longest = (value.len() - 1).min(bytes.len());
                (1..=longest)
                    .rev()
                    .find(|len| bytes.ends_with(&value.as_bytes()[..*len]))
            });
            let begun = begun.max().unwrap_or(0);
            bytes.truncate(bytes.len() - begun);
        }
        bytes
    }
}

/// A value, and how it reads where it was put into something else.
fn forms(value: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::from([value.to_owned()]);
    forms.insert(form_urlencoded::byte_serialize(value.as_bytes()).collect());
    if let Ok(mut url) = Url::parse("http://x/") {
        url.set_query(Some(value));
        forms.extend(url.query().map(str::to_owned));
        url.set_query(None);
        url.set_path(value);
        forms.insert(url.path().trim_start_matches('/').to_owned());
        // Userinfo is encoded more than any other part.
        if url.set_password(Some(value)).is_ok() {
            forms.extend(url.password().map(str::to_owned));
        }
    }
    let json = serde_json::Value::from(value).to_string();
    forms.insert(json.trim_matches('"').to_owned());
    forms.remove("");
    forms
}

/// Never shows the values.
impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor")
            .field("values", &self.values.len())
            .finish()
    }
}

/// Whether a name, of a header or in a query, says that its value is a secret. Names are read as words: cut at
/// `-`, `_`, `.`, brackets and where lower case becomes upper case.
pub(crate) fn names_secret(name: &str) -> bool {
    /// Keys that only name a thing, and that whoever holds them may tell.
    const HARMLESS_KEYS: [&str; 5] = ["cache", "idempotency", "sort", "surrogate", "websocket"];
    /// Tokens that name a place in a list of results.
    const HARMLESS_TOKENS: [&str; 4] = ["continuation", "cursor", "next", "page"];
    let words = words(name);
    let Some(last) = words.last() else {
        return false;
    };
    let before = words.len().checked_sub(2).map_or("", |at| words[at].as_str());
    let harmless = match last.as_str() {
        "key" => HARMLESS_KEYS.contains(&before),
        "token" => HARMLESS_TOKENS.contains(&before),
        _ => false,
    };
    if harmless {
        return false;
    }
    // A key is one where the name ends with it; `key-id` and `key-algorithm` tell about one.
    if last == "key"
        || ["apikey", "accesskey", "secretkey"]
            .iter()
            .any(|key| last.ends_with(key))
    {
        return true;
    }
    words.iter().enumerate().any(|(at, word)| match word.as_str() {
        // A session's name is as good as a password; that it is sticky is not.
        "session" | "sess" => {
            let next = words.get(at + 1).map(String::as_str);
            matches!(next, None | Some("id" | "key" | "cookie"))
        }
        "auth" | "oauth" | "authorization" | "authentication" | "cookie" | "cookies" | "cookie2"
        | "secret" | "secrets" | "password" | "passwd" | "passphrase" | "passcode" | "pwd" | "credential"
        | "credentials" | "signature" | "sig" | "jwt" | "sid" | "sessionid" | "sessid" => true,
        // `ratelimit-remaining-tokens` counts some.
        word => word.ends_with("token") || word.ends_with("password") || word.ends_with("secret"),
    })
}

fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.trim().chars() {
        let parts = !c.is_ascii_alphanumeric();
        if (parts || (lower && c.is_ascii_uppercase())) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let (false, Some(word)) = (parts, words.last_mut()) {
            word.push(c.to_ascii_lowercase());
        }
        lower = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_as_it_is_and_as_others_write_it() {
        let redactor = Redactor::new(vec!["s3 \"cr€t/".into(), "s3".into(), "".into()]);
        for text in [
            "a s3 \"cr€t/ b",
            "a s3%20%22cr%E2%82%ACt/ b",
            "a s3+%22cr%E2%82%ACt%2F b",
            "a s3 \\\"cr€t/ b",
        ] {
            assert_eq!(redactor.text(text), "a ●●●●●● b", "{text}");
            assert!(redactor.finds(text.as_bytes()));
            assert_eq!(redactor.bytes(text.as_bytes(), true), "a ●●●●●● b".as_bytes());
        }
        assert_eq!(redactor.text("nothing"), "nothing");
        assert!(!format!("{redactor:?}").contains("s3"));
    }

    #[test]
    fn a_short_value_is_taken_out_as_it_is_and_found_nowhere() {
        let redactor = Redactor::new(vec!["a".into(), "b/../c".into()]);
        assert!(!redactor.finds(b"accept: any"));
        assert_eq!(redactor.text("pw=a; cc"), "pw=●●●●●●; cc");
    }

    #[test]
    fn the_beginning_of_a_value_at_a_cut_goes_too() {
        let redactor = Redactor::new(vec!["hunter2".into()]);
        assert_eq!(redactor.bytes(b"is hunt", true), b"is ");
        assert_eq!(redactor.bytes(b"is hunt", false), b"is hunt");
    }

    #[test]
    fn names_are_read_as_words() {
        // The window reads them by the same rule, and is tested with the same table.
        let table: serde_json::Value =
            serde_json::from_str(include_str!("redact/names.json")).expect("a table");
        for (kind, is_secret) in [("secret", true), ("open", false)] {
            for name in table[kind].as_array().expect("names") {
                let name = name.as_str().expect("a name");
                assert_eq!(names_secret(name), is_secret, "{name}");
            }
        }
    }
}

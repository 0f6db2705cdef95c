//! Takes out of a text what may not leave the machine in a log: addresses, and who the user is.

use std::path::PathBuf;
use std::sync::LazyLock;

/// What stands for what follows the scheme of an address.
const HIDDEN: &str = "…";

/// Folders that tell who the user is, and what stands for each; the longest first.
static FOLDERS: LazyLock<Vec<(String, &'static str)>> = LazyLock::new(|| {
    let named = std::env::var_os("TAPEWRITER_HOME").map(PathBuf::from);
    let named = named.map(|home| std::path::absolute(&home).unwrap_or(home));
    folders(named, dirs::home_dir())
});

/// The user's name, where it is long enough to be told from other words.
static USER: LazyLock<Option<String>> = LazyLock::new(|| {
    let name = std::env::var("USER")
        .or_else(|_| std::env::var("USERNAME"))
        .ok()?;
    (name.len() > 2).then_some(name)
});

fn folders(named: Option<PathBuf>, home: Option<PathBuf>) -> Vec<(String, &'static str)> {
    let mut folders: Vec<(String, &'static str)> = [(named, "$TAPEWRITER_HOME"), (home, "~")]
        .into_iter()
        .filter_map(|(path, sign)| {
            let path = path?.to_string_lossy().trim_end_matches(['/', '\\']).to_owned();
            // `/` is everybody's.
            (path.len() > 1).then_some((path, sign))
        })
        .collect();
    folders.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
    folders
}

/// A text without addresses, the user's folders and name.
pub fn scrubbed(text: &str) -> String {
    without_user(
        &without_folders(&without_addresses(text), &FOLDERS),
        USER.as_deref(),
    )
}

/// What follows `scheme://` up to the next space or closing mark is an address; so is what stands before it and looks like
/// a part of one.
fn without_addresses(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = (&rest[..at], &rest[at + 3..]);
        clean.push_str(before);
        clean.push_str("://");
        clean.push_str(HIDDEN);
        let end = after.find(|c: char| c.is_whitespace() || "\"'`<>”’»".contains(c));
        rest = &after[end.unwrap_or(after.len())..];
    }
    clean.push_str(rest);
    clean
}

fn without_folders(text: &str, folders: &[(String, &'static str)]) -> String {
    let mut clean = text.to_owned();
    for (path, sign) in folders {
        let mut from = 0;
        while let Some(at) = clean[from..].find(path.as_str()).map(|at| from + at) {
            let end = at + path.len();
            // `/home/ann` is not within `/home/anna`.
            let whole = clean[end..]
                .chars()
                .next()
                .is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_');
            if whole {
                clean.replace_range(at..end, sign);
                from = at + sign.len();
            } else {
                from = end;
            }
        }
    }
    clean
}

/// Without a name where it is a part of a path, or stands before `@`: as a word of its own it may be any word.
fn without_user(text: &str, user: Option<&str>) -> String {
    let Some(user) = user else {
        return text.to_owned();
    };
    let mut clean = text.to_owned();
    for (open, close) in [('/', '/'), ('\\', '\\')] {
        clean = clean.replace(&format!("{open}{user}{close}"), &format!("{open}{HIDDEN}{close}"));
    }
    clean.replace(&format!("{user}@"), &format!("{HIDDEN}@"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_out_whole() {
        for (text, clean) in [
            ("no address: here", "no address: here"),
            (
                "GET https://me:hunter2@api.example.com:8443/v1?key=x#y failed",
                "GET https://… failed",
            ),
            ("“wss://a/b” and 'http://c'", "“wss://…” and 'http://…'"),
            ("http://a/http://b x://", "http://… x://…"),
        ] {
            assert_eq!(without_addresses(text), clean);
        }
    }

    #[test]
    fn takes_the_users_folders_and_name_out() {
        let folders = folders(Some("/home/anna/t w/".into()), Some("/home/anna".into()));
        let clean = |text: &str| without_user(&without_folders(text, &folders), Some("anna"));
        for (text, told) in [
            (
                "/home/anna/t w/streams.db is damaged",
                "$TAPEWRITER_HOME/streams.db is damaged",
            ),
            ("/home/anna/.ssh and /home/annabel", "~/.ssh and /home/annabel"),
            ("/media/anna/disk", "/media/…/disk"),
            ("anna@host and anna", "…@host and anna"),
            (r"C:\Users\anna\x", r"C:\Users\…\x"),
        ] {
            assert_eq!(clean(text), told);
        }
        assert_eq!(super::folders(Some("/".into()), None), []);
    }
}

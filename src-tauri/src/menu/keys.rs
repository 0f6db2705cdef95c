//! Keys of a command as the platform's menu is given them: only what it understands, and nothing that a person types or edits
//! with, because a menu takes its keys before the page sees them.

/// Keys that stand for a character or an edge of the keyboard, by the names that the page and the platforms share.
const NAMED: &[&str] = &[
    "Enter",
    "Escape",
    "Space",
    "Tab",
    "Backspace",
    "Delete",
    "Insert",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "ArrowUp",
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
    ",",
    "-",
    ".",
    "/",
    ";",
    "=",
    "[",
    "\\",
    "]",
    "'",
    "`",
];
/// What a field does with Ctrl and one of these, in GTK and in WebKit.
const EDITS: &[&str] = &[
    "A",
    "C",
    "V",
    "X",
    "Y",
    "Z",
    "Backspace",
    "Delete",
    "Insert",
    "Home",
    "End",
    "ArrowUp",
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
    "Enter",
    "Tab",
    "Space",
];

/// The keys for the platform; none where they are the page's. An error where they are no keys at all.
pub(super) fn native(keys: &str) -> Result<Option<String>, ()> {
    let (modifiers, key) = match keys.rsplit_once('+') {
        Some((modifiers, key)) => (modifiers.split('+').collect(), key),
        None => (Vec::new(), keys),
    };
    let mut held = Held::default();
    for modifier in modifiers {
        let held = match modifier {
            "CmdOrCtrl" | "Ctrl" => &mut held.command,
            "Shift" => &mut held.shift,
            "Alt" => &mut held.alt,
            _ => return Err(()),
        };
        if std::mem::replace(held, true) {
            return Err(());
        }
    }
    let function = key
        .strip_prefix('F')
        .and_then(|number| number.parse::<u8>().ok())
        .is_some_and(|number| (1..=12).contains(&number));
    let letter = key.len() == 1 && key.chars().all(|c| c.is_ascii_alphanumeric());
    if !function && !letter && !NAMED.contains(&key) {
        return Err(());
    }
    let key = if letter {
        key.to_ascii_uppercase()
    } else {
        key.to_owned()
    };
    // Alone, with Shift or with Alt it is what somebody types; a function key never is.
    let typed = !held.command && !function;
    // macOS keeps editing apart from commands by itself.
    let edits = !cfg!(target_os = "macos") && !held.alt && EDITS.contains(&key.as_str());
    if typed || edits {
        return Ok(None);
    }
    let mut native = String::new();
    for (held, name) in [
        (held.command, "CmdOrCtrl+"),
        (held.alt, "Alt+"),
        (held.shift, "Shift+"),
    ] {
        if held {
            native.push_str(name);
        }
    }
    Ok(Some(native + &key))
}

#[derive(Default)]
struct Held {
    command: bool,
    shift: bool,
    alt: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_types_or_edits_with_is_the_menus() {
        for (keys, told) in [
            ("CmdOrCtrl+N", Some("CmdOrCtrl+N")),
            ("CmdOrCtrl+Shift+n", Some("CmdOrCtrl+Shift+N")),
            ("Shift+CmdOrCtrl+S", Some("CmdOrCtrl+Shift+S")),
            ("CmdOrCtrl+,", Some("CmdOrCtrl+,")),
            ("CmdOrCtrl+=", Some("CmdOrCtrl+=")),
            ("CmdOrCtrl+PageDown", Some("CmdOrCtrl+PageDown")),
            ("CmdOrCtrl+Alt+ArrowUp", Some("CmdOrCtrl+Alt+ArrowUp")),
            ("F1", Some("F1")),
            ("Shift+F10", Some("Shift+F10")),
            // Typed.
            ("N", None),
            ("Shift+N", None),
            ("Alt+N", None),
            ("Space", None),
            ("Delete", None),
            ("Escape", None),
        ] {
            assert_eq!(native(keys), Ok(told.map(str::to_owned)), "{keys}");
        }
        if !cfg!(target_os = "macos") {
            for keys in [
                "CmdOrCtrl+Z",
                "CmdOrCtrl+Shift+Z",
                "CmdOrCtrl+C",
                "CmdOrCtrl+V",
                "CmdOrCtrl+ArrowLeft",
                "CmdOrCtrl+Backspace",
            ] {
                assert_eq!(native(keys), Ok(None), "{keys}");
            }
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for keys in [
            "",
            "+",
            "CmdOrCtrl+",
            "CmdOrCtrl",
            "CmdOrCtrl+NN",
            "Hyper+N",
            "CmdOrCtrl+CmdOrCtrl+N",
            "CmdOrCtrl+F13",
            "CmdOrCtrl+F0",
            "CmdOrCtrl+é",
            "CmdOrCtrl++",
            " CmdOrCtrl+N",
        ] {
            assert_eq!(native(keys), Err(()), "{keys:?}");
        }
    }
}

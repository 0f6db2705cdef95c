//! Which language the interface speaks. The webview is never asked: WebKitGTK reports en-US whenever
//! the system's locale was not generated.

use tapewriter_engine::contract::{Language, LanguageChoice};

/// The language of the user's system.
pub fn of_the_system() -> Language {
    of(|name| std::env::var(name).ok())
        .or_else(of_the_platform)
        .unwrap_or(Language::English)
}

/// The language that was chosen, where the system speaks `system`.
pub const fn chosen(choice: LanguageChoice, system: Language) -> Language {
    match choice {
        LanguageChoice::System => system,
        LanguageChoice::English => Language::English,
        LanguageChoice::Chinese => Language::Chinese,
    }
}

/// By the rules of gettext: `LC_ALL`, `LC_MESSAGES`, `LANG` in this order name the locale; unless that
/// is `C`, the list in `LANGUAGE` goes before it. `None` if nothing is set.
fn of(variable: impl Fn(&str) -> Option<String>) -> Option<Language> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let locale = set("LC_ALL")
        .or_else(|| set("LC_MESSAGES"))
        .or_else(|| set("LANG"))?;
    let name = locale.split(['.', '@']).next().unwrap_or_default();
    if matches!(name, "C" | "POSIX") {
        return Some(Language::English);
    }
    let list = set("LANGUAGE").unwrap_or_default();
    list.split(':')
        .filter(|entry| !entry.is_empty())
        .chain([name])
        .find_map(known)
        .or(Some(Language::English))
}

fn known(tag: &str) -> Option<Language> {
    let primary = tag.split(['_', '-', '.', '@']).next().unwrap_or_default();
    if primary.eq_ignore_ascii_case("zh") {
        Some(Language::Chinese)
    } else if primary.eq_ignore_ascii_case("en") {
        Some(Language::English)
    } else {
        None
    }
}

#[cfg(any(target_os = "macos", windows))]
fn of_the_platform() -> Option<Language> {
    sys_locale::get_locales().find_map(|tag| known(&tag))
}

#[cfg(not(any(target_os = "macos", windows)))]
fn of_the_platform() -> Option<Language> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Option<Language> {
        of(|name| {
            pairs
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn follows_gettext() {
        use Language::{Chinese, English};
        for (pairs, language) in [
            (&[][..], None),
            (&[("LANG", "zh_CN.UTF-8")][..], Some(Chinese)),
            (
                &[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "en_US.UTF-8")][..],
                Some(English),
            ),
            (
                &[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "zh_CN")][..],
                Some(Chinese),
            ),
            (
                &[("LANG", "en_US.UTF-8"), ("LANGUAGE", "fr:zh_CN:en")][..],
                Some(Chinese),
            ),
            (&[("LANG", "C.UTF-8"), ("LANGUAGE", "zh_CN")][..], Some(English)),
            (&[("LANG", "de_DE.UTF-8")][..], Some(English)),
            (&[("LANG", ""), ("LC_ALL", "")][..], None),
        ] {
            assert_eq!(with(pairs), language, "{pairs:?}");
        }
    }
}

//! What a stream is called where its user has given it no name: as the window calls it.

use tapewriter_engine::contract::{Language, Stream};

/// Its own name; that of the demo that it is; or where it goes: host and path.
pub(super) fn of(stream: &Stream, language: Language) -> String {
    if !stream.name.trim().is_empty() {
        return stream.name.clone();
    }
    let demo = tapewriter_demo::catalog().into_iter().find(|scenario| {
        [&stream.id, &stream.url]
            .iter()
            .any(|address| address.trim().strip_prefix("demo:") == Some(scenario.path))
    });
    demo.and_then(|scenario| demo_name(scenario.key, language))
        .map_or_else(|| place(&stream.url), str::to_owned)
}

/// By the key of a demo; the window's dictionaries have the same (`demo.…`).
fn demo_name(key: &str, language: Language) -> Option<&'static str> {
    let (english, chinese) = match key {
        "answers" => ("Streaming Q&A", "流式问答"),
        "message" => ("Message 1 to 10", "消息 1 到 10"),
        "monitor" => ("Market monitor", "行情监控"),
        "chat" => ("Group chat", "群聊"),
        "news" => ("Newswire", "新闻快讯"),
        "flaky" => ("Flaky line", "不稳定线路"),
        "longread" => ("Long read", "长文慢读"),
        "flood" => ("Flood", "洪流"),
        _ => return None,
    };
    Some(match language {
        Language::English => english,
        Language::Chinese => chinese,
    })
}

/// Host and path of an address as it was typed: without who asks and what for, which may be secrets.
fn place(address: &str) -> String {
    let address = address.trim();
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit('@').next().unwrap_or_default();
    format!("{host}{}", path.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(name: &str, id: &str, url: &str) -> Stream {
        Stream {
            name: name.to_owned(),
            id: id.to_owned(),
            url: url.to_owned(),
            ..Stream::default()
        }
    }

    #[test]
    fn every_demo_has_the_windows_own_name_in_both_languages() {
        let dictionaries = [
            (Language::English, include_str!("../../../ui/src/i18n/en.ts")),
            (Language::Chinese, include_str!("../../../ui/src/i18n/zh-CN.ts")),
        ];
        for demo in crate::demo::catalog(Language::English) {
            for (language, words) in dictionaries {
                let name = of(&demo.stream, language);
                let entry = format!("\"demo.{}\": \"{name}\"", demo.key);
                assert!(words.contains(&entry), "{entry}");
            }
            // A name of one's own goes first.
            let named = Stream {
                name: "mine".to_owned(),
                ..demo.stream
            };
            assert_eq!(of(&named, Language::Chinese), "mine");
        }
    }

    #[test]
    fn what_has_no_name_is_called_by_where_it_goes() {
        for (url, name) in [
            ("https://api.test/v1/events?key=hunter2#x", "api.test/v1/events"),
            ("https://ada:hunter2@api.test:8443/", "api.test:8443"),
            ("localhost:9/a/", "localhost:9/a"),
            ("{{base}}/room", "{{base}}/room"),
            ("demo:/chat?seed=7", "demo:/chat"),
            ("", ""),
        ] {
            assert_eq!(of(&stream(" ", "s1", url), Language::English), name, "{url}");
        }
        let draft = stream("", "s1", "demo:/chat");
        assert_eq!(of(&draft, Language::English), "Group chat");
    }
}

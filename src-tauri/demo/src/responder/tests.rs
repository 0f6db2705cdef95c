use super::*;
use crate::random::SplitMix;

fn user(text: &str) -> Turn {
    Turn {
        role: Role::User,
        text: text.to_owned(),
    }
}

fn said(question: &str) -> Reply {
    reply(&[user(question)])
}

#[test]
fn subjects_are_found_in_both_languages() {
    for (question, topic, language) in [
        (
            "Why does a stream of tokens feel faster than one long answer?",
            Topic::Faster,
            Language::English,
        ),
        ("为什么流式输出感觉更快？", Topic::Faster, Language::Chinese),
        (
            "为什么流式输出比一次给出整段回答感觉更快？",
            Topic::Faster,
            Language::Chinese,
        ),
        ("What is SSE?", Topic::Sse, Language::English),
        ("SSE 是什么", Topic::Sse, Language::Chinese),
        (
            "What happens when the line drops?",
            Topic::Reconnect,
            Language::English,
        ),
        ("断线以后会怎样？", Topic::Reconnect, Language::Chinese),
        ("SSE or WebSocket?", Topic::WebSocket, Language::English),
        (
            "SSE 和 WebSocket 有什么区别？",
            Topic::WebSocket,
            Language::Chinese,
        ),
        ("Does HTTP/3 help?", Topic::Http3, Language::English),
        ("Show me a FastAPI example", Topic::FastApi, Language::English),
        ("给一个 FastAPI 的例子", Topic::FastApi, Language::Chinese),
        ("How was this answer made?", Topic::Made, Language::English),
        ("为什么内容一下子全出来？", Topic::Buffering, Language::Chinese),
        ("Hello!", Topic::Hello, Language::English),
        ("你好", Topic::Hello, Language::Chinese),
        (
            "What is the best asset for my portfolio?",
            Topic::Fallback,
            Language::English,
        ),
        ("红烧肉怎么烧？", Topic::Fallback, Language::Chinese),
    ] {
        let reply = said(question);
        assert_eq!(reply.text, topic.text(language), "{question}");
        assert_eq!(reply.thinking, topic.thinking(language), "{question}");
        assert_eq!(reply.end, End::Complete);
    }
}

#[test]
fn what_it_does_not_know_it_does_not_make_up() {
    assert!(said("Who won the election?").text.contains("nothing prepared"));
    let sum = said("What is 17 * 23?");
    let call = sum.call.expect("a call");
    assert_eq!(
        (call.name, call.arguments.as_str()),
        ("calculate", r#"{"expression": "17 * 23"}"#)
    );
    assert!(!sum.text.contains("391"));
    assert_eq!(
        said("算一下 (3+4)×5").call.unwrap().arguments,
        r#"{"expression": "(3+4)×5"}"#
    );
    for (question, city) in [
        ("How is the weather in Port Ellen today?", "Port Ellen"),
        ("weather?", "Harbour Town"),
        ("请问青岛今天的天气怎么样？", "青岛"),
        ("天气", "海港镇"),
        ("What's the weather in \"Rome\"", "\\\"Rome\\\""),
    ] {
        let call = said(question).call.expect(question);
        assert_eq!(call.name, "get_weather");
        assert_eq!(call.arguments, format!("{{\"city\": \"{city}\"}}"), "{question}");
    }
    // Neither a date nor a range of pages is a sum to do.
    assert_eq!(said("What happened on 2026-11-26?").call, None);
    assert_eq!(said("What is on page 7?").call, None);
}

#[test]
fn a_conversation_is_remembered() {
    let answered = |text: &str| Turn {
        role: Role::Assistant,
        text: text.to_owned(),
    };
    let second = reply(&[user("What is SSE?"), answered("…"), user("SSE or WebSocket?")]);
    assert!(second.text.ends_with("*You asked before: “What is SSE?”*"));
    let list = reply(&[
        user("What is *SSE*?"),
        answered("…"),
        user("你好"),
        answered("…"),
        user("What did I ask?"),
    ]);
    assert_eq!(list.text, "You asked before:\n\n1. What is \\*SSE\\*?\n2. 你好");
    assert!(said("我问过什么？").text.starts_with("还没有"));
    let tool = Turn {
        role: Role::Tool,
        text: "{\"celsius\": 9}".to_owned(),
    };
    let passed_on = reply(&[user("How is the weather in Oban?"), answered(""), tool]);
    assert!(
        passed_on.text.contains("> {\"celsius\": 9}"),
        "{}",
        passed_on.text
    );
    assert_eq!(passed_on.call, None);
}

#[test]
fn answers_can_be_of_any_length() {
    for chars in [1, 2, 999, 5000, 100_000] {
        let text = said(&format!("write {chars} characters")).text;
        assert_eq!(text.chars().count(), chars);
    }
    let chinese = said("写 2000 字").text;
    assert_eq!(chinese.chars().count(), 2000);
    assert!(chinese.starts_with("## 第 1 页\n\n"));
    let most = said("Please write 99999999999999999999999 characters").text;
    assert_eq!(most.chars().count(), MAX_CHARS);
    assert_eq!(said("write 3,000 letters").text.chars().count(), 3000);
}

#[test]
fn pieces_are_small_and_the_whole() {
    let texts = [
        Topic::Markdown.text(Language::English),
        Topic::FastApi.text(Language::Chinese),
        "e\u{301}cole 🇳🇴🏳️‍🌈 naïve    \n\n\t end ",
    ];
    for text in texts {
        let pieces = tokens(text, &mut SplitMix(3));
        assert_eq!(pieces.concat(), text);
        assert!(pieces.iter().all(|piece| !piece.is_empty()));
        assert_eq!(pieces, tokens(text, &mut SplitMix(3)));
    }
    let pieces = tokens("e\u{301}cole 🏳️‍🌈 x", &mut SplitMix(3));
    assert_eq!(pieces, ["e\u{301}cole", " 🏳️‍🌈", " x"]);
    assert_eq!(
        tokens("The ferry leaves", &mut SplitMix(1)),
        ["The", " ferry", " leaves"]
    );
}

#[test]
fn prepared_texts_are_what_markdown_and_a_wire_take_as_they_are() {
    for text in [
        Topic::Hello,
        Topic::Faster,
        Topic::Http3,
        Topic::Poem,
        Topic::Markdown,
    ]
    .into_iter()
    .flat_map(|topic| [topic.text(Language::English), topic.text(Language::Chinese)])
    {
        assert!(!text.contains('\r') && !text.contains('\t'), "{text}");
        assert_eq!(text.matches("```").count() % 2, 0, "{text}");
    }
}

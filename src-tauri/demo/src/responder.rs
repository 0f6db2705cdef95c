//! The offline responder: prepared texts on a few subjects, found by words of the question, and honest about it. It
//! knows no HTTP and reads no clock: a question and what went before it in, a [`Reply`] out.

mod asked;
mod long;
mod tokens;
mod topics;

pub use asked::{Language, mentions};
pub use tokens::tokens;

use asked::{before, city, expression, length};
use topics::Topic;

/// What stands in `model` of every answer.
pub const MODEL: &str = "offline-responder";

/// Characters of the longest answer that can be asked for: some 50,000 events.
pub const MAX_CHARS: usize = 200_000;

/// Characters of a question that are looked at; words further on change nothing.
const READ: usize = 4_096;

/// Who says something in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    System,
    User,
    Assistant,
    /// What a tool that was called gave back.
    Tool,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub role: Role,
    pub text: String,
}

/// A tool that the answer wants called. Nobody here calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub name: &'static str,
    /// JSON.
    pub arguments: String,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Complete,
    /// Refused: the text is why.
    Refused,
    /// In the middle, by an error of the server.
    Failed,
}

/// An answer, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub thinking: String,
    pub text: String,
    pub call: Option<Call>,
    pub end: End,
}

impl Reply {
    fn of(text: impl Into<String>) -> Self {
        Self {
            thinking: String::new(),
            text: text.into(),
            call: None,
            end: End::Complete,
        }
    }
}

/// What it says to a conversation. The same conversation always gets the same answer.
pub fn reply(turns: &[Turn]) -> Reply {
    let asked: Vec<&str> = turns
        .iter()
        .filter(|turn| turn.role == Role::User && !turn.text.trim().is_empty())
        .map(|turn| turn.text.trim())
        .collect();
    let Some((question, earlier)) = asked.split_last() else {
        return Reply::of(Topic::Hello.text(Language::English));
    };
    let language = Language::of(question);
    if let Some(Turn {
        role: Role::Tool,
        text,
    }) = turns.last()
    {
        return Reply::of(tool_answered(text, language));
    }
    let mut reply = answer(question, earlier, language);
    // What went before is named, so that a conversation can be told from questions of their own.
    if reply.end == End::Complete
        && reply.call.is_none()
        && !mentions_before(question)
        && let Some(last) = earlier.last()
    {
        reply.text.push_str("\n\n");
        reply.text.push_str(&before(last, language));
    }
    reply
}

fn answer(question: &str, earlier: &[&str], language: Language) -> Reply {
    let read: String = question.chars().take(READ).flat_map(char::to_lowercase).collect();
    let any = |words: &[&str]| words.iter().any(|word| mentions(&read, word));

    if let Some(chars) = length(&read) {
        return Reply::of(long::text(chars.clamp(1, MAX_CHARS), language));
    }
    if any(&["fail", "失败", "出错"]) {
        return Reply {
            end: End::Failed,
            ..Reply::of(language.pick(
                "This answer is going to break off in the middle, as you asked. What has arrived by then stays on the page, and the",
                "这个回答会按你的要求在中途断掉。断掉之前到达的内容会留在页面上，接下来",
            ))
        };
    }
    if any(&["refuse", "refusal", "拒绝"]) {
        return Reply {
            end: End::Refused,
            ..Reply::of(language.pick(
                "I'm not going to answer that. You asked for a refusal, so this is what one looks like.",
                "这个问题我不回答。你要看拒绝是什么样子，这就是了。",
            ))
        };
    }
    if mentions_before(question) {
        return Reply::of(list_of(earlier, language));
    }
    if let Some(expression) = expression(&read) {
        return call("calculate", "expression", &expression, language);
    }
    if any(&["weather", "forecast", "天气"]) {
        return call("get_weather", "city", &city(question, language), language);
    }
    let topic = topics::find(&read);
    Reply {
        thinking: topic.thinking(language).to_owned(),
        ..Reply::of(topic.text(language))
    }
}

fn mentions_before(question: &str) -> bool {
    let read: String = question.chars().take(READ).flat_map(char::to_lowercase).collect();
    [
        "did i ask",
        "i asked before",
        "asked you before",
        "我问过",
        "刚才问",
        "之前问",
    ]
    .iter()
    .any(|words| read.contains(words))
}

fn list_of(earlier: &[&str], language: Language) -> String {
    if earlier.is_empty() {
        return language
            .pick(
                "Nothing yet: this is your first question in this conversation.",
                "还没有：这是你在这次对话里的第一个问题。",
            )
            .to_owned();
    }
    let mut text = language.pick("You asked before:\n", "你之前问过：\n").to_owned();
    // The newest of a long conversation.
    let skipped = earlier.len().saturating_sub(20);
    for (i, question) in earlier.iter().enumerate().skip(skipped) {
        text.push_str(&format!("\n{}. {}", i + 1, asked::one_line(question, 120)));
    }
    text
}

/// The call itself and a word about it: what the tool would say is not made up.
fn call(name: &'static str, argument: &str, value: &str, language: Language) -> Reply {
    let value = serde_json::Value::from(value);
    let thinking = language.pick(
        "I cannot know this by myself. A tool can, so I ask for it and say nothing of the result.",
        "这个我自己没法知道，需要工具。我来发起调用，结果不瞎编。",
    );
    let text = language.pick(
        "For that I need a tool, and nobody has given me one here. This is how I would call it:",
        "这需要用到工具，而这里没有接上工具。我会这样调用它：",
    );
    Reply {
        thinking: thinking.to_owned(),
        call: Some(Call {
            name,
            arguments: format!("{{\"{argument}\": {value}}}"),
        }),
        ..Reply::of(text)
    }
}

fn tool_answered(text: &str, language: Language) -> String {
    let said = asked::one_line(text, 2_000);
    let lead = language.pick("The tool answered:", "工具返回了：");
    let close = language.pick(
        "I pass it on as it came; I have no way to check it.",
        "我原样转达，无从核实。",
    );
    format!("{lead}\n\n> {said}\n\n{close}")
}

#[cfg(test)]
mod tests;

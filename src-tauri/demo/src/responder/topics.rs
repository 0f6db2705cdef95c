//! The subjects, the words they are found by, and their texts.

use super::Language;
use super::asked::mentions;

/// One subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Faster,
    Sse,
    Reconnect,
    WebSocket,
    Http3,
    Made,
    FastApi,
    Browser,
    Buffering,
    Poem,
    Markdown,
    Hello,
    Fallback,
}

/// Words in lower case. Where two subjects are mentioned alike, the one further up is meant.
const WORDS: [(Topic, &[&str]); 12] = [
    (
        Topic::WebSocket,
        &["websocket", "web socket", "sse vs", "sse or", "双向", "区别"],
    ),
    (Topic::Http3, &["http/3", "http3", "quic", "h3"]),
    (
        Topic::Buffering,
        &[
            "at once",
            "buffer",
            "nginx",
            "proxy",
            "isn't it streaming",
            "not streaming",
            "一下子",
            "缓冲",
            "代理",
        ],
    ),
    (
        Topic::Reconnect,
        &[
            "reconnect",
            "last-event-id",
            "drop",
            "resume",
            "retry",
            "offline line",
            "重连",
            "断线",
            "断开",
            "续传",
        ],
    ),
    (
        Topic::FastApi,
        &[
            "fastapi",
            "python",
            "server example",
            "uvicorn",
            "服务器怎么写",
            "服务端",
        ],
    ),
    (
        Topic::Browser,
        &[
            "browser",
            "eventsource",
            "javascript",
            "fetch",
            "client",
            "浏览器",
            "前端",
            "客户端",
        ],
    ),
    (
        Topic::Faster,
        &[
            "faster",
            "fast",
            "quick",
            "token",
            "wait",
            "feel",
            "快",
            "等待",
            "打字机",
        ],
    ),
    (
        Topic::Made,
        &[
            "this answer",
            "how are you made",
            "how is this made",
            "are you a model",
            "who are you",
            "how do you work",
            "怎么来的",
            "你是谁",
            "什么模型",
            "怎么做",
        ],
    ),
    (Topic::Poem, &["poem", "poetry", "verse", "诗"]),
    (
        Topic::Markdown,
        &["markdown", "table", "formatting", "排版", "表格", "格式"],
    ),
    (
        Topic::Sse,
        &[
            "sse",
            "server-sent",
            "server sent",
            "event stream",
            "streaming",
            "流式",
            "事件流",
        ],
    ),
    (
        Topic::Hello,
        &[
            "hello",
            "hi",
            "hey",
            "help",
            "good morning",
            "你好",
            "您好",
            "嗨",
            "帮助",
        ],
    ),
];

/// The subject whose words are mentioned most.
pub fn find(question: &str) -> Topic {
    let mut best = (Topic::Fallback, 0);
    for (topic, words) in WORDS {
        let found = words.iter().filter(|word| mentions(question, word)).count();
        if found > best.1 {
            best = (topic, found);
        }
    }
    best.0
}

macro_rules! prepared {
    ($name:literal, $language:ident) => {
        match $language {
            Language::English => include_str!(concat!("topics/", $name, ".en.md")),
            Language::Chinese => include_str!(concat!("topics/", $name, ".zh.md")),
        }
    };
}

impl Topic {
    /// What is said about it, in markdown.
    pub fn text(self, language: Language) -> &'static str {
        let text = match self {
            Self::Faster => prepared!("faster", language),
            Self::Sse => prepared!("sse", language),
            Self::Reconnect => prepared!("reconnect", language),
            Self::WebSocket => prepared!("websocket", language),
            Self::Http3 => prepared!("http3", language),
            Self::Made => prepared!("made", language),
            Self::FastApi => prepared!("fastapi", language),
            Self::Browser => prepared!("browser", language),
            Self::Buffering => prepared!("buffering", language),
            Self::Poem => prepared!("poem", language),
            Self::Markdown => prepared!("markdown", language),
            Self::Hello => prepared!("hello", language),
            Self::Fallback => prepared!("fallback", language),
        };
        text.trim_ascii_end()
    }

    /// What goes before some answers; empty for none.
    pub fn thinking(self, language: Language) -> &'static str {
        let (english, chinese) = match self {
            Self::Faster => (
                "The question is about feeling, not about speed. The total is the same, so I should say what differs: when the first words come, and what the reader does meanwhile. A small table makes that plain.",
                "问的是感觉，不是速度。总时长一样，要说清楚差在哪里：第一个字什么时候来，等的时候人在做什么。列个小表最直观。",
            ),
            Self::WebSocket => (
                "Not a fight between the two. Best to put the properties side by side and end with a rule of thumb.",
                "不必分高下。把特点并排列出来，最后给一条经验法则。",
            ),
            Self::Http3 => (
                "They may expect that everything changes. What matters for streams: packets, the first byte, moving between networks. And I should say what stays.",
                "可能以为一切都变了。对流来说要紧的是：丢包、首字节、换网络。还要说清楚什么没变。",
            ),
            Self::Buffering => (
                "Events that come in one burst were held back by somebody. I go through the usual places, the most likely first.",
                "挤在一起到的事件，是被谁攒住了。按可能性，把常见的地方过一遍。",
            ),
            _ => return "",
        };
        language.pick(english, chinese)
    }
}

//! The names that fields go by, and which of them a stream's events use.

use std::borrow::Cow;

use serde_json::Value;

use super::super::time;
use crate::view::path::{Node, Path};

/// What a field's value must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    /// A string.
    Text,
    /// A string, or else a number.
    Word,
    /// Such, or an object that has a name.
    Name,
    /// A time.
    Time,
}

/// A field and the names it may have, best first.
pub struct Field {
    want: Want,
    names: &'static [&'static str],
}

/// Members that wrap an event.
const WRAPS: [&str; 6] = ["data", "payload", "message", "msg", "event", "item"];
/// Members that name whom an object stands for.
const NAMES: [&str; 8] = [
    "name",
    "display_name",
    "displayName",
    "username",
    "nick",
    "login",
    "title",
    "id",
];

/// Who says it.
pub const SENDER: Field = Field {
    want: Want::Name,
    names: &[
        "sender",
        "user",
        "from",
        "name",
        "author",
        "nick",
        "username",
        "user_name",
        "userName",
        "nickname",
        "sender_name",
        "senderName",
        "display_name",
        "displayName",
        "member",
        "participant",
        "who",
        "by",
    ],
};
/// What is said.
pub const TEXT: Field = Field {
    want: Want::Text,
    names: &["text", "message", "content", "body", "msg", "said", "data"],
};
/// When it was said.
pub const TIME: Field = Field {
    want: Want::Time,
    names: &[
        "time",
        "ts",
        "timestamp",
        "sent_at",
        "sentAt",
        "date",
        "datetime",
        "created_at",
        "createdAt",
        "created",
        "at",
    ],
};
/// A message's own id.
pub const ID: Field = Field {
    want: Want::Word,
    names: &[
        "id",
        "message_id",
        "messageId",
        "msg_id",
        "client_id",
        "clientId",
        "uuid",
        "guid",
        "key",
    ],
};
/// A card's title.
pub const TITLE: Field = Field {
    want: Want::Text,
    names: &["title", "headline", "subject", "head", "name"],
};
/// Its summary.
pub const SUMMARY: Field = Field {
    want: Want::Text,
    names: &[
        "summary",
        "description",
        "abstract",
        "excerpt",
        "lead",
        "snippet",
        "body",
        "content",
        "text",
    ],
};
/// Who published it.
pub const SOURCE: Field = Field {
    want: Want::Name,
    names: &[
        "source",
        "publisher",
        "provider",
        "outlet",
        "site",
        "feed",
        "channel",
        "author",
    ],
};
/// A title that nothing else is called.
pub const HEADLINE: Field = Field {
    want: Want::Text,
    names: &["title", "headline", "subject"],
};
/// When.
pub const PUBLISHED: Field = Field {
    want: Want::Time,
    names: &[
        "time",
        "published",
        "published_at",
        "publishedAt",
        "pub_date",
        "pubDate",
        "date",
        "timestamp",
        "ts",
        "created_at",
        "createdAt",
        "updated",
        "updated_at",
        "updatedAt",
    ],
};
/// Where it leads.
pub const LINK: Field = Field {
    want: Want::Text,
    names: &["link", "url", "href", "permalink", "uri"],
};

impl Field {
    /// The path to use: the rule's own if it can be read, else the one that is found, which is put into the rule.
    pub fn settle(&self, told: &mut String, sample: &[&Value]) -> Option<Path> {
        if !told.trim().is_empty()
            && let Ok(path) = crate::view::path::of_rule(told)
        {
            return Some(path);
        }
        *told = self.among(sample).unwrap_or_default();
        Path::parse(told).ok()
    }

    /// The path under which the most documents hold it.
    pub fn among(&self, sample: &[&Value]) -> Option<String> {
        let mut best: Option<(u32, Vec<&str>)> = None;
        // The best that there can be: nothing later is better.
        let full = u32::try_from(2 * sample.len()).unwrap_or(u32::MAX);
        let mut weigh = |keys: &[&'static str]| {
            let weight = sample.iter().map(|value| self.weight(value, keys)).sum::<u32>();
            if weight > best.as_ref().map_or(0, |(most, _)| *most) {
                best = Some((weight, keys.to_vec()));
            }
            weight >= full
        };
        'all: for wrap in std::iter::once(None).chain(WRAPS.iter().copied().map(Some)) {
            for name in self.names {
                let keys: Vec<&str> = wrap.into_iter().chain([*name]).collect();
                if weigh(&keys) {
                    break 'all;
                }
                if self.want == Want::Name {
                    for inner in NAMES {
                        let keys: Vec<&str> = keys.iter().copied().chain([inner]).collect();
                        if weigh(&keys) {
                            break 'all;
                        }
                    }
                }
            }
        }
        best.map(|(_, keys)| keys.iter().fold(String::from("$"), |path, key| path + "." + key))
    }

    /// How well what stands there fits: 2 for what it should be, 1 for what it may be.
    fn weight(&self, value: &Value, keys: &[&str]) -> u32 {
        let found = keys
            .iter()
            .try_fold(value, |value, key| value.as_object()?.get(*key));
        match (self.want, found) {
            (_, None) => 0,
            (Want::Time, Some(value)) => 2 * u32::from(time::of(value).is_some()),
            (_, Some(Value::String(text))) => 1 + u32::from(!text.is_empty()),
            (Want::Word | Want::Name, Some(Value::Number(_))) => 1,
            _ => 0,
        }
    }
}

/// A scalar as text.
pub fn word(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(_) | Value::Bool(_) => Some(Cow::Owned(Node::of(value).text()?.into_owned())),
        _ => None,
    }
}

/// A scalar, or what an object is named.
pub fn name(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Object(members) => NAMES.iter().find_map(|name| members.get(*name).and_then(word)),
        value => word(value),
    }
}

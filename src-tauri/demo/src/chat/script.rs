//! What the people of the room say to each other, and what they answer to a guest.

use crate::responder::Language;

/// Who is in the room, and the language they answer in.
pub const SPEAKERS: [(&str, Language); 6] = [
    ("Mira", Language::English),
    ("阿杰", Language::Chinese),
    ("Tom", Language::English),
    ("小雨", Language::Chinese),
    ("Signe", Language::English),
    ("老陈", Language::Chinese),
];

/// A line: who, by place in [`SPEAKERS`], and what.
pub type Line = (usize, &'static str);

const MIRA: usize = 0;
const JIE: usize = 1;
const TOM: usize = 2;
const YU: usize = 3;
const SIGNE: usize = 4;
const CHEN: usize = 5;

/// Talks of a few lines each. The first has been held already when somebody comes in.
pub const TALKS: [&[Line]; 12] = [
    &[
        (MIRA, "Is the tide gauge back?"),
        (MIRA, "I see gaps since eleven."),
        (JIE, "刚恢复，补了 42 条，没有丢。"),
        (TOM, "It was a crab again, wasn't it."),
        (JIE, "嗯，还是那只。"),
    ],
    &[
        (YU, "晚班船今天开吗？我看雾挺大的。"),
        (
            TOM,
            "They decide at nine. The harbour office will put a lamp in the window.",
        ),
        (YU, "绿灯就是开？"),
        (TOM, "Green is yes, amber is soup."),
        (YU, "那我先去喝汤。"),
    ],
    &[
        (SIGNE, "Bread is out. Salty today, the tide is coming in."),
        (CHEN, "给我留两个，十分钟到。"),
        (SIGNE, "Two for Chen, behind the scale."),
        (MIRA, "And one for me if there is one left?"),
        (SIGNE, "There is one left."),
    ],
    &[
        (JIE, "新拖轮下午试航，谁想去看？"),
        (MIRA, "Me. Where from?"),
        (JIE, "三号码头，三点。带件外套，风大。"),
        (TOM, "Is it true that it makes no noise at all?"),
        (JIE, "真的，只听得见水声。"),
        (TOM, "Then how will the gulls know?"),
    ],
    &[
        (CHEN, "谁动了我的记录本？昨天的潮位写成了 43.1 米。"),
        (YU, "老陈，那是 4.31，小数点被咖啡盖住了。"),
        (CHEN, "……是我自己的咖啡。"),
        (SIGNE, "43 metres would have been a story, though."),
    ],
    &[
        (
            TOM,
            "Does anybody have a spare fuse for the fog horn? The old kind, glass.",
        ),
        (CHEN, "验潮站抽屉里有一盒，自己来拿。"),
        (TOM, "You are a treasure."),
        (CHEN, "用完了记得写在本子上。"),
        (TOM, "In the book with the coffee?"),
    ],
    &[
        (
            MIRA,
            "The bridge is about to open, if you want to see the yellow kayak.",
        ),
        (YU, "在看！他今天戴了顶红帽子。"),
        (
            MIRA,
            "He waves at the bridge every time. The bridge waves back, in a way.",
        ),
        (YU, "哈哈，真的。"),
    ],
    &[
        (JIE, "图书船明天靠岸，有人要还书吗？我可以带过去。"),
        (
            SIGNE,
            "Two of mine are on the counter. Tell them the second one was too sad.",
        ),
        (JIE, "好，原话转达。"),
        (CHEN, "帮我借一张旧海图，1950 年以前的。"),
        (JIE, "记下了。"),
    ],
    &[
        (YU, "谁知道礼拜五大潮是几点？"),
        (CHEN, "11 点 38 分，4.4 米。车别停下码头。"),
        (TOM, "Last time I forgot. My bicycle still smells of it."),
        (MIRA, "We know, Tom."),
    ],
    &[
        (SIGNE, "Choir tonight in the boathouse, half past seven."),
        (TOM, "I'll bring the heater."),
        (YU, "我能来听吗？不会唱。"),
        (SIGNE, "Nobody can, that is why we rehearse. Come."),
        (YU, "那我带橘子。"),
    ],
    &[
        (
            MIRA,
            "Does this room show twice for anybody else, or is that only my phone?",
        ),
        (JIE, "正常。你刚才断线了一下，又接上了。"),
        (
            MIRA,
            "Nothing missing, though. It went on right after the last line.",
        ),
        (JIE, "带着最后一条的编号重连，就能接着收。"),
        (MIRA, "Like the lighthouse keeper and his log."),
    ],
    &[
        (CHEN, "气象台说后半夜有雾。"),
        (
            TOM,
            "Then I start the horn at two. Sorry in advance, everyone by the mole.",
        ),
        (SIGNE, "We sleep better with it, honestly."),
        (YU, "同意，像有人在值班。"),
    ],
];

/// An answer that fits what a guest said: words in lower case, who answers, and what they say.
struct Fits {
    words: &'static [&'static str],
    by: usize,
    says: &'static [&'static str],
}

const FITS: [Fits; 14] = [
    Fits {
        words: &["hello", "hi", "hey", "good morning", "good evening"],
        by: MIRA,
        says: &[
            "Hello! Good that you found us. The kettle is on.",
            "Hi there. You came in right after the bread.",
        ],
    },
    Fits {
        words: &["你好", "您好", "大家好", "嗨", "早上好", "晚上好"],
        by: YU,
        says: &["你好呀！今天潮水正好。", "欢迎欢迎，随便坐。"],
    },
    Fits {
        words: &["thank", "thanks", "cheers"],
        by: TOM,
        says: &["Any time.", "Don't mention it."],
    },
    Fits {
        words: &["谢谢", "多谢", "感谢"],
        by: JIE,
        says: &["不客气。", "小事。"],
    },
    Fits {
        words: &["bye", "good night", "see you"],
        by: SIGNE,
        says: &["Good night. Mind the step by the door.", "See you at low water."],
    },
    Fits {
        words: &["再见", "晚安", "拜拜"],
        by: YU,
        says: &["晚安，路上小心。", "明天见！"],
    },
    Fits {
        words: &["ferry", "boat", "timetable"],
        by: TOM,
        says: &[
            "The next one is at ten past. After that it is soup until six.",
            "If the lamp in the harbour office is green, it goes.",
        ],
    },
    Fits {
        words: &["渡轮", "船"],
        by: JIE,
        says: &["下一班十点过十分，之后要等到六点。", "港务处亮绿灯就开。"],
    },
    Fits {
        words: &["tide", "water", "gauge"],
        by: MIRA,
        says: &[
            "High water is at 11:24 today, 3.9 m. Chen would give you the centimetres too.",
            "Falling since half past five.",
        ],
    },
    Fits {
        words: &["潮", "水位", "验潮"],
        by: CHEN,
        says: &["今天高潮 11 点 24 分，3.9 米。", "五点半开始落的。"],
    },
    Fits {
        words: &["weather", "rain", "fog", "wind"],
        by: TOM,
        says: &[
            "Fog after two, they say. I have the horn ready.",
            "Light from the west. Good for the nets.",
        ],
    },
    Fits {
        words: &["天气", "下雨", "雾", "风"],
        by: CHEN,
        says: &["后半夜有雾，能见度不到五百米。", "西风二级，适合晒网。"],
    },
    Fits {
        words: &["bread", "soup", "coffee", "hungry", "lemon"],
        by: SIGNE,
        says: &[
            "Salty at high water, sweet at low. I keep you one.",
            "There is soup until it is gone.",
        ],
    },
    Fits {
        words: &["面包", "汤", "咖啡", "饿", "柠檬"],
        by: YU,
        says: &["Signe 那里还有，涨潮是咸的。", "走，一起去喝汤。"],
    },
];

/// What is answered where nothing fits: to a question, and to anything else.
const QUESTION: [(Language, usize, &[&str]); 2] = [
    (
        Language::English,
        MIRA,
        &[
            "Good question. I'd ask Chen, he writes everything down.",
            "Nobody knows, and by Thursday everybody will.",
        ],
    ),
    (
        Language::Chinese,
        JIE,
        &["这个得问老陈，他什么都记着。", "不太清楚，我打听一下。"],
    ),
];

const REMARK: [(Language, usize, &[&str]); 2] = [
    (
        Language::English,
        TOM,
        &[
            "That is what I said on Tuesday.",
            "Noted, in the book with the coffee.",
            "Ha. Tell that to the gulls.",
        ],
    ),
    (
        Language::Chinese,
        YU,
        &["哈哈，有道理。", "记下了。", "我也这么想。"],
    ),
];

/// Who answers to this, and what. `chance` picks among what fits alike.
pub fn answer(text: &str, chance: u64) -> Line {
    use crate::responder::mentions;
    let lower = text.to_lowercase();
    let pick = |says: &[&'static str]| says[(chance % says.len() as u64) as usize];
    let language = Language::of(text);
    // A guest is answered in the language of the message where both would fit.
    let fits = FITS
        .iter()
        .filter(|fits| fits.words.iter().any(|word| mentions(&lower, word)))
        .min_by_key(|fits| SPEAKERS[fits.by].1 != language);
    if let Some(fits) = fits {
        return (fits.by, pick(fits.says));
    }
    let others = if text.contains(['?', '？']) || lower.trim_end().ends_with(['吗', '呢']) {
        &QUESTION
    } else {
        &REMARK
    };
    let (_, by, says) = others[usize::from(language == Language::Chinese)];
    (by, pick(says))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_speaks_their_own_language() {
        let lines = TALKS.iter().copied().flatten().copied();
        for (who, text) in lines {
            // A sigh is of no language.
            assert_eq!(Language::of(text), SPEAKERS[who].1, "{text}");
        }
        for fits in &FITS {
            for says in fits.says {
                assert_eq!(Language::of(says), SPEAKERS[fits.by].1, "{says}");
            }
        }
    }

    #[test]
    fn answers_fit_a_little() {
        for (text, name, starts) in [
            ("Hello everyone", "Mira", "Hello!"),
            ("大家好", "小雨", "你好呀"),
            ("When does the ferry go?", "Tom", "The next one"),
            ("今天有渡轮吗", "阿杰", "下一班"),
            ("Is this the right place?", "Mira", "Good question"),
            ("这里是哪儿？", "阿杰", "这个得问老陈"),
            ("xyz", "Tom", "That is what"),
        ] {
            let (who, says) = answer(text, 0);
            assert_eq!(SPEAKERS[who].0, name, "{text}");
            assert!(says.starts_with(starts), "{text}: {says}");
        }
        assert_eq!(answer("nothing here", 1), answer("nothing here", 4));
    }
}

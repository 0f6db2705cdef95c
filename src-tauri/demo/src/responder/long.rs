//! Answers of any length, to the character.

use super::Language;
use crate::random::SplitMix;

const ENGLISH: [&str; 16] = [
    "The first ferry leaves before the bakery opens.",
    "Gulls stand on the railing in order of rank.",
    "Somebody has painted the harbour office door blue again.",
    "At low water the old slipway shows its stones.",
    "The tide gauge clicks once for every centimetre.",
    "A crate of lemons waits for a boat that is late.",
    "The lighthouse keeper reads the paper from back to front.",
    "Rain crosses the bay, stops at the mole, and turns around.",
    "Two children count the masts and do not agree.",
    "The night train brings the post and one piano.",
    "On the market square the clock is four minutes ahead, and everybody knows.",
    "The fog horn practises its one note.",
    "A dog sleeps on the coiled rope and is not moved.",
    "The bridge opens for a single yellow kayak.",
    "In the café they write today's soup on yesterday's tide table.",
    "By evening the water is as flat as a page.",
];

const CHINESE: [&str; 16] = [
    "头班渡轮开得比面包店开门还早。",
    "海鸥按辈分站在栏杆上。",
    "港务处的门又被谁刷成了蓝色。",
    "退潮时，旧船台露出了石头。",
    "验潮仪每过一厘米就响一声。",
    "一箱柠檬在等一条晚点的船。",
    "守灯人看报纸，从最后一版看起。",
    "雨过了海湾，在防波堤前停住，又折了回去。",
    "两个孩子在数桅杆，数出来不一样。",
    "夜班火车送来了邮件，还有一架钢琴。",
    "集市广场的钟快四分钟，大家都知道。",
    "雾笛在练它唯一的一个音。",
    "一只狗睡在盘好的缆绳上，谁也没叫醒它。",
    "大桥为一只黄色的皮艇打开了一次。",
    "咖啡馆把今天的汤写在昨天的潮汐表背面。",
    "到了傍晚，水面平得像一页纸。",
];

/// A text in markdown of exactly `chars` characters.
pub fn text(chars: usize, language: Language) -> String {
    let (sentences, space) = match language {
        Language::English => (&ENGLISH, " "),
        Language::Chinese => (&CHINESE, ""),
    };
    let mut random = SplitMix(chars as u64);
    let mut text = String::new();
    let mut written = 0;
    let mut chapter = 0;
    // What comes after the last character that was asked for is cut below.
    while written < chars {
        let before = text.len();
        if chapter > 0 {
            text.push_str("\n\n");
        }
        chapter += 1;
        text.push_str(&match language {
            Language::English => format!("## Page {chapter}"),
            Language::Chinese => format!("## 第 {chapter} 页"),
        });
        for _ in 0..random.between(3, 5) {
            text.push_str("\n\n");
            let order = random.order(sentences.len());
            let some = &order[..random.between(3, 6) as usize];
            let paragraph: Vec<_> = some.iter().map(|at| sentences[*at]).collect();
            text.push_str(&paragraph.join(space));
        }
        written += text[before..].chars().count();
    }
    let end = text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
    text.truncate(end);
    text
}

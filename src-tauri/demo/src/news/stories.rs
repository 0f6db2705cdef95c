//! The stories: a harbour town that is on no map, in its two languages.

/// One story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Story {
    pub breaking: bool,
    pub chinese: bool,
    pub source: &'static str,
    pub title: &'static str,
    pub summary: &'static str,
    /// The rest of it, on its own page.
    pub more: &'static str,
}

const fn english(
    source: &'static str,
    title: &'static str,
    summary: &'static str,
    more: &'static str,
) -> Story {
    Story {
        breaking: false,
        chinese: false,
        source,
        title,
        summary,
        more,
    }
}

const fn chinese(
    source: &'static str,
    title: &'static str,
    summary: &'static str,
    more: &'static str,
) -> Story {
    Story {
        chinese: true,
        ..english(source, title, summary, more)
    }
}

const fn breaking(story: Story) -> Story {
    Story {
        breaking: true,
        ..story
    }
}

/// In the order of the first day; later days have them in another.
pub const STORIES: [Story; 30] = [
    english(
        "Weather desk",
        "Rain easing by evening",
        "Light wind from the west, clear by ten.",
        "The front that has stood over the bay since Sunday moves inland. The small craft warning ends at six.",
    ),
    english(
        "Port Authority",
        "Ferry timetable changes next week",
        "Two early crossings are added, one late crossing goes.",
        "The 05:40 and the 06:10 run on weekdays. The 23:50 is given up: on most nights it carried nobody but its crew.",
    ),
    english(
        "Harbour Post",
        "Library extends Sunday hours",
        "Trial through March, with a quiet room on the second floor.",
        "Readers had asked for it since the autumn. The café downstairs stays closed; tea from a flask is allowed by the window.",
    ),
    chinese(
        "海岸晚报",
        "潮汐发电站今晨并网",
        "首期 12 兆瓦，可供约九千户用电。",
        "四台机组安装在旧防波堤的涵洞里，涨潮和落潮都能发电。二期将在明年春天开工。",
    ),
    breaking(english(
        "Harbour Post",
        "Harbour bridge reopens after nine days",
        "Both lanes from six tonight; buses return on Monday.",
        "Divers found the third bearing sound. Lorries over twelve tonnes use the ring road until the end of the month.",
    )),
    chinese(
        "港务处",
        "三号码头夜间照明更换完毕",
        "改用暖色低杆灯，海鸟不再误入。",
        "新灯只照向地面，亮度随潮位调节。观鸟协会统计，上周没有一只幼鸟落在堆场。",
    ),
    english(
        "Market notes",
        "First mackerel of the season",
        "Four crates by eight, gone by half past.",
        "The boats went out beyond the sandbank for them. Expect more from Thursday on, and lower prices with it.",
    ),
    chinese(
        "海岸晚报",
        "老灯塔周末向公众开放",
        "每半小时一批，每批十二人，需自带手电。",
        "灯塔里一共 146 级台阶。守灯人会讲一遍 1931 年大雾的故事，听完可以在日志上签名。",
    ),
    english(
        "Town Hall",
        "Council keeps the clock four minutes fast",
        "A motion to correct it fails by one vote.",
        "Shopkeepers had said that the four minutes are when people buy bread. The station's clock stays right.",
    ),
    chinese(
        "气象台",
        "后半夜有雾，能见度低于五百米",
        "渡轮可能停航，请留意码头广播。",
        "雾由暖湿气流引起，预计上午九点后消散。雾笛将从凌晨两点开始鸣响。",
    ),
    breaking(chinese(
        "港务处",
        "渡轮因大雾暂停，恢复时间另行通知",
        "已在船上的乘客可在候船室休息，热茶免费。",
        "末班船于 21:10 靠岸。需要过海的居民可乘环湾公交，凭船票免费。",
    )),
    english(
        "Harbour Post",
        "Night train gets its dining car back",
        "Soup from nine, and the window seats are numbered again.",
        "The car had been in the works for a year and a half. Its piano has been tuned, and remains locked on weekdays.",
    ),
    chinese(
        "海岸晚报",
        "小学生测得今年最高潮位",
        "4.31 米，比验潮站的读数只差一厘米。",
        "他们用的是自己做的浮筒和一把木尺。验潮站的老陈说，那一厘米多半是他的。",
    ),
    english(
        "Port Authority",
        "Tide gauge back after two hours",
        "Forty-two readings were kept on the instrument and have been added.",
        "A crab had moved into the housing. It has been carried to the other side of the mole.",
    ),
    chinese(
        "集市简讯",
        "早市新增十二个雨棚",
        "下雨天也能逛到九点半。",
        "雨棚由退役的船帆改成，还能看到原来的船号。摊位顺序不变。",
    ),
    breaking(english(
        "Coastguard",
        "Sailing boat towed in, all four well",
        "A broken rudder off the north buoy; they had soup on board.",
        "The lifeboat left at 14:02 and was back at 15:20. The crew thanked a kayaker who had stayed with them.",
    )),
    english(
        "Harbour Post",
        "The yellow kayak has a name now",
        "After nine years its owner gave in to the children's vote: Lemon.",
        "The bridge keeper has had it painted on the list of vessels that the bridge opens for.",
    ),
    chinese(
        "海岸晚报",
        "流动图书船本月停靠六个村",
        "新到漫画两箱，航海图可以借回家。",
        "借阅证在船上当场办理。归还时说一句读后感，可以多借一本。",
    ),
    english(
        "Weather desk",
        "Spring tide on Friday",
        "High water 4.4 m at 11:38; the lower quay will be wet.",
        "Cars should be gone from the quay by ten. The fish market moves up one street for the day.",
    ),
    chinese(
        "市政公告",
        "滨海步道南段周一起维修",
        "为期三周，轮椅请走上层通道。",
        "更换 420 块松动的木板。换下来的木板可以在市政厅登记领取，先到先得。",
    ),
    english(
        "Market notes",
        "Lemons arrive a day late",
        "The boat waited for the fog; the marmalade will too.",
        "Eighty crates were unloaded by noon. One was opened for the crew of the tug, by custom.",
    ),
    breaking(chinese(
        "海岸警卫",
        "北航道恢复双向通行",
        "沉木已打捞上岸，长约九米。",
        "木料年代待查，暂存在旧船坞。航标灯今晚恢复正常闪光。",
    )),
    english(
        "Harbour Post",
        "Choir looks for two more basses",
        "Rehearsals on Wednesdays in the boathouse. Reading music is not required.",
        "The spring concert is about tides. Somebody who can do the fog horn would be welcome as well.",
    ),
    chinese(
        "海岸晚报",
        "面包店把出炉时间改成看潮汐表",
        "涨潮时出咸面包，落潮时出甜面包。",
        "店主说这样渔民不用问。潮汐表贴在门上，每天更新。",
    ),
    english(
        "Town Hall",
        "Sixteen benches, one for each wind",
        "They face where the wind comes from, and say so.",
        "The north-easterly one has a roof. The carpenters ask not to be told which one they forgot.",
    ),
    chinese(
        "港务处",
        "新拖轮“小雨号”试航成功",
        "全电动，满电可工作七小时。",
        "船名由市民投票选出。首日任务是把浮吊从西港拖到三号码头。",
    ),
    breaking(english(
        "Port Authority",
        "Lower quay closed until the tide has turned",
        "Water over the edge since 11:10; the upper road is open.",
        "Nobody is hurt, one bicycle is. The quay opens again at about 13:00.",
    )),
    english(
        "Harbour Post",
        "Old timetable found behind a wall",
        "In 1908 the crossing took eleven minutes. It takes twelve today.",
        "The Port Authority has asked for a copy, and for time to think about an answer.",
    ),
    chinese(
        "气象台",
        "明天多云转晴，适合晒网",
        "东南风二到三级，浪高半米。",
        "紫外线中等。晒网场下午两点前有阴影，请避开北侧。",
    ),
    english(
        "Letters",
        "“The gull was not stealing”",
        "A reader defends the bird: the sandwich had been put down.",
        "The bakery confirms it. The editors consider the matter closed, and will print the drawing on Saturday.",
    ),
];

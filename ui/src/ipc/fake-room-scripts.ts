// Pretended rooms and newswires: people who talk, papers that publish, and one that sends everything that is bad.

import type { Demo, SceneKind, Stream } from "./bindings";
import { blank } from "../model/stream";
import type { FakeSession } from "./fake-session";

type Script = Generator<number, void, void>;

function room(id: string, name: string, scene: SceneKind): Stream {
  const plain = blank(id);
  const chat = { ...plain.scenes.chat, send_url: scene === "chat" ? "/chat/send" : "" };
  return { ...plain, name, url: id, scene, scenes: { ...plain.scenes, chat }, on_end: "stop" };
}

export const roomDemos: readonly Demo[] = [
  { key: "chat", stream: room("demo:/chat", "Group chat", "chat") },
  { key: "news", stream: room("demo:/news", "Newswire", "feed") },
];

export const roomStreams: readonly Stream[] = [
  room("hostile_chat", "Hostile chat", "chat"),
  room("hostile_feed", "Hostile feed", "feed"),
  room("busy_chat", "Busy chat", "chat"),
  room("busy_feed", "Busy feed", "feed"),
];

export const roomTakes = [
  { id: "chat", stream: room("demo:/chat", "Group chat", "chat"), script: chat },
  { id: "news", stream: room("demo:/news", "Newswire", "feed"), script: news },
] as const;

export function roomScript(session: FakeSession): Script | null {
  switch (session.stream.url) {
    case "demo:/chat":
      return chat(session);
    case "demo:/news":
      return news(session);
    case "hostile_chat":
      return hostileChat(session);
    case "hostile_feed":
      return hostileFeed(session);
    case "busy_chat":
      return busy(session, (n) => ["message", { user: SPEAKERS[n % 3] ?? "", text: `Message ${n} of a busy room` }]);
    case "busy_feed":
      return busy(session, (n) => [n % 9 === 0 ? "breaking" : "headline", { title: `Headline ${n}`, summary: "And what it says.", source: "Harbour Post", url: `https://news.example.com/${n}` }]);
    default:
      return null;
  }
}

const SPEAKERS = ["Mira", "阿杰", "Tom"];

const TALK: readonly (readonly [string, string, number])[] = [
  ["Mira", "Is the tide gauge back?", 500],
  ["Mira", "I see gaps since eleven.", 900],
  ["阿杰", "刚恢复，补了 42 条，没有丢。", 1_100],
  ["Tom", "Serve it again on my side, I want to test the new client against it.\nThe old one is at https://tides.example.com/gauge/7 (read only).", 1_500],
  ["Mira", "Thanks. Keeping the tape for the report.", 900],
  ["阿杰", "报告里记得写上断线的时间：11:04 到 11:09。", 1_400],
  ["阿杰", "另外把 Last-Event-ID 也附上。", 700],
  ["Tom", "Done. Anyone for tea? 🍵", 1_000],
];

function* chat(session: FakeSession): Script {
  yield 60;
  session.open();
  let id = 0;
  for (const user of SPEAKERS) {
    session.event(JSON.stringify({ user }), "join");
    yield 120;
  }
  for (let round = 0; round < 200; round += 1) {
    for (const [user, text, ms] of TALK) {
      session.event(JSON.stringify({ user }), "typing");
      yield ms;
      id += 1;
      session.event(JSON.stringify({ id: `m${id}`, user, text, at: new Date().toISOString() }), "message", String(id));
      yield 900;
    }
    session.event(JSON.stringify({ user: "Tom" }), round % 2 === 0 ? "leave" : "join");
    yield 4_000;
  }
}

const NEWS: readonly (readonly [string, string, string, string])[] = [
  ["headline", "Rain easing by evening", "Light wind from the west, clear by ten.", "Weather desk"],
  ["headline", "Ferry timetable changes next week", "Two early crossings are added, one late crossing goes.", "Port Authority"],
  ["headline", "Library extends Sunday hours", "Trial through March, with a quiet room on the second floor.", "Harbour Post"],
  ["headline", "潮汐发电站今晨并网", "首期 12 兆瓦，可供约九千户用电。", "海岸晚报"],
  ["breaking", "Harbour bridge reopens after nine days", "Both lanes from six tonight; buses return on Monday.", "Harbour Post"],
  ["headline", "A record year for the seal colony", "", "Harbour Post"],
  ["headline", "老码头夜市延长至九月", "周五周六开到凌晨一点，轮渡同步加班。", "海岸晚报"],
];

function* news(session: FakeSession): Script {
  yield 60;
  session.open();
  for (let id = 1; id < 2_000; id += 1) {
    const [type, title, summary, source] = NEWS[(id - 1) % NEWS.length] ?? ["headline", "", "", ""];
    session.event(
      JSON.stringify({ title, summary, source, url: `https://news.example.com/2026/${id}`, published: new Date().toISOString() }),
      type,
      String(id),
    );
    yield id < NEWS.length ? 20 : 2_500;
  }
}

function* busy(session: FakeSession, make: (n: number) => readonly [string, object]): Script {
  yield 20;
  session.open();
  for (let n = 0; n < 3_000; n += 1) {
    const [type, data] = make(n);
    session.event(JSON.stringify(data), type, String(n));
    if (n > 2_000) yield 250;
  }
}

/** Everything in a text that must stay text. */
export const HOSTILE: readonly string[] = [
  "<script>document.title='owned'</script>",
  "<img src=https://evil.example/x.png onerror=\"document.title='owned'\">",
  "javascript:alert(1) and [a](javascript:alert(1))",
  "https://good.example@evil.example/path, https://xn--80ak6aa92e.com/ and http://аррӏе.com/login",
  "\u202egnp.exe\u202c invoice \u2066left\u2069 \u200f",
  "مرحبا بالعالم، this turns at https://example.org/عالم and back",
  "",
  "   \n \n",
  "a".repeat(20_000),
  "👩‍👩‍👧‍👦".repeat(40),
  "{{text}} ${x} &lt;b&gt; </div></body>",
  "line one\nline two\n\n\nline five",
];

function* hostileChat(session: FakeSession): Script {
  yield 20;
  session.open();
  for (const text of HOSTILE) session.event(JSON.stringify({ id: text.slice(0, 9), user: text, text }), "message");
  session.event(JSON.stringify({ user: "Mira", text: "word ".repeat(40_000) }), "message");
  for (const text of HOSTILE.slice(0, 6)) session.event(JSON.stringify({ user: text }), "join");
  session.event(JSON.stringify({ user: HOSTILE[1] }), "typing");
  yield 100;
}

function* hostileFeed(session: FakeSession): Script {
  yield 20;
  session.open();
  const links = ["javascript:alert(1)", "file:///etc/passwd", "https://good.example@evil.example/", "http://аррӏе.com/", "mailto:desk@example.org", "data:text/html,<script>1</script>"];
  for (const [at, text] of HOSTILE.entries()) {
    session.event(JSON.stringify({ title: text, summary: text, source: text, url: links[at % links.length], published: "1e300" }), at % 4 === 0 ? "breaking" : "headline");
  }
  session.event("not json at all", "headline");
  session.event("{}", "headline");
  yield 100;
}

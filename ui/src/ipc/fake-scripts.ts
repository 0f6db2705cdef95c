// What the pretended streams do: each yields how long to wait before it goes on.

import type { Code, Demo, Language, Stream, TextRule, Wait } from "./bindings";
import { blank } from "../model/stream";
import { monitors, monitorScript } from "./fake-monitor";
import { answer, answers } from "./fake-answers";
import { roomDemos, roomScript, roomStreams, roomTakes } from "./fake-room-scripts";
import { failure, type FakeSession } from "./fake-session";
import { requests } from "./fake-vault";
import { wired, wireScript } from "./fake-wire-scripts";

export type Script = Generator<number, void, void>;

export function stream(id: string, name: string, rule: TextRule = "lines"): Stream {
  return { ...blank(id), name, url: id, text_rule: rule, on_end: "stop" };
}

export const demos: readonly Demo[] = [
  { key: "answers", stream: answers(stream("demo:/v1/chat/completions", "Streaming Q&A", "auto")) },
  { key: "message", stream: stream("demo:/stream", "Message 1 to 10") },
  { key: "longread", stream: stream("demo:/typewriter", "Long read", "joined") },
  ...roomDemos,
  { key: "flaky", stream: stream("demo:/flaky", "Flaky line") },
  { key: "flood", stream: stream("demo:/flood", "Flood") },
];

/** The same with a first question in another language, as the backend lists them. */
export function demosIn(language: Language): readonly Demo[] {
  const asks = (demo: Demo): Demo => ({ ...demo, stream: { ...demo.stream, prompt: "什么是服务器推送事件？" } });
  return language === "en" ? demos : demos.map((demo) => (demo.stream.prompt === "" ? demo : asks(demo)));
}

export const saved: readonly Stream[] = [
  answers(stream("https://api.example.com/long", "Long answer", "auto")),
  answers(stream("https://api.example.com/hostile", "A stranger's answer", "auto")),
  stream("builds", "Build events"),
  stream("broken", "Broken"),
  stream("wiki", "Wikimedia changes"),
  ...requests,
  ...wired,
  ...monitors,
  ...roomStreams,
];

/** Recorded once, for `?fake&replay=` and for tapes. */
export const takes = [
  { id: "builds", stream: stream("builds", "Build events"), script: (session: FakeSession) => limited(builds(session), 4_000) },
  { id: "message", stream: stream("demo:/stream", "Message 1 to 10"), script: messages },
  { id: "longread", stream: stream("demo:/typewriter", "Long read", "joined"), script: longRead },
  { id: "monitor", stream: stream("monitor", "Market monitor"), script: (session: FakeSession) => limited(monitorScript(session) ?? messages(session), 60) },
  { id: "answers", stream: answers(stream("demo:/v1/chat/completions", "Streaming Q&A", "auto")), script: answer },
  ...roomTakes,
] as const;

/** The first `steps` of a script. */
function* limited(script: Script, steps: number): Script {
  for (let n = 0; n < steps; n += 1) {
    const next = script.next();
    if (next.done) return;
    yield next.value;
  }
}

export function scriptOf(session: FakeSession): Script {
  if (session.stream.body?.includes("{{prompt}}")) return answer(session);
  switch (session.stream.url) {
    case "demo:/typewriter":
      return longRead(session);
    case "demo:/flaky":
      return flaky(session);
    case "demo:/flood":
      return flood(session, 200_000);
    case "builds":
      return builds(session);
    case "wiki":
      return wiki(session);
    case "broken":
      return broken(session);
    case "https://api.example.com/type":
      return wrongType(session);
    case "https://api.example.com/waits":
      return waits(session);
    default:
      return roomScript(session) ?? wireScript(session) ?? monitorScript(session) ?? messages(session);
  }
}

function* messages(session: FakeSession): Script {
  yield 12;
  session.open();
  for (let n = 1; n <= 10; n += 1) {
    session.event(`Message ${n}`);
    yield 1_000;
  }
  session.end();
}

const PROSE = `A page that waits for the whole answer makes you watch nothing. A stream starts paying you back after one round trip: the first token of this reply took 212 ms, the last will take another nine seconds.

Three things make it work: the server flushes each event as it is ready; nothing between you and it holds bytes back; the reader draws what came, and never falls behind.

一次性返回要等全部内容生成完毕，页面才有东西可看。流式模式在一次往返之后就开始回报：这次回答的第一个事件只用了 212 毫秒，最后一个还要再等九秒。服务器每产生一个事件就立即发送；中间的代理不缓存；阅读器收到多少就显示多少，从不落后。

So the wait is the same length, but it is no longer empty. Flags 🇫🇷🇨🇳, families 👩‍👩‍👧‍👦 and accents (naïve, Ångström, e\u0301) are never shown in halves.

`;

function* longRead(session: FakeSession): Script {
  yield 212;
  session.open();
  for (let round = 0; round < 40; round += 1) {
    for (let at = 0; at < PROSE.length; ) {
      const n = 2 + ((at * 7) % 4);
      session.event(PROSE.slice(at, at + n));
      at += n;
      yield 15 + ((at * 13) % 30);
    }
  }
  session.end();
}

function* flaky(session: FakeSession): Script {
  yield 20;
  session.open();
  let id = 0;
  for (let round = 0; round < 6; round += 1) {
    for (let n = 0; n < 5; n += 1) {
      id += 1;
      session.event(`Reading ${id}: ${(20 + Math.sin(id) * 3).toFixed(1)} degrees`, "message", String(id));
      yield 400;
    }
    session.down("reset", 3_000);
    yield 3_000;
    session.resume();
  }
  session.end();
}

function* flood(session: FakeSession, count: number): Script {
  yield 5;
  session.open();
  for (let n = 1; n <= count; ) {
    for (let batch = 0; batch < 400 && n <= count; batch += 1, n += 1) {
      session.event(`Event ${n} ${"of the flood, which goes by faster than anyone reads, ".repeat(2)}`.slice(0, 100));
    }
    yield 1;
  }
  session.end();
}

function* builds(session: FakeSession): Script {
  const lines: readonly (readonly [string, string])[] = [
    ["log", '{"build":918,"line":"Compiling engine v0.4.1 (/srv/build/engine)"}'],
    ["finished", '{"build":917,"status":"passed","ms":184220}'],
    ["log", '{"build":917,"line":"test reconnect::resumes_with_the_last_event_id ... ok"}'],
    ["started", '{"build":918,"runner":"linux-2","cores":4}'],
    ["log", '{"build":918,"line":"下载依赖完成"}'],
    ["step", '{"build":918,"step":"test","of":412,"done":37,"ms":8120,"ratio":1.0,"flaky":false,"tags":["a","b"],"more":{}}'],
    ["queued", '{"build":918,"repo":"harbour/app","by":"mira"}'],
    ["message", "a plain line of text, which is not JSON at all"],
  ];
  yield 80;
  session.open();
  session.comment("keep-alive");
  for (let id = 4_180; id < 40_000; id += 1) {
    const [type, data] = lines[id % lines.length] ?? ["message", ""];
    session.event(data, type, String(id));
    if (id % 45 === 44) {
      session.down("reset", 1_500);
      yield 1_500;
      session.resume();
    }
    yield 15 + ((id * 37) % 90);
  }
}

function* wiki(session: FakeSession): Script {
  yield 300;
  session.open();
  for (let id = 0; ; id += 1) {
    session.event(
      JSON.stringify({ $schema: "/mediawiki/recentchange/1.0.0", meta: { uri: `https://example.org/wiki/${id}`, id: crypto.randomUUID(), domain: "www.example.org" }, id, type: ["edit", "edit", "categorize", "edit", "log", "new"][id % 6], title: "潮汐发电站", comment: "/* Tide tables */ spelling", bot: id % 4 === 0, minor: true, length: { old: 20311 + id, new: 20314 + id } }),
      "message",
      `[{"topic":"eqiad.mediawiki.recentchange","partition":0,"offset":${id}}]`,
    );
    yield 200 + ((id * 97) % 900);
  }
}

function* broken(session: FakeSession): Script {
  yield 150;
  session.open();
  session.event("The last words before the line goes");
  yield 300;
  session.fail(failure("status", { status: "500" }));
}

function* wrongType(session: FakeSession): Script {
  yield 60;
  if (session.stream.framing === "auto") {
    session.fail(failure("content-type", { type: "text/plain", host: "api.example.com", body: "data: it looks like one\n\n" }));
    return;
  }
  session.open();
  session.event("it looks like one");
  session.end();
}

/** Goes down in every way that a wait can have its length from. */
function* waits(session: FakeSession): Script {
  const whys: readonly (readonly [Code, number, Wait])[] = [
    ["idle", 9_000, { why: "default", asked_ms: null, failures: 0 }],
    ["reset", 9_000, { why: "floor", asked_ms: 0, failures: 0 }],
    ["refused", 9_000, { why: "backoff", asked_ms: null, failures: 3 }],
    ["status", 9_000, { why: "retry-after", asked_ms: 9_000, failures: 1 }],
    ["eof", 9_000, { why: "retry", asked_ms: 9_000, failures: 0 }],
  ];
  yield 40;
  session.open();
  for (const [round, [code, ms, wait]] of whys.entries()) {
    session.event(`Round ${round + 1}`, "message", round > 1 ? "" : String(round + 1));
    yield 200;
    session.down(code, ms, wait);
    yield ms;
    session.resume(round === 0 ? null : 0);
  }
  session.end();
}

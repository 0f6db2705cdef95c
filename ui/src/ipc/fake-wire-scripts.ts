// Pretended streams whose wire is worth looking at: each plays one state of the wire scene.

import type { Finding, FindingKind, Level, Stream } from "./bindings";
import { blank } from "../model/stream";
import { failure, type FakeSession } from "./fake-session";
import { exchangeOf, header, hop } from "./fake-wire";

type Script = Generator<number, void, void>;

const SCRIPTS: Readonly<Record<string, (session: FakeSession) => Script>> = {
  newswire,
  gzip,
  redirects,
  page: webPage,
  plain: plainText,
  long: longLines,
  rain: tenThousand,
  silence,
  refused,
  resumed,
};

/** Those that ask for compression. */
const COMPRESSED = ["newswire"];

export const wired: readonly Stream[] = Object.keys(SCRIPTS).map((id) => {
  const plain = blank(id);
  return { ...plain, name: id, url: id, on_end: "stop", network: { ...plain.network, compression: COMPRESSED.includes(id) } };
});

export function wireScript(session: FakeSession): Script | null {
  return SCRIPTS[session.stream.url]?.(session) ?? null;
}

function finding(kind: FindingKind, level: Level, args: Record<string, string> = {}, no: number | null = null): Finding {
  return { kind, level, args, no };
}

const EVENT_STREAM: readonly (readonly [string, string])[] = [["content-type", "text/event-stream"]];

function* newswire(session: FakeSession): Script {
  yield 40;
  const asked = [header("accept-encoding", "gzip"), header("last-event-id", "4409"), header("authorization", "Bearer ••••••", true)];
  session.open(exchangeOf(hop("http://127.0.0.1:4737/news", 200, "OK", [...EVENT_STREAM, ["content-encoding", "gzip"]], asked)));
  session.bytes('\ufeffevent: headline\nid: 4410\ndata: {"title":"Harbour bridge reopens","at":"12:04"}\n\nevent: headline\nid: 4411\ndata: {"title":"潮汐发电站并网"', 214);
  session.event('{"title":"Harbour bridge reopens","at":"12:04"}', "headline", "4410", { wired: true });
  yield 44;
  session.bytes(',"at":"12:04"}\n\n', 19);
  session.event('{"title":"潮汐发电站并网","at":"12:04"}', "headline", "4411", { wired: true });
  yield 500;
  session.bytes(":hb\n\n");
  yield 800;
  session.bytes("priority: high\r\nretry: 3s\r\ndata: line ends change to CRLF here\r\n\r\n");
  session.event("line ends change to CRLF here", "message", "4411", { wired: true });
  yield 300;
  session.bytes(":hb\n\n");
  yield 120;
  session.bytes("data: tab\there, escape \x1b[1m, NUL \0, turned \u202e around, not UTF-8 \ufffd\n\n");
  session.event("tab\there", "message", "4411", { wired: true });
  session.wire.tell([
    finding("buffered", "warn", { events: "38", bursts: "4", seconds: "15", clock: "yes", server: "nginx" }, 1),
    finding("unflushed", "warn", { encoding: "gzip", seconds: "15" }, 2),
    finding("resumes-well", "good", { reconnects: "1" }),
  ]);
  yield 900;
  session.bytes('id: 4412\ndata: {"title":"Line drops in the mid');
  yield 20;
  session.down("reset", 60_000);
}

function* gzip(session: FakeSession): Script {
  yield 20;
  session.open(exchangeOf(hop("https://feed.example/v1/stream", 200, "OK", [...EVENT_STREAM, ["content-encoding", "gzip"], ["vary", "accept-encoding"]])));
  for (let n = 1; n < 400; n += 1) {
    if (n % 3 === 0) {
      const data = JSON.stringify({ n, words: "the same words again and again ".repeat(6) });
      session.bytes(`data: ${data}\n\n`, 41 + (n % 9));
      session.event(data, "message", "", { wired: true });
    } else session.bytes("", 10 + (n % 7));
    if (n === 8) session.wire.tell([finding("unflushed", "bad", { encoding: "gzip", seconds: "4.2" }, 1), finding("slow-start", "warn", { seconds: "7.4" })]);
    yield 300;
  }
}

function* redirects(session: FakeSession): Script {
  yield 60;
  const last = hop("https://edge.example/live/stream?channel=1&key=%E2%80%A2%E2%80%A2", 200, "OK", [...EVENT_STREAM, ["server", "envoy"], ["strict-transport-security", "max-age=31536000"]], [header("x-api-key", "••••••", true)], '{"model":"small","stream":true,"messages":[{"role":"user","content":"为什么流式更快？"}]}');
  session.open({
    ...exchangeOf(
      hop("http://example.com/stream", 301, "Moved Permanently", [["location", "https://example.com/stream"]]),
      hop("https://example.com/stream", 302, "Found", [["location", "https://eu.example.com/stream"]]),
      hop("https://eu.example.com/stream", 307, "Temporary Redirect", [["location", "https://edge.example/live/stream?channel=1"]]),
      last,
    ),
    remote: "203.0.113.7:443",
    proxy: "http://proxy.local:8080",
    tls: {
      subject: "CN=edge.example",
      issuer: "CN=Example Internal CA",
      names: ["edge.example", "*.edge.example", "live.example"],
      from_us: 1_700_000_000_000_000,
      until_us: 1_800_000_000_000_000,
      sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      checked: false,
    },
  });
  session.wire.tell([
    finding("insecure", "warn"),
    finding("cors", "warn", { what: "missing", value: "" }, 0),
    finding("split-events", "warn", { chunks: "12", seconds: "0.3" }, 1),
  ]);
  for (let n = 1; n < 200; n += 1) {
    session.event(`{"token":${n}}`);
    yield 400;
  }
}

function* webPage(session: FakeSession): Script {
  yield 80;
  const html = "<!doctype html>\n<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1></center>\n<hr><center>nginx/1.25.3</center>\n</body>\n</html>";
  session.wire.exchange(1, exchangeOf(hop("http://api.example/stream", 502, "Bad Gateway", [["server", "nginx/1.25.3"], ["content-type", "text/html"]])));
  session.bytes(html, null, true);
  session.wire.tell([finding("html", "bad", { title: "502 Bad Gateway", status: "502" }, 1)]);
  session.fail(failure("status", { status: "502", body: html }));
}

function* plainText(session: FakeSession): Script {
  yield 80;
  session.wire.exchange(1, exchangeOf(hop("http://api.example/stream", 200, "OK", [["content-type", "text/plain; charset=utf-8"]])));
  session.bytes("data: one\n\ndata: two\n\n", null, true);
  session.wire.tell([finding("content-type", "bad", { type: "text/plain; charset=utf-8" }, 0)]);
  session.fail(failure("content-type", { type: "text/plain; charset=utf-8" }));
}

function* longLines(session: FakeSession): Script {
  yield 20;
  session.open();
  session.bytes(`data: ${"a very long line without any end in sight, ".repeat(120)}\n\n`);
  session.bytes(Array.from({ length: 90 }, (_, n) => `data: 第 ${n + 1} 行：服务器每产生一个事件就立即发送，中间的代理不缓存\n\n`).join(""));
  session.bytes(`data: ${"x".repeat(60_000)}\n\n`);
  session.wire.tell([finding("ignored-lines", "warn", { lines: "3", first: "priority: high", why: "unknown-field" }, 1), finding("no-heartbeat", "warn", { seconds: "61" })]);
  for (let n = 0; n < 60; n += 1) {
    session.event(`short line ${n}`);
    yield 700;
  }
}

function* tenThousand(session: FakeSession): Script {
  yield 5;
  session.open();
  for (let n = 1; n <= 60_000; ) {
    for (let batch = 0; batch < 100; batch += 1, n += 1) {
      session.event(`{"n":${n},"text":"${"drop ".repeat(n % 29)}"}`, n % 5 === 0 ? "named" : "message", n % 3 === 0 ? String(n) : "");
    }
    yield 16;
  }
  session.end();
}

function* silence(session: FakeSession): Script {
  yield 100;
  session.open();
  yield 600_000;
}

function* refused(session: FakeSession): Script {
  yield 100;
  const never = { ...hop("http://127.0.0.1:9/stream", 0, "", []), response: null };
  session.fail(failure("refused", { host: "127.0.0.1:9" }), { ...exchangeOf(never), remote: "" });
}

function* resumed(session: FakeSession): Script {
  yield 20;
  session.open();
  for (let round = 0; round < 3; round += 1) {
    for (let n = 0; n < 3; n += 1) {
      session.event(`Reading ${round}.${n}`, "message", String(round * 3 + n));
      yield 200;
    }
    session.down(round === 1 ? "eof" : "reset", 400);
    yield 400;
    session.resume();
  }
  session.wire.tell([finding("resumes-badly", "bad", { lost: "4", repeated: "1" }), finding("cors", "warn", { what: "other", value: "https://a.example" })]);
  session.end("stopped");
}

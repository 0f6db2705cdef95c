// Pretended monitors: figures as JSON, some minutes of them already there when it is connected.

import type { Stream } from "./bindings";
import { blank } from "../model/stream";
import type { FakeSession } from "./fake-session";

type Script = Generator<number, void, void>;

const BEHIND_MS = 640_000;
const STEP_MS = 400;

function stream(id: string, name: string): Stream {
  return { ...blank(id), name, url: id, scene: "chart", on_end: "stop" };
}

export const monitors: readonly Stream[] = [
  {
    ...stream("monitor", "Market monitor"),
    scenes: {
      ...blank("").scenes,
      chart: {
        window_s: 600,
        series: [
          { key: { type: "cpu", path: "$.load" }, unit: "%", above: null, below: null, hysteresis: 0 },
          { key: { type: "memory", path: "$.used" }, unit: "%", above: null, below: null, hysteresis: 0 },
          { key: { type: "price", path: "$.last" }, unit: "", above: 104, below: null, hysteresis: 0.1 },
        ],
      },
    },
    actions: [
      { id: "e", name: "cpu errors", off: false, event_type: "cpu", query: "$.errors > 0", highlight: "red", notify: false, bookmark: false, hide: false, count: true, stop: false },
      { id: "h", name: "", off: false, event_type: "memory", query: "$.used < 64", highlight: null, notify: false, bookmark: false, hide: true, count: false, stop: false },
    ],
  },
  stream("monitor_many", "Sixteen gauges"),
  stream("monitor_fast", "10,000 points/s"),
];

export function monitorScript(session: FakeSession): Script | null {
  switch (session.stream.url) {
    case "monitor":
      return market(session);
    case "monitor_many":
      return gauges(session, 16, 250, 8);
    case "monitor_fast":
      return gauges(session, 16, 32, 20);
    default:
      return null;
  }
}

/** A seeded walk between two bounds. */
function walk(seed: number, from: number, to: number, pull: number): () => number {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const middle = (from + to) / 2;
  let value = middle + random() * (to - from) * 0.5;
  let drift = 0;
  return () => {
    drift = drift * 0.96 + random() * 0.35;
    value += (random() * 3 + drift) * (to - from) * pull - (value - middle) * 0.012;
    value = Math.min(to, Math.max(from, value));
    return value;
  };
}

function* market(session: FakeSession): Script {
  yield 10;
  session.rewind(BEHIND_MS);
  session.open();
  const [load, used, last] = [walk(7, 9, 90, 0.016), walk(21, 59, 76, 0.012), walk(5, 102.4, 105.2, 0.014)];
  for (let n = 0; ; n += 1) {
    if (n === 900) {
      session.down("reset", 3_000);
      yield* session.behind(44_000);
      session.resume();
    }
    session.event(JSON.stringify({ load: round(load(), 1), errors: n % 700 === 350 ? 1 : 0, cores: [round(load(), 1), round(load(), 1)] }), "cpu", String(n * 3));
    session.event(JSON.stringify({ used: round(used(), 1), host: "linux-2" }), "memory", String(n * 3 + 1));
    session.event(JSON.stringify({ last: round(last(), 2), symbol: "HRBR" }), "price", String(n * 3 + 2));
    yield* session.behind(STEP_MS);
  }
}

/** `lines` numbers in each event, a burst of events at a time. */
function* gauges(session: FakeSession, lines: number, ms: number, burst: number): Script {
  yield 10;
  session.open();
  const walks = Array.from({ length: lines }, (_, n) => walk(n * 977 + 3, n % 4 === 3 ? 1_000 * n : 0, n % 4 === 3 ? 2_000 * n + 1 : 100, 0.02));
  let due = performance.now();
  for (;;) {
    for (let n = 0; n < burst; n += 1) {
      session.event(JSON.stringify(Object.fromEntries(walks.map((next, at) => [`g${at}`, round(next(), 2)]))), "gauges");
    }
    // What timers come late by is made up for: the rate is the rate.
    due += ms;
    if (performance.now() < due) yield Math.max(1, due - performance.now());
  }
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

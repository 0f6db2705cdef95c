// @vitest-environment happy-dom
import { createRoot } from "solid-js";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { SeriesData, SeriesQuery, SeriesRule, Status } from "../ipc/bindings";

let beat: () => void = () => undefined;
let stopped = 0;
vi.mock("../frame", () => ({
  onBeat: (each: () => void) => {
    beat = each;
    return () => void (stopped += 1);
  },
}));
const { createAlertWatch, WATCH_MS } = await import("./alert-watch");

const KEY = { type: "cpu", path: "$.load" };
const rule = (patch: Partial<SeriesRule> = {}): SeriesRule => ({ key: KEY, unit: "", above: 40, below: null, hysteresis: 0, ...patch });

let status: Status | null;
let series: SeriesRule[];
let alert: SeriesData["alert"];
let asked: SeriesQuery[];
let now: number;
let watch: ReturnType<typeof createAlertWatch>;
let end: () => void;

async function look(ms = WATCH_MS, events = 1): Promise<void> {
  now += ms;
  if (status) status = { ...status, end_pos: status.end_pos + events };
  beat();
  for (let n = 0; n < 5; n += 1) await Promise.resolve();
}

beforeEach(() => {
  status = { session: 1, end_pos: 3, replay: null } as unknown as Status;
  series = [rule(), rule({ key: { type: "cpu", path: "$.other" }, above: null })];
  alert = null;
  asked = [];
  now = 0;
  const live = {
    status: () => status,
    async series(query: SeriesQuery) {
      asked.push(query);
      const data = { key: KEY, points: 3, newest: 41, least: 1, most: 41, alert };
      return { series: [data], done: true };
    },
  };
  const reading = { scenes: () => ({ chart: { series, window_s: 60 } }) };
  createRoot((dispose) => {
    end = dispose;
    watch = createAlertWatch({ live, reading } as never, () => now);
  });
});
afterEach(() => end());

it("counts what is past a threshold, and says each crossing and return", async () => {
  await look();
  expect([watch.count(), watch.said()]).toEqual([0, ""]);
  expect(asked[0]).toEqual({ from_us: null, to_us: null, points: 2, keys: [KEY] });
  alert = { over: true, limit: 40, since_us: 0 };
  await look(5_000);
  expect([watch.count(), watch.said()]).toEqual([1, "cpu $.load is above 40."]);
  alert = null;
  await look(5_000);
  expect([watch.count(), watch.said()]).toEqual([0, "cpu $.load is within its limits again."]);
});

it("asks seldom, only for lines with a threshold, and not again where nothing came", async () => {
  for (let n = 0; n < 60; n += 1) await look(50);
  expect(asked.length).toBeLessThanOrEqual(2);
  const before = asked.length;
  await look(WATCH_MS);
  await look(WATCH_MS, 0);
  await look(WATCH_MS, 0);
  expect(asked.length).toBe(before + 1);
  series = [rule({ above: null })];
  await look();
  expect([asked.length, watch.count()]).toEqual([before + 1, 0]);
});

it("begins anew with another session, and ends with the window", async () => {
  alert = { over: true, limit: 40, since_us: 0 };
  await look();
  expect([watch.count(), watch.said()]).toEqual([1, ""]);
  status = null;
  await look();
  expect(watch.count()).toBe(0);
  end();
  expect(stopped).toBeGreaterThan(0);
});

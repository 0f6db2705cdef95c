import { describe, expect, it } from "vitest";
import type { Pace } from "../../ipc/bindings";
import { Pacer } from "./pacer";

interface Arrival {
  at: number;
  count: number;
}

interface Trace {
  /** Time and size of each frame that showed something. */
  shown: { at: number; count: number }[];
  /** Lag at each frame with a backlog. */
  lags: number[];
  doneAt: number;
}

/** Plays arrivals through the law at 60 frames a second until all is shown. */
function play(arrivals: readonly Arrival[], finishAt: number | null = null, pace: Pace = "natural"): Trace {
  const pacer = new Pacer();
  pacer.pace = pace;
  const trace: Trace = { shown: [], lags: [], doneAt: 0 };
  let next = 0;
  let finished = finishAt === null;
  for (let now = 0; now < 120_000; now += 1000 / 60) {
    for (; (arrivals[next]?.at ?? Infinity) <= now; next += 1) {
      const arrival = arrivals[next];
      if (arrival) pacer.arrive(arrival.count, arrival.at);
    }
    if (!finished && finishAt !== null && now >= finishAt) {
      finished = true;
      pacer.finish(now);
    }
    const count = pacer.frame(now);
    pacer.shown(count);
    if (count > 0) trace.shown.push({ at: now, count });
    if (pacer.backlog > 0) trace.lags.push(pacer.lag(now));
    trace.doneAt = now;
    if (next === arrivals.length && pacer.backlog === 0) break;
  }
  return trace;
}

function p95(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;
}

function steady(perSecond: number, size: number, seconds: number): Arrival[] {
  const gap = 1000 / perSecond;
  return Array.from({ length: Math.round(perSecond * seconds) }, (_, n) => ({ at: n * gap, count: size }));
}

const total = (arrivals: readonly Arrival[]): number => arrivals.reduce((n, each) => n + each.count, 0);
const shownIn = (trace: Trace): number => trace.shown.reduce((n, each) => n + each.count, 0);

describe("the pacing law", () => {
  it("stays within half a second on a steady stream of tokens, in small steps", () => {
    const arrivals = steady(40, 4, 20);
    const trace = play(arrivals);
    expect(shownIn(trace)).toBe(total(arrivals));
    expect(p95(trace.lags)).toBeLessThan(500);
    // 160 graphemes a second are under 3 a frame.
    expect(Math.max(...trace.shown.map((each) => each.count))).toBeLessThanOrEqual(6);
  });

  it("spreads bursts over the pause between them", () => {
    // Twenty tokens at once, every 400 ms, as a proxy that gathers chunks delivers them.
    const arrivals = Array.from({ length: 40 }, (_, burst) =>
      Array.from({ length: 20 }, (_, n) => ({ at: burst * 400 + n * 0.05, count: 4 })),
    ).flat();
    const trace = play(arrivals);
    expect(shownIn(trace)).toBe(800 * 4);
    expect(p95(trace.lags)).toBeLessThan(520);
    const later = trace.shown.filter((each) => each.at > 2_000);
    expect(Math.max(...later.map((each) => each.count))).toBeLessThan(20);
    // No frame of the middle stands still for as long as the pause between bursts.
    const gaps = later.slice(1).map((each, n) => each.at - (later[n]?.at ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(120);
  });

  it("does not fall behind a very fast stream", () => {
    const trace = play(steady(1_000, 4, 10));
    expect(p95(trace.lags)).toBeLessThan(500);
    expect(trace.doneAt).toBeLessThan(10_000 + 600);
  });

  it("never crawls", () => {
    // One message a second: its nine graphemes are there before the half second is over.
    const trace = play([...steady(1, 9, 5)]);
    expect(p95(trace.lags)).toBeLessThan(500);
    expect(trace.doneAt).toBeLessThan(4_000 + 520);
  });

  it("drains within 300 ms when the stream has ended", () => {
    const arrivals = steady(50, 8, 5);
    const end = arrivals.at(-1)?.at ?? 0;
    const trace = play(arrivals, end);
    expect(trace.doneAt - end).toBeLessThan(300 + 34);
    expect(shownIn(trace)).toBe(total(arrivals));
  });

  it("shows everything at once past 4,000", () => {
    const pacer = new Pacer();
    pacer.arrive(4_001, 0);
    expect(pacer.frame(1)).toBe(4_001);
    const less = new Pacer();
    less.arrive(4_000, 0);
    expect(less.frame(1)).toBeLessThan(1_000);
  });

  it("starts a new rhythm after a rest without a slab", () => {
    const pacer = new Pacer();
    pacer.arrive(5, 0);
    pacer.shown(5);
    pacer.arrive(100, 60_000);
    expect(pacer.frame(60_001)).toBeLessThan(20);
  });

  it("tells the age of the oldest grapheme that waits", () => {
    const pacer = new Pacer();
    expect(pacer.lag(50)).toBe(0);
    pacer.arrive(2, 0);
    pacer.arrive(2, 100);
    expect(pacer.lag(150)).toBe(150);
    pacer.shown(3);
    expect(pacer.lag(150)).toBe(50);
    pacer.shown(1);
    expect(pacer.lag(150)).toBe(0);
  });
});

describe("the other paces", () => {
  const bursts = Array.from({ length: 40 }, (_, burst) =>
    Array.from({ length: 20 }, (_, n) => ({ at: burst * 400 + n * 0.05, count: 4 })),
  ).flat();

  it("a brisk one is never more than a fifth of a second behind, on steady, bursty and very fast streams", () => {
    for (const arrivals of [steady(40, 4, 20), bursts, steady(1_000, 4, 10), steady(1, 9, 5), steady(4, 30, 20)]) {
      const trace = play(arrivals, null, "brisk");
      expect(shownIn(trace)).toBe(total(arrivals));
      expect(Math.max(...trace.lags)).toBeLessThan(200 + 1000 / 60);
    }
  });

  it("a brisk one still types, where the natural one would", () => {
    const trace = play(steady(40, 4, 20), null, "brisk");
    expect(Math.max(...trace.shown.map((each) => each.count))).toBeLessThanOrEqual(8);
    // A burst is spread over half of the pause after it, and no slab.
    const later = play(bursts, null, "brisk").shown.filter((each) => each.at > 2_000);
    expect(Math.max(...later.map((each) => each.count))).toBeLessThan(30);
  });

  it("a brisk one drains within a fifth of a second", () => {
    const arrivals = steady(50, 8, 5);
    const end = arrivals.at(-1)?.at ?? 0;
    expect(play(arrivals, end, "brisk").doneAt - end).toBeLessThan(200 + 34);
  });

  it("the natural one looks ahead further than the brisk one", () => {
    const of = (pace: Pace): number => p95(play(bursts, null, pace).lags);
    expect(of("natural")).toBeGreaterThan(of("brisk") + 100);
  });

  it("an instant one shows in each frame all that has come", () => {
    for (const arrivals of [steady(40, 4, 20), bursts, steady(1_000, 4, 10)]) {
      const trace = play(arrivals, null, "instant");
      expect(shownIn(trace)).toBe(total(arrivals));
      expect(trace.lags).toEqual([]);
    }
  });

  it("may be changed while text waits", () => {
    const pacer = new Pacer();
    pacer.arrive(1_000, 0);
    expect(pacer.frame(16)).toBeLessThan(200);
    pacer.pace = "instant";
    expect(pacer.wait(16)).toBe(0);
    expect(pacer.frame(33)).toBe(1_000);
  });
});

import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Drawable } from "../frame";
import { createComputed, createRoot } from "solid-js";
import { createFake, type Fake } from "../ipc/fake";
import { stream } from "../ipc/fake-scripts";
import type { Filter, Run, Tick } from "../ipc/bindings";
import { createLive, type LiveHost, type LiveModel } from "./live";

const A = stream("demo:/stream", "A");
const B = stream("demo:/flaky", "B");

let fake: Fake;
let live: LiveModel;
let host: LiveHost & { frame(): void; setHidden(hidden: boolean): void };
let acks: number[];
let heard: string[];

function testHost(epoch = 7): typeof host {
  const waiting = new Set<Drawable>();
  const visibility: (() => void)[] = [];
  let hidden = false;
  let kept = epoch;
  let key = 0;
  return {
    pageMs: () => performance.now(),
    wallMs: () => Date.now(),
    hidden: () => hidden,
    onVisibility: (listener) => void visibility.push(listener),
    lastEpoch: () => kept,
    keepEpoch: (next) => (kept = next),
    newKey: () => `key-${(key += 1)}`,
    scheduleLast: (drawable) => void waiting.add(drawable),
    frame() {
      const due = [...waiting];
      waiting.clear();
      for (const drawable of due) drawable.draw(0, false);
    },
    setHidden(next) {
      hidden = next;
      for (const listener of visibility) listener();
    },
  };
}

/** Lets ticks and answers arrive, a frame at a time. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 16) {
    await vi.advanceTimersByTimeAsync(16);
    host.frame();
  }
}

beforeEach(async () => {
  vi.useFakeTimers();
  fake = createFake({ byHand: true });
  acks = [];
  heard = [];
  const { ack } = fake;
  fake.ack = (epoch, no) => {
    acks.push(no);
    return ack(epoch, no);
  };
  host = testHost();
  live = createLive(fake, host);
  live.onText({
    runs: (runs: Run[]) => heard.push(...runs.map((run) => run.text)),
    restart: (pos, skipped) => heard.push(`<${pos}:${skipped}>`),
  });
  await live.start();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("acknowledging", () => {
  it("waits for the frame that shows the tick", async () => {
    live.show(A.id);
    await live.connect(A);
    await vi.advanceTimersByTimeAsync(100);
    expect(acks).toEqual([]);
    host.frame();
    expect(acks).toHaveLength(1);
    const before = acks.length;
    await pass(100);
    expect(acks.length).toBeGreaterThan(before);
  });

  it("lets at most two ticks come without a frame", async () => {
    const ticks = vi.fn();
    live.show(A.id);
    live.onChange(ticks);
    await live.connect(A);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(ticks.mock.calls.length).toBeLessThanOrEqual(4);
  });

  it("is immediate while the page is hidden", async () => {
    live.show(A.id);
    host.setHidden(true);
    await live.connect(A);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(acks.length).toBeGreaterThan(0);
  });
});

describe("text", () => {
  it("adjoins from tick to tick", async () => {
    live.show(A.id);
    await live.connect(A);
    fake.session(1).open();
    fake.session(1).event("one");
    await pass(50);
    fake.session(1).event("two");
    await pass(50);
    expect(heard).toEqual(["<0:0>", "<0:0>", "one\n", "two\n"]);
  });

  it("starts anew where events were passed over", async () => {
    live.show(A.id);
    await live.connect(A);
    const session = fake.session(1);
    session.open();
    session.event("one");
    await pass(50);
    heard = [];
    for (let n = 0; n < 5_000; n += 1) session.event("x".repeat(100));
    await pass(50);
    const [pos, skipped] = (heard[0] ?? "").slice(1, -1).split(":").map(Number);
    expect(skipped).toBeGreaterThan(4_000);
    expect(pos).toBe(2 + (skipped ?? 0));
    expect(heard.at(-1)?.endsWith("x\n")).toBe(true);
  });

  it("starts anew when another session is shown, and comes back to what is newest", async () => {
    live.show(A.id);
    await live.connect(A);
    await live.connect(B);
    fake.session(1).event("of A");
    fake.session(2).event("of B");
    await pass(50);
    expect(heard.at(-1)).toBe("of A\n");
    live.show(B.id);
    await pass(50);
    expect(heard.slice(-3)).toEqual(["<0:0>", "<0:0>", "of B\n"]);
    fake.session(1).event("more of A");
    live.show(A.id);
    await pass(50);
    expect(heard.slice(-2)).toEqual(["of A\n", "more of A\n"]);
    expect(live.status()?.stream).toBe(A.id);
  });
});

describe("text told anew", () => {
  /** What a page has after all that was heard. */
  const page = (): string => heard.slice(heard.findLastIndex((each) => each.startsWith("<")) + 1).join("");

  it("begins with a restart, and neither loses nor repeats a line while they come", async () => {
    live.show(A.id);
    await live.connect(A);
    const session = fake.session(1);
    session.open();
    for (let n = 1; n <= 40; n += 1) {
      // Several to a run.
      for (const part of ["a", "b", "c"]) session.event(`${n}${part}`);
      if (n % 10 === 5) void live.retell();
      await pass(16);
    }
    await live.retell();
    await pass(100);
    const restarts = heard.filter((each) => each.startsWith("<")).length;
    expect(restarts).toBeGreaterThanOrEqual(2 + 5);
    const whole = Array.from({ length: 40 }, (_, n) => `${n + 1}a\n${n + 1}b\n${n + 1}c\n`).join("");
    expect(page()).toBe(whole);
  });

  it("leaves the window with the session that it has turned to meanwhile", async () => {
    live.show(A.id);
    await live.connect(A);
    await live.connect(B);
    await pass(50);
    fake.session(2).event("of B");
    const telling = live.retell();
    live.show(B.id);
    await telling;
    await pass(50);
    expect(page()).toBe("of B\n");
    expect(live.status()?.stream).toBe(B.id);
  });
});

describe("sessions", () => {
  it("are forgotten when the backend no longer has them", async () => {
    live.show(A.id);
    await live.connect(A);
    fake.session(1).event("of A");
    await pass(150);
    expect(live.status()?.events).toBe(1);
    await fake.closeSession(1);
    expect(await live.strip(null, null, 100)).toBeNull();
    expect(live.status()).toBeNull();
    expect(live.brief(A.id)).toBeNull();
    expect(heard.at(-1)).toBe("<0:0>");
    // Nor is it a refusal to stop what is not there.
    await live.stop(A.id);
    expect(live.refusal(A.id)).toBeNull();
    await live.connect(A);
    await pass(50);
    expect(live.status()?.session).toBe(2);
  });

  it("do not give way to an older one whose answer comes late", async () => {
    live.show(A.id);
    const { connect } = fake;
    let late: (session: number) => void = () => undefined;
    fake.connect = (key, of) => (key === "key-1" ? new Promise((done) => (late = done)) : connect(key, of));
    const first = live.connect(A);
    await connect("key-1", A);
    await live.connect(A);
    late(1);
    await first;
    fake.session(2).event("new");
    await pass(50);
    expect(live.status()?.session).toBe(2);
    expect(heard.at(-1)).toBe("new\n");
  });

  it("shows what Connect opened, and its state", async () => {
    live.show(A.id);
    expect(live.status()).toBeNull();
    await live.connect(A);
    fake.session(1).open();
    await pass(50);
    expect(live.status()).toMatchObject({ session: 1, state: "open" });
    expect(live.brief(A.id)).toMatchObject({ session: 1, state: "open" });
    await live.stop(A.id);
    await pass(50);
    expect(live.status()).toMatchObject({ state: "closed", failure: { code: "stopped" } });
  });

  it("turns to the new session when the same stream is connected again", async () => {
    live.show(A.id);
    await live.connect(A);
    fake.session(1).event("old");
    await pass(50);
    await live.connect(A);
    fake.session(2).event("new");
    await pass(50);
    expect(live.status()?.session).toBe(2);
    expect(heard.at(-1)).toBe("new\n");
  });

  it("keeps why a Connect was refused until the next", async () => {
    await live.connect({ ...A, url: "not an address" });
    expect(live.refusal(A.id)).toMatchObject({ code: "url" });
    await live.connect(A);
    expect(live.refusal(A.id)).toBeNull();
  });

  it("forgets the session of a stream that goes away, and ticks that still name it", async () => {
    live.show(A.id);
    await live.connect(A);
    fake.session(1).event("old");
    await pass(50);
    fake.session(1).event("late");
    await live.close(A.id);
    await pass(200);
    expect(live.brief(A.id)).toBeNull();
    expect(live.status()).toBeNull();
    expect(() => fake.session(1)).toThrow();
    await live.close(A.id);
    await live.connect(A);
    await pass(200);
    expect(live.brief(A.id)?.session).toBe(2);
  });

  it("finds the sessions that are there when the page is loaded again", async () => {
    await live.connect(A);
    fake.session(1).event("kept");
    const again = createLive(fake, (host = testHost()));
    again.onText({ runs: (runs) => heard.push(...runs.map((run) => run.text)), restart: () => undefined });
    heard = [];
    await again.start();
    again.show(A.id);
    await pass(50);
    expect(again.status()?.session).toBe(1);
    expect(heard).toEqual(["kept\n"]);
  });

  it("answers null for a session that is no longer shown", async () => {
    live.show(A.id);
    await live.connect(A);
    await live.connect(B);
    const asked = live.entries(0, 10);
    live.show(B.id);
    expect(await asked).toBeNull();
    live.show(null);
    expect(await live.strip(null, null, 100)).toBeNull();
  });
});

it("takes an epoch that grows over reloads, also with the clock set back", async () => {
  const epochs: number[] = [];
  const { hello } = fake;
  fake.hello = (epoch, onTick) => {
    epochs.push(epoch);
    return hello(epoch, onTick);
  };
  const shared = testHost(4_000_000_000);
  await createLive(fake, shared).start();
  await createLive(fake, shared).start();
  expect(epochs).toEqual([4_000_000_001, 4_000_000_002]);
  expect(epochs.every((epoch) => epoch < 2 ** 32)).toBe(true);
});

describe("what is on show", () => {
  it("is told one call at a time, and at last as it is", async () => {
    const told: (number | null)[] = [];
    const answers: (() => void)[] = [];
    fake.watch = (_epoch, session) => {
      told.push(session);
      return new Promise((resolve) => answers.push(resolve));
    };
    await live.connect(A);
    await live.connect(B);
    live.show(A.id);
    const first = told.length;
    expect(first).toBe(1);
    live.show(B.id);
    live.show(null);
    live.show(B.id);
    await pass(64);
    // Nothing overtakes the one that is on its way.
    expect(told.length).toBe(first);
    answers.shift()?.();
    await pass(64);
    expect(told.length).toBe(2);
    expect(told[1]).not.toBe(told[0]);
    expect(told[1]).not.toBeNull();
  });
});

describe("filters", () => {
  const errors: Filter = { query: "error", facet: null, values: [], from_us: null, to_us: null, bookmarked: false, unhidden: false };

  it("are set in the session that they were asked in, one after another", async () => {
    await live.connect(A);
    await live.connect(B);
    live.show(A.id);
    const opened: number[] = [];
    const answers: (() => void)[] = [];
    const { openView } = fake;
    fake.openView = async (session, filter) => {
      opened.push(session);
      await new Promise<void>((resolve) => answers.push(resolve));
      return openView(session, filter);
    };
    const first = live.filter(errors);
    const second = live.filter({ ...errors, query: "warning" });
    await pass(16);
    live.show(B.id);
    answers.shift()?.();
    await first;
    await pass(16);
    answers.shift()?.();
    await second;
    expect(opened).toEqual([1, 1]);
    expect(live.view()).toBeNull();
    live.show(A.id);
    expect(live.view()?.view).toBe(2);
    // The one before is closed, the one of A that is on is taken away.
    await live.filter(null);
    expect(live.view()).toBeNull();
    await expect(fake.entries(1, 2, 0, 10)).rejects.toMatchObject({ code: "limit" });
  });

  it("can be ended, and are of no session that went meanwhile", async () => {
    live.show(A.id);
    await live.connect(A);
    for (let n = 0; n < 2_000; n += 1) fake.session(1).event(`error ${n}`);
    await live.filter(errors);
    await pass(32);
    await live.cancelFilter();
    await pass(200);
    expect(live.view()).toMatchObject({ cancelled: true, done: false });
    expect(live.view()?.rows).toBeGreaterThan(0);
    expect(live.view()?.rows).toBeLessThan(2_000);
    const late = live.filter({ ...errors, query: "late" });
    await live.close(A.id);
    await expect(late).rejects.toMatchObject({ code: "stopped" });
    expect(live.view()).toBeNull();
  });

  it("take no progress of another session's filter of the same number", async () => {
    let tell: (tick: Tick) => void = () => undefined;
    const { hello } = fake;
    fake.hello = (epoch, onTick) => hello(epoch, (tell = onTick));
    live = createLive(fake, host);
    await live.start();
    await live.connect(A);
    await live.connect(B);
    live.show(B.id);
    await pass(50);
    await live.filter(errors);
    const on = live.view();
    expect(on?.view).toBe(1);
    const late = { view: 1, scanned: 9, end: 9, gone: 0, rows: 9, done: true, cancelled: false };
    const tick = { no: 1, now_us: Date.now() * 1000, sessions: [], text: null, tapes: null };
    tell({ ...tick, shown: { ...fake.session(1).status }, view: late });
    expect(live.view()).toEqual(on);
    // Where no status comes with it, it is of the session whose status came last.
    tell({ ...tick, shown: null, view: late });
    expect(live.view()).toEqual(on);
    tell({ ...tick, shown: { ...fake.session(2).status }, view: null });
    tell({ ...tick, shown: null, view: late });
    expect(live.view()?.rows).toBe(9);
  });
});

it("tells of a rate that only goes down once a second, and of what comes at the pace of figures", async () => {
  await live.connect(A);
  live.show(A.id);
  fake.session(1).open();
  for (let n = 0; n < 10; n += 1) {
    fake.session(1).event("one");
    await pass(96);
  }
  let told = 0;
  createRoot((dispose) => {
    createComputed(() => {
      live.status();
      told += 1;
    });
    createComputed(() => void live.brief(A.id)?.rate);
    onTestFinished(dispose);
  });
  told = 0;
  for (let n = 0; n < 120; n += 1) {
    await pass(16);
  }
  expect(live.status()?.rate).toBe(0);
  expect(told).toBeLessThanOrEqual(4);
  expect(live.brief(A.id)?.rate).toBe(0);
  told = 0;
  fake.session(1).event("two");
  await pass(160);
  expect(told).toBeGreaterThanOrEqual(1);
});

it("tells where the desktop turns the window, unless that session is gone", async () => {
  let tell: (tick: Tick) => void = () => undefined;
  const { hello } = fake;
  fake.hello = (epoch, onTick) => hello.call(fake, epoch, (tell = onTick));
  live = createLive(fake, testHost(90));
  await live.start();
  await live.connect(A);
  const told: unknown[] = [];
  const leave = live.onReveal((...to) => told.push(to));
  const tick: Tick = { no: 1, now_us: 0, sessions: [], shown: null, text: null, view: null, tapes: null };
  tell({ ...tick, reveal: { session: 1, pos: 7 } });
  tell({ ...tick, reveal: { session: 99, pos: 8 } });
  expect(told).toEqual([[A.id, 7]]);
  leave();
  tell({ ...tick, reveal: { session: 1, pos: 9 } });
  expect(told).toHaveLength(1);
});

it("keeps what the desktop told before anybody listened, for those who come first", async () => {
  let tell: (tick: Tick) => void = () => undefined;
  const { hello } = fake;
  fake.hello = (epoch, onTick) => hello.call(fake, epoch, (tell = onTick));
  live = createLive(fake, testHost(91));
  const started = live.start();
  const tick: Tick = { no: 1, now_us: 0, sessions: [], shown: null, text: null, view: null, tapes: null };
  tell({ ...tick, commands: ["ask-quit"], openings: [{ id: 1, what: { kind: "listed", tape: "a" } }] });
  await started;
  const [first, second, late]: unknown[][] = [[], [], []];
  live.onTold((told) => first!.push(...told.commands));
  live.onTold((told) => second!.push(...told.openings));
  await Promise.resolve();
  live.onTold((told) => late!.push(told));
  expect(first).toEqual(["ask-quit"]);
  expect(second).toHaveLength(1);
  expect(late).toEqual([]);
  tell({ ...tick, no: 2, commands: ["find"] });
  expect(first).toEqual(["ask-quit", "find"]);
  expect(late).toHaveLength(1);
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Action, Trial } from "../ipc/bindings";
import { blankAction } from "./actions";
import { Trials, TYPING_MS, type Tried } from "./trials";

const action = (id: string, query: string): Action => ({ ...blankAction(id), query });
const trial = (matched: number, done = true): Trial => ({ matched, events: 20_197, done });

describe("trying actions", () => {
  let asked: string[];
  let answers: { resolve(trial: Trial): void; reject(reason: unknown): void }[];
  let told: [string, Tried | null][];
  let trials: Trials;

  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    answers = [];
    told = [];
    trials = new Trials({
      ask({ query }) {
        asked.push(query);
        return new Promise((resolve, reject) => answers.push({ resolve, reject }));
      },
      told: (id, tried) => told.push([id, tried]),
    });
  });
  afterEach(() => vi.useRealTimers());

  it("waits until typing pauses, and then tries what stands there", async () => {
    for (const query of ["h", "ha", " har "]) {
      trials.want(action("a", query));
      await vi.advanceTimersByTimeAsync(TYPING_MS - 20);
    }
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(30);
    expect(asked).toEqual(["har"]);
    answers[0]?.resolve(trial(14));
    await vi.advanceTimersByTimeAsync(0);
    expect(told.at(-1)).toEqual(["a", { trial: trial(14) }]);
  });

  it("does not tell what was overtaken", async () => {
    trials.want(action("a", "one"), 0);
    await vi.advanceTimersByTimeAsync(1);
    trials.want(action("a", "two"), 0);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toEqual(["one"]);
    answers[0]?.resolve(trial(1));
    await vi.advanceTimersByTimeAsync(1);
    expect(told.filter(([, tried]) => tried !== null)).toEqual([]);
    expect(asked).toEqual(["one", "two"]);
  });

  it("tries all of a list, one at a time", async () => {
    for (const id of ["a", "b", "c"]) trials.want(action(id, id), 0);
    for (let n = 0; n < 3; n += 1) {
      await vi.advanceTimersByTimeAsync(1);
      expect(asked).toHaveLength(n + 1);
      answers[n]?.resolve(trial(n));
    }
    await vi.advanceTimersByTimeAsync(1);
    expect([...asked].sort()).toEqual(["a", "b", "c"]);
  });

  it("does not try again what differs in nothing that it depends on", async () => {
    trials.want(action("a", "x"), 0);
    await vi.advanceTimersByTimeAsync(1);
    answers[0]?.resolve(trial(1));
    await vi.advanceTimersByTimeAsync(1);
    trials.want({ ...action("a", "x "), name: "n", notify: true }, 0);
    await vi.advanceTimersByTimeAsync(500);
    expect(asked).toHaveLength(1);
  });

  it("asks again while it has seen a part only, and not for ever", async () => {
    trials.want(action("a", "x"), 0);
    for (let n = 0; n < 100; n += 1) {
      await vi.advanceTimersByTimeAsync(600);
      answers[n]?.resolve(trial(n, false));
    }
    await vi.advanceTimersByTimeAsync(600);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.length).toBeLessThan(60);
    expect(told.at(-1)?.[1]).toMatchObject({ trial: { done: false } });
  });

  it("tells what is wrong with a query, and goes on with the others", async () => {
    trials.want(action("b", "fine"), 0);
    trials.want(action("a", "/(/"), 0);
    await vi.advanceTimersByTimeAsync(1);
    answers[0]?.reject({ code: "filter", message: "bad", args: { what: "regex" } });
    await vi.advanceTimersByTimeAsync(1);
    expect(told.at(-1)).toEqual(["a", { failure: { code: "filter", message: "bad", args: { what: "regex" } } }]);
    expect(asked).toEqual(["/(/", "fine"]);
  });

  it("says nothing once it is over", async () => {
    trials.want(action("a", "x"), 0);
    await vi.advanceTimersByTimeAsync(1);
    trials.end();
    const before = told.length;
    answers[0]?.resolve(trial(1));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toHaveLength(before);
  });
});

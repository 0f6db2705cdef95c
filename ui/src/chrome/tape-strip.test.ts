// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import { stream } from "../ipc/fake-scripts";
import { createLive, type LiveModel } from "../model/live";
import type { Span } from "./tape-span";
import { createTapeStrip, type TapeStrip } from "./tape-strip";

const ONE = stream("one", "One");

let fake: Fake;
let live: LiveModel;
let strip: TapeStrip;
/** How often the strip was painted. */
let paints: number;
/** What was written under the notches. */
let words: string[];
let chosen: (Span | null)[];

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date", "requestAnimationFrame"],
  });
  paints = 0;
  chosen = [];
  words = [];
  const context = new Proxy({} as Record<string, unknown>, {
    get: (on, name: string) => {
      if (name === "measureText") return () => ({ width: 40 });
      if (name === "fillText") return (text: string) => words.push(text);
      if (name === "clearRect") return () => (paints += 1);
      return on[name] ?? (() => undefined);
    },
    set: (on, name: string, value) => {
      on[name] = value;
      return true;
    },
  });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1_000);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(60);
  fake = createFake({ byHand: true });
  live = createLive(fake);
  await live.start();
  live.show(ONE.id);
  await live.connect(ONE);
  strip = createTapeStrip(live, { onJump: () => undefined, onSelect: (range) => chosen.push(range), onSeek: () => undefined, aimUs: () => null });
  document.body.replaceChildren(strip.element);
  fake.session(1).open();
  await pass(50);
});

afterEach(async () => {
  strip.dispose();
  fake.session(1).end();
  await pass(1_000);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("is painted twice a second where one event comes, and once where none does", async () => {
  for (let n = 0; n < 4; n += 1) {
    fake.session(1).event("x");
    await pass(1_000);
  }
  paints = 0;
  for (let n = 0; n < 4; n += 1) {
    fake.session(1).event("x");
    await pass(1_000);
  }
  expect(paints).toBeGreaterThanOrEqual(4);
  expect(paints).toBeLessThanOrEqual(10);
  await pass(1_000);
  paints = 0;
  await pass(4_000);
  expect(paints).toBeGreaterThanOrEqual(3);
  expect(paints).toBeLessThanOrEqual(4);
});

it("is not painted where a long session has moved by less than a pixel", async () => {
  fake.session(1).status.started_us -= 7_200_000_000;
  fake.session(1).event("x");
  await pass(10_000);
  paints = 0;
  await pass(20_000);
  // 7 s a pixel.
  expect(paints).toBeLessThanOrEqual(3);
});

it("selects by Shift and the arrows, taken when Shift is let go and given up by Escape", async () => {
  for (let n = 0; n < 5; n += 1) {
    fake.session(1).event("x");
    await pass(2_000);
  }
  const canvas = strip.element.querySelector("canvas");
  if (!canvas) throw new Error("no canvas");
  const key = (type: string, name: string, shiftKey = false): boolean =>
    canvas.dispatchEvent(new KeyboardEvent(type, { key: name, shiftKey, bubbles: true, cancelable: true }));
  canvas.focus();
  key("keydown", "ArrowLeft");
  expect(key("keydown", "ArrowLeft", true)).toBe(false);
  key("keydown", "ArrowLeft", true);
  expect(chosen).toEqual([]);
  key("keyup", "Shift");
  expect(chosen).toHaveLength(1);
  const [range] = chosen;
  // Two steps back, two seconds each.
  expect(((range?.toUs ?? 0) - (range?.fromUs ?? 0)) / 1e6).toBeGreaterThan(3);
  expect(((range?.toUs ?? 0) - (range?.fromUs ?? 0)) / 1e6).toBeLessThan(5);
  // It is gone on with from the end that moved.
  key("keydown", "ArrowLeft", true);
  key("keyup", "Shift");
  expect(chosen).toHaveLength(2);
  expect(chosen[1]?.toUs).toBe(range?.toUs);
  expect(chosen[1]?.fromUs).toBeLessThan(range?.fromUs ?? 0);
  key("keydown", "ArrowRight", true);
  key("keydown", "Escape", true);
  key("keyup", "Shift");
  expect(chosen).toHaveLength(2);
});

it("writes nothing under the notches in a low window, where words would be cut", async () => {
  const { happyDOM } = window as unknown as { happyDOM: { setViewport(to: { width: number; height: number }): void } };
  fake.session(1).event("x");
  await pass(2_000);
  expect(words).toContain("now");
  happyDOM.setViewport({ width: 1_000, height: 400 });
  words = [];
  paints = 0;
  fake.session(1).event("x");
  await pass(2_000);
  expect([paints > 0, words]).toEqual([true, []]);
  happyDOM.setViewport({ width: 1_000, height: 800 });
  await pass(100);
  expect(words).toContain("now");
});

// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import { stream } from "../ipc/fake-scripts";
import { createLive, type LiveModel } from "../model/live";
import { createTapeStrip, type TapeStrip } from "./tape-strip";

const ONE = stream("one", "One");

let fake: Fake;
let live: LiveModel;
let strip: TapeStrip;
/** How often the strip was painted. */
let paints: number;

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date", "requestAnimationFrame"],
  });
  paints = 0;
  const context = new Proxy({} as Record<string, unknown>, {
    get: (on, name: string) => {
      if (name === "measureText") return () => ({ width: 40 });
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
  strip = createTapeStrip(live, { onJump: () => undefined, onSelect: () => undefined, onSeek: () => undefined, aimUs: () => null });
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

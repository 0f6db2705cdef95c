import { beforeEach, describe, expect, it } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import { stream } from "../ipc/fake-scripts";
import type { Strip } from "../ipc/bindings";
import { wholeOf } from "./tape-layout";
import { Pictures, type Wanted } from "./tape-pull";
import { length, type Span } from "./tape-span";

type Ask = [number | null, number | null, number];

let fake: Fake;
let number: number;
let asked: Ask[];
let changes: number;
let pictures: Pictures;
let whole: Span;
/** When set, what the next pulls answer; null for nothing. */
let answer: (() => Promise<Strip | null>) | null;

beforeEach(async () => {
  fake = createFake({ byHand: true });
  number = await fake.connect("key", stream("demo:/stream", "A"));
  const session = fake.session(number);
  session.open();
  for (let n = 0; n < 50; n += 1) session.event(`event ${n}`);
  whole = wholeOf(session.status.started_us, session.status.started_us, false);
  asked = [];
  changes = 0;
  answer = null;
  pictures = new Pictures(
    (...ask) => {
      asked.push(ask);
      return answer ? answer() : fake.strip(number, ...ask);
    },
    () => (changes += 1),
  );
});

const wanted = (more: Partial<Wanted> = {}): Wanted => ({ session: number, whole, span: whole, zoomed: false, pixels: 1_000, ...more });
const part = (from: number, to: number): Partial<Wanted> => ({
  zoomed: true,
  span: { fromUs: whole.fromUs + from * 1e6, toUs: whole.fromUs + to * 1e6 },
});
const settle = async (): Promise<void> => {
  const before = changes;
  for (let n = 0; n < 20 && changes === before; n += 1) await Promise.resolve();
  expect(changes).toBe(before + 1);
};

describe("pulling the tape", () => {
  it("asks for the whole at the resolution of the screen, one pull at a time", async () => {
    expect(pictures.look(0, wanted())).toBeNull();
    expect(pictures.look(0, wanted())).toBeNull();
    expect(asked).toEqual([[null, null, 1_000]]);
    await settle();
    expect(pictures.whole?.bins.reduce((n, bin) => n + bin.count, 0)).toBe(50);
    pictures.look(1, wanted({ pixels: 9_000 }));
    expect(asked).toHaveLength(1);
  });

  it("asks for the part on show and a quarter of it at either side, with as many bins", async () => {
    pictures.look(0, wanted());
    await settle();
    pictures.look(1, wanted(part(4, 6)));
    await settle();
    const [from, to, bins] = asked[1] ?? [];
    expect(Math.abs((from ?? 0) - (whole.fromUs + 3.5e6))).toBeLessThan(5_000);
    expect(Math.abs((to ?? 0) - (whole.fromUs + 6.5e6))).toBeLessThan(5_000);
    expect(bins).toBe(1_500);
    const [best, rest] = pictures.shown(whole, true);
    expect(best?.fromUs).toBe(from);
    expect(length(best ?? whole) / (best?.strip.bin_us ?? 0)).toBeLessThanOrEqual(1_500);
    expect(rest?.strip).toBe(pictures.whole);
  });

  it("never asks for more than the engine gives", async () => {
    pictures.look(0, wanted({ pixels: 5_000 }));
    await settle();
    pictures.look(1, wanted({ ...part(4, 6), pixels: 5_000 }));
    await settle();
    expect(asked.map(([, , bins]) => bins)).toEqual([2_048, 2_048]);
    // Nor again, because it was not as fine as the screen.
    pictures.look(500, wanted({ ...part(4, 6), pixels: 5_000 }));
    expect(asked).toHaveLength(2);
  });

  it("does not ask again for what it has: a small pan, a small zoom", async () => {
    pictures.look(0, wanted());
    await settle();
    pictures.look(1, wanted(part(4, 6)));
    await settle();
    for (const [from, to] of [[4, 6], [4.2, 6.2], [3.6, 5.6], [4.1, 5.9]] as const) {
      pictures.look(500, wanted(part(from, to)));
      expect(asked).toHaveLength(2);
    }
    pictures.look(500, wanted(part(5, 7)));
    expect(asked).toHaveLength(3);
    await settle();
    pictures.look(501, wanted(part(5, 5.5)));
    expect(asked).toHaveLength(4);
  });

  it("pulls what has changed at its pace, and says when", async () => {
    pictures.look(0, wanted());
    await settle();
    pictures.touch();
    expect(pictures.look(25, wanted())).toBe(100);
    expect(asked).toHaveLength(1);
    expect(pictures.look(125, wanted())).toBeNull();
    expect(asked).toHaveLength(2);
  });

  it("keeps the old picture until the new one is there", async () => {
    pictures.look(0, wanted());
    await settle();
    pictures.look(1, wanted(part(4, 6)));
    await settle();
    const before = pictures.shown(whole, true)[0];
    pictures.look(200, wanted(part(8, 9)));
    expect(pictures.shown(whole, true)[0]).toBe(before);
    await settle();
    expect(pictures.shown(whole, true)[0]).not.toBe(before);
  });

  it("asks a while later where nothing came, and not in every frame", async () => {
    answer = () => Promise.reject(new Error("gone"));
    pictures.look(0, wanted());
    await settle();
    expect(pictures.look(16, wanted())).toBe(984);
    expect(asked).toHaveLength(1);
    answer = null;
    pictures.look(1_000, wanted());
    await settle();
    expect(pictures.whole).not.toBeNull();
  });

  it("forgets one session's pictures for the next, also one that comes late", async () => {
    let late: (strip: Strip) => void = () => undefined;
    answer = () => new Promise((done) => (late = done));
    pictures.look(0, wanted());
    pictures.forget();
    late(await fake.strip(number, null, null, 100));
    await settle();
    expect(pictures.whole).toBeNull();
    answer = null;
    pictures.look(1, wanted());
    await settle();
    expect(pictures.whole).not.toBeNull();
  });
});

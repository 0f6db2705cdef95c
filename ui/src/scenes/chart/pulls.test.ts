import { beforeEach, describe, expect, it } from "vitest";
import type { SeriesPage, SeriesQuery } from "../../ipc/bindings";
import { LEAST_MS, MOST_MS, paceOf, pointsOf, Pulls, type Want } from "./pulls";

const page = (patch: Partial<SeriesPage> = {}): SeriesPage => ({ from_us: 0, to_us: 1, series: [], found: [], gaps: [], scanned: 1, end: 1, done: true, ...patch });
const want = (patch: Partial<Want> = {}): Want => ({ span: { fromUs: 0, toUs: 60_000_000 }, pixels: 1_000, keys: [], content: "1", atOnce: false, ...patch });

describe("pulling numbers", () => {
  let now: number;
  let asked: SeriesQuery[];
  let answers: ((page: SeriesPage | null) => void)[];
  let took: SeriesPage[];
  let later: number[];
  let pulls: Pulls;

  beforeEach(() => {
    now = 0;
    asked = [];
    answers = [];
    took = [];
    later = [];
    pulls = new Pulls({
      ask(query) {
        asked.push(query);
        return new Promise((answer) => answers.push(answer));
      },
      took: (each) => took.push(each),
      later: (ms) => later.push(ms),
      now: () => now,
    });
  });

  async function answer(with_: SeriesPage | null = page()): Promise<void> {
    answers.shift()?.(with_);
    await new Promise((done) => setTimeout(done));
  }

  it("has one question on its way", async () => {
    pulls.look(want());
    pulls.look(want({ content: "2", atOnce: true }));
    expect(asked).toHaveLength(1);
    await answer();
    // It asks to be looked at again, for what came meanwhile.
    expect(later).toEqual([0]);
    pulls.look(want({ content: "2", atOnce: true }));
    expect(asked).toHaveLength(2);
  });

  it("does not ask for what it has", async () => {
    pulls.look(want());
    await answer();
    now = 10_000;
    pulls.look(want());
    expect(asked).toHaveLength(1);
  });

  it("waits between two questions, and says how long", async () => {
    pulls.look(want());
    await answer();
    now = 30;
    pulls.look(want({ content: "2" }));
    expect(asked).toHaveLength(1);
    expect(later.at(-1)).toBe(LEAST_MS - 30);
    now = LEAST_MS;
    pulls.look(want({ content: "2" }));
    expect(asked).toHaveLength(2);
  });

  it("asks a hand's part at once", async () => {
    pulls.look(want());
    await answer();
    now = 5;
    pulls.look(want({ span: { fromUs: 5, toUs: 50 }, atOnce: true }));
    expect(asked[1]).toMatchObject({ from_us: 5, to_us: 50 });
  });

  it("asks again while the search goes on, and after a failure", async () => {
    pulls.look(want());
    await answer(page({ done: false }));
    now = 1_000;
    pulls.look(want());
    expect(asked).toHaveLength(2);
    await answer(null);
    expect(took).toHaveLength(1);
    now = 2_000;
    pulls.look(want());
    expect(asked).toHaveLength(3);
  });

  it("slows down where asking and drawing are dear", async () => {
    pulls.look(want());
    now = 80;
    await answer();
    pulls.drew(30);
    now = 300;
    pulls.look(want({ content: "2" }));
    expect(asked).toHaveLength(1);
    now = 440;
    pulls.look(want({ content: "2" }));
    expect(asked).toHaveLength(2);
  });

  it("asks for fewer points where frames are dropped, and for more again", async () => {
    const points: (number | undefined)[] = [];
    for (const ms of [100, 100, 100, 100, 100, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10]) {
      now += 10_000;
      pulls.look(want({ content: `${now}` }));
      points.push(asked.at(-1)?.points);
      await answer(page({ series: Array.from({ length: 16 }, () => ({})) as SeriesPage["series"] }));
      pulls.drew(ms);
    }
    expect(points.slice(1, 5)).toEqual([500, 250, 200, 200]);
    expect(points.at(-1)).toBe(1_000);
  });

  it("drops what speaks of the session before", async () => {
    pulls.look(want());
    pulls.forget();
    pulls.look(want({ content: "other" }));
    expect(asked).toHaveLength(2);
    await answer(page({ end: 99 }));
    expect(took).toEqual([]);
    await answer(page({ end: 5 }));
    expect(took.map(({ end }) => end)).toEqual([5]);
  });
});

it("the pace goes with the pixels of the window, within bounds", () => {
  const minute = { fromUs: 0, toUs: 60_000_000 };
  expect(paceOf(minute, 1_000, 0)).toBe(LEAST_MS);
  expect(paceOf({ fromUs: 0, toUs: 300_000_000 }, 1_000, 0)).toBe(300);
  expect(paceOf({ fromUs: 0, toUs: 86_400_000_000 }, 1_000, 0)).toBe(MOST_MS);
  expect(paceOf(minute, 1_000, 100_000)).toBe(2_000);
});

it("points are shared among lines, and bounded", () => {
  expect(pointsOf(900, 3)).toBe(1_800);
  expect(pointsOf(5_000, 1)).toBe(4_096);
  expect(pointsOf(1_800, 16)).toBe(1_000);
  expect(pointsOf(10, 16)).toBe(200);
});

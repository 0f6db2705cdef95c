import { describe, expect, it } from "vitest";
import { labelsOf, stepFor } from "./tape-labels";

const SECOND = 1_000_000;
const START = new Date(2026, 10, 22, 12, 4, 31, 152).getTime() * 1_000;
const texts = (from: number, to: number, total: number, width = 1_000): string[] =>
  labelsOf({ fromUs: START + from, toUs: START + to }, { fromUs: START, toUs: START + total }, width, width).map((label) => label.text);

describe("the labels", () => {
  it("stand apart at any zoom", () => {
    for (let us = 10_000; us < 1e14; us *= 1.7) {
      const step = stepFor(us, 700);
      expect((step / us) * 700).toBeGreaterThanOrEqual(96);
      // Nor are they so far apart that there are none to read.
      if (us < 3e12) expect((step / us) * 700).toBeLessThan(700);
    }
  });

  it("are seconds in a short session, as fine as the part on show asks for", () => {
    expect(texts(0, 10 * SECOND, 10 * SECOND).slice(0, 3)).toEqual(["0\u00a0s", "1\u00a0s", "2\u00a0s"]);
    expect(texts(2_100_000, 2_600_000, 10 * SECOND)).toEqual(["2.10\u00a0s", "2.15\u00a0s", "2.20\u00a0s", "2.25\u00a0s", "2.30\u00a0s", "2.35\u00a0s", "2.40\u00a0s", "2.45\u00a0s", "2.50\u00a0s", "2.55\u00a0s", "2.60\u00a0s"]);
    expect(texts(2_100_000, 2_110_000, 10 * SECOND).slice(0, 2)).toEqual(["2.100\u00a0s", "2.101\u00a0s"]);
  });

  it("are a counter up to an hour", () => {
    expect(texts(0, 1_800 * SECOND, 1_800 * SECOND).slice(0, 3)).toEqual(["0:00", "5:00", "10:00"]);
    expect(texts(243_000_000, 244_000_000, 1_800 * SECOND).slice(0, 3)).toEqual(["4:03.0", "4:03.1", "4:03.2"]);
    expect(texts(59_900_000, 60_900_000, 1_800 * SECOND)).toContain("1:00.0");
  });

  it("are the time of day past it, at round times of it", () => {
    expect(texts(0, 7_200 * SECOND, 7_200 * SECOND).slice(0, 2)).toEqual(["12:15", "12:30"]);
    expect(texts(0, 30 * SECOND, 7_200 * SECOND).slice(0, 2)).toEqual(["12:04:35", "12:04:40"]);
    expect(texts(0, SECOND, 7_200 * SECOND)[0]).toBe("12:04:31.200");
  });

  it("are days over many of them", () => {
    const days = texts(0, 20 * 86_400 * SECOND, 20 * 86_400 * SECOND);
    expect(days[0]).toMatch(/Nov/);
    expect(days.length).toBeLessThan(11);
  });
});

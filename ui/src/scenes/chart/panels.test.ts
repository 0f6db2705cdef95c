import { describe, expect, it } from "vitest";
import { axisOf, grouped, heightsOf, niceStep, type Ranged } from "./panels";

const line = (name: string, least: number, most: number, unit = "", limits: number[] = [], decimals = 2): Ranged => ({ name, unit, least, most, limits, decimals });

describe("which lines share a panel", () => {
  it("puts percents together and a price below, as in the picture", () => {
    expect(grouped([line("load", 12, 88.4, "%"), line("used", 61.9, 64, "%"), line("last", 102, 105.2)], [])).toEqual([["load", "used"], ["last"]]);
  });

  it("takes numbers within 0 to 100 for percents, unless one would lie on the ground", () => {
    expect(grouped([line("a", 12, 88), line("b", 62, 64), line("c", 0, 3)], [])).toEqual([["a", "b"], ["c"]]);
  });

  it("never puts different units together, and always the same unit", () => {
    expect(grouped([line("p50", 2, 4, "ms"), line("p99", 300, 900, "ms"), line("size", 300, 900, "kB")], [])).toEqual([["p50", "p99"], ["size"]]);
  });

  it("parts lines of other scales", () => {
    expect(grouped([line("big", 1_000, 9_000), line("alike", 2_000, 7_000), line("small", 200, 300)], [])).toEqual([["big", "alike"], ["small"]]);
  });

  it("keeps panels while their lines can still be read, and parts them when they cannot", () => {
    const before = [["a", "b"]];
    // Half as much as would be asked of lines that come together anew.
    expect(grouped([line("a", 0, 1_000), line("b", 0, 110)], before)).toEqual([["a", "b"]]);
    expect(grouped([line("a", 0, 1_000), line("b", 0, 110)], [])).toEqual([["a"], ["b"]]);
    expect(grouped([line("a", 0, 10_000), line("b", 0, 110)], before)).toEqual([["a"], ["b"]]);
  });

  it("keeps apart what was apart when figures come nearer, and regroups when another line joins", () => {
    const before = [["a"], ["b"]];
    expect(grouped([line("a", 0, 1_000), line("b", 0, 900)], before)).toEqual([["a"], ["b"]]);
    expect(grouped([line("a", 0, 1_000), line("b", 0, 900), line("c", 0, 950)], before)).toEqual([["a", "b", "c"]]);
  });

  it("has a place for each of sixteen lines, once", () => {
    const many = Array.from({ length: 16 }, (_, n) => line(`g${n}`, n * 10, n * n * 100 + 1));
    expect(grouped(many, []).flat().sort()).toEqual(many.map(({ name }) => name).sort());
  });
});

describe("the axis", () => {
  it("of percents is 0 to 100", () => {
    expect(axisOf([line("a", 12, 88, "%")], 360)).toEqual({ min: 0, max: 100, ticks: [0, 25, 50, 75, 100] });
    expect(axisOf([line("a", 12, 88, "%")], 100).ticks).toEqual([0, 50, 100]);
  });

  it("begins at zero where it almost reaches it, and else near the least", () => {
    expect(axisOf([line("a", 20, 900)], 200).min).toBe(0);
    const price = axisOf([line("a", 102, 105)], 200);
    expect(price.min).toBeGreaterThan(101);
    expect(price.ticks.every((tick) => tick >= price.min && tick <= price.max)).toBe(true);
    expect(price.ticks.length).toBeGreaterThan(1);
  });

  it("holds a threshold that is near, and is not flattened by one that is far", () => {
    expect(axisOf([line("a", 102, 105, "", [108])], 200).max).toBeGreaterThan(108);
    expect(axisOf([line("a", 102, 105, "", [5_000])], 200).max).toBeLessThan(110);
  });

  it("has some height for a line that never changes, and for none", () => {
    for (const value of [0, 7, -7]) {
      const axis = axisOf([line("a", value, value)], 200);
      expect(axis.max).toBeGreaterThan(axis.min);
      expect(axis.ticks.length).toBeGreaterThan(0);
    }
    expect(axisOf([], 200).max).toBe(1);
    const far = axisOf([line("a", -1.7e308, 1.7e308)], 200);
    expect(Number.isFinite(far.max - far.min)).toBe(true);
    expect(far.ticks.length).toBeLessThan(20);
  });

  it("of whole numbers has whole marks", () => {
    expect(axisOf([line("a", 0, 1, "", [], 0)], 300).ticks).toEqual([0, 1]);
    expect(axisOf([line("a", 917, 918, "", [], 0)], 100).ticks).toEqual([917, 918]);
  });

  it("has marks that are numbers as one writes them", () => {
    expect(axisOf([line("a", 0.1, 0.7)], 240).ticks.every((tick) => String(tick).length <= 4)).toBe(true);
    expect([0.03, 0.7, 3, 12, 22, 26, 70].map(niceStep)).toEqual([0.05, 1, 5, 20, 25, 50, 100]);
  });
});

describe("heights", () => {
  it("fill the room, shared panels twice as high", () => {
    const [both = 0, one = 0] = heightsOf([["a", "b"], ["c"]], 500, 100);
    expect(both).toBeGreaterThan(2 * one);
    expect(both + one).toBeGreaterThan(495);
    expect(both + one).toBeLessThanOrEqual(500);
  });

  it("are not less than can be read, and then more than the room", () => {
    expect(heightsOf([["a"], ["b"], ["c", "d"]], 200, 100)).toEqual([100, 100, 170]);
  });
});

import { describe, expect, it } from "vitest";
import { fitting, ordered } from "./chips";

const counts = (...pairs: [string, number][]): { value: string; count: number }[] =>
  pairs.map(([value, count]) => ({ value, count }));
const names = (list: readonly { readonly value: string }[]): string[] => list.map(({ value }) => value);

describe("the order of chips", () => {
  it("is the engine's at first", () => {
    expect(names(ordered([], counts(["log", 9], ["step", 5]), []))).toEqual(["log", "step"]);
  });

  it("stays where one overtakes another by a hair, and changes where it is plain", () => {
    expect(names(ordered(["a", "b"], counts(["b", 101], ["a", 100]), []))).toEqual(["a", "b"]);
    expect(names(ordered(["a", "b"], counts(["b", 200], ["a", 100]), []))).toEqual(["b", "a"]);
    expect(names(ordered(["a", "b"], counts(["c", 900], ["b", 101], ["a", 100]), []))).toEqual(["c", "a", "b"]);
  });

  it("keeps a value that is on and no longer among the most frequent", () => {
    expect(ordered(["rare", "a"], counts(["a", 3]), ["rare"])).toContainEqual({ value: "rare", count: null });
    expect(names(ordered(["rare", "a"], counts(["a", 3]), []))).toEqual(["a"]);
  });
});

describe("the chips that fit", () => {
  const room = (px: number, always = false): Parameters<typeof fitting>[2] => ({ room: px, gap: 8, more: 60, always });

  it("are all where there is room, without a menu", () => {
    expect(fitting([50, 50, 50], [false, false, false], room(174))).toEqual([0, 1, 2]);
  });

  it("leave room for the menu where they do not", () => {
    expect(fitting([50, 50, 50], [false, false, false], room(173))).toEqual([0]);
    expect(fitting([50, 50, 50, 50], [false, false, false, false], room(184))).toEqual([0, 1]);
    expect(fitting([50, 50], [false, false], room(126, true))).toEqual([0]);
  });

  it("hold those that are on first, in their order", () => {
    expect(fitting([50, 50, 50, 50], [false, false, false, true], room(184))).toEqual([0, 3]);
    expect(fitting([50, 50, 50, 50], [false, true, true, true], room(184))).toEqual([1, 2]);
  });

  it("are none where there is no room, or nothing to show", () => {
    expect(fitting([50, 50], [true, false], room(40))).toEqual([]);
    expect(fitting([], [], room(400))).toEqual([]);
  });
});

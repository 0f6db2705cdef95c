import { describe, expect, it } from "vitest";
import type { Break } from "../../ipc/bindings";
import { aligned, nearest, ruleOf, titleOf } from "./lines";

const gap = (from_us: number, to_us: number | null): Break => ({ from_us, to_us, code: "reset", lost: null, repeated: null });

describe("lines side by side", () => {
  it("have one row of times, and pass by where only the other has a point", () => {
    const [times, a, b] = aligned(
      [
        { at_us: [1_000, 3_000], value: [1, 3] },
        { at_us: [2_000, 3_000], value: [20, 30] },
      ],
      [],
    );
    expect(times).toEqual([1, 2, 3]);
    expect(a).toEqual([1, undefined, 3]);
    expect(b).toEqual([undefined, 20, 30]);
  });

  it("break where the stream did, all of them", () => {
    const [times, a, b] = aligned(
      [
        { at_us: [1_000, 9_000], value: [1, 9] },
        { at_us: [2_000, 9_500], value: [2, 9.5] },
      ],
      [gap(4_000, 8_000)],
    );
    expect(times).toEqual([1, 2, 4, 9, 9.5]);
    expect(a).toEqual([1, undefined, null, 9, undefined]);
    expect(b).toEqual([undefined, 2, null, undefined, 9.5]);
  });

  it("keep a point that came at the very moment of the break, and times stay in order", () => {
    const [times, a] = aligned([{ at_us: [4_000, 8_000, 8_000], value: [1, 2, 3] }], [gap(4_000, 7_000), gap(1_000, 2_000)]);
    expect(times).toEqual([4, 4, 8, 8]);
    expect(a).toEqual([1, null, 2, 3]);
  });

  it("do not break before their first point and after their last", () => {
    expect(aligned([{ at_us: [5_000], value: [1] }], [gap(1_000, 2_000), gap(9_000, null)])).toEqual([[5], [1]]);
    expect(aligned([], [])).toEqual([[]]);
  });

  it("lose no point", () => {
    const at = Array.from({ length: 500 }, (_, n) => n * 7);
    const [times, a, b] = aligned([{ at_us: at, value: at }, { at_us: at.map((us) => us + 3), value: at }], [gap(700, 710)]);
    expect(a?.filter((value) => typeof value === "number")).toEqual(at);
    expect(b?.filter((value) => typeof value === "number")).toEqual(at);
    expect([...times].sort((x, y) => x - y)).toEqual(times);
  });
});

it("the point nearest to a time is found", () => {
  expect([0, 10, 14, 16, 99].map((us) => nearest([10, 20, 30], us))).toEqual([0, 0, 0, 1, 2]);
  expect(nearest([10, 20], 15)).toBe(0);
  expect(nearest([], 5)).toBe(-1);
});

it("a line is named by its type and path, and without a rule has none", () => {
  expect(titleOf({ type: "cpu", path: "$.load" })).toBe("cpu $.load");
  expect(titleOf({ type: "message", path: "$.load" })).toBe("$.load");
  const rule = { key: { type: "a", path: "$.b" }, unit: "%", above: 1, below: null, hysteresis: 0 };
  expect(ruleOf([rule], { type: "a", path: "$.b" })).toBe(rule);
  expect(ruleOf([rule], { type: "a", path: "$.c" }).above).toBeNull();
});

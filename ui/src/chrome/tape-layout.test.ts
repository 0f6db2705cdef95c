import { describe, expect, it } from "vitest";
import type { Strip } from "../ipc/bindings";
import { gapAt, layOut, notchAt } from "./tape-layout";

const SECOND = 1_000_000;

function strip(more: Partial<Strip> = {}): Strip {
  return { start_us: 1_000 * SECOND, bin_us: 1_000, bins: [], breaks: [], bookmarks: [], ...more };
}

const bin = (at: number, size = 100, named = false): Strip["bins"][number] => ({ at, pos: at, count: 1, size, named });

describe("the tape's layout", () => {
  it("fills from the left for ten seconds, then shrinks", () => {
    const short = layOut(strip({ bins: [bin(1_000)] }), 1_005 * SECOND, null, 1_000);
    expect(short.now).toBe(500);
    expect(short.notches[0]?.x).toBe(100);
    const long = layOut(strip({ bins: [bin(1_000)] }), 1_100 * SECOND, null, 1_000);
    expect(long.now).toBe(1_000);
    expect(long.notches[0]?.x).toBe(10);
  });

  it("makes larger events higher, within its bounds", () => {
    const { notches } = layOut(strip({ bins: [bin(0, 1), bin(500, 200), bin(900, 1 << 30)] }), 1_001 * SECOND, null, 1_000);
    const heights = notches.map((notch) => notch.height);
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
    expect(Math.max(...heights)).toBeLessThanOrEqual(28);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(6);
  });

  const heightsOf = (sizes: readonly number[]): number[] => {
    const bins = sizes.map((size, n) => bin(n * 40, size));
    return layOut(strip({ bins }), 1_010 * SECOND, null, 1_000).notches.map((notch) => notch.height);
  };

  it("uses the whole height for the sizes that the session has", () => {
    for (const scale of [1, 1_000]) {
      const heights = heightsOf(Array.from({ length: 100 }, (_, n) => scale * (4 + n)));
      expect(Math.min(...heights)).toBe(10);
      expect(Math.max(...heights)).toBe(26);
      expect(new Set(heights).size).toBeGreaterThan(80);
    }
  });

  it("lets one giant not flatten the others", () => {
    const heights = heightsOf(Array.from({ length: 100 }, (_, n) => (n === 50 ? 1 << 20 : 10 + (n % 10))));
    expect(heights[0]).toBeLessThan(11);
    expect(heights[49]).toBeGreaterThan(22);
    expect(heights[50]).toBe(Math.max(...heights));
  });

  it("makes nothing of sizes that hardly differ", () => {
    expect(new Set(heightsOf([30, 30, 30]))).toEqual(new Set([14]));
    expect(new Set(heightsOf([0, 0]))).toEqual(new Set([14]));
    const close = heightsOf([100, 101, 102, 103]);
    expect(Math.max(...close) - Math.min(...close)).toBeLessThan(1);
  });

  it("keeps a pixel between notches, few or many", () => {
    for (const many of [20, 150, 2_000]) {
      const bins = Array.from({ length: many }, (_, n) => bin(Math.floor(n * 7.3), 10 + n));
      const { notches } = layOut(strip({ bins }), 1_000 * SECOND + many * 7_300, null, 1_000);
      const apart = notches.slice(1).map((notch, n) => notch.x - (notches[n]?.x ?? 0));
      expect(Math.min(...apart)).toBeGreaterThanOrEqual(3);
      expect(notches.reduce((n, notch) => n + notch.count, 0)).toBe(many);
    }
  });

  it("draws a crowd on a grid, and counts all of it", () => {
    const bins = Array.from({ length: 2_000 }, (_, at) => bin(at, 100, at === 1_000));
    const { notches } = layOut(strip({ bins, bin_us: 10_000 }), 1_020 * SECOND, null, 1_000);
    expect(notches.length).toBeLessThanOrEqual(1_000 / 3 + 1);
    expect(notches.reduce((n, notch) => n + notch.count, 0)).toBe(2_000);
    expect(notches.filter((notch) => notch.named)).toHaveLength(1);
  });

  it("leaves a gap open to the present while the line is down", () => {
    const gap = { from_us: 1_004 * SECOND, to_us: null, code: "reset", lost: null, repeated: null } as const;
    const layout = layOut(strip({ bins: [bin(0)], breaks: [gap] }), 1_020 * SECOND, null, 1_000);
    expect(layout.gaps[0]).toMatchObject({ from: 200, to: 1_000 });
    expect(gapAt(layout, 500)?.gap).toEqual(gap);
    expect(gapAt(layout, 100)).toBeNull();
  });

  it("finds the notch under the pointer", () => {
    const layout = layOut(strip({ bins: [bin(1_000), bin(2_000)] }), 1_010 * SECOND, null, 1_000);
    expect(notchAt(layout, 196)?.pos).toBe(2_000);
    expect(notchAt(layout, 150)).toBeNull();
  });

  it("labels seconds, then minutes, and keeps room for now", () => {
    const words = (seconds: number): string[] =>
      layOut(strip(), (1_000 + seconds) * SECOND, null, 1_000).labels.map((label) => label.text);
    expect(words(10)).toEqual(["0 s", "1 s", "2 s", "3 s", "4 s", "5 s", "6 s", "7 s", "8 s", "9 s", "now"]);
    expect(words(258)).toEqual(["0:00", "0:30", "1:00", "1:30", "2:00", "2:30", "3:00", "3:30", "4:00", "now"]);
    expect(words(8_000).at(-2)).toMatch(/^\d\d:\d\d$/);
    expect(words(86_400 * 3).length).toBeLessThan(12);
  });

  it("ends where the session ended", () => {
    const layout = layOut(strip({ bins: [bin(1_000)] }), 1_500 * SECOND, 1_020 * SECOND, 1_000);
    expect(layout.notches[0]?.x).toBe(50);
    expect(layout.labels.at(-1)?.text).toBe("end");
  });

  it("never draws past the end, should the clock step back", () => {
    const layout = layOut(strip({ bins: [bin(20_000)] }), 1_001 * SECOND, null, 1_000);
    expect(layout.notches[0]?.x).toBeLessThanOrEqual(1_000);
    expect(layout.now).toBe(1_000);
  });
});

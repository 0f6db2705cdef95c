import { describe, expect, it } from "vitest";
import type { Strip } from "../ipc/bindings";
import { flagAt, gapAt, layOut as layOutScene, notchAt, toUs, toX, wholeOf, type Layout, type Scene } from "./tape-layout";

const SECOND = 1_000_000;

function strip(more: Partial<Strip> = {}): Strip {
  return { start_us: 1_000 * SECOND, bin_us: 1_000, bins: [], breaks: [], bookmarks: [], ...more };
}

/** A session that is shown whole, as far as a test says nothing else. */
function layOut(of: Strip, nowUs: number, endedUs: number | null, width: number, more: Partial<Scene> = {}): Layout {
  const endUs = endedUs ?? nowUs;
  const session = wholeOf(of.start_us, endUs, false);
  return layOutScene({
    pictures: [{ ...session, strip: of }],
    session,
    span: session,
    endUs,
    ended: endedUs !== null,
    playheadUs: null,
    width,
    reserved: 0,
    ...more,
  });
}

/** The words under it, "now" or "end" last. */
function wordsOf({ labels, edge }: Layout): string[] {
  return [...labels, ...(edge ? [edge] : [])].map((label) => label.text);
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
      wordsOf(layOut(strip(), (1_000 + seconds) * SECOND, null, 1_000));
    expect(words(10)).toEqual(["0\u00a0s", "1\u00a0s", "2\u00a0s", "3\u00a0s", "4\u00a0s", "5\u00a0s", "6\u00a0s", "7\u00a0s", "8\u00a0s", "9\u00a0s", "now"]);
    expect(words(258)).toEqual(["0:00", "0:30", "1:00", "1:30", "2:00", "2:30", "3:00", "3:30", "4:00", "now"]);
    expect(words(8_000).at(-2)).toMatch(/^\d\d:\d\d$/);
    expect(words(86_400 * 3).length).toBeLessThan(12);
  });

  it("ends where the session ended", () => {
    const layout = layOut(strip({ bins: [bin(1_000)] }), 1_500 * SECOND, 1_020 * SECOND, 1_000);
    expect(layout.notches[0]?.x).toBe(50);
    expect(layout.edge?.text).toBe("end");
  });

  it("never draws past the end, should the clock step back", () => {
    const layout = layOut(strip({ bins: [bin(20_000)] }), 1_001 * SECOND, null, 1_000);
    expect(Math.max(...layout.notches.map((notch) => notch.x))).toBeLessThanOrEqual(1_000);
  });
});

describe("a part of the tape", () => {
  const START = 1_000 * SECOND;
  const session = wholeOf(START, START + 100 * SECOND, false);
  const all = strip({ bins: Array.from({ length: 100 }, (_, n) => bin(n * 1_000)) });
  const span = { fromUs: START + 40 * SECOND, toUs: START + 50 * SECOND };
  const zoomed = (more: Partial<Scene> = {}): Layout =>
    layOut(all, START + 100 * SECOND, null, 1_000, { session, span, pictures: [{ ...session, strip: all }], ...more });

  it("stretches the picture that is there", () => {
    const { notches } = zoomed();
    expect(notches.map((notch) => notch.x)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
    expect(notches[3]?.atUs).toBe(START + 43 * SECOND);
  });

  it("takes from the whole what the picture of the part does not cover, and counts nothing twice", () => {
    const part = { fromUs: START + 42 * SECOND, toUs: START + 45 * SECOND, strip: strip({ start_us: START + 42 * SECOND, bin_us: SECOND / 2, bins: [bin(0), bin(2), bin(3), bin(4)] }) };
    const { notches } = zoomed({ pictures: [part, { ...session, strip: all }] });
    expect(notches.map((notch) => notch.x)).toEqual([0, 100, 200, 300, 350, 400, 500, 600, 700, 800, 900, 1_000]);
  });

  it("says no now where the present is not on show", () => {
    expect(zoomed().edge).toBeNull();
    expect(zoomed().now).toBeGreaterThan(1_000);
    expect(zoomed({ span: { fromUs: START + 90 * SECOND, toUs: START + 100 * SECOND } }).edge?.text).toBe("now");
  });

  it("keeps the room of the button free of labels", () => {
    const free = zoomed({ reserved: 64 });
    expect(free.edge).toBeNull();
    expect(Math.max(...free.labels.map((label) => label.x))).toBeLessThanOrEqual(1_000 - 64 - 30);
  });

  it("moves a crowd with the tape, not along it", () => {
    const crowd = strip({ bin_us: 10_000, bins: Array.from({ length: 2_000 }, (_, at) => bin(at)) });
    const at = (shiftUs: number): number[] => {
      const moved = { fromUs: START + 5 * SECOND + shiftUs, toUs: START + 15 * SECOND + shiftUs };
      const { notches } = zoomed({ span: moved, pictures: [{ ...session, strip: crowd }] });
      return notches.map((notch) => toUs({ span: moved, width: 1_000 }, notch.x));
    };
    const before = at(0).slice(20, 200);
    const after = at(123_456);
    for (const us of before) expect(after.some((each) => Math.abs(each - us) < 1)).toBe(true);
  });

  it("has the playhead where the replay stands, and its tape fill the width", () => {
    const replay = wholeOf(START, START + 2 * SECOND, true);
    const layout = layOut(strip(), START + 2 * SECOND, START + 2 * SECOND, 500, { session: replay, span: replay, playheadUs: START + SECOND / 2 });
    expect(layout.playhead).toBe(125);
    expect(layout.now).toBe(500);
    expect(wholeOf(START, START, true).toUs).toBeGreaterThan(START);
  });

  it("goes from places to times and back", () => {
    const layout = zoomed();
    for (const x of [0, 1, 333, 1_000]) expect(toX(layout, toUs(layout, x))).toBeCloseTo(x, 6);
  });
});

describe("marks", () => {
  const gap = (from: number, to: number | null): Strip["breaks"][number] => ({
    from_us: 1_000 * SECOND + from,
    to_us: to === null ? null : 1_000 * SECOND + to,
    code: "reset",
    lost: 0,
    repeated: 0,
  });

  it("shows a break of no width at any zoom, and those on one another as one", () => {
    const breaks = [gap(100 * SECOND, 100 * SECOND + 5_000), gap(100 * SECOND + 9_000, 101 * SECOND), gap(5_000 * SECOND, 5_000 * SECOND + 1)];
    const { gaps } = layOut(strip({ breaks }), 11_000 * SECOND, null, 1_000);
    expect(gaps.map((each) => each.gap)).toEqual([breaks[1], breaks[2]]);
    expect(gapAt(layOut(strip({ breaks }), 11_000 * SECOND, null, 1_000), 501)?.gap).toEqual(breaks[2]);
  });

  it("leaves out the breaks beside the part on show", () => {
    const breaks = [gap(0, SECOND), gap(50 * SECOND, 60 * SECOND)];
    const span = { fromUs: 1_055 * SECOND, toUs: 1_075 * SECOND };
    const { gaps } = layOut(strip({ breaks }), 1_100 * SECOND, null, 1_000, { span });
    expect(gaps).toHaveLength(1);
    // What begins before the edge is cut there, out of sight.
    expect(gaps[0]?.from).toBeLessThan(0);
    expect(gaps[0]?.to).toBe(250);
  });

  it("puts a flag over each bookmark, and one over several", () => {
    const mark = (pos: number, at: number): Strip["bookmarks"][number] => ({ pos, at_us: 1_000 * SECOND + at, note: `n${pos}` });
    const layout = layOut(strip({ bookmarks: [mark(1, SECOND), mark(2, SECOND + 20_000), mark(9, 8 * SECOND)] }), 1_010 * SECOND, null, 1_000);
    expect(layout.flags.map(({ x, count }) => [x, count])).toEqual([[100, 2], [800, 1]]);
    expect(flagAt(layout, 104)?.bookmark.note).toBe("n1");
    expect(flagAt(layout, 400)).toBeNull();
  });
});

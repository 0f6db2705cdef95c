import { describe, expect, it, vi } from "vitest";
import type { Row } from "../ipc/bindings";
import { RowCache, type Fetched } from "./rows";

const row = (pos: number): Row => ({ pos, at_us: pos, gap_us: null, attempt: 1, kind: "comment", text: String(pos) });

function log(end: number): { calls: [number, number][]; fetch: (from: number, len: number) => Promise<Fetched<Row>> } {
  const calls: [number, number][] = [];
  return {
    calls,
    fetch: async (from, len) => {
      calls.push([from, len]);
      const rows = Array.from({ length: Math.max(0, Math.min(len, end - from)) }, (_, n) => row(from + n));
      return { first: 0, rows };
    },
  };
}

type Fetch = (from: number, len: number) => Promise<Fetched<Row> | null>;

const cacheOf = (fetch: Fetch, changed: () => void): RowCache<Row> =>
  new RowCache({ page: 200, fetch, number: (row) => row.pos, changed });

const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

describe("the row cache", () => {
  it("pulls just what is seen at the end, and nothing twice", async () => {
    const { calls, fetch } = log(1_000);
    const changed = vi.fn();
    const cache = cacheOf(fetch, changed);
    cache.want(960, 1_000, 1_000, false);
    cache.want(960, 1_000, 1_000, false);
    await settled();
    expect(calls).toEqual([[960, 40]]);
    expect(changed).toHaveBeenCalledOnce();
    expect(cache.row(999)?.pos).toBe(999);
    cache.want(960, 1_000, 1_000, false);
    await settled();
    expect(calls).toHaveLength(1);
  });

  it("pulls whole pages for a reader further up", async () => {
    const { calls, fetch } = log(1_000);
    const cache = cacheOf(fetch, () => undefined);
    cache.want(250, 290, 1_000, true);
    await settled();
    expect(calls).toEqual([[200, 200]]);
    expect(cache.has(200, 400)).toBe(true);
  });

  it("holds a bounded number of pages, those last used", async () => {
    const { calls, fetch } = log(100_000);
    const cache = cacheOf(fetch, () => undefined);
    for (let page = 0; page < 100; page += 1) {
      cache.want(0, 40, 100_000, true);
      cache.want(page * 200, page * 200 + 40, 100_000, true);
      await settled();
    }
    expect(calls).toHaveLength(100);
    expect(cache.row(0)).toBeDefined();
    expect(cache.row(50 * 200)).toBeUndefined();
    expect(cache.row(99 * 200)).toBeDefined();
  });

  it("drops the answer for a session that is gone", async () => {
    const { fetch } = log(1_000);
    const cache = cacheOf(fetch, () => undefined);
    cache.want(0, 40, 1_000, false);
    cache.clear();
    await settled();
    expect(cache.row(0)).toBeUndefined();
  });

  it("pulls a row once more that may have changed, and shows it as it was until then", async () => {
    const { calls, fetch } = log(10);
    const cache = cacheOf(fetch, () => undefined);
    cache.want(0, 10, 10, false);
    await settled();
    cache.renew(9);
    expect(cache.has(0, 10)).toBe(true);
    cache.want(5, 10, 10, true);
    await settled();
    cache.want(5, 10, 10, true);
    await settled();
    expect(calls).toEqual([
      [0, 10],
      [9, 1],
    ]);
  });

  it("keeps the very row that comes back as it was, and takes the one that does not", async () => {
    let text = "da";
    const cache = cacheOf(async (from) => ({ first: 0, rows: [{ ...row(from), text }] }), () => undefined);
    cache.want(0, 1, 1, false);
    await settled();
    const before = cache.row(0);
    cache.renew(0);
    cache.want(0, 1, 1, false);
    await settled();
    expect(cache.row(0)).toBe(before);
    text = "data: a";
    cache.renew(0);
    cache.want(0, 1, 1, false);
    await settled();
    expect(cache.row(0)).toMatchObject({ text: "data: a" });
  });

  it("pulls a row again that changed while it was on its way", async () => {
    const { calls, fetch } = log(1);
    const cache = cacheOf(fetch, () => undefined);
    cache.want(0, 1, 1, false);
    await settled();
    cache.renew(0);
    cache.want(0, 1, 1, false);
    cache.renew(0);
    await settled();
    cache.want(0, 1, 1, false);
    await settled();
    cache.want(0, 1, 1, false);
    await settled();
    expect(calls).toHaveLength(3);
  });

  it("forgets what it was to pull again when the page falls out", async () => {
    const { calls, fetch } = log(100_000);
    const cache = cacheOf(fetch, () => undefined);
    cache.want(0, 40, 100_000, true);
    await settled();
    cache.renew(7);
    for (let page = 1; page < 30; page += 1) {
      cache.want(page * 200, page * 200 + 40, 100_000, true);
      await settled();
    }
    expect(cache.row(7)).toBeUndefined();
    calls.length = 0;
    // Once it is back, it is as new as it can be.
    for (let turn = 0; turn < 3; turn += 1) {
      cache.want(0, 40, 100_000, true);
      await settled();
    }
    expect(calls).toEqual([[0, 200]]);
  });

  it("numbers rows by their place where the answer says where it begins", async () => {
    const cache = cacheOf(async (from, len) => ({ first: 0, from, rows: [row(700), row(950)].slice(0, len) }), () => undefined);
    cache.want(40, 42, 42, false);
    await settled();
    expect([cache.row(40)?.pos, cache.row(41)?.pos, cache.row(700)]).toEqual([700, 950, undefined]);
  });

  it("pulls all once more where their numbers may have changed", async () => {
    let base = 100;
    const calls: [number, number][] = [];
    const cache = cacheOf(async (from, len) => {
      calls.push([from, len]);
      return { first: 0, from, rows: Array.from({ length: len }, (_, n) => row(base + from + n)) };
    }, () => undefined);
    cache.want(0, 5, 5, false);
    await settled();
    base = 90;
    cache.renewAll();
    expect(cache.row(0)?.pos).toBe(100);
    cache.want(0, 5, 5, false);
    await settled();
    expect([cache.row(0)?.pos, cache.row(4)?.pos]).toEqual([90, 94]);
    expect(calls).toHaveLength(2);
  });
});

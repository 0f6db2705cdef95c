import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Facets } from "../../ipc/bindings";
import { COUNTING_MS, FacetFeed, LIVE_MS } from "./facets";

let asked: (string | null)[];
let answer: Partial<Facets>;
let feed: FacetFeed;

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  answer = {};
  feed = new FacetFeed({
    ask: async (path) => {
      asked.push(path);
      return { path, values: [], other: 0, events: 10, scanned: 10, end: 10, suggested: [], ...answer };
    },
    changed: () => undefined,
  });
  feed.see(true);
});
afterEach(() => {
  feed.dispose();
  vi.useRealTimers();
});

describe("the counts of the chips", () => {
  it("are asked for at once, then at most four times a second, and only after a change", async () => {
    feed.note(1, "");
    await pass(0);
    expect(asked).toHaveLength(1);
    for (let n = 0; n < 60; n += 1) {
      feed.note(1, `${n}`);
      await pass(16);
    }
    expect(asked.length).toBeLessThanOrEqual(1 + Math.ceil((60 * 16) / LIVE_MS));
    expect(asked.length).toBeGreaterThanOrEqual(4);
    await pass(LIVE_MS);
    const before = asked.length;
    await pass(5_000);
    expect(asked).toHaveLength(before);
    // A tick that tells of nothing that is counted asks for nothing.
    for (let n = 0; n < 60; n += 1) {
      feed.note(1, "59");
      await pass(16);
    }
    expect(asked).toHaveLength(before);
  });

  it("are asked for quicker while the engine is still counting, without a change", async () => {
    answer = { scanned: 5 };
    feed.note(1, "");
    await pass(COUNTING_MS * 4);
    expect(asked.length).toBeGreaterThanOrEqual(4);
    answer = {};
    await pass(COUNTING_MS);
    const before = asked.length;
    await pass(5_000);
    expect(asked).toHaveLength(before);
  });

  it("are not asked for while nobody sees them", async () => {
    feed.see(false);
    feed.note(1, "");
    await pass(1_000);
    expect(asked).toEqual([]);
    feed.see(true);
    await pass(0);
    expect(asked).toHaveLength(1);
  });

  it("go by what is suggested, unless the user chose", async () => {
    answer = { suggested: ["$.kind"] };
    feed.note(1, "");
    await pass(LIVE_MS);
    expect(feed.path).toBe("$.kind");
    expect(asked).toEqual([null, "$.kind"]);
    feed.by(null);
    await pass(2_000);
    expect(feed.path).toBeNull();
    feed.note(2, "");
    await pass(LIVE_MS * 2);
    expect(feed.path).toBe("$.kind");
    feed.note(1, "");
    await pass(LIVE_MS * 2);
    expect(feed.path).toBeNull();
  });

  it("of a session that was left are not taken for the new one's", async () => {
    let late: (facets: Facets | null) => void = () => undefined;
    const slow = new FacetFeed({ ask: () => new Promise((done) => (late = done)), changed: () => undefined });
    slow.see(true);
    slow.note(1, "");
    const first = late;
    slow.note(2, "");
    first({ path: null, values: [], other: 0, events: 1, scanned: 1, end: 1, suggested: [] });
    await pass(0);
    expect(slow.facets).toBeNull();
    slow.dispose();
  });
});

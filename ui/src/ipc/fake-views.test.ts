import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createFake, type Fake } from "./fake";
import type { Filter } from "./bindings";
import { stream } from "./fake-scripts";

const NONE: Filter = { query: "", facet: null, values: [], from_us: null, to_us: null, bookmarked: false, unhidden: false };

let fake: Fake;
let session: number;

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const found = async (filter: Partial<Filter>): Promise<string[]> => {
  const { view } = await fake.openView(session, { ...NONE, ...filter });
  await pass(500);
  const page = await fake.entries(session, view, 0, 200);
  await fake.closeView(session, view);
  return page.rows.map((row) => (row.kind === "event" ? row.data : row.kind));
};

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
  fake = createFake({ byHand: true });
  session = await fake.connect("key", stream("one", "One"));
  fake.session(session).open();
  fake.session(session).event('{"ms":5,"who":{"name":"Ann"}}', "a");
  fake.session(session).event('{"ms":50}', "b");
  fake.session(session).event("plain words", "b");
});
afterEach(() => vi.useRealTimers());

it("finds by text, regular expression, path, comparison, type and value", async () => {
  expect(await found({ query: "WORDS" })).toEqual([]);
  expect(await found({ query: "words" })).toEqual(["plain words"]);
  expect(await found({ query: "/m.\":5[,}]/" })).toEqual(['{"ms":5,"who":{"name":"Ann"}}']);
  expect(await found({ query: "$.ms" })).toHaveLength(2);
  expect(await found({ query: "$.ms > 5" })).toEqual(['{"ms":50}']);
  expect(await found({ query: '$.who.name == "Ann"' })).toHaveLength(1);
  expect(await found({ values: ["b"] })).toHaveLength(2);
  expect(await found({ facet: "$.ms", values: ["50"], query: "ms" })).toEqual(['{"ms":50}']);
});

it("says what of a query cannot be read", async () => {
  const what = (query: string): Promise<unknown> => fake.openView(session, { ...NONE, query }).catch((reason) => reason.args.what);
  expect(await what("/(/")).toBe("regex");
  expect(await what("$.a nonsense")).toBe("path");
  expect(await what("$.a == nonsense")).toBe("value");
});

it("numbers the rows of a view, finds entries in it, and lets new ones join", async () => {
  const { view } = await fake.openView(session, { ...NONE, query: "$.ms" });
  await pass(500);
  fake.session(session).event('{"ms":7}');
  const page = await fake.entries(session, view, 1, 10);
  expect([page.from, page.end, page.rows.map(({ pos }) => pos)]).toEqual([1, 3, [2, 4]]);
  expect(await fake.locate(session, view, { by: "pos", pos: 3 })).toEqual({ pos: 3, row: 2 });
  expect(await fake.locate(session, null, { by: "seq", seq: 2 })).toEqual({ pos: 2, row: 2 });
});

it("keeps bookmarks in order, and filters by them", async () => {
  await fake.bookmark(session, 3, "later");
  const all = await fake.bookmark(session, 1, "");
  expect(all.map(({ pos, note }) => [pos, note])).toEqual([[1, ""], [3, "later"]]);
  expect(fake.session(session).status.bookmarks).toBe(2);
  expect(await found({ bookmarked: true, unhidden: false })).toHaveLength(2);
  expect(await fake.bookmark(session, 3, null)).toHaveLength(1);
});

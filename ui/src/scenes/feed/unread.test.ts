import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Card } from "../../ipc/bindings";
import { browserStore, keyOf, MOST_READ, MOST_STREAMS, Unread, type ReadStore } from "./unread";

let stored: string | null;
const store: ReadStore = { read: () => stored, write: (text) => (stored = text) };

function card(id: string, patch: Partial<Card> = {}): Card {
  return { pos: 0, at_us: 1_000, said_us: null, title: `Title ${id}`, summary: "", source: "", link: "", breaking: false, id, colour: null, ...patch };
}

function unread(stream = "news"): Unread {
  const all = new Unread(store);
  all.turn(stream);
  return all;
}

beforeEach(() => (stored = null));

describe("what was read", () => {
  it("stays read over a new start and another session", () => {
    const first = unread();
    expect(first.isRead(card("1"))).toBe(false);
    expect(first.read([card("1")])).toBe(true);
    expect(first.read([card("1")])).toBe(false);
    // The same news again, by another session: another entry, another time.
    expect(unread().isRead(card("1", { pos: 99, at_us: 9e9 }))).toBe(true);
    expect(unread().isRead(card("2"))).toBe(false);
    expect(unread("other").isRead(card("1"))).toBe(false);
  });

  it("is known by what it says where it has no id", () => {
    const all = unread();
    all.read([card("", { title: "A" })]);
    expect(all.isRead(card("", { title: "A", pos: 7 }))).toBe(true);
    expect(all.isRead(card("", { title: "B" }))).toBe(false);
    expect(keyOf(card("A"))).not.toBe(keyOf(card("", { title: "A" })));
  });

  it("is all at once, also what is not held, and not what comes later", () => {
    const all = unread();
    all.readAll(5_000, [card("1")]);
    expect(all.isRead(card("never seen", { at_us: 4_000 }))).toBe(true);
    expect(all.isRead(card("later", { at_us: 6_000 }))).toBe(false);
    expect(unread().isRead(card("1", { at_us: 6_000 }))).toBe(true);
  });

  it("is bounded", () => {
    const all = unread();
    for (let n = 0; n < MOST_READ + 50; n += 1) all.read([card(`c${n}`, { at_us: 1e12 })]);
    expect(all.isRead(card("c0", { at_us: 1e12 }))).toBe(false);
    expect(all.isRead(card(`c${MOST_READ + 49}`, { at_us: 1e12 }))).toBe(true);
    for (let n = 0; n < MOST_STREAMS + 5; n += 1) unread(`s${n}`).read([card("x")]);
    const kept = JSON.parse(stored ?? "[]") as [string, number, string[]][];
    expect(kept.length).toBe(MOST_STREAMS);
    expect(kept.every(([, , keys]) => keys.length <= MOST_READ)).toBe(true);
  });

  it("takes what another window has read meanwhile", () => {
    const [here, there] = [unread("a"), unread("a")];
    there.read([card("1")]);
    here.turn("b");
    here.read([card("2")]);
    here.turn("a");
    expect(here.isRead(card("1"))).toBe(true);
  });

  it("is kept beside what another window has read, in the same stream and in others", () => {
    const [here, there] = [unread("a"), unread("a")];
    there.read([card("1", { at_us: 9_000 })]);
    there.turn("b");
    there.readAll(5_000, []);
    here.read([card("2", { at_us: 9_000 })]);
    const after = unread("a");
    expect([card("1", { at_us: 9_000 }), card("2", { at_us: 9_000 }), card("3", { at_us: 9_000 })].map((each) => after.isRead(each))).toEqual([true, true, false]);
    expect(unread("b").isRead(card("x", { at_us: 4_000 }))).toBe(true);
    here.readAll(20_000, []);
    there.turn("a");
    there.read([card("4", { at_us: 30_000 })]);
    expect(unread("a").isRead(card("late", { at_us: 15_000 }))).toBe(true);
  });

  it("is nothing where the page may not keep anything", () => {
    vi.stubGlobal("localStorage", {
      getItem: () => {
        throw new Error("denied");
      },
      setItem: () => {
        throw new Error("denied");
      },
    });
    const all = new Unread(browserStore());
    all.turn("a");
    expect([all.read([card("1")]), all.isRead(card("1"))]).toEqual([true, true]);
    vi.unstubAllGlobals();
  });

  it("is nothing where what was stored cannot be read", () => {
    for (const text of ["", "{", "null", "7", '{"a":1}', '[["news"]]', '[["news","x",[]]]', '[["news",1,[1,null,"k"]]]', `[${"[".repeat(50)}`]) {
      stored = text;
      expect(unread().isRead(card("1"))).toBe(false);
    }
  });
});

import { describe, expect, it } from "vitest";
import type { Bubble } from "../../ipc/bindings";
import type { Pending } from "../../model/outbox";
import { Echoes } from "./pending";

const START_MS = 1_000_000;

function pending(id: string, text: string, atMs = START_MS): Pending {
  return { id, text, state: "sent", failure: null, atMs };
}

function row(text: string, patch: Partial<Bubble> = {}): Bubble {
  return { pos: 0, at_us: START_MS * 1000 + 50_000, said_us: null, kind: "message", sender: "me", text, cut: false, id: "", own: true, colour: null, ...patch };
}

/** Rows that were there long before. */
const old = (text: string, patch: Partial<Bubble> = {}): Bubble => row(text, { at_us: 1, ...patch });

describe("an echo", () => {
  it("is the row with the message's id, whoever it seems to be from", () => {
    const echoes = new Echoes();
    expect(echoes.match([pending("a", "hello")], [old("x")], 0, 1)).toEqual([]);
    const found = echoes.match([pending("a", "hello")], [old("x"), row("HELLO!", { id: "a", own: false })], 0, 2);
    expect(found.map(({ id }) => id)).toEqual(["a"]);
  });

  it("is else the own row with its text that came after it", () => {
    const echoes = new Echoes();
    const rows = [old("hello"), old("other")];
    expect(echoes.match([pending("a", "hello")], rows, 0, 2)).toEqual([]);
    expect(echoes.match([pending("a", "hello")], [...rows, row("hello", { own: false })], 0, 3)).toEqual([]);
    expect(echoes.match([pending("a", "hello")], [...rows, row("hello")], 0, 3).length).toBe(1);
  });

  it("may have come before anybody looked", () => {
    expect(new Echoes().match([pending("a", "hello")], [old("hello"), row("hello")], 0, 2).length).toBe(1);
    expect(new Echoes().match([pending("a", "hello")], [old("hello")], 0, 1)).toEqual([]);
  });

  it("is one message's only", () => {
    const echoes = new Echoes();
    const two = [pending("a", "hi"), pending("b", "hi")];
    expect(echoes.match(two, [], 0, 0)).toEqual([]);
    expect(echoes.match(two, [row("hi")], 0, 1).map(({ id }) => id)).toEqual(["a"]);
    expect(echoes.match(two, [row("hi")], 0, 1).map(({ id }) => id)).toEqual(["a"]);
    expect(echoes.match([two[1] as Pending], [row("hi")], 0, 1)).toEqual([]);
    expect(echoes.match([two[1] as Pending], [row("hi"), row("hi")], 0, 2).map(({ id }) => id)).toEqual(["b"]);
  });

  it("is found in a window that has moved on", () => {
    const echoes = new Echoes();
    echoes.match([pending("a", "hi")], [old("x")], 700, 701);
    expect(echoes.match([pending("a", "hi")], [row("hi")], 701, 702).length).toBe(1);
  });

  it("may carry the beginning of a long text", () => {
    const long = "word ".repeat(4_000);
    expect(new Echoes().match([pending("a", long)], [row(long.slice(0, 8_192), { cut: true })], 0, 1).length).toBe(1);
    expect(new Echoes().match([pending("a", long)], [row("", { cut: true })], 0, 1)).toEqual([]);
  });
});

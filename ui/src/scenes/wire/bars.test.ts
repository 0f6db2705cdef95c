import { describe, expect, it } from "vitest";
import type { WireLine, WireRow } from "../../ipc/bindings";
import { drawn, isHeartbeat, isOpen } from "./bars";

function line(text: string, more: Partial<WireLine> = {}): WireLine {
  const kind = text === "" ? "blank" : text.startsWith(":") ? "comment" : "data";
  return { text, cut: false, end: "\n", continued: false, kind, ignored: null, seq: null, since_comment_us: null, bom: false, ...more };
}

function chunk(no: number, lines: WireLine[], more: { cut?: boolean } = {}): WireRow {
  return { no, at_us: no, gap_us: null, attempt: 1, kind: "chunk", raw_bytes: 1, bytes: 1, lines, hex: "", cut: false, events: 0, refused: false, ...more };
}

describe("the lines of a chunk", () => {
  it("take the blank lines after them as their ends", () => {
    const rows = drawn([line("data: a", { seq: 1 }), line("", { seq: 1 }), line("", {}), line("data: b", { seq: 2, end: "\r\n" }), line("", { seq: 2, end: "\r\n" })]);
    expect(rows.map((row) => [row.line.text, row.ends])).toEqual([
      ["data: a", ["\n", "\n", "\n"]],
      ["data: b", ["\r\n", "\r\n"]],
    ]);
  });

  it("show a blank line by itself where nothing stands before it", () => {
    const rows = drawn([line("", { seq: 1 }), line("data: b", { seq: 2 })]);
    expect(rows.map((row) => row.line.text)).toEqual(["", "data: b"]);
    expect(rows[0]?.bar).toBe("odd");
  });

  it("alternate the hue from event to event, and have none outside of one", () => {
    const rows = drawn([line(":hb"), line("data: a", { seq: 7 }), line("data: b", { seq: 8 })]);
    expect(rows.map((row) => row.bar)).toEqual([null, "odd", "even"]);
  });

  it("join the bar of an event that goes on in the next chunk, at its edges only", () => {
    const one = chunk(0, [line("event: x", { seq: 3 }), line("data: ab", { seq: 3, end: "" })]);
    const two = chunk(1, [line("cd", { seq: 3, continued: true }), line("", { seq: 3 }), line("data: e", { seq: 4 })]);
    if (one.kind !== "chunk" || two.kind !== "chunk") throw new Error("chunks");
    expect(drawn(one.lines, undefined, two).map((row) => [row.above, row.below])).toEqual([
      [false, false],
      [false, true],
    ]);
    expect(drawn(two.lines, one, undefined).map((row) => [row.above, row.below])).toEqual([
      [true, false],
      [false, false],
    ]);
  });

  it("join nothing between two events, nor to a chunk whose end is not shown", () => {
    const one = chunk(0, [line("data: a", { seq: 3 }), line("", { seq: 3 })]);
    const two = [line("data: b", { seq: 4 })];
    expect(drawn(two, one)[0]?.above).toBe(false);
    const cut = chunk(0, [line("data: a", { seq: 4 })], { cut: true });
    expect(drawn(two, cut)[0]?.above).toBe(false);
  });

  it("stay open until the event they belong to is whole", () => {
    const open = (lines: WireLine[], byLine = false): boolean => isOpen(chunk(0, lines), byLine);
    expect(open([line("da", { end: "", kind: "open" })])).toBe(true);
    expect(open([line("data: a", { seq: 1 })])).toBe(true);
    // Without data so far: whether it dispatches anything is not known.
    expect(open([line("id: 1", { kind: "id" }), line(":hb")])).toBe(true);
    expect(open([line("data: a", { seq: 1 }), line("", { seq: 1 })])).toBe(false);
    expect(open([line(":hb")])).toBe(false);
    expect(open([line("{}", { seq: 1 })], true)).toBe(false);
    expect(open([line("{", { seq: 1, end: "" })], true)).toBe(true);
  });

  it("know the LF of a CRLF that was cut in two", () => {
    const one = chunk(0, [line("priority: high", { kind: "ignored", end: "\r" })]);
    const lf = line("", { kind: "ignored", continued: true });
    expect(drawn([lf], one)[0]?.rest).toBe(true);
    const cut = chunk(0, [line("priority: high", { kind: "ignored", end: "" })]);
    expect(drawn([lf], cut)[0]?.rest).toBe(false);
  });
});

describe("a heartbeat", () => {
  it("is a comment that says nothing else", () => {
    for (const text of [":", ": ", ":hb", ": keep-alive", ":ping", ": Heartbeat"]) expect(isHeartbeat(line(text, { kind: "comment" }))).toBe(true);
    for (const text of [": hello", ":ping 3"]) expect(isHeartbeat(line(text, { kind: "comment" }))).toBe(false);
    // Nor does a long one take long to be told apart.
    expect(isHeartbeat(line(`:${" ".repeat(200_000)}x`, { kind: "comment" }))).toBe(false);
    expect(isHeartbeat(line("hb", { kind: "ignored" }))).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import { ending, hexRows, splitLines, visible } from "./bytes";

const said = (text: string): string => visible(text).map((piece) => (piece.mark ? `[${piece.text}]` : piece.text)).join("");

describe("visible", () => {
  it("leaves plain text of any script alone", () => {
    for (const text of ["data: 潮汐发电站", "👩‍👩‍👧‍👦 naïve e\u0301", "  two spaces"]) {
      expect(visible(text)).toEqual([{ text, mark: false }]);
    }
    expect(visible("")).toEqual([]);
  });

  it("gives every control character a mark", () => {
    expect(said("a\tb\0c\x1b[0m\x7f")).toBe("a[\\t]b[\\0]c[\\x1b][0m[\\x7f]");
    expect(said("\r\n")).toBe("[\\r\\n]");
    expect(said("x\x85y")).toBe("x[\\x85]y");
  });

  it("shows what would turn a line around, or hide in it", () => {
    expect(said("a\u202eb\u2066c\u200bd\ufeffe")).toBe("a[\\u202e]b[\\u2066]c[\\u200b]d[\\ufeff]e");
  });

  it("marks what stood for bytes that are no text", () => {
    expect(said("a\ufffdb")).toBe("a[\ufffd]b");
  });
});

describe("lines", () => {
  it("keep their ends, whichever they are", () => {
    expect(splitLines("a\nb\r\nc\rd")).toEqual([
      { text: "a", end: "\n" },
      { text: "b", end: "\r\n" },
      { text: "c", end: "\r" },
      { text: "d", end: "" },
    ]);
    expect(splitLines("\n\n")).toEqual([
      { text: "", end: "\n" },
      { text: "", end: "\n" },
    ]);
    expect(splitLines("")).toEqual([]);
  });

  it("end in marks", () => {
    expect(ending("\r\n")).toBe("\\r\\n");
    expect(ending("")).toBe("");
  });
});

describe("hex rows", () => {
  it("set out sixteen bytes in two groups, with what can be printed", () => {
    expect(hexRows("646174613a20686900ff0a7f20417e41")).toEqual([
      { offset: "0000", hex: "64 61 74 61 3a 20 68 69  00 ff 0a 7f 20 41 7e 41", ascii: "data: hi···· A~A" },
    ]);
  });

  it("pad the last row to the width of a full one", () => {
    const rows = hexRows("00".repeat(17));
    expect(rows.map((row) => row.hex.length)).toEqual([48, 48]);
    expect(rows[1]).toEqual({ offset: "0010", hex: "00".padEnd(48), ascii: "·" });
    expect(hexRows("")).toEqual([]);
  });

  it("widen the offset only where it is needed", () => {
    expect(hexRows("00", 0xffff)[0]?.offset).toBe("ffff");
    expect(hexRows("00", 0x10000)[0]?.offset).toBe("10000");
  });
});

import { describe, expect, it } from "vitest";
import { isJson, pretty } from "./json";

const text = (json: string): string => pretty(json).map((piece) => piece.text).join("");

describe("pretty", () => {
  it("sets out objects and arrays as JSON.stringify does", () => {
    for (const value of [{}, [], { a: [1, { b: null }], c: "x", d: {}, e: [[]] }, [true, false, -1.5e3]]) {
      expect(text(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    }
  });

  it("keeps numbers, escapes and doubled keys letter for letter", () => {
    expect(text('{"a":1.0,"a":12345678901234567890,"b":"\\u00e9\\"\\\\"}')).toBe(
      '{\n  "a": 1.0,\n  "a": 12345678901234567890,\n  "b": "\\u00e9\\"\\\\"\n}',
    );
  });

  it("tells kinds apart", () => {
    const kinds = pretty('{"key":"{not: [json]}","n":-1e5,"w":true}').filter((piece) => piece.kind !== "plain");
    expect(kinds.map((piece) => [piece.kind, piece.text])).toEqual([
      ["key", '"key"'],
      ["string", '"{not: [json]}"'],
      ["key", '"n"'],
      ["number", "-1e5"],
      ["key", '"w"'],
      ["word", "true"],
    ]);
  });

  it("does not care about the white space it is given", () => {
    expect(text(' { "a" :\n [ 1 ,\t2 ] } ')).toBe('{\n  "a": [\n    1,\n    2\n  ]\n}');
  });

  it("stays bounded on what is huge, and loses nothing of it", () => {
    const many = JSON.stringify(Array.from({ length: 90_000 }, (_, n) => n));
    const pieces = pretty(many);
    expect(pieces.length).toBeLessThan(30_000);
    expect(JSON.parse(pieces.map((piece) => piece.text).join(""))).toHaveLength(90_000);
    const long = JSON.stringify({ a: "x".repeat(900_000) });
    expect(text(long).length).toBeGreaterThan(900_000);
    const deep = "[".repeat(5_000) + "]".repeat(5_000);
    expect(JSON.parse(text(deep))).toBeDefined();
  });
});

describe("isJson", () => {
  it("takes only objects and arrays of a bearable size", () => {
    expect(isJson('{"a":1}')).toBe(true);
    expect(isJson(" [1]")).toBe(true);
    expect(isJson("12")).toBe(false);
    expect(isJson("{a:1}")).toBe(false);
    expect(isJson(`["${"x".repeat(1 << 20)}"]`)).toBe(false);
  });
});

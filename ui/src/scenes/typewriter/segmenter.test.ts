import { describe, expect, it } from "vitest";
import { cut, firstLength, offsetOf } from "./segmenter";

function pieces(text: string): string[] {
  const graphemes = cut(text, 1_000);
  return Array.from({ length: graphemes.count }, (_, n) => text.slice(offsetOf(graphemes, n), offsetOf(graphemes, n + 1)));
}

describe("cut", () => {
  it.each([
    ["plain", "a b\nc", ["a", " ", "b", "\n", "c"]],
    ["a family", "a👩‍👩‍👧‍👦b", ["a", "👩‍👩‍👧‍👦", "b"]],
    ["combining marks", "e\u0301\u0323x", ["e\u0301\u0323", "x"]],
    ["flags", "🇫🇷🇨🇳", ["🇫🇷", "🇨🇳"]],
    ["Hangul letters", "\u1112\u1161\u11ab\u1100\u1173\u11af", ["\u1112\u1161\u11ab", "\u1100\u1173\u11af"]],
    ["CR LF", "a\r\nb", ["a", "\r\n", "b"]],
    ["Chinese", "流式", ["流", "式"]],
    ["skin and variation", "👍🏽❤️", ["👍🏽", "❤️"]],
  ])("keeps %s whole", (_name, text, expected) => {
    expect(pieces(text)).toEqual(expected);
  });

  it("stops counting at its limit", () => {
    const graphemes = cut("流".repeat(50), 10);
    expect(graphemes.count).toBe(11);
    expect(offsetOf(graphemes, 11)).toBe(50);
  });

  it("knows the first grapheme", () => {
    expect(firstLength("👩‍👩‍👧‍👦b")).toBe("👩‍👩‍👧‍👦".length);
    expect(firstLength("")).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { jsonFault } from "./json-fault";

const good = [
  "{}",
  "[]",
  " [1, -0.5e+10, 0] ",
  '{"a": {"b": [true, false, null, "\\u00e9\\n\\""]}, "": 1}',
  '"words"',
  "1",
  '{"模型": "流"}',
];

describe("jsonFault", () => {
  it.each(good)("finds none in %s", (text) => {
    expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(jsonFault(text)).toBeNull();
  });

  it.each([
    ["", 1, 1],
    ["{", 1, 2],
    ['{"a"}', 1, 5],
    ['{"a": 1,}', 1, 9],
    ["[1 2]", 1, 4],
    ["[1,]", 1, 4],
    ["[01]", 1, 3],
    ["{a: 1}", 1, 2],
    ['{\n  "a": tru\n}', 2, 8],
    ['["a\nb"]', 1, 2],
    ["{} {}", 1, 4],
    ["[1}", 1, 3],
    ['"\\x"', 1, 1],
  ])("finds the place in %j", (text, line, column) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(jsonFault(text)).toEqual({ line, column });
  });

  it("agrees with JSON.parse on texts with one character changed", () => {
    const from = '{"a":[1,-2.5e3,"x\\n",{"b":null}],"c":true}';
    const letters = '{}[],:"\\ 01-+.eEtn\n\u0001';
    for (let at = 0; at < from.length; at += 1) {
      for (const letter of letters) {
        for (const text of [from.slice(0, at) + letter + from.slice(at + 1), from.slice(0, at) + letter + from.slice(at)]) {
          let parses = true;
          try {
            JSON.parse(text);
          } catch {
            parses = false;
          }
          expect([text, jsonFault(text) === null]).toEqual([text, parses]);
        }
      }
    }
  });

  it("takes a hundred thousand brackets", () => {
    expect(jsonFault("[".repeat(100_000))).toEqual({ line: 1, column: 100_001 });
  });
});

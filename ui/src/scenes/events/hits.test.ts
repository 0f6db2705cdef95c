// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { hitsIn, marked } from "./hits";
import { markedLine } from "./row";

const found = (text: string, query: string): string[] | null => hitsIn(text, query)?.map(([from, to]) => text.slice(from, to)) ?? null;
const html = (nodes: readonly Node[]): string => {
  const host = document.createElement("p");
  host.append(...nodes);
  return host.innerHTML;
};

describe("the hits in a text", () => {
  it("are in any case unless the query holds a capital", () => {
    expect(found("Error, error, ERROR", "error")).toEqual(["Error", "error", "ERROR"]);
    expect(found("Error, error, ERROR", "Error")).toEqual(["Error"]);
    expect(found("下载依赖完成", "依赖")).toEqual(["依赖"]);
  });

  it("are those of a regular expression with its flags", () => {
    expect(found("a1 b22 c", "/[a-z]\\d+/")).toEqual(["a1", "b22"]);
    expect(found("A1", "/a\\d/")).toEqual([]);
    expect(found("A1", "/a\\d/i")).toEqual(["A1"]);
  });

  it("are left to the engine where looking could take for ever, or where it is no text", () => {
    for (const query of ["/(a+)+$/", "/a*a*a*b/", "/(x|xx){2,}/", "/(?P<n>a)/", "$.a > 1", ""]) {
      expect([query, found("a".repeat(40), query)]).toEqual([query, null]);
    }
  });

  it("are bounded", () => {
    expect(hitsIn("a".repeat(5_000), "a")).toHaveLength(500);
  });
});

describe("marks", () => {
  it("stand around the hits, counted from where the text begins", () => {
    expect(html(marked("one two", [[0, 3]]))).toBe("<mark>one</mark> two");
    expect(html(marked("two", [[0, 5], [6, 20]], 4))).toBe("<mark>t</mark>w<mark>o</mark>");
    expect(html(marked("plain", []))).toBe("plain");
  });

  it("are text and never markup", () => {
    expect(html(marked("<b>x</b>", [[0, 3]]))).toBe("<mark>&lt;b&gt;</mark>x&lt;/b&gt;");
  });

  it("are brought into sight on a long line", () => {
    const line = `${"x".repeat(200)}needle${"y".repeat(200)}`;
    const text = html(markedLine(line, [[200, 206]], 60));
    expect(text.startsWith("…")).toBe(true);
    expect(text.indexOf("<mark>needle</mark>")).toBeLessThan(30);
    // A short way in, the line begins where it begins.
    expect(html(markedLine(line, [[10, 12]], 60)).startsWith("xxxxxxxxxx<mark>xx</mark>")).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { formRows, queryRows, sentForm, withFormRows, withQueryRows, writePair } from "./pairs";

describe("the query table", () => {
  const odd = "https://x.org/a?b=1&b=2&&flag&c=%zz&d=a%20b+c&=only#part?x=1";

  it("gives back the very address that it was made of", () => {
    for (const url of [odd, "x", "x?", "x?&", "x#?", "x?a=1#", "{{base}}/s?q={{q}}", "demo:/stream?n=1"]) {
      expect(withQueryRows(url, queryRows(url, [])).url).toBe(url);
    }
  });

  it("has a row for every part, in order, doubles and all", () => {
    expect(queryRows(odd, []).map((row) => [row.name, row.value])).toEqual([
      ["b", "1"],
      ["b", "2"],
      ["", ""],
      ["flag", ""],
      ["c", "%zz"],
      ["d", "a b c"],
      ["", "only"],
    ]);
    expect(queryRows("x", [])).toEqual([]);
  });

  it("changes one row and nothing else", () => {
    const rows = queryRows(odd, []).map((row, at) => (at === 1 ? { ...row, raw: writePair(row.raw, { value: "é & ü" }, "query") } : row));
    expect(withQueryRows(odd, rows).url).toBe(odd.replace("b=2", "b=%C3%A9%20%26%20%C3%BC"));
    expect(writePair("flag", { name: "flags" }, "query")).toBe("flags");
    expect(writePair("flag", { value: "1" }, "query")).toBe("flag=1");
    expect(writePair("q=x", { value: "{{q}}:/b" }, "query")).toBe("q={{q}}:/b");
  });

  it("keeps a row that is off in its place", () => {
    const url = "x?a=1&b=2&c=3";
    const off = withQueryRows(url, queryRows(url, []).map((row) => ({ ...row, on: row.name !== "b" })));
    expect(off).toEqual({ url: "x?a=1&c=3", parked: [{ before: 1, raw: "b=2" }] });
    const rows = queryRows(off.url, off.parked);
    expect(rows.map((row) => [row.name, row.on])).toEqual([["a", true], ["b", false], ["c", true]]);
    expect(withQueryRows(off.url, rows.map((row) => ({ ...row, on: true })))).toEqual({ url, parked: [] });
    const none = withQueryRows("x?a=1", [{ raw: "a=1", on: false }]);
    expect(queryRows(none.url, none.parked)).toMatchObject([{ name: "a", on: false }]);
  });
});

describe("the form table", () => {
  it("reads and writes as forms do", () => {
    expect(formRows("a=1+2&b=%26")).toMatchObject([{ name: "a", value: "1 2" }, { name: "b", value: "&" }]);
    expect(writePair("a=1", { value: "x y&{{z}}/" }, "form")).toBe("a=x+y%26{{z}}%2F");
    expect(formRows("")).toEqual([]);
  });

  it("holds a row before anything is written in it, and does not send it", () => {
    const body = withFormRows(["a=1", ""]);
    expect(formRows(body)).toHaveLength(2);
    expect(sentForm(body)).toBe("a=1");
    expect(formRows(withFormRows([""]))).toHaveLength(1);
  });
});

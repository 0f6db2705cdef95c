// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { DataView, type Chosen } from "./data-view";
import { pretty } from "./json";
import { pathOf } from "./path";

const paths = (json: string): string[] => pretty(json).flatMap(({ place, text }) => (place ? [`${text} ${pathOf(place)}`] : []));

describe("the path of a value", () => {
  it("follows names and numbers", () => {
    expect(paths('{"a":{"b":[1,{"c":null}]},"d":"x"}')).toEqual([
      '"a" $.a',
      '"b" $.a.b',
      "1 $.a.b[0]",
      '"c" $.a.b[1].c',
      "null $.a.b[1].c",
      '"d" $.d',
      '"x" $.d',
    ]);
  });

  it("counts on after what is empty or nested", () => {
    expect(paths("[[],{},[7],8]")).toEqual(["7 $[2][0]", "8 $[3]"]);
    expect(paths('{"a":[],"b":{},"c":1}').at(-1)).toBe("1 $.c");
  });

  it("quotes what may not stand after a dot", () => {
    expect(paths('{"a b":{"it\'s":1},"$schema":2,"9":3,"说明":4,"\\n\\\\":5}').filter((each) => /^\d/.test(each))).toEqual([
      "1 $['a b']['it\\'s']",
      "2 $['$schema']",
      "3 $['9']",
      "4 $.说明",
      "5 $['\\n\\\\']",
    ]);
  });
});

describe("a value that is clicked", () => {
  function shown(json: string): { view: DataView; click(text: string): void; chosen(): Chosen | null } {
    let now: Chosen | null = null;
    const view = new DataView((chosen) => (now = chosen));
    document.body.replaceChildren(view.element);
    view.showJson(json, "", []);
    return {
      view,
      chosen: () => now,
      click(text) {
        const span = [...view.element.querySelectorAll("span")].find((each) => each.textContent === text);
        if (!span) throw new Error(`no ${text}`);
        span.click();
      },
    };
  }

  it("is asked for as it is written", () => {
    const { click, chosen } = shown('{"build":918,"step":"te\\"st","ratio":1.0,"more":{"x":[true]}}');
    click("918");
    expect(chosen()).toEqual({ path: "$.build", query: "$.build == 918", number: true });
    click('"step"');
    expect(chosen()).toEqual({ path: "$.step", query: '$.step == "te\\"st"', number: false });
    click("1.0");
    expect(chosen()?.query).toBe("$.ratio == 1.0");
    click("true");
    expect(chosen()?.query).toBe("$.more.x[0] == true");
  });

  it("is asked for by its being there where it holds others", () => {
    const { click, chosen } = shown('{"more":{"x":1}}');
    click('"more"');
    expect(chosen()).toEqual({ path: "$.more", query: "$.more", number: false });
  });

  it("is left by a click beside it, and by other data", () => {
    const { view, click, chosen } = shown('{"a":1}');
    click("1");
    expect(view.element.querySelectorAll(".chosen")).toHaveLength(2);
    view.element.click();
    expect(chosen()).toBeNull();
    click("1");
    view.showText("plain", "", []);
    expect(chosen()).toBeNull();
  });

  it("can be reached by keys, one stop for each value", () => {
    const { view, chosen } = shown('{"a":1,"b":{"c":[2,3]}}');
    const seen: (string | undefined)[] = [];
    view.element.scrollIntoView = () => undefined;
    for (let n = 0; n < 6; n += 1) {
      view.element.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", cancelable: true }));
      seen.push(chosen()?.path);
    }
    expect(seen).toEqual(["$.a", "$.b", "$.b.c", "$.b.c[0]", "$.b.c[1]", "$.b.c[1]"]);
  });

  it("keeps the marks of the query beside it", () => {
    const { view } = shown('{"build":918}');
    view.showJson('{"build":918,"x":"rebuild"}', "build", []);
    expect([...view.element.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["build", "build"]);
    expect(view.text).toBe('{\n  "build": 918,\n  "x": "rebuild"\n}');
  });
});

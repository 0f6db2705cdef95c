// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import type { Run, TextRule } from "../../ipc/bindings";
import { Page } from "./page";
import { Paper } from "./paper";
import { Script, type Step } from "./script";

let paper: Paper;

beforeEach(() => {
  paper = new Paper(document.createElement("div"));
});

function steps(rule: TextRule, ...texts: (string | Partial<Run>)[]): Step[] {
  const script = new Script();
  for (const [pos, each] of texts.entries()) {
    const more = typeof each === "string" ? { text: each } : each;
    script.push({ pos, end: pos + 1, at_us: 0, name: null, text: "", mark: null, part: null, colour: null, ...more }, rule, 0);
  }
  script.release();
  return script.take(Infinity);
}

const blocks = (): string[] => [...paper.element.querySelectorAll(".tw-line")].map((line) => line.textContent ?? "");

describe("writing", () => {
  it("tints the lines that an action coloured, and in running text the words", () => {
    const tints = (of: Paper): string[] => [...of.element.querySelectorAll<HTMLElement>("[data-colour]")].map((each) => `${each.dataset["colour"]} ${each.textContent}`);
    paper.write(steps("lines", "one\n", { text: "two\n", colour: "amber" }, "three\n"), false, null);
    expect(tints(paper)).toEqual(["amber two"]);
    expect(paper.held().map(({ colour }) => colour)).toEqual([null, "amber", null]);
    const running = new Paper(document.createElement("div"));
    running.write(steps("joined", "one ", { text: "two ", colour: "red" }, { text: "2b ", colour: "red" }, "three"), false, null);
    expect(tints(running)).toEqual(["red two 2b "]);
    expect(running.element.textContent).toBe("one two 2b three");
    const older = new Paper(document.createElement("div"));
    older.write(steps("joined", "end"), false, null);
    older.prepend(steps("joined", { text: "begin ", colour: "green" }));
    expect(tints(older)).toEqual(["green begin "]);
  });

  it("keeps a coloured line out of those that are set close together", () => {
    const many = Array.from({ length: 100 }, (_, n) => ({ text: `line ${n}\n`, colour: n === 50 ? ("violet" as const) : null }));
    paper.write(steps("lines", ...many), true, null);
    const coloured = [...paper.element.querySelectorAll<HTMLElement>("[data-colour]")];
    expect(coloured.map((each) => each.textContent?.trim())).toEqual(["line 50"]);
    expect(paper.element.querySelectorAll(".dense")).toHaveLength(3);
  });

  it("gives each event a line, and the caret the end", () => {
    paper.write(steps("lines", "one\n", { text: "two\n", name: "log" }), false, null);
    expect(blocks()).toEqual(["one", "two"]);
    const last = paper.element.querySelector<HTMLElement>(".tw-line:last-of-type");
    expect(last?.dataset["name"]).toBe("log");
    expect(last?.lastChild).toBe(paper.caret);
    expect(paper.caret.textContent).toBe("");
  });

  it("grows the last text node only", () => {
    paper.write(steps("joined", "Hel"), false, null);
    const node = paper.element.querySelector(".tw-part")?.firstChild;
    paper.write([{ kind: "text", text: "lo", pos: 1 }], false, null);
    expect(node?.textContent).toBe("Hello");
    expect(paper.element.querySelectorAll(".tw-part")).toHaveLength(1);
  });

  it("begins a block after each line end, and keeps every letter", () => {
    const text = "first\n\nsecond\nthird\n";
    for (const letter of text) paper.write([{ kind: "text", text: letter, pos: 0 }], false, null);
    expect(blocks()).toEqual(["first\n\n", "second\n", "third\n"]);
    const again = new Paper(document.createElement("div"));
    again.write([{ kind: "text", text, pos: 0 }], false, null);
    expect(again.element.innerHTML).toBe(paper.element.innerHTML);
  });

  it("lets no text node grow for ever, and cuts none in a letter", () => {
    for (let n = 0; n < 3_000; n += 1) paper.write([{ kind: "text", text: n % 10 ? "wörd" : " wörd", pos: n }], false, null);
    const walker = document.createTreeWalker(paper.element, 4);
    let whole = "";
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      expect((node as Text).length).toBeLessThan(6_100);
      whole += (node as Text).data;
    }
    expect(whole).toHaveLength(paper.chars);
    expect(whole.replaceAll(" ", "")).toBe("wörd".repeat(3_000));
  });

  it("sets a flood close together, and names in it apart", () => {
    const many = Array.from({ length: 100 }, (_, n): Partial<Run> => ({ text: `event ${n}\n`, name: n === 50 ? "log" : null }));
    paper.write(steps("lines", ...many), true, null);
    expect(blocks()).toHaveLength(2);
    expect(blocks().join("\n")).toBe(many.map((_, n) => `event ${n}`).join("\n"));
  });

  it("draws a mark without adding to the text", () => {
    const mark = { from_us: 0, to_us: 3_000_000, code: "reset", lost: 0, repeated: 0 } as const;
    paper.write(steps("lines", "one\n", { mark }, "two\n"), false, null);
    const drawn = paper.element.querySelector(".tw-mark");
    expect(drawn?.getAttribute("data-words")).toBe("line down for 3.0\u00a0s · 0 lost");
    expect(drawn?.textContent).toBe("");
    expect(paper.element.textContent).toBe("onetwo");
  });
});

describe("what is older", () => {
  it("joins the paragraph that the page's beginning had cut", () => {
    paper.write(steps("joined", { text: "ld and more", pos: 5, end: 6 }), false, null);
    paper.prepend(steps("joined", "first\n", "Hello wor"));
    expect(blocks()).toEqual(["first\n", "Hello world and more"]);
    expect(paper.firstPos).toBe(0);
  });

  it("keeps lines apart", () => {
    paper.write(steps("lines", { text: "b\n", pos: 5, end: 6 }), false, null);
    paper.prepend(steps("lines", "a\n"));
    expect(blocks()).toEqual(["a", "b"]);
  });
});

describe("bounds", () => {
  it("drops whole entries from the beginning", () => {
    paper.write(steps("lines", { text: "a\nb\n", end: 3 }, { text: "c\n", pos: 3, end: 4 }, { text: "d\n", pos: 4, end: 5 }), false, null);
    expect(paper.trimStart(3, 100)).toBe(true);
    expect(blocks()).toEqual(["c", "d"]);
    expect(paper.firstPos).toBe(3);
    expect(paper.chars).toBe(2);
    expect(paper.trimStart(2, 100)).toBe(false);
    expect(paper.trimStart(2, 1)).toBe(true);
    expect(blocks()).toEqual(["d"]);
  });

  it("drops the beginning of a text without line ends", () => {
    for (let n = 0; n < 100; n += 1) paper.write([{ kind: "text", text: "x".repeat(1_000), pos: n }], false, null);
    paper.trimStart(50_000, 100);
    expect(paper.chars).toBeLessThanOrEqual(50_000);
    expect(paper.chars).toBeGreaterThan(40_000);
    expect(paper.element.textContent).toHaveLength(paper.chars);
    expect(blocks()).toHaveLength(1);
  });

  it("leaves no empty sheet behind", () => {
    for (let n = 0; n < 1_000; n += 1) paper.write(steps("lines", { text: `${n}\n`, pos: n, end: n + 1 }), false, null);
    paper.trimStart(Infinity, 100);
    expect(blocks()).toHaveLength(100);
    expect(paper.element.querySelectorAll(".tw-sheet").length).toBeLessThanOrEqual(3);
    expect(paper.element.contains(paper.caret)).toBe(true);
  });

  it("drops the end for a reader at the beginning", () => {
    paper.write(steps("lines", "aaaa\n", "bbbb\n", "cccc\n"), false, null);
    paper.trimEnd(5);
    expect(blocks()).toEqual(["aaaa"]);
    expect(paper.element.contains(paper.caret)).toBe(true);
  });
});

describe("letters that change their look", () => {
  /** Lays the lines out, each so many pixels high, from `top` on. */
  function lay(of: HTMLElement, top: number, heights: readonly number[]): void {
    for (const [n, line] of [...of.querySelectorAll<HTMLElement>(".tw-line")].entries()) {
      const from = top + heights.slice(0, n).reduce((sum, each) => sum + each, 0);
      line.getBoundingClientRect = () => new DOMRect(0, from, 600, heights[n] ?? 0);
    }
  }

  it("leave what stands at a height where it was", () => {
    const page = new Page(document.createElement("div"));
    page.write(steps("lines", "one\n", "two\n", "three\n"), false, null);
    // The reader's window begins at 100, within the second line: 10 of its 20 pixels are above.
    lay(page.element, 70, [20, 20, 20]);
    const moved = page.around(() => lay(page.element, 70, [40, 40, 40]), 100);
    // Half of that line, which is now 40 high and begins at 110, is to be above 100.
    expect(moved).toBe(30);
  });

  it("leave what stands below a height as far below it", () => {
    const page = new Page(document.createElement("div"));
    page.write(steps("lines", "one\n", "two\n"), false, null);
    lay(page.element, 130, [20, 20]);
    expect(page.around(() => lay(page.element, 124, [40, 40]), 100)).toBe(-6);
  });

  it("are changed on an empty page too", () => {
    let changed = 0;
    expect(new Page(document.createElement("div")).around(() => (changed += 1), 0)).toBe(0);
    expect(changed).toBe(1);
  });
});

import { describe, expect, it } from "vitest";
import type { Channel, Part, Run } from "../../ipc/bindings";
import { Script, type Step } from "./script";

function run(text: string, more: Partial<Run> = {}): Run {
  const pos = more.pos ?? 0;
  return { pos, end: pos + 1, at_us: 0, name: null, text, mark: null, part: null, colour: null, ...more };
}

/** Lines as `|`, names as `[name]`, marks as `~`. */
function written(steps: readonly Step[]): string {
  return steps
    .map((step) => (step.kind === "text" || step.kind === "answer" ? step.text : step.kind === "mark" ? "~" : `|${step.name === null ? "" : `[${step.name}]`}`))
    .join("");
}

describe("lines", () => {
  it("open with their first letter, and end without one", () => {
    const script = new Script();
    expect(script.push(run("ab\n"), "lines", 0)).toBe(2);
    expect(script.push(run("c\n", { pos: 1 }), "lines", 0)).toBe(1);
    expect(written(script.take(2))).toBe("|ab");
    expect(script.empty).toBe(false);
    expect(written(script.take(0))).toBe("");
    expect(written(script.take(1))).toBe("|c");
    expect(script.empty).toBe(true);
  });

  it("hold nothing back: Message 10 is whole at once", () => {
    const script = new Script();
    script.push(run("Message 10\n"), "lines", 0);
    expect(script.heldSince).toBeNull();
    expect(written(script.take(10))).toBe("|Message 10");
  });

  it("keep an event of several lines in one", () => {
    const script = new Script();
    script.push(run("a\nb\n"), "lines", 0);
    expect(written(script.take(Infinity))).toBe("|a\nb");
  });

  it("tell apart events that came together", () => {
    const script = new Script();
    script.push(run("a\n\nb\n", { end: 3, name: "log" }), "lines", 0);
    expect(written(script.take(Infinity))).toBe("|[log]a||b");
  });

  it("know their entries where each has one line", () => {
    const script = new Script();
    script.push(run("a\nb\n", { pos: 7, end: 9 }), "lines", 0);
    expect(script.take(Infinity).map((step) => step.pos)).toEqual([7, 7, 8, 8]);
  });

  it("go on where a tick had cut an event", () => {
    const script = new Script();
    script.push(run("first half, "), "lines", 0);
    script.push(run("second\n"), "lines", 0);
    script.push(run("next\n", { pos: 1 }), "lines", 0);
    expect(written(script.take(Infinity))).toBe("|first half, second|next");
  });
});

describe("joined text", () => {
  it("holds the last grapheme back until more comes", () => {
    const script = new Script();
    expect(script.push(run("ab"), "joined", 10)).toBe(1);
    expect(script.heldSince).toBe(10);
    expect(written(script.take(1))).toBe("|a");
    expect(script.push(run("c", { pos: 1 }), "joined", 20)).toBe(1);
    expect(written(script.take(1))).toBe("b");
    expect(script.heldSince).toBe(20);
    expect(script.release()).toBe(1);
    expect(written(script.take(1))).toBe("c");
    expect(script.empty).toBe(true);
  });

  it.each([
    ["combining", ["e", "\u0301", "x"], ["é".normalize("NFD"), "x"]],
    ["a family", ["👩", "\u200d", "👧", "!"], ["👩‍👧", "!"]],
    ["a flag", ["🇫", "🇷", "🇨🇳"], ["🇫🇷", "🇨🇳"]],
    ["CR LF", ["a\r", "\nb"], ["a", "\r\n", "b"]],
    ["Hangul", ["\u1112", "\u1161", "\u11ab."], ["\u1112\u1161\u11ab", "."]],
  ])("never splits %s over runs", (_name, texts, graphemes) => {
    const script = new Script();
    const shown: string[] = [];
    let ready = 0;
    const show = (count: number): void => {
      for (ready += count; ready > 0; ready -= 1) shown.push(written(script.take(1)).replace("|", ""));
    };
    for (const [pos, text] of texts.entries()) show(script.push(run(text, { pos }), "joined", pos));
    show(script.release());
    expect(shown).toEqual(graphemes);
  });

  it("keeps the time since which a growing grapheme is held", () => {
    const script = new Script();
    script.push(run("e"), "joined", 10);
    script.push(run("\u0301", { pos: 1 }), "joined", 30);
    expect(script.heldSince).toBe(10);
  });

  it("begins a line where the name changes", () => {
    const script = new Script();
    script.push(run("ab"), "joined", 0);
    script.push(run("\ncd", { pos: 1, name: "note" }), "joined", 0);
    script.release();
    expect(written(script.take(Infinity))).toBe("|ab|[note]cd");
  });

  it("does not hold back what is shown at once anyway", () => {
    const script = new Script();
    expect(script.push(run("流".repeat(9_000)), "joined", 0)).toBeGreaterThan(4_000);
    expect(script.heldSince).toBeNull();
    expect(written(script.take(Infinity))).toBe(`|${"流".repeat(9_000)}`);
  });
});

it("puts a mark where it belongs", () => {
  const script = new Script();
  const mark = { from_us: 0, to_us: 1, code: "reset", lost: null, repeated: null } as const;
  script.push(run("ab"), "joined", 0);
  script.push(run("", { pos: 1, mark }), "joined", 0);
  script.push(run("c", { pos: 2 }), "joined", 0);
  script.release();
  expect(written(script.take(2))).toBe("|ab~");
  expect(written(script.take(1))).toBe("|c");
});

describe("parts of an answer", () => {
  const part = (channel: Channel, block = "", label = ""): { part: Part } => ({ part: { turn: 1, channel, block, label } });

  it("go to where they belong, whatever comes between", () => {
    const script = new Script();
    script.push(run("{\"a", { pos: 1, ...part("tool", "0", "find") }), "auto", 0);
    script.push(run("{\"b", { pos: 2, ...part("tool", "1", "read") }), "auto", 0);
    script.push(run("\":1}", { pos: 3, ...part("tool", "0") }), "auto", 0);
    script.release();
    const texts = new Map<string, string>();
    for (const step of script.take(Infinity)) {
      if (step.kind === "answer") texts.set(step.part.block, (texts.get(step.part.block) ?? "") + step.text);
    }
    expect([...texts]).toEqual([["0", '{"a":1}'], ["1", '{"b']]);
  });

  it("never show a letter in halves, also where the halves are of two runs", () => {
    const script = new Script();
    const shown: string[] = [];
    for (const [pos, text] of ["a🇫", "🇷", "👩", "\u200d👧"].entries()) {
      const count = script.push(run(text, { pos, ...part("answer") }), "auto", 0);
      shown.push(written(script.take(count)));
    }
    script.release();
    shown.push(written(script.take(Infinity)));
    expect(shown.filter((each) => each !== "")).toEqual(["a", "🇫🇷", "👩‍👧"]);
  });

  it("show at once what nobody types, once what is before it has been", () => {
    const script = new Script();
    expect(script.push(run("Why?", part("prompt")), "auto", 0)).toBe(0);
    expect(written(script.take(0))).toBe("Why?");
    script.push(run("ab", part("answer")), "auto", 0);
    expect(script.push(run("stop", part("stop")), "auto", 0)).toBe(1);
    expect(written(script.take(1))).toBe("a");
    expect(written(script.take(1))).toBe("bstop");
    expect(script.empty).toBe(true);
  });

  it("tell a tool's name before it has arguments", () => {
    const script = new Script();
    script.push(run("", part("tool", "0", "find")), "auto", 0);
    expect(script.take(0)).toMatchObject([{ kind: "answer", part: { label: "find" } }]);
  });
});

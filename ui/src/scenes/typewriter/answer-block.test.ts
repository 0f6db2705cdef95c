// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { AnswerBlock } from "./answer-block";
import type { AnswerStep } from "./script";

const PART = { turn: 1, channel: "answer", block: "", label: "" } as const;
const step = (text: string, pos: number, more: Partial<AnswerStep> = {}): AnswerStep => ({ kind: "answer", text, part: PART, pos, at: pos, ...more });

function block(...texts: string[]): AnswerBlock {
  const made = new AnswerBlock(PART, "plain");
  for (const [pos, text] of texts.entries()) made.add(step(text, pos));
  made.draw(null);
  return made;
}

describe("a line end", () => {
  it.each([
    [["a\r", "\nb"], "a\nb"],
    [["a\r", "", "\nb"], "a\nb"],
    [["a\r", "\n", "\nb"], "a\n\nb"],
    [["a\r", "\r", "\nb"], "a\n\nb"],
    [["a\n", "\nb"], "a\n\nb"],
    [["a\r", "b"], "a\nb"],
  ])("that comes as %j is one", (texts, expected) => {
    expect(block(...texts).body.source()).toBe(expected);
    // The same, cut where what is older was pulled.
    for (let cut = 1; cut < texts.length; cut += 1) {
      const made = new AnswerBlock(PART, "plain");
      for (const [n, text] of texts.slice(cut).entries()) made.add(step(text, cut + n));
      made.draw(null);
      made.prepend(texts.slice(0, cut).map((text, n) => step(text, n)));
      expect(made.body.source()).toBe(expected);
    }
  });
});

describe("a colour", () => {
  const colour = (of: AnswerBlock): string | undefined => of.element.dataset["colour"];

  it("is that of the newest entry that has one", () => {
    const made = block("a");
    expect(colour(made)).toBeUndefined();
    made.add(step("b", 1, { colour: "amber" }));
    made.add(step("c", 2, { colour: "red" }));
    made.add(step("d", 3));
    made.draw(null);
    expect(colour(made)).toBe("red");
    made.prepend([step("z", -1, { colour: "green" })]);
    expect(colour(made)).toBe("red");
    made.dropBefore(3);
    expect(colour(made)).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import { asksPrompt, createPrompts } from "./prompts";
import { blank } from "./stream";

const ASKS = { ...blank("one"), body: '{"q":"{{prompt}}"}', prompt: "Why?" };

function store(text: string | null = null): { read(): string | null; write(text: string): void; text: string | null } {
  return {
    text,
    read() {
      return this.text;
    },
    write(next) {
      this.text = next;
    },
  };
}

it("tells a stream that asks by its body", () => {
  expect(asksPrompt(ASKS)).toBe(true);
  expect(asksPrompt({ ...ASKS, body: "{{ prompt }}" })).toBe(true);
  expect(asksPrompt({ ...ASKS, body: "{}" })).toBe(false);
  expect(asksPrompt(null)).toBe(false);
});

describe("a draft", () => {
  it("is the stream's own prompt until something else was written or sent", () => {
    const prompts = createPrompts(store());
    expect(prompts.draft(ASKS)).toBe("Why?");
    prompts.setDraft("one", "");
    expect(prompts.draft(ASKS)).toBe("");
    expect(prompts.draft({ ...ASKS, id: "two", body: null })).toBe("");
  });
});

describe("the history", () => {
  it("outlasts the window, newest last, each prompt once", () => {
    const kept = store();
    const prompts = createPrompts(kept);
    for (const text of ["a", "b", "a", "  "]) prompts.remember("one", text);
    expect(createPrompts(kept).history("one")).toEqual(["b", "a"]);
    expect(prompts.history("two")).toEqual([]);
  });

  it("keeps the newest hundred, and of long ones the beginning", () => {
    const prompts = createPrompts(store());
    for (let n = 0; n < 130; n += 1) prompts.remember("one", `p${n}`);
    prompts.remember("one", "x".repeat(50_000));
    const history = prompts.history("one");
    expect(history).toHaveLength(100);
    expect(history[0]).toBe("p31");
    expect(history.at(-1)).toHaveLength(16_384);
  });

  it.each(["not json", "[1,2]", '{"one":7}', '{"one":[1,null]}', "null"])("begins anew where what was kept is %s", (text) => {
    const prompts = createPrompts(store(text));
    expect(prompts.history("one")).toEqual([]);
    prompts.remember("one", "a");
    expect(prompts.history("one")).toEqual(["a"]);
  });

  it("does without where nothing can be kept", () => {
    const prompts = createPrompts({
      read: () => null,
      write: () => {
        throw new Error("full");
      },
    });
    prompts.remember("one", "a");
    expect(prompts.history("one")).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { asksPrompt, createPrompts, roomOf, streamOf } from "./prompts";
import { blank } from "./stream";

const ASKS = { ...blank("one"), method: "POST", body: '{"q":"{{prompt}}"}', prompt: "Why?" };

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
  expect(asksPrompt({ ...ASKS, body: "{{{prompt}}" })).toBe(true);
  expect(asksPrompt({ ...ASKS, body: "{{ prompt }}" })).toBe(false);
  expect(asksPrompt({ ...ASKS, method: "GET" })).toBe(false);
  expect(asksPrompt({ ...ASKS, body_kind: "file" })).toBe(false);
  expect(asksPrompt({ ...ASKS, body: "{}" })).toBe(false);
  expect(asksPrompt(null)).toBe(false);
});

describe("a draft", () => {
  it("is what was written to the stream, and goes with it", () => {
    const prompts = createPrompts(store());
    expect(prompts.draft(ASKS)).toBe("");
    prompts.setDraft("one", "half");
    prompts.setDraft("two", "other");
    expect(prompts.draft(ASKS)).toBe("half");
    prompts.keepOnly((id) => id === "two");
    expect([prompts.draft(ASKS), prompts.draft({ id: "two" })]).toEqual(["", "other"]);
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

  it("keeps a quarter of a million characters of all streams, and drops the oldest", () => {
    const kept = store();
    const prompts = createPrompts(kept);
    const long = (n: number): string => `${n}`.padEnd(10_000, "x");
    prompts.remember("old", "first of all");
    for (let n = 0; n < 20; n += 1) prompts.remember("one", long(n));
    for (let n = 0; n < 20; n += 1) prompts.remember("two", long(n));
    const [old, one, two] = ["old", "one", "two"].map((id) => createPrompts(kept).history(id));
    expect(two).toHaveLength(20);
    expect(one).toEqual([14, 15, 16, 17, 18, 19].map(long));
    expect(old).toEqual([]);
    expect(kept.text?.length).toBeLessThan(270_000);
  });

  it("makes room where the storage has none", () => {
    const kept = store();
    const small = { read: () => kept.read(), write: (text: string) => (text.length > 70_000 ? fail() : kept.write(text)) };
    const fail = (): never => {
      throw new Error("full");
    };
    const prompts = createPrompts(small);
    for (let n = 0; n < 12; n += 1) prompts.remember("one", `${n}`.padEnd(10_000, "x"));
    prompts.remember("one", "newest");
    const history = prompts.history("one");
    expect(history.at(-1)).toBe("newest");
    expect(history.length).toBeGreaterThan(5);
  });

  it("of streams that are gone is forgotten, with what was said to their rooms", () => {
    const kept = store();
    const prompts = createPrompts(kept);
    for (const id of ["one", roomOf("one"), "two", roomOf("two")]) prompts.remember(id, "a");
    prompts.keepOnly((id) => streamOf(id) === "two");
    expect(Object.keys(JSON.parse(kept.text ?? "{}") as object)).toEqual(["two", "room two"]);
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

// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Channel, Figures, Part } from "../../ipc/bindings";
import { createFake, type Fake } from "../../ipc/fake";
import { answers as asking } from "../../ipc/fake-answers";
import { stream } from "../../ipc/fake-scripts";
import { createLive, type LiveModel } from "../../model/live";
import { createTypewriter, type TypewriterScene } from "./index";

const ASKS = { ...asking(stream("demo:/v1/chat/completions", "Answers", "auto")), prompt: "Why?" };

let fake: Fake;
let live: LiveModel;
let scene: TypewriterScene;
let heights: number;

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const all = (selector: string): string[] => [...scene.element.querySelectorAll(selector)].map((each) => each.textContent ?? "");
const one = <T extends HTMLElement>(selector: string): T => {
  const found = scene.element.querySelector<T>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
};

function say(channel: Channel, text: string, more: Partial<Part> = {}): void {
  const part: Part = { turn: fake.session(1).status.attempt, channel, block: "", label: "", ...more };
  fake.session(1).event("{}", "message", "", { said: { part, text } });
}

function figures(more: Partial<Figures>): void {
  const none = { first_event_us: null, first_thinking_us: null, first_answer_us: null, input_tokens: null, output_tokens: null, thinking_tokens: null, cached_tokens: null };
  const zero = { asked_at_us: 0, newest_us: 0, longest_stall_us: 0, answer_chars: 0, thinking_chars: 0, tools: 0 };
  fake.session(1).status.figures = { turn: 1, dialect: "openai-chat", model: "m-1", stop: "", error: "", done: false, ...none, ...zero, ...more };
}

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date", "requestAnimationFrame"],
  });
  heights = 50_000;
  Element.prototype.scrollIntoView = () => undefined;
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(500);
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockImplementation(() => heights);
  fake = createFake({ byHand: true });
  live = createLive(fake);
  scene = createTypewriter(live);
  document.body.replaceChildren(scene.element);
  scene.show();
  await live.start();
  live.show(ASKS.id);
  await live.connect(ASKS, "Why is it so?");
  fake.session(1).open();
  await pass(50);
});

afterEach(async () => {
  document.getSelection()?.removeAllRanges();
  scene.dispose();
  fake.session(1).end();
  await pass(1_000);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a turn", () => {
  it("shows the prompt, folded thinking, the answer and why it ended", async () => {
    say("thinking", "Let me see. ");
    await pass(700);
    expect(all(".an-prompt")).toEqual(["Why is it so?"]);
    expect(all(".an-fold-words")).toEqual(["Thinking…"]);
    expect(one(".an-thoughts").hidden).toBe(true);
    await pass(500);
    say("answer", "It is **so**.");
    await pass(1_000);
    expect(all(".an-fold-words")).toEqual(["Thought for 1.2\u00a0s"]);
    expect(all(".md strong")).toEqual(["so"]);
    figures({ done: true, stop: "length", input_tokens: 12, output_tokens: 1_234, newest_us: 2_200_000 });
    say("answer", " These are the last words of it.");
    say("stop", "length");
    await pass(40);
    expect(one(".an-foot").hidden).toBe(true);
    await pass(600);
    expect(all(".an-foot")).toEqual(["m-1 · cut off at the length limit · 12 in, 1,234 tokens out · 2.2\u00a0s in all"]);
  });

  it("opens its thinking, which is typed while it is open", async () => {
    say("thinking", "First this. ");
    await pass(600);
    one(".an-fold").click();
    expect(one(".an-fold").getAttribute("aria-expanded")).toBe("true");
    expect(all(".an-thoughts")).toEqual(["First this. "]);
    say("thinking", "Then that.");
    await pass(30);
    const early = all(".an-thoughts")[0] ?? "";
    expect(early.length).toBeLessThan("First this. Then that.".length);
    await pass(600);
    expect(all(".an-thoughts")).toEqual(["First this. Then that."]);
  });

  it("keeps texts apart that come in turns", async () => {
    say("tool", "", { block: "0", label: "find" });
    say("tool", '{"a":', { block: "0" });
    say("tool", "", { block: "1", label: "read" });
    say("tool", '{"b":', { block: "1" });
    say("tool", "1}", { block: "0" });
    await pass(400);
    expect(all(".an-tool-name")).toEqual(["find", "read"]);
    expect(all(".an-pretty:not([hidden])")).toEqual(['{\n  "a": 1\n}']);
    expect(all(".an-arguments .plain:not([hidden])")).toEqual(['{"b":']);
    say("tool", "oops", { block: "1" });
    await pass(500);
    expect(all(".an-arguments .plain:not([hidden])")).toEqual(['{"b":oops']);
  });

  it("shows refusals, errors and sources as what they are, in words and as text", async () => {
    say("refusal", "No <b>way</b>.");
    say("citation", "The <i>standard</i>", { block: "0", label: "https://html.spec.whatwg.org/" });
    say("citation", "A trap", { block: "1", label: "javascript:alert(1)" });
    say("error", "<script>alert(1)</script>", { label: "overloaded_error" });
    await pass(1_000);
    expect(all('[data-testid="refusal"] .plain')).toEqual(["No <b>way</b>."]);
    expect(all('[data-testid="answer-error"] h3')).toEqual(["The server reported an error in its answer: overloaded_error"]);
    expect(all('[data-testid="answer-error"] .plain')).toEqual(["<script>alert(1)</script>"]);
    expect(all(".an-source-address")).toEqual(["https://html.spec.whatwg.org/", "javascript:alert(1)"]);
    expect(all("[data-address]")).toEqual(["https://html.spec.whatwg.org/"]);
    expect(scene.element.querySelectorAll("script, b, i, img, iframe")).toHaveLength(0);
  });

  it("speaks of an error or a refusal, and of a turn after it as of any", async () => {
    const spoken = (): string => one('[role="status"]').textContent ?? "";
    say("answer", "Half an ");
    await pass(500);
    expect(spoken()).toBe("Typing…");
    say("error", "Overloaded", { label: "overloaded_error" });
    await pass(500);
    expect(spoken()).toBe("The server reported an error in its answer: overloaded_error");
    fake.session(1).end();
    await pass(1_500);
    expect(spoken()).toBe("The server reported an error in its answer: overloaded_error");
    fake.session(1).again("Once more?");
    fake.session(1).open();
    say("answer", "A whole answer");
    await pass(500);
    expect(spoken()).toBe("Typing…");
    fake.session(1).end();
    await pass(1_500);
    expect(spoken()).toBe("Complete");
  });

  it("says an unknown reason as the server gave it", async () => {
    say("answer", "x");
    say("stop", "<b>because</b>");
    await pass(500);
    expect(all(".an-foot")).toEqual(["<b>because</b>"]);
  });

  it("is followed by the next one of the conversation", async () => {
    say("answer", "One.");
    say("stop", "stop");
    await pass(500);
    fake.session(1).end();
    fake.session(1).again("And then?");
    fake.session(1).open();
    say("answer", "Two.");
    await pass(800);
    expect(all(".an-prompt")).toEqual(["Why is it so?", "And then?"]);
    expect(all(".an-turn")).toHaveLength(2);
    expect(all(".md")).toEqual(["One.", "Two."]);
  });

  it("shows no letter in halves", async () => {
    say("answer", "a🇫");
    await pass(100);
    expect(all(".md")).toEqual(["a"]);
    say("answer", "🇷b");
    await pass(600);
    expect(all(".md")).toEqual(["a🇫🇷b"]);
  });
});

describe("while it types", () => {
  it("keeps what is selected", async () => {
    say("answer", "The first paragraph.\n\nThe second has **bold** wor");
    await pass(900);
    const [first, second] = scene.element.querySelectorAll(".md p");
    const from = first?.firstChild;
    const to = second?.querySelector("strong")?.firstChild;
    if (!from || !to) throw new Error("not there");
    document.getSelection()?.setBaseAndExtent(from, 4, to, 2);
    const before = document.getSelection()?.toString();
    for (let n = 0; n < 20; n += 1) {
      say("answer", n % 5 === 0 ? "\n\n- item *x* `y`" : " words and more");
      await pass(60);
    }
    say("stop", "stop");
    await pass(800);
    const selection = document.getSelection();
    expect(selection?.anchorNode).toBe(from);
    expect(selection?.focusNode).toBe(to);
    expect(from.isConnected && to.isConnected).toBe(true);
    expect(selection?.toString()).toBe(before);
  });

  it("is set in the other way at any moment, from the same text", async () => {
    const asked = vi.spyOn(live, "text");
    say("answer", "# Title\n\nSome **bold**");
    await pass(900);
    scene.setForm("plain");
    expect(all(".an-main > .an-answer")).toEqual(["# Title\n\nSome **bold**"]);
    say("answer", " and *more*");
    await pass(800);
    expect(all(".an-main > .an-answer")).toEqual(["# Title\n\nSome **bold** and *more*"]);
    scene.setForm("auto");
    expect(all(".md h1, .md em")).toEqual(["Title", "more"]);
    say("answer", ", on.");
    await pass(500);
    expect(all(".md p")).toEqual(["Some bold and more, on."]);
    expect(asked).not.toHaveBeenCalled();
  });
});

describe("a link", () => {
  it("leads nowhere by itself, and is asked about", async () => {
    scene.dispose();
    const asked: string[] = [];
    scene = createTypewriter(live, { open: (address) => void asked.push(address) });
    document.body.replaceChildren(scene.element);
    scene.show();
    say("answer", "See [here](https://example.com/a?b=c) and [there](javascript:alert(1)).");
    await pass(1_200);
    const link = one(".md a");
    expect(link.hasAttribute("href")).toBe(false);
    expect(all(".md a")).toEqual(["here"]);
    link.click();
    link.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    one(".md p").click();
    expect(asked).toEqual(["https://example.com/a?b=c", "https://example.com/a?b=c"]);
  });
});

describe("text that is no answer", () => {
  const LINES = stream("demo:/lines", "Lines", "lines");
  const lines = (): string[] => all(".tw-line").map((line) => line.trimEnd());

  it("can be set as markdown too, and be lines again", async () => {
    await live.connect(LINES);
    live.show(LINES.id);
    const session = fake.session(2);
    session.open();
    for (const text of ["# One", "two *words*", "", "- three"]) session.event(text);
    await pass(900);
    expect(lines()).toEqual(["# One", "two *words*", "", "- three"]);
    scene.setForm("markdown");
    expect(all(".md h1, .md p em, .md li")).toEqual(["One", "words", "three"]);
    session.event("- four");
    await pass(600);
    expect(all(".md li")).toEqual(["three", "four"]);
    scene.setForm("auto");
    expect(lines()).toEqual(["# One", "two *words*", "", "- three", "- four"]);
    session.event("five");
    await pass(600);
    expect(lines().at(-1)).toBe("five");
    expect(all(".md")).toEqual([]);
    session.end();
  });

  it("keeps its marks where they are", async () => {
    await live.connect({ ...LINES, text_rule: "joined" });
    live.show(LINES.id);
    const session = fake.session(2);
    session.open();
    session.event("before *it*");
    session.down("reset", 100);
    session.resume();
    session.event("after it");
    await pass(900);
    scene.setForm("markdown");
    expect(all(".tw-mark")).toHaveLength(1);
    expect(all(".md em")).toEqual(["it"]);
    scene.setForm("plain");
    expect(lines()).toEqual(["before *it*", "after it"]);
    expect(all(".tw-mark")).toHaveLength(1);
    session.end();
  });
});

describe("a long answer", () => {
  it("keeps its end, and takes back what is older where it belongs", { timeout: 30_000 }, async () => {
    const words = (n: number): string => `Paragraph ${n} ${"with some words ".repeat(8)}.\n\n`;
    for (let n = 0; n < 2_400; n += 1) {
      say("answer", words(n));
      if (n % 60 === 0) await pass(40);
    }
    await pass(2_000);
    const shown = (): string[] => all(".md > p");
    expect(shown().at(-1)).toContain("Paragraph 2399 ");
    const kept = shown().length;
    expect(kept * words(1).length).toBeLessThan(230_000);
    expect(kept).toBeGreaterThan(500);
    const first = Number(/\d+/.exec(shown()[0] ?? "")?.[0]);
    // A reader who goes up to the beginning.
    one(".tw-scroll").dispatchEvent(new WheelEvent("wheel", { deltaY: -10 }));
    one(".tw-scroll").scrollTop = 0;
    await pass(1_500);
    const numbers = shown().map((text) => Number(/\d+/.exec(text)?.[0]));
    expect(numbers[0]).toBeLessThan(first);
    // Nothing is lost and nothing repeated where they were joined.
    expect(numbers).toEqual(numbers.map((_, n) => (numbers[0] ?? 0) + n));
  });
});

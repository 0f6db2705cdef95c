// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../../ipc/fake";
import { FakeReplay, recordTape } from "../../ipc/fake-replay";
import { HOSTILE } from "../../ipc/fake-room-scripts";
import type { Stream } from "../../ipc/bindings";
import { createLive, type LiveModel } from "../../model/live";
import { blank, blankScenes } from "../../model/stream";
import { CALM_MS } from "./arrivals";
import { createFeed, type FeedScene } from "./index";

const WIRE: Stream = { ...blank("news"), url: "news", scene: "feed" };

let fake: Fake;
let live: LiveModel;
let scene: FeedScene;
let tools: HTMLElement;
let opened: string[];
let stored: string | null;
let front: boolean;
let acted: number;

const pass = (ms = 600): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const all = (selector: string): HTMLElement[] => [...scene.element.querySelectorAll<HTMLElement>(selector)];
const seen = (selector: string): string[] => all(selector).filter((node) => !node.closest("[hidden]")).map((node) => node.textContent ?? "");
const publish = (title: string, more: object = {}, type = "headline", id = ""): void => fake.session(1).event(JSON.stringify({ title, ...more }), type, id);
const tool = (id: string): HTMLElement => tools.querySelector<HTMLElement>(`[data-testid=${id}]`) as HTMLElement;

function make(): void {
  scene = createFeed(live, {
    tools,
    reading: { stream: () => null, scenes: blankScenes, apply: async () => undefined },
    open: (href) => opened.push(href),
    actions: { count: () => 2, open: () => (acted += 1) },
    store: { read: () => stored, write: (text) => (stored = text) },
  });
  document.body.replaceChildren(tools, scene.element);
  scene.show();
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date", "requestAnimationFrame"] });
  Element.prototype.scrollIntoView = () => undefined;
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(500);
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockReturnValue(50_000);
  // Each card stands in view, a hundred pixels high.
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (this: HTMLElement) {
    return new DOMRect(0, this.classList.contains("card-item") ? 10 : 0, 600, this.classList.contains("card-item") ? 100 : 500);
  });
  front = true;
  vi.spyOn(document, "hasFocus").mockImplementation(() => front);
  opened = [];
  stored = null;
  acted = 0;
  fake = createFake({ byHand: true });
  live = createLive(fake);
  tools = document.createElement("div");
  make();
  await live.start();
  live.show(WIRE.id);
  await live.connect(WIRE);
  fake.session(1).open();
  await pass();
});

afterEach(async () => {
  scene.dispose();
  fake.session(1).end();
  await pass(1_000);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function scrollTo(top: number): void {
  const scroller = all(".feed-scroll")[0] as HTMLElement;
  scroller.scrollTop = top;
  scroller.dispatchEvent(new Event("scroll"));
}

describe("the feed", () => {
  it("has the newest on top, with what each card says", async () => {
    publish("One", { summary: "S", source: "Post", url: "https://a.example/1" });
    publish("Two", { source: "Post" }, "breaking");
    await pass();
    expect(seen(".card-title")).toEqual(["Two", "One"]);
    expect(seen(".card-source")).toEqual(["Post · breaking", "Post"]);
    expect(seen(".card-summary")).toEqual(["S"]);
    expect(all(".card-item").map((card) => card.classList.contains("breaking"))).toEqual([true, false]);
    expect(all(".card-item").map((card) => [card.tagName, card.getAttribute("aria-posinset"), card.getAttribute("aria-setsize")])).toEqual([
      ["ARTICLE", "1", "2"],
      ["ARTICLE", "2", "2"],
    ]);
  });

  it("gathers what comes while somebody reads, and shows it when asked", async () => {
    for (let n = 0; n < 20; n += 1) publish(`old ${n}`);
    await pass();
    scrollTo(3_000);
    for (let n = 0; n < 12; n += 1) publish(`new ${n}`);
    await pass(2 * CALM_MS);
    expect(seen(".feed-pill")).toEqual(["12 new"]);
    expect(seen(".card-title")[0]).toBe("old 19");
    all(".feed-pill")[0]?.click();
    await pass();
    expect(seen(".feed-pill")).toEqual([]);
    expect(seen(".card-title")[0]).toBe("new 11");
    expect(all(".feed-scroll")[0]?.scrollTop).toBe(0);
  });

  it("lets them in by itself at the top, once the hands rest", async () => {
    publish("one");
    await pass();
    all(".feed-scroll")[0]?.dispatchEvent(new Event("pointermove"));
    publish("two");
    await pass(1_000);
    expect(seen(".card-title")).toEqual(["one"]);
    expect(seen(".feed-pill")).toEqual(["1 new"]);
    await pass(CALM_MS);
    expect(seen(".card-title")).toEqual(["two", "one"]);
    expect(seen(".feed-pill")).toEqual([]);
  });

  it("shows what waits on Home, and moves from card to card by arrows", async () => {
    for (let n = 0; n < 5; n += 1) publish(`n${n}`, { url: `https://a.example/${n}` });
    await pass();
    const key = (name: string): void => {
      const on = scene.element.contains(document.activeElement) ? document.activeElement : all(".feed-scroll")[0];
      on?.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
    };
    key("ArrowDown");
    key("ArrowDown");
    expect(document.activeElement?.textContent).toContain("n3");
    key("Enter");
    expect(opened).toEqual(["https://a.example/3"]);
    publish("waits");
    await pass(1_000);
    expect(seen(".feed-pill")).toEqual(["1 new"]);
    key("Home");
    await pass();
    expect(seen(".card-title")[0]).toBe("waits");
  });

  it("makes nothing but text of whatever is sent, and opens only what is an address", async () => {
    const links = ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,<script>1</script>", "https://ok.example/", "mailto:a@b.example", "//evil.example", "\u202ehttps://x"];
    for (const [at, text] of HOSTILE.entries()) publish(text, { summary: text, source: text, url: links[at % links.length] }, at % 2 ? "breaking" : "headline", text);
    publish("x".repeat(200_000), { url: "x".repeat(200_000) });
    fake.session(1).event("{half", "headline");
    fake.session(1).event("", "headline");
    fake.session(1).event('{"title":{"a":[]},"url":7}', "headline");
    await pass();
    const allowed = new Set(["SECTION", "DIV", "P", "SPAN", "BUTTON", "ARTICLE", "H3"]);
    expect(all("*").filter((node) => !allowed.has(node.tagName)).map((node) => node.tagName)).toEqual([]);
    expect(all("*").flatMap((node) => node.getAttributeNames()).filter((name) => /^on|^(?:src|href|style)$/.test(name))).toEqual([]);
    for (const link of all(".card-link")) link.click();
    expect(opened.length).toBeGreaterThan(1);
    expect(opened.filter((href) => !/^(?:https:\/\/ok\.example\/|mailto:a@b\.example)$/.test(href))).toEqual([]);
    expect(seen(".card-source").join("\n")).toContain("javascript:alert(1)");
  });

  it("keeps a bounded number of cards in the page", async () => {
    // Nothing is read meanwhile, which costs a look at each card here.
    front = false;
    for (let n = 0; n < 520; n += 1) {
      publish(`n${n}`);
      if (n % 90 === 89) await pass(200);
    }
    await pass(800);
    expect(all(".card-item").length).toBe(400);
    expect(seen(".card-title")[0]).toBe("n519");
  });

  it("leads to the actions", () => {
    expect(tool("feed-actions").textContent).toBe("Actions 2");
    tool("feed-actions").click();
    expect(acted).toBe(1);
  });
});

describe("unread cards", () => {
  const unread = (): string[] => all(".card-item.unread .card-title").map((title) => title.textContent ?? "");

  it("are read after a second in view, while the window is in front", async () => {
    front = false;
    publish("one", {}, "headline", "1");
    await pass(5_000);
    expect(unread()).toEqual(["one"]);
    front = true;
    await pass(500);
    expect(unread()).toEqual(["one"]);
    await pass(1_500);
    expect(unread()).toEqual([]);
  });

  it("stay read after a new start", async () => {
    publish("one", {}, "headline", "1");
    await pass(3_000);
    scene.dispose();
    front = false;
    make();
    publish("two", {}, "headline", "2");
    await pass(1_000);
    expect(seen(".card-title")).toEqual(["two", "one"]);
    expect(unread()).toEqual(["two"]);
  });

  it("are all read at once", async () => {
    front = false;
    for (let n = 0; n < 4; n += 1) publish(`n${n}`, {}, "headline", String(n));
    await pass();
    expect(unread().length).toBe(4);
    tool("feed-mark-read").click();
    await pass();
    expect(unread()).toEqual([]);
    expect(tool("feed-mark-read").hidden).toBe(true);
  });
});

describe("a replay", () => {
  it("shows as much as the playhead has passed, both ways, and reads nothing for good", async () => {
    const tape = recordTape("wire", WIRE, Date.now() * 1000 - 9e9, function* (session) {
      session.open();
      for (let n = 0; n < 300; n += 1) {
        session.event(JSON.stringify({ title: `n${n}` }), "headline", String(n));
        yield 1_000;
      }
    });
    const found = fake.replays.open(tape);
    live.adopt(found);
    live.show(found.stream.id);
    await pass();
    const replay = fake.session(found.session) as FakeReplay;
    const to = async (seq: number): Promise<string[]> => {
      fake.replays.command(found.session, { do: "seek", at_us: (replay.status.replay?.start_us ?? 0) + (seq - 1) * 1_000_000 });
      await pass(CALM_MS + 1_500);
      return seen(".card-title");
    };
    expect((await to(200))[0]).toBe("n199");
    expect((await to(40))[0]).toBe("n39");
    expect((await to(250))[0]).toBe("n249");
    expect(stored).toBeNull();
  });
});

// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../../ipc/fake";
import { FakeReplay, recordTape } from "../../ipc/fake-replay";
import { HOSTILE } from "../../ipc/fake-room-scripts";
import type { Scenes, Stream } from "../../ipc/bindings";
import { createLive, type LiveModel } from "../../model/live";
import { blank, blankScenes } from "../../model/stream";
import { createChat, type ChatScene } from "./index";
import type { Outbox, Pending } from "../../model/outbox";

const ROOM: Stream = { ...blank("room"), url: "room", scene: "chat" };

let fake: Fake;
let live: LiveModel;
let scene: ChatScene;
let tools: HTMLElement;
let items: readonly Pending[];
let calls: string[];
let opened: string[];
let scenes: Scenes;
let shownId: string;
let height: number;
let revealed: string[];

const outbox: Outbox = {
  items: () => items,
  retry: (id) => calls.push(`retry ${id}`),
  drop: (id) => calls.push(`drop ${id}`),
  echoed(id) {
    calls.push(`echoed ${id}`);
    items = items.filter((item) => item.id !== id);
  },
};

const pass = (ms = 600): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const all = (selector: string): HTMLElement[] => [...scene.element.querySelectorAll<HTMLElement>(selector)];
const seen = (selector: string): string[] => all(selector).filter((node) => !node.closest("[hidden]")).map((node) => node.textContent ?? "");
const say = (user: string, text: string, id = ""): void => fake.session(1).event(JSON.stringify({ user, text, ...(id ? { id } : {}) }), "message");

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date", "requestAnimationFrame"] });
  revealed = [];
  // No layout here: what is brought into view stands far from both ends.
  Element.prototype.scrollIntoView = function (this: Element) {
    revealed.push(this.textContent ?? "");
    for (const scroller of all(".chat-scroll")) scroller.scrollTop = 20_000;
  };
  height = 50_000;
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(500);
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockImplementation(() => height);
  items = [];
  calls = [];
  opened = [];
  scenes = blankScenes();
  shownId = ROOM.id;
  fake = createFake({ byHand: true });
  live = createLive(fake);
  tools = document.createElement("div");
  const reading = {
    stream: () => shownId,
    scenes: () => scenes,
    async apply(patch: Partial<Scenes>) {
      const next = { ...scenes, ...patch };
      await live.setScenes(ROOM.id, next, []);
      scenes = next;
    },
  };
  scene = createChat(live, { tools, outbox, reading, allow: async (origin) => calls.push(`allow ${origin}`) > 0, open: (href) => opened.push(href) });
  document.body.replaceChildren(tools, scene.element);
  scene.show();
  await live.start();
  live.show(ROOM.id);
  await live.connect(ROOM);
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

describe("the log", () => {
  it("groups by sender, and says who came, went and types", async () => {
    fake.session(1).event('{"user":"Mira"}', "join");
    say("Mira", "one");
    say("Mira", "two");
    say("阿杰", "三");
    fake.session(1).event('{"user":"Mira"}', "leave");
    fake.session(1).event('{"user":"阿杰"}', "typing");
    await pass();
    expect(seen(".bubble-words")).toEqual(["one", "two", "三"]);
    expect(seen(".chat-head").map((head) => head.split(",")[0])).toEqual(["Mira", "阿杰"]);
    expect(seen(".chat-came")).toEqual(["Mira joined", "Mira left"]);
    expect(seen(".chat-day")).toEqual(["Today"]);
    expect(seen(".chat-typing")).toEqual(["阿杰 is typing"]);
    say("阿杰", "done");
    await pass();
    expect(seen(".chat-typing")).toEqual([]);
  });

  it("keeps a bounded number of rows in the page", async () => {
    for (let n = 0; n < 520; n += 1) {
      say("Mira", `m${n}`);
      if (n % 90 === 89) await pass(200);
    }
    await pass(800);
    expect(all(".bubble").length).toBe(400);
    expect(seen(".bubble-words").at(-1)).toBe("m519");
  });

  it("makes nothing but text of whatever is sent, in every field", async () => {
    for (const text of HOSTILE) {
      fake.session(1).event(JSON.stringify({ id: text, user: text, text }), "message");
      fake.session(1).event(JSON.stringify({ user: text }), "join");
      fake.session(1).event(JSON.stringify({ user: text }), "typing");
    }
    fake.session(1).event("{half a json", "message");
    fake.session(1).event("", "message");
    fake.session(1).event('{"user":{"a":[1]},"text":[null]}', "message");
    await pass();
    const allowed = new Set(["SECTION", "DIV", "P", "SPAN", "BUTTON"]);
    expect(all("*").filter((node) => !allowed.has(node.tagName)).map((node) => node.tagName)).toEqual([]);
    expect(all("*").flatMap((node) => node.getAttributeNames()).filter((name) => /^on|^(?:src|href|style)$/.test(name))).toEqual([]);
    expect(seen(".bubble-words")).toContain(HOSTILE[0]);
    expect(seen(".bubble-words")).toContain(HOSTILE[1]);
    expect(seen(".bubble-words")).toContain("no text");
  });

  it("asks before it opens what is a web address, and nothing else can be pressed", async () => {
    say("Mira", "see https://a.example/x and javascript:alert(1)");
    await pass();
    const links = all(".word-link");
    expect(links.map((link) => link.textContent)).toEqual(["https://a.example/x"]);
    links[0]?.click();
    expect(opened).toEqual(["https://a.example/x"]);
  });

  it("shows the beginning of a long text, and all of it on demand", async () => {
    const long = `${"x".repeat(200_000)}<b>end</b>`;
    say("Mira", long);
    await pass();
    expect(seen(".bubble-words")[0]?.length).toBe(8_192);
    all(".bubble-more")[0]?.click();
    await pass();
    expect(seen(".bubble-words")[0]).toBe(long);
    expect(all(".bubble-more")).toEqual([]);
  });

  it("says in one sentence why it is empty", async () => {
    expect(seen(".chat-empty")).toEqual(["Messages appear here as people write them."]);
    fake.session(1).event('{"cpu":3}', "cpu");
    await pass();
    expect(seen(".chat-empty")[0]).toContain("Fields");
    say("Mira", "one");
    await pass();
    expect(seen(".chat-empty")).toEqual([]);
  });

  it("says that its beginning is gone", async () => {
    for (let n = 0; n < 30; n += 1) say("Mira", `m${n}`);
    await pass();
    fake.session(1).drop(11);
    say("Mira", "last");
    await pass(1_000);
    expect(seen(".chat-start")).toEqual(["10 older messages are no longer kept"]);
    expect(seen(".bubble-words")[0]).toBe("m10");
  });

  it("pulls nothing while the page is hidden or another scene is on", async () => {
    const chat = vi.spyOn(fake, "chat");
    scene.hide();
    say("Mira", "one");
    await pass(3_000);
    expect(chat).not.toHaveBeenCalled();
    scene.show();
    await pass();
    expect(seen(".bubble-words")).toEqual(["one"]);
    chat.mockClear();
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    say("Mira", "two");
    await pass(3_000);
    expect(chat).not.toHaveBeenCalled();
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    await pass();
    expect(seen(".bubble-words")).toEqual(["one", "two"]);
  });
});

describe("a reader", () => {
  it("who scrolled up is told how many are new, and comes back", async () => {
    for (let n = 0; n < 20; n += 1) say("Mira", `m${n}`);
    await pass();
    const scroller = all(".chat-scroll")[0] as HTMLElement;
    scroller.scrollTop = 20_000;
    scroller.dispatchEvent(new Event("scroll"));
    scroller.dispatchEvent(new WheelEvent("wheel", { deltaY: -50 }));
    await pass();
    say("Tom", "new one");
    await pass(1_000);
    expect(seen(".jump")).toEqual(["Jump to newest · 1 new message"]);
    expect(tools.textContent).toContain("Follow newest");
    all(".jump")[0]?.click();
    await pass(1_000);
    expect(seen(".jump")).toEqual([]);
    expect(seen(".bubble-words").at(-1)).toBe("new one");
  });

  it("who listens is told of new messages, few at a time, and of no history", async () => {
    for (let n = 0; n < 20; n += 1) say("Mira", `old ${n}`);
    await pass(2_000);
    const spoken = (): string => all("[aria-live=polite]")[0]?.textContent ?? "";
    expect(spoken()).toBe("");
    say("Tom", "hello");
    await pass(1_500);
    expect(spoken()).toBe("Tom: hello");
    for (let n = 0; n < 20; n += 1) say("Tom", `burst ${n} ${"x".repeat(5_000)}`);
    await pass(2_500);
    expect(spoken()).toContain("new messages");
    expect(spoken().length).toBeLessThan(1_200);
  });

  it("comes to a message by its entry", async () => {
    for (let n = 0; n < 520; n += 1) {
      say("Mira", `m${n}`);
      if (n % 90 === 89) await pass(200);
    }
    await pass(800);
    scene.jump(10);
    await pass(800);
    expect(seen(".bubble-words")).toContain("m9");
    expect(revealed.at(-1)).toContain("m9");
    expect(seen(".jump").length).toBe(1);
  });
});

describe("own messages", () => {
  const item = (patch: Partial<Pending> = {}): Pending => ({ id: "p1", text: "Hi", state: "sending", failure: null, atMs: Date.now(), ...patch });

  it("stand at the end until the room sends them", async () => {
    say("Mira", "one");
    items = [item()];
    await pass();
    expect(all("[data-testid=pending]").map((row) => row.dataset["state"])).toEqual(["sending"]);
    say("me", "Hi", "p1");
    await pass();
    expect(calls).toEqual(["echoed p1"]);
    expect(all("[data-testid=pending]")).toEqual([]);
    expect(seen(".bubble-words")).toEqual(["one", "Hi"]);
  });

  it("say what went wrong, and can be tried again or given up", async () => {
    items = [item({ state: "failed", failure: { code: "refused", message: "refused", args: {} }, text: "<b>no</b>" })];
    await pass();
    expect(seen(".chat-failed span")[0]).toMatch(/^Not sent: .+/);
    all("[data-testid=pending-retry]")[0]?.click();
    all("[data-testid=pending-drop]")[0]?.click();
    expect(calls).toEqual(["retry p1", "drop p1"]);
    expect(all("[data-testid=pending] b")).toEqual([]);
  });

  it("say what to try, and what the server said", async () => {
    const args = { status: "422", host: "room.example", error: "text <i>too</i> long", error_type: "invalid", body: '{"error":"text <i>too</i> long"}' };
    items = [item({ state: "failed", failure: { code: "status", message: "", args } })];
    await pass();
    expect(seen(".chat-failed-words > span")).toHaveLength(3);
    expect(seen(".chat-failed-told")).toEqual(["text <i>too</i> long (invalid)"]);
    expect(seen(".chat-failed-advice")[0]).not.toBe("");
    expect(seen(".chat-failed-said")).toEqual([args.body]);
    for (const [status, words] of [["503", "The fault is on the server’s side. Try again later."], ["429", "The server asks for a pause. Try again in a while."], ["422", "The server did not take it. Check “Send to” and “Body” under Fields."]]) {
      items = [item({ state: "failed", failure: { code: "status", message: "", args: { status: status ?? "", host: "room.example" } } })];
      await pass();
      expect(seen(".chat-failed-advice")).toEqual([words]);
    }
    items = [item({ state: "failed", failure: { code: "stopped", message: "the session is closed", args: {} } })];
    await pass();
    expect(seen(".chat-failed-words > span")[0]).toBe("Not sent: the session was closed before the room answered.");
  });

  it("offer to let a secret go along, and then send again", async () => {
    const args = { detail: "secret-origin", origin: "https://room.example", given: "https://a.example" };
    items = [item({ state: "failed", failure: { code: "url", message: "", args } })];
    await pass();
    const allow = all("[data-testid=pending-allow]")[0];
    expect(allow?.textContent).toBe("Send it to room.example");
    // Sent again without it, it would be refused again.
    expect(all("[data-testid=pending-retry]")).toEqual([]);
    allow?.click();
    await pass();
    expect(calls).toEqual(["allow https://room.example", "retry p1"]);
  });

  it("keep their rows and the focus while others come and go", async () => {
    const failed = item({ state: "failed", failure: { code: "refused", message: "", args: {} } });
    items = [item({ id: "p0", text: "before" }), failed];
    await pass();
    const row = all("[data-testid=pending]")[1];
    const alert = row?.querySelector("[role=alert]");
    const retry = row?.querySelector<HTMLElement>("[data-testid=pending-retry]");
    retry?.focus();
    // Its object is another at each change of the list.
    items = [{ ...failed }, item({ id: "p2", text: "after" })];
    await pass();
    expect(all("[data-testid=pending]").map((each) => each.querySelector(".bubble-words")?.textContent)).toEqual(["Hi", "after"]);
    expect(all("[data-testid=pending]")[0]).toBe(row);
    expect(row?.querySelector("[role=alert]")).toBe(alert);
    expect(document.activeElement).toBe(retry);
    items = [{ ...failed, state: "sending", failure: null }, item({ id: "p2", text: "after" })];
    await pass();
    expect(all("[data-testid=pending]")[0]).toBe(row);
    expect(row?.querySelector("[role=alert]")).toBeNull();
    expect(document.activeElement).toBe(all(".chat-scroll")[0]);
  });
});

describe("other ways of reading", () => {
  it("are taken from the fields, and all rows are read anew", async () => {
    fake.session(1).event('{"who":"Mira","says":"first"}', "message");
    fake.session(1).event('{"who":"Mira","text":"second"}', "message");
    await pass();
    expect(seen(".bubble-words")).toEqual(["second"]);
    tools.querySelector<HTMLElement>("[data-testid=fields-chat]")?.click();
    await pass();
    const field = (key: string): HTMLInputElement => document.querySelector<HTMLInputElement>(`[data-testid=field-${key}]`) as HTMLInputElement;
    expect(field("text").placeholder).toBe("found: $.text");
    const type = async (key: string, path: string): Promise<void> => {
      field(key).focus();
      field(key).value = path;
      field(key).dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
      await pass();
    };
    await type("text", "$.says");
    await type("sender", "$.who");
    expect(scenes.chat).toMatchObject({ text: "$.says", sender: "$.who" });
    expect(seen(".bubble-words")).toEqual(["first"]);
    expect(seen(".chat-head")[0]).toMatch(/^Mira, /);
    await type("text", "$.a b(");
    expect(document.querySelector(".fields-said")?.textContent).toBe("Text: This is not a JSON path: $.a b(");
    expect([field("text"), field("sender")].map((each) => each.getAttribute("aria-invalid"))).toEqual(["true", null]);
    expect(scenes.chat.text).toBe("$.says");
    document.querySelector<HTMLElement>("[data-testid=fields-as-found]")?.click();
    await pass();
    expect(scenes.chat).toMatchObject({ text: "", sender: "" });
    expect(seen(".bubble-words")).toEqual(["second"]);
  });

  it("are not offered in a window of one session", async () => {
    const other = document.createElement("div");
    const reading = { fixed: true, stream: () => ROOM.id, scenes: () => scenes, apply: async () => undefined };
    const solo = createChat(live, { tools: other, reading, open: () => undefined });
    solo.show();
    expect(other.querySelector<HTMLElement>("[data-testid=fields-chat]")?.hidden).toBe(true);
    solo.dispose();
  });

  it("give the focus back to what had it where their button is folded away, as the tools of a narrow window are", async () => {
    say("Mira", "first");
    await pass();
    const before = document.body.appendChild(document.createElement("input"));
    before.focus();
    tools.style.display = "none";
    scene.fields?.();
    await pass();
    const field = document.querySelector<HTMLElement>("[data-testid=field-sender]");
    expect(document.activeElement).toBe(field);
    field?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
    expect(document.querySelector("[data-testid=fields]")).toBeNull();
    expect(document.activeElement).toBe(before);
    tools.style.display = "";
    tools.querySelector<HTMLElement>("[data-testid=fields-chat]")?.click();
    document.querySelector("[data-testid=field-sender]")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
    expect(document.activeElement).toBe(tools.querySelector("[data-testid=fields-chat]"));
  });

  it("are of the stream that they were typed for, also where another comes on show meanwhile", async () => {
    say("Mira", "first");
    await pass();
    tools.querySelector<HTMLElement>("[data-testid=fields-chat]")?.click();
    await pass();
    const field = document.querySelector<HTMLInputElement>("[data-testid=field-text]") as HTMLInputElement;
    field.focus();
    field.value = "$.says";
    shownId = "other";
    live.show("other");
    await pass();
    expect(document.querySelector("[data-testid=fields]")).toBeNull();
    expect(scenes).toEqual(blankScenes());
    // Closed by hand on the same stream, it is taken.
    shownId = ROOM.id;
    live.show(ROOM.id);
    await pass();
    tools.querySelector<HTMLElement>("[data-testid=fields-chat]")?.click();
    field.focus();
    field.value = "$.text";
    tools.querySelector<HTMLElement>("[data-testid=fields-chat]")?.click();
    await pass();
    expect(scenes.chat.text).toBe("$.text");
  });
});

describe("a replay", () => {
  it("shows as much as the playhead has passed, both ways", async () => {
    const tape = recordTape("talk", ROOM, Date.now() * 1000 - 9e9, function* (session) {
      session.open();
      for (let n = 0; n < 300; n += 1) {
        session.event(JSON.stringify({ user: "Mira", text: `m${n}` }), "message");
        yield 1_000;
      }
    });
    const found = fake.replays.open(tape);
    live.adopt(found);
    live.show(found.stream.id);
    await pass();
    const replay = fake.session(found.session) as FakeReplay;
    const to = async (seq: number): Promise<string[]> => {
      const { start_us } = replay.status.replay ?? { start_us: 0 };
      fake.replays.command(found.session, { do: "seek", at_us: start_us + (seq - 1) * 1_000_000 });
      await pass(1_500);
      return seen(".bubble-words");
    };
    expect((await to(200)).at(-1)).toBe("m199");
    expect((await to(40)).at(-1)).toBe("m39");
    expect((await to(1)).length).toBeLessThanOrEqual(1);
    expect((await to(250)).at(-1)).toBe("m249");
  });
});

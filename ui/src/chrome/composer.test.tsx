// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Failure, Stream } from "../ipc/bindings";
import { createFake, type Fake } from "../ipc/fake";
import { answers } from "../ipc/fake-answers";
import { failure } from "../ipc/fake-session";
import { stream } from "../ipc/fake-scripts";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { Composer } from "./Composer";
import { createDesk, type Desk } from "./desk";
import { LineNotice } from "./LineNotice";

const ASKS: Stream = { ...answers(stream("https://api.example.com/asks", "Asks", "auto")), prompt: "The usual?" };
const ROOM: Stream = { ...stream("https://api.example.com/room", "Room"), scenes: { ...ASKS.scenes, chat: { ...ASKS.scenes.chat, send_url: "/send" } } };

let fake: Fake;
let desk: Desk;
let end: () => void;
let connected: (string | null | undefined)[];
let asked: string[];

const $ = <E extends HTMLElement = HTMLElement>(id: string): E | null => document.querySelector<E>(`[data-testid="${id}"]`);
const field = (): HTMLTextAreaElement => {
  const found = $<HTMLTextAreaElement>("composer-field");
  if (!found) throw new Error("no field");
  return found;
};
const soon = (): Promise<void> => new Promise((done) => setTimeout(done, 30));
/** Figures are told at the pace of a reader's eye. */
const told = (): Promise<void> => new Promise((done) => setTimeout(done, 250));

function write(text: string): void {
  field().value = text;
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

function press(key: string, more: KeyboardEventInit & { keyCode?: number } = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  if (more.keyCode !== undefined) Object.defineProperty(event, "keyCode", { value: more.keyCode });
  field().dispatchEvent(event);
  return event;
}

beforeEach(async () => {
  localStorage.clear();
  fake = createFake({ byHand: true });
  connected = [];
  asked = [];
  const { connect, ask } = fake;
  fake.connect = (key, of, prompt) => {
    connected.push(prompt);
    return connect.call(fake, key, of, prompt);
  };
  fake.ask = async (session, prompt) => {
    asked.push(prompt);
    await ask.call(fake, session, prompt);
  };
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  const library = createLibrary(fake, { ...hello, streams: [ASKS, ROOM] }, words, { read: () => null, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  end = render(() => <Composer desk={desk} />, document.body);
  library.select(ASKS.id);
  live.show(ASKS.id);
});
afterEach(async () => {
  end();
  await fake.hello(2 ** 32 - 1, () => undefined);
  document.body.replaceChildren();
});

/** The line of a session ends, and its conversation waits; with a reason where that has failed. */
async function parked(n: number, why?: Failure): Promise<void> {
  const session = fake.session(n);
  if (why) session.fail(why);
  else session.end();
  session.status.asks = true;
  session.bytes("");
  await told();
}

describe("the composer", () => {
  it("stands where a stream asks, and nowhere else", () => {
    expect($("composer")?.dataset["kind"]).toBe("prompt");
    desk.setScene("events");
    expect($("composer")).toBeNull();
    desk.setScene("typewriter");
    desk.setRequestOpen(true);
    expect($("composer")).toBeNull();
    desk.setRequestOpen(false);
    desk.library.select(ROOM.id);
    expect($("composer")).toBeNull();
  });

  it("left empty shows the stream's own prompt, and asks it", async () => {
    expect([field().value, field().placeholder]).toEqual(["", "The usual?"]);
    expect($<HTMLButtonElement>("composer-send")?.disabled).toBe(false);
    press("Enter");
    await soon();
    expect(connected).toEqual([null]);
    expect(desk.prompts.history(ASKS.id)).toEqual(["The usual?"]);
    fake.session(1).open();
    fake.session(1).event("an answer");
    await parked(1);
    // In a conversation an empty field asks nothing.
    expect(field().placeholder).toBe("Ask a follow-up");
    expect($<HTMLButtonElement>("composer-send")?.disabled).toBe(true);
    press("Enter");
    await soon();
    expect([connected.length, asked.length]).toEqual([1, 0]);
  });

  it("left empty lets Connect ask the stream's own prompt, and without one sends nothing", async () => {
    desk.connect();
    await soon();
    expect(connected).toEqual([null]);
    await desk.live.close(ASKS.id);
    desk.library.edit({ prompt: " " });
    expect(field().placeholder).toBe("Ask something");
    press("Enter");
    await soon();
    expect(connected).toHaveLength(1);
  });

  it("shows so much of a long prompt as stands in one line", () => {
    desk.library.edit({ prompt: `${"流式".repeat(40)}\nwhy?` });
    expect(field().placeholder).toBe(`${"流式".repeat(16)}…`);
  });

  it("sends with Enter, begins a line with Shift, and sends nothing for an input method", async () => {
    write("你好");
    expect(press("Enter", { shiftKey: true }).defaultPrevented).toBe(false);
    expect(press("Enter", { isComposing: true }).defaultPrevented).toBe(false);
    expect(press("Enter", { keyCode: 229 }).defaultPrevented).toBe(false);
    expect(press("Enter", { repeat: true }).defaultPrevented).toBe(true);
    await soon();
    expect(connected).toEqual([]);
    expect(press("Enter").defaultPrevented).toBe(true);
    await soon();
    expect(connected).toEqual(["你好"]);
    expect(field().value).toBe("");
  });

  it("keeps what was written where it could not be sent", async () => {
    fake.connect = () => Promise.reject(failure("limit", { sessions: "64" }));
    write("once more");
    press("Enter");
    await soon();
    expect(field().value).toBe("once more");
    expect(desk.live.refusal(ASKS.id)?.code).toBe("limit");
    expect(desk.prompts.history(ASKS.id)).toEqual([]);
  });

  it("gives back what was sent where the line failed before an answer came", async () => {
    write("again?");
    press("Enter");
    await soon();
    expect(field().value).toBe("");
    fake.session(1).fail(failure("status", { status: "401" }));
    await told();
    expect(field().value).toBe("again?");
    desk.connect();
    await soon();
    expect(connected).toEqual(["again?", "again?"]);
  });

  it("sends nothing while an answer runs, says so, and stops it with Escape", async () => {
    press("Enter");
    await soon();
    fake.session(1).open();
    await told();
    write("too early");
    expect($("composer-why")?.textContent).toBe("An answer is running");
    expect($("composer-send")).toBeNull();
    press("Enter");
    await soon();
    expect(connected).toHaveLength(1);
    expect(field().value).toBe("too early");
    press("Escape", { isComposing: true });
    expect(fake.session(1).live).toBe(true);
    press("Escape");
    await told();
    expect(fake.session(1).live).toBe(false);
    expect($("composer-send")).not.toBeNull();
  });

  it("stops the answer with Escape wherever the focus is, unless that uses the key", async () => {
    press("Enter");
    await soon();
    fake.session(1).open();
    await told();
    const escape = (on: Element): void => void on.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
    const menu = document.createElement("button");
    menu.addEventListener("keydown", (event) => event.preventDefault());
    document.body.append(menu);
    escape(menu);
    const sheet = document.createElement("dialog");
    sheet.setAttribute("open", "");
    document.body.append(sheet);
    escape(document.body);
    await soon();
    expect(fake.session(1).live).toBe(true);
    sheet.remove();
    escape(document.body);
    await told();
    expect(fake.session(1).live).toBe(false);
  });

  it("asks on in a conversation that waits, and begins another where it is told to", async () => {
    press("Enter");
    await soon();
    const session = fake.session(1);
    session.open();
    session.event("an answer");
    session.end();
    session.status.asks = true;
    session.bytes("");
    await told();
    expect(field().placeholder).toBe("Ask a follow-up");
    write("and then?");
    press("Enter");
    await soon();
    expect([connected.length, asked]).toEqual([1, ["and then?"]]);
    expect(field().value).toBe("");
    session.end();
    session.status.asks = true;
    session.bytes("");
    await told();
    write("something else");
    $("composer-new")?.click();
    await soon();
    expect(connected).toEqual([null, "something else"]);
  });

  it("asks by the request as it is now where that was changed since", async () => {
    write("one");
    press("Enter");
    await soon();
    fake.session(1).open();
    fake.session(1).event("an answer");
    await parked(1);
    desk.ask({ idle_s: 7, text_rule: "joined", scene: "feed", prompt: "Another?" });
    write("two");
    press("Enter");
    await soon();
    expect([connected, asked]).toEqual([["one"], ["two"]]);
    await parked(1, failure("status", { status: "401" }));
    expect(field().value).toBe("two");
    desk.ask({ headers: [{ name: "x-api-key", value: "right", secret: false, off: false }] });
    expect(field().placeholder).toBe("Ask something");
    press("Enter");
    await soon();
    expect([connected, asked]).toEqual([["one", "two"], ["two"]]);
    expect(field().value).toBe("");
  });

  it("begins anew where the first question had no answer", async () => {
    write("one");
    press("Enter");
    await soon();
    await parked(1, failure("status", { status: "401" }));
    expect(field().value).toBe("one");
    press("Enter");
    await soon();
    expect([connected, asked]).toEqual([["one", "one"], []]);
  });

  it("asks the second question again where that failed, and keeps the conversation", async () => {
    const endNotice = render(() => <LineNotice desk={desk} />, document.body);
    write("one");
    press("Enter");
    await soon();
    fake.session(1).open();
    fake.session(1).event("an answer");
    await parked(1);
    write("two");
    press("Enter");
    await soon();
    await parked(1, failure("status", { status: "529" }));
    expect(field().value).toBe("two");
    $("try-again")?.click();
    await soon();
    expect([connected, asked]).toEqual([["one"], ["two", "two"]]);
    expect(field().value).toBe("");
    // Also where the field was emptied meanwhile.
    await parked(1, failure("status", { status: "529" }));
    write("");
    $("try-again")?.click();
    await soon();
    expect([connected, asked]).toEqual([["one"], ["two", "two", "two"]]);
    endNotice();
  });

  it("walks through what was asked, from an empty field", async () => {
    for (const text of ["one", "two\nlines"]) desk.prompts.remember(ASKS.id, text);
    write("half");
    press("ArrowUp");
    expect(field().value).toBe("half");
    write("");
    press("ArrowUp");
    expect(field().value).toBe("two\nlines");
    field().setSelectionRange(4, 4);
    press("ArrowUp");
    expect(field().value).toBe("two\nlines");
    field().setSelectionRange(0, 0);
    press("ArrowUp");
    expect(field().value).toBe("one");
    press("ArrowUp");
    expect(field().value).toBe("one");
    press("ArrowDown");
    press("ArrowDown");
    expect(field().value).toBe("");
  });

  it("forgets what was asked of a stream once its removal cannot be undone", async () => {
    desk.library.create();
    const made = desk.library.selectedId() ?? "";
    for (const id of [ASKS.id, made]) desk.prompts.remember(id, "asked");
    desk.remove(made);
    await soon();
    desk.undo();
    await soon();
    expect(desk.prompts.history(made)).toEqual(["asked"]);
    desk.remove(made);
    await soon();
    desk.library.forget();
    expect([desk.prompts.history(made), desk.prompts.history(ASKS.id)]).toEqual([[], ["asked"]]);
  });

  it("speaks to a room while it is connected, and puts what was said into the outbox", async () => {
    desk.library.select(ROOM.id);
    desk.live.show(ROOM.id);
    desk.setScene("chat");
    expect($("composer")).toBeNull();
    desk.connect();
    await soon();
    fake.session(1).open();
    await told();
    expect($("composer")?.dataset["kind"]).toBe("room");
    expect(field().placeholder).toBe("Message the room");
    vi.spyOn(fake, "send").mockRejectedValue(failure("status", { status: "503" }));
    write("hello");
    press("Enter");
    expect(field().value).toBe("");
    expect(desk.outbox.items()).toMatchObject([{ text: "hello", state: "sending" }]);
    await soon();
    expect(desk.outbox.items()).toMatchObject([{ text: "hello", state: "failed", failure: { code: "status" } }]);
    // Gone between the writing and the sending.
    write("anybody?");
    vi.spyOn(desk.outbox, "send").mockReturnValue(false);
    press("Enter");
    expect(field().value).toBe("anybody?");
  });
});

// @vitest-environment happy-dom
// The window speaks another language where it stands: what it says then is what it would say had it begun in it, and nothing
// that the user did is lost.

import { createEffect, createRoot, on } from "solid-js";
import { render } from "solid-js/web";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setLanguage, t, tn } from "../i18n";
import type { LanguageChoice } from "../ipc/bindings";
import { createFake, type Fake } from "../ipc/fake";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { App } from "./App";
import { createDesk, demoName, type Desk, type SceneName } from "./desk";
import { createScenes } from "./scene-makers";

const SCENES: readonly SceneName[] = ["typewriter", "events", "chart", "chat", "feed", "wire"];

let fake: Fake;
let desk: Desk;
let end: () => void;
let endLanguage: () => void;
/** Listeners on the window and the document that were added and not taken away again. */
let listening: Map<string, number>;

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const $ = <E extends HTMLElement = HTMLElement>(id: string): E | null => document.querySelector<E>(`[data-testid="${id}"]`);

function watchListeners(target: Window | Document, name: string): void {
  const add = target.addEventListener.bind(target);
  const remove = target.removeEventListener.bind(target);
  const count = (type: string, by: number): void => void listening.set(`${name} ${type}`, (listening.get(`${name} ${type}`) ?? 0) + by);
  vi.spyOn(target, "addEventListener").mockImplementation((type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions) => {
    count(type, 1);
    add(type, listener, options);
  });
  vi.spyOn(target, "removeEventListener").mockImplementation((type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions) => {
    count(type, -1);
    remove(type, listener, options);
  });
}

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date", "requestAnimationFrame"],
  });
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.open = true;
  };
  Element.prototype.scrollIntoView = () => undefined;
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(500);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(900);
  const context = new Proxy({} as Record<string, unknown>, { get: (on, name: string) => (name === "measureText" ? () => ({ width: 40 }) : (on[name] ?? (() => undefined))), set: (on, name: string, value) => ((on[name] = value), true) });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
  vi.stubGlobal("Path2D", class Path { constructor() { return new Proxy(this, { get: () => () => undefined }); } });
  Object.defineProperty(document, "fonts", { configurable: true, value: { ready: Promise.resolve(), status: "loaded" } });
  listening = new Map();
  watchListeners(window, "window");
  watchListeners(document, "document");
  fake = createFake({ byHand: true });
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => t("stream.copy", { name }), unnamed: () => t("stream.unnamed"), demoName };
  const library = createLibrary(fake, hello, words, { read: () => null, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  endLanguage = createRoot((dispose) => {
    createEffect(on(desk.home.preferences.language, setLanguage, { defer: true }));
    return dispose;
  });
  draw();
  await pass(50);
});

afterEach(async () => {
  // What still comes would ask for frames that nobody draws any more.
  const session = desk.live.session();
  if (session !== null) fake.session(session).end();
  end();
  endLanguage();
  await pass(1_000);
  document.body.replaceChildren();
  setLanguage("en");
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function draw(): void {
  const scenes = createScenes(desk, { set: async () => undefined });
  end = render(() => <App desk={desk} scenes={scenes} />, document.body);
}

async function speak(language: LanguageChoice): Promise<void> {
  await desk.home.preferences.save({ language });
  await pass(400);
}

/** Every word on the page, in order, with what it is said by. */
function words(): string[] {
  const said: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text) {
      const text = node.data.trim();
      if (text !== "") said.push(text);
    } else if (node instanceof Element) {
      for (const name of ["aria-label", "title", "placeholder", "aria-description", "aria-valuetext", "data-words"]) {
        const text = node.getAttribute(name);
        if (text) said.push(`${name}: ${text}`);
      }
    }
  }
  // Times go on while the test does.
  return said.map((text) => text.replace(/\d[\d:.,]*/g, "0"));
}

/** What the window would say had it begun in the language that it speaks now. */
async function begun(door: () => void = () => undefined): Promise<string[]> {
  end();
  draw();
  // A sheet closes with the window that it stood in.
  door();
  await pass(400);
  return words();
}

async function open(name: string): Promise<void> {
  const stream = [...desk.library.demos.map((demo) => demo.stream), ...desk.library.saved()].find((each) => desk.nameOf(each) === name);
  if (!stream) throw new Error(`no ${name}`);
  desk.select(stream.id);
  desk.connect();
  await pass(50);
  const session = desk.live.session();
  if (session === null) throw new Error("no session");
  fake.session(session).open();
  await pass(50);
}

describe("in another language", () => {
  it("says on the first page what it would say had it begun in it", async () => {
    const english = words();
    await speak("zh-CN");
    const said = words();
    expect(said).not.toEqual(english);
    expect(said.join(" ")).toContain(t("first.headline"));
    expect(document.documentElement.lang).toBe("zh-CN");
    expect(said).toEqual(await begun());
    await speak("en");
    expect(words()).toEqual(english);
  });

  for (const scene of SCENES) {
    it(`the scene ${scene} says what it would say had it begun in it`, async () => {
      await open("Message 1 to 10");
      const session = desk.live.session() ?? 0;
      fake.session(session).event("Message 1");
      fake.session(session).event('{"price": 4}');
      desk.setScene(scene);
      await pass(2_000);
      await speak("zh-CN");
      const said = words();
      expect(said).toEqual(await begun());
    });
  }

  it("sets the face and the pace for the whole app from the tools of the page", async () => {
    const $ = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(id);
    await open("Message 1 to 10");
    $("[data-testid=tw-pace]")?.click();
    $("[role=menu] [data-value=brisk]")?.click();
    await pass(100);
    $("[data-testid=tw-face]")?.click();
    $("[role=menu] [data-value=mono]")?.click();
    await pass(100);
    const { face, pace } = desk.home.preferences.settings();
    expect([face, pace, $("[data-testid=tw-face]")?.textContent, $("[data-testid=tw-pace]")?.textContent]).toEqual(["mono", "brisk", "Mono", "Pace: brisk"]);
  });

  it("says what a stream that failed has to say", async () => {
    desk.library.create();
    desk.library.edit({ url: "not an address" });
    desk.connect();
    await pass(100);
    await speak("zh-CN");
    const said = words();
    expect(said).toEqual(await begun());
  });

  const doors: Readonly<Record<string, () => void>> = {
    "panel of the request": () => desk.setRequestOpen(true),
    "sheet of settings": () => desk.home.setSheet("settings"),
    "sheet about the program": () => desk.home.setSheet("about"),
    "sheet of environments": () => desk.asking.openEnvironments(),
    "list of tapes": () => desk.tapes.setListOpen(true),
    "sheet of recording": () => desk.tapes.setSheet({ kind: "recording" }),
    "sheet of actions": () => desk.reading.openActions(),
    "sheet of how it is made": () => desk.setMadeOpen(true),
    "sheet of shortcuts": () => desk.home.setSheet("shortcuts"),
    "command palette": () => desk.home.setSheet("palette"),
  };
  for (const [name, door] of Object.entries(doors)) {
    it(`the ${name} says what it would say had it been opened in it`, async () => {
      door();
      await pass(400);
      await speak("zh-CN");
      const said = words();
      expect(said).toEqual(await begun(door));
    });
  }

  it("loses nothing: the draft, what is typed, the session, the scene, the sheet and the focus", async () => {
    await open("Streaming Q&A");
    const session = desk.live.session();
    desk.prompts.setDraft(desk.library.selectedId() ?? "", "half a question");
    desk.setScene("events");
    await pass(100);
    const field = document.querySelector<HTMLInputElement>("[data-testid=filter]");
    if (!field) throw new Error("no field");
    field.value = "token";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await pass(400);
    expect(desk.live.view()).not.toBeNull();
    const view = desk.live.view()?.view;
    desk.home.setSheet("settings");
    await pass(50);
    const choice = $<HTMLSelectElement>("settings-language");
    choice?.focus();
    if (choice) choice.value = "zh-CN";
    choice?.dispatchEvent(new Event("change", { bubbles: true }));
    await pass(400);

    expect(t("app.name")).toBe("Tapewriter");
    expect(document.documentElement.lang).toBe("zh-CN");
    expect($("settings-language")).toBe(choice);
    expect(document.activeElement).toBe(choice);
    expect(choice?.value).toBe("zh-CN");
    expect(desk.home.sheet()).toBe("settings");
    expect(desk.live.session()).toBe(session);
    expect(desk.scene()).toBe("events");
    expect(desk.prompts.draft(desk.library.current() ?? { id: "" })).toBe("half a question");
    // The filter is the same one, and stands in the field of the new scene.
    expect(desk.live.view()?.view).toBe(view);
    expect(document.querySelector<HTMLInputElement>("[data-testid=filter]")?.value).toBe("token");
  });

  /** Rows of a hundred pixels, one under another in what scrolls. */
  function layOut(scroll: string, row: string): void {
    const at = (element: Element): number => [...(element.parentElement?.children ?? [])].indexOf(element);
    vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockReturnValue(50_000);
    vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function (this: HTMLElement) {
      const scroller = this.closest(scroll);
      return this.matches(row) && scroller ? new DOMRect(0, at(this) * 100 - scroller.scrollTop, 600, 100) : new DOMRect(0, 0, 600, 500);
    });
    Element.prototype.scrollIntoView = function (this: Element) {
      const scroller = this.closest(scroll);
      if (scroller && this.matches(row)) scroller.scrollTop = at(this) * 100 - 200;
    };
  }
  function scrollTo(scroll: string, top: number): void {
    const scroller = found(scroll);
    scroller.scrollTop = top;
    scroller.dispatchEvent(new Event("scroll"));
  }
  function found(selector: string): HTMLElement {
    const element = document.querySelector<HTMLElement>(selector);
    if (!element) throw new Error(`no ${selector}`);
    return element;
  }
  /** What stands in the middle. */
  const middle = (row: string): string | undefined =>
    [...document.querySelectorAll<HTMLElement>(row)].find((each) => each.getBoundingClientRect().top <= 250 && each.getBoundingClientRect().bottom > 250)?.textContent ?? undefined;
  async function tell(n: number, data: (n: number) => string, type?: string): Promise<void> {
    const session = fake.session(desk.live.session() ?? 0);
    for (let each = 1; each <= n; each += 1) session.event(data(each), type);
    await pass(1_000);
  }

  it("goes on among the events where they were read, with the one that was selected and its inspector", async () => {
    await open("Message 1 to 10");
    desk.setScene("events");
    await tell(200, (n) => `line ${n}`);
    const table = (): HTMLElement => found(".ev-table");
    const rows = (): (string | undefined)[] => [...document.querySelectorAll<HTMLElement>(".ev-row:not([hidden])")].map((each) => each.dataset["seq"]);
    const selected = (): string | undefined => document.querySelector<HTMLElement>('.ev-row[aria-selected="true"]')?.dataset["seq"];
    table().scrollTop = 1_414;
    table().dispatchEvent(new Event("scroll"));
    await pass(100);
    const before = rows();
    expect(before[0]).toBe("50");
    // Scrolled up and nothing selected: nothing is selected then either.
    await speak("zh-CN");
    expect([rows(), selected(), table().scrollTop]).toEqual([before, undefined, 1_414]);
    expect(found(".inspector").hidden).toBe(true);
    found('[data-seq="55"] .ev-data').dispatchEvent(new PointerEvent("pointerdown", { button: 0, bubbles: true }));
    await pass(100);
    await speak("en");
    expect([rows(), selected(), table().scrollTop]).toEqual([before, "55", 1_414]);
    expect(found(".inspector").hidden).toBe(false);
    expect(found(".inspector").textContent).toContain("line 55");
  });

  it("goes on among the cards of the feed where they were read", async () => {
    layOut(".feed-scroll", ".card-item");
    await open("Message 1 to 10");
    desk.setScene("feed");
    await tell(300, (n) => JSON.stringify({ title: `Headline ${n}`, url: `https://a.example/${n}` }), "headline");
    scrollTo(".feed-scroll", 3_000);
    await pass(100);
    const read = middle(".card-item");
    expect(read).toContain("Headline 268");
    await speak("zh-CN");
    expect(middle(".card-item")).toContain("Headline 268");
    expect(document.querySelector(".card-item.marked")).toBeNull();
  });

  it("goes on in the chat where it was read, and counts as new only what came since", async () => {
    layOut(".chat-scroll", ".chat-rows > *");
    await open("Message 1 to 10");
    desk.setScene("chat");
    const say = (n: number): string => JSON.stringify({ user: "Mira", text: `said ${n}.` });
    await tell(60, say, "message");
    scrollTo(".chat-scroll", 2_000);
    await pass(100);
    expect(middle(".chat-rows > *")).toContain("said 23.");
    await speak("zh-CN");
    expect(middle(".chat-rows > *")).toContain("said 23.");
    const jump = (): string => found(".chat .jump").textContent ?? "";
    expect(jump()).toBe(t("jump.newest"));
    await tell(3, say, "message");
    expect(jump()).toBe(`${t("jump.newest")} · ${tn("chat.new", 3)}`);
    await speak("en");
    expect(jump()).toBe(`${t("jump.newest")} · ${tn("chat.new", 3)}`);
  });

  it("goes on in the wire where it was read, and in the form that was chosen", async () => {
    vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockImplementation(function (this: HTMLElement) {
      return this.matches(".wr") ? 100 : 0;
    });
    await open("Message 1 to 10");
    desk.setScene("wire");
    await tell(80, (n) => `line ${n}.`);
    document.querySelector<HTMLElement>('[data-testid="wire-form"][data-value="hex"]')?.click();
    await pass(200);
    const list = (): HTMLElement => found(".wi-list");
    for (let n = 0; n < 30; n += 1) list().dispatchEvent(new WheelEvent("wheel", { deltaY: -101, cancelable: true }));
    await pass(400);
    const rows = (): [string | undefined, string][] => [...document.querySelectorAll<HTMLElement>(".wi-layer > .wr")].map((each) => [each.getAttribute("aria-posinset") ?? undefined, each.style.transform]);
    const before = rows();
    expect(Number(before[0]?.[0])).toBeLessThan(60);
    await speak("zh-CN");
    expect(rows()).toEqual(before);
    expect(found('[data-testid="wire-form"][data-value="hex"]').getAttribute("aria-pressed")).toBe("true");
  });

  it("gives the focus to the page where what had it was made anew: behind a sheet, and on the page itself", async () => {
    await open("Message 1 to 10");
    desk.setScene("events");
    await tell(3, (n) => `line ${n}`);
    const table = (): HTMLElement => found(".ev-table");
    table().focus();
    const first = table();
    desk.home.setSheet("settings");
    await pass(50);
    expect(found("[data-testid=settings]").contains(document.activeElement)).toBe(false);
    $("settings-language")?.focus();
    await speak("zh-CN");
    expect(document.activeElement).toBe($("settings-language"));
    desk.home.setSheet(null);
    await pass(50);
    expect(table()).not.toBe(first);
    expect(document.activeElement).toBe(table());
    // The palette has closed by then, and the focus is back on the page.
    await speak("en");
    expect(document.activeElement).toBe(table());
  });

  it("holds notices in words of the language that is spoken now", async () => {
    fake.deleteStream = () => Promise.reject({ code: "limit", message: "no", args: {} });
    const saved = desk.library.saved()[0];
    if (!saved) throw new Error("nothing saved");
    desk.remove(saved.id);
    await pass(50);
    const english = $("notice")?.textContent ?? "";
    expect(english).toContain("“");
    await speak("zh-CN");
    expect($("notice")?.textContent).toContain(t("notice.delete-failed", { name: desk.nameOf(saved) }));
    expect($("notice")?.textContent).not.toBe(english);
  });

  it("asks the demos' first questions in it, but for one that the user has written", async () => {
    const demo = desk.library.demos.find(({ stream }) => stream.prompt !== "");
    if (!demo) throw new Error("no demo asks");
    await speak("zh-CN");
    const asked = desk.library.stream(demo.stream.id)?.prompt ?? "";
    expect(asked).toMatch(/[\u4e00-\u9fff]/);
    expect(desk.library.dirty(demo.stream.id)).toBe(false);
    desk.select(demo.stream.id);
    desk.library.edit({ prompt: "mine" });
    desk.library.edit({ page_form: "plain" });
    await speak("en");
    expect(desk.library.stream(demo.stream.id)).toMatchObject({ prompt: "mine", page_form: "plain" });
  });

  it("leaves no listener behind, however often it changes", async () => {
    await open("Message 1 to 10");
    for (const scene of SCENES) {
      desk.setScene(scene);
      await pass(100);
    }
    await speak("zh-CN");
    for (const scene of SCENES) {
      desk.setScene(scene);
      await pass(100);
    }
    const before = new Map(listening);
    const elements = document.querySelectorAll("*").length;
    for (const language of ["en", "zh-CN", "en", "zh-CN"] as const) {
      await speak(language);
      for (const scene of SCENES) {
        desk.setScene(scene);
        await pass(100);
      }
    }
    expect(listening).toEqual(before);
    expect(document.querySelectorAll("*").length).toBe(elements);
    expect(document.querySelectorAll(".scene-host > *").length).toBe(SCENES.length);
  });
});

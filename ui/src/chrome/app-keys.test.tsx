// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Stream } from "../ipc/bindings";
import { createFake, type Fake } from "../ipc/fake";
import { stream } from "../ipc/fake-scripts";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { App, type SceneMakers } from "./App";
import { createDesk, type Desk, type SceneName } from "./desk";

const OWN: Stream = { ...stream("https://api.example.com/own", "Own"), id: "own" };

let fake: Fake;
let desk: Desk;
let end: () => void;
let done: string[];

const $ = <E extends HTMLElement = HTMLElement>(id: string): E => {
  const found = document.querySelector<E>(`[data-testid="${id}"]`);
  if (!found) throw new Error(id);
  return found;
};
const settled = (): Promise<void> => new Promise((go) => setTimeout(go, 20));

function press(key: string, more: KeyboardEventInit = {}, on: Element = document.activeElement ?? document.body): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  on.dispatchEvent(event);
  return event;
}

/** Scenes that only tell what is asked of them. */
function scenes(): SceneMakers {
  const maker = (name: SceneName) => () => {
    const element = document.createElement("section");
    const foot = document.createElement("div");
    element.append(foot);
    const tell = (what: string) => (): void => void done.push(`${name} ${what}`);
    return { element, foot, jump: tell("jump"), newest: tell("newest"), find: tell("find"), goTo: tell("goTo"), show: () => undefined, hide: () => undefined, dispose: () => undefined };
  };
  return { typewriter: maker("typewriter"), events: maker("events"), chart: maker("chart"), chat: maker("chat"), feed: maker("feed"), wire: maker("wire") };
}

beforeEach(async () => {
  localStorage.clear();
  done = [];
  const context = new Proxy({} as Record<string, unknown>, { get: (on, name: string) => (name === "measureText" ? () => ({ width: 40 }) : (on[name] ?? (() => undefined))), set: (on, name: string, value) => ((on[name] = value), true) });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
  fake = createFake({ byHand: true });
  const live = createLive(fake);
  const hello = await live.start();
  const library = createLibrary(
    fake,
    { ...hello, streams: [OWN] },
    { copyOf: (name) => name, unnamed: () => "New", demoName: (demo) => demo.stream.name },
    { read: () => null, write: () => undefined },
  );
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  end = render(() => <App desk={desk} scenes={scenes()} />, document.body);
  await settled();
});
afterEach(async () => {
  end();
  await fake.hello(2 ** 32 - 1, () => undefined);
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

describe("on the first page", () => {
  it("Enter plays the demo that is chosen, and a digit another", async () => {
    const asked: string[] = [];
    const { connect } = fake;
    fake.connect = (key, of, prompt) => (asked.push(of.name), connect.call(fake, key, of, prompt));
    press("3", {}, $("url"));
    expect(press("Enter", { repeat: true }, document.body).defaultPrevented).toBe(false);
    await settled();
    expect(asked).toEqual([]);
    // With the focus elsewhere it is no key of the page.
    press("3", {}, $("tab-events"));
    press("3", {}, document.querySelector(".stream-item .open") ?? document.body);
    await settled();
    expect(asked).toEqual([]);
    const flaky = desk.library.demos.find(({ key }) => key === "flaky");
    press("3", {}, document.body);
    await settled();
    expect(desk.library.selectedId()).toBe(flaky?.stream.id);
    expect(asked).toHaveLength(1);
  });
});

describe("with a session", () => {
  beforeEach(async () => {
    desk.select(OWN.id);
    press("Enter", { ctrlKey: true }, document.body);
    await vi.waitFor(() => expect(desk.live.status()?.stream).toBe(OWN.id));
    fake.session(1).open();
    await vi.waitFor(() => expect(desk.state()).toBe("open"));
  });

  it("Ctrl+Enter stops it, once for a key that is held down", async () => {
    let stops = 0;
    const { stop } = fake;
    fake.stop = (session) => ((stops += 1), stop.call(fake, session));
    press("Enter", { ctrlKey: true }, $("url"));
    press("Enter", { ctrlKey: true, repeat: true }, $("url"));
    await settled();
    expect(stops).toBe(1);
  });

  it("a bookmark by its keys is told wherever the window is", async () => {
    fake.session(1).event("one");
    await vi.waitFor(() => expect(desk.live.status()?.events).toBe(1));
    desk.setScene("chart");
    press("d", { ctrlKey: true }, document.body);
    await vi.waitFor(() => expect($("remark").textContent).toBe("Bookmarked"));
    expect(desk.live.bookmarks()).toHaveLength(1);
    expect($("remark").getAttribute("role")).toBe("status");
    press("d", { ctrlKey: true }, document.body);
    await vi.waitFor(() => expect($("remark").textContent).toBe("Bookmark removed"));
    expect(desk.live.bookmarks()).toEqual([]);
    // It goes by itself.
    await vi.waitFor(() => expect($("remark").textContent).toBe(""), 4_000);
  });

  it("chords lead to scenes, to the filter and to the newest", async () => {
    press("6", { ctrlKey: true }, document.body);
    press("j", { ctrlKey: true }, document.body);
    press("f", { ctrlKey: true }, document.body);
    press("g", { ctrlKey: true }, $("url"));
    expect(done).toEqual(["wire newest", "events find", "events goTo"]);
    expect($("tab-events").getAttribute("aria-selected")).toBe("true");
  });

  it("what a key has changed is told to the menu bar", async () => {
    const told = vi.fn(async () => undefined);
    fake.setMenu = told;
    press("i", { ctrlKey: true }, document.body);
    await settled();
    expect(desk.requestOpen()).toBe(true);
    expect(told).toHaveBeenCalledTimes(1);
  });
});

describe("over a sheet", () => {
  it("nothing but zoom and quitting is done by keys, wherever the focus is", async () => {
    press("/", { ctrlKey: true }, document.body);
    await settled();
    expect(desk.home.sheet()).toBe("shortcuts");
    const done = $("shortcuts-done");
    // A cap for each key.
    expect([...document.querySelectorAll(".shortcuts .chord")].map((each) => [...each.querySelectorAll("kbd")].map((cap) => cap.textContent))).toContainEqual(["Ctrl", "Shift", "D"]);
    press("n", { ctrlKey: true }, done);
    press("2", { ctrlKey: true }, document.body);
    expect([desk.library.drafts(), desk.scene()]).toEqual([[], "typewriter"]);
    press("=", { ctrlKey: true }, done);
    await settled();
    expect(fake.desktop.settings.zoom).toBe(110);
  });

  it("Escape does not reach what lies behind it, and the first page's digits do not either", async () => {
    press("k", { ctrlKey: true }, document.body);
    await settled();
    press("1", {}, $("palette-input"));
    expect(desk.started()).toBe(false);
  });
});

describe("the request", () => {
  it("gives the focus back to what had it", async () => {
    $("url").focus();
    press("i", { ctrlKey: true });
    expect(document.activeElement?.classList.contains("request")).toBe(true);
    press("Escape");
    await settled();
    expect(document.activeElement).toBe($("url"));
    press("i", { ctrlKey: true });
    press("i", { ctrlKey: true });
    await settled();
    expect([desk.requestOpen(), document.activeElement === $("url")]).toEqual([false, true]);
  });

  it("is led to by the command that pastes a command line", async () => {
    desk.select(OWN.id);
    press("k", { ctrlKey: true }, document.body);
    await settled();
    const input = $<HTMLInputElement>("palette-input");
    input.value = "paste curl";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    press("Enter", {}, input);
    await settled();
    expect(document.activeElement).toBe($("curl-text"));
  });
});

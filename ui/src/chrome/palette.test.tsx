// @vitest-environment happy-dom
import { createRoot } from "solid-js";
import { render } from "solid-js/web";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Stream } from "../ipc/bindings";
import { setLanguage, t } from "../i18n";
import { createFake, type Fake } from "../ipc/fake";
import { stream } from "../ipc/fake-scripts";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { createCommands, type Commands } from "./commands";
import { createDesk, type Desk } from "./desk";
import { Palette } from "./Palette";
import { search, type Item } from "./palette-items";
import { createReplayer } from "./replayer";

const OWN: Stream = { ...stream("https://api.example.com/prices", "Own prices"), id: "own" };

let fake: Fake;
let desk: Desk;
let commands: Commands;
let end: () => void;

const $ = <E extends HTMLElement = HTMLElement>(id: string): E => {
  const found = document.querySelector<E>(`[data-testid="${id}"]`);
  if (!found) throw new Error(id);
  return found;
};
const input = (): HTMLInputElement => $<HTMLInputElement>("palette-input");
const items = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-testid="palette-item"]')];
const words = (): (string | undefined)[] => items().map((each) => each.querySelector(".palette-words")?.textContent ?? undefined);
const chosen = (): HTMLElement | undefined => items().find((each) => each.getAttribute("aria-selected") === "true");
const settled = (): Promise<void> => new Promise((go) => setTimeout(go, 0));

function type(text: string): void {
  input().value = text;
  input().dispatchEvent(new Event("input", { bubbles: true }));
}

function press(key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  input().dispatchEvent(event);
  return event;
}

async function open(): Promise<void> {
  desk.home.setSheet("palette");
  await settled();
}

beforeEach(async () => {
  localStorage.clear();
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
  const stage = { there: () => false, find: () => undefined, goTo: () => undefined, newest: () => undefined, fields: () => undefined, selected: () => null };
  const dispose = createRoot((dispose) => {
    commands = createCommands({ desk, stage, replayer: createReplayer(live), regions: { go: () => false, dispose: () => undefined } });
    return dispose;
  });
  const gone = render(() => <Palette desk={desk} commands={commands} />, document.body);
  end = () => (gone(), dispose());
});
afterEach(async () => {
  end();
  setLanguage("en");
  await fake.hello(2 ** 32 - 1, () => undefined);
  document.body.replaceChildren();
});

describe("the palette", () => {
  it("shows streams, commands, settings and tapes before anything is typed, and what cannot be done is left out", async () => {
    await open();
    expect([...document.querySelectorAll(".palette-list h3")].map((each) => each.textContent)).toEqual(["Streams", "Commands", "Settings", "Tapes"]);
    expect(words()).toContain("Own prices");
    expect(words()).toContain("Theme: Dark");
    expect(words()).not.toContain("Save stream");
    expect(words()).not.toContain("Reconnect now");
    expect(chosen()).toBe(items()[0]);
    expect(input().getAttribute("aria-activedescendant")).toBe(chosen()?.id);
    expect([input().getAttribute("role"), input().getAttribute("aria-controls")]).toEqual(["combobox", document.querySelector("[role=listbox]")?.id]);
  });

  it("shows a few of each before anything is typed, the streams that run first", async () => {
    await open();
    const of = (section: string): string[] => [...document.querySelectorAll(`[aria-labelledby="palette-of-${section}"] .palette-words`)].map((each) => each.textContent ?? "");
    expect(of("streams")).toHaveLength(5);
    expect(of("streams")[0]).toBe("Own prices");
    expect(of("commands").length).toBeLessThanOrEqual(6);
    expect(of("commands").slice(0, 2)).toEqual(["Connect", "New stream"]);
    expect(of("settings")).toEqual(["Theme: System", "Theme: Light", "Theme: Dark"]);
    expect(of("tapes").length).toBeLessThanOrEqual(3);
    expect(document.querySelectorAll('[aria-labelledby="palette-of-tapes"] .palette-check svg')).toHaveLength(of("tapes").length);
    press("Escape");
    desk.home.setSheet(null);
    // Not the first of the list, nor the user's own.
    const flaky = desk.library.demos.find(({ key }) => key === "flaky")?.stream ?? OWN;
    desk.select(flaky.id);
    desk.live.show(flaky.id);
    desk.connect();
    await vi.waitFor(() => expect(desk.live.session()).not.toBeNull());
    fake.session(desk.live.session() ?? 0).open();
    await vi.waitFor(() => expect(desk.stateOf(flaky.id)).toBe("open"));
    await open();
    expect(of("streams").slice(0, 2)).toEqual(["Flaky line", "Own prices"]);
    // Its dot alone would say nothing to who does not see it.
    expect(items()[0]?.querySelector(".hidden")?.textContent).toBe(t("dot.open"));
    fake.session(desk.live.session() ?? 0).end();
  });

  it("finds by letters, says which, and shows the keys", async () => {
    await open();
    type("allt");
    const [first] = items();
    expect(first?.querySelector(".palette-words")?.textContent).toBe("All tapes");
    expect([...(first?.querySelectorAll("b") ?? [])].map((each) => each.textContent).join("")).toBe("Allt");
    expect(first?.querySelector("kbd")?.textContent).toBe("Ctrl+Shift+T");
    type("nothing like that");
    expect(items()).toEqual([]);
    expect(document.querySelector(".palette-none")?.textContent).toContain("nothing like that");
    expect(input().hasAttribute("aria-activedescendant")).toBe(false);
    expect(press("Enter").defaultPrevented).toBe(true);
    expect(desk.home.sheet()).toBe("palette");
  });

  it("finds a stream by its address and a command by its English name", async () => {
    setLanguage("zh-CN");
    await open();
    type("example.com");
    expect(items()[0]?.dataset["key"]).toBe("stream:own");
    type("dark");
    expect(words()).toContain("主题：深色");
    type("深色");
    expect(words()[0]).toBe("主题：深色");
  });

  it("is walked by keys, as a list", async () => {
    await open();
    const last = items().length - 1;
    press("ArrowDown");
    expect(chosen()).toBe(items()[1]);
    press("ArrowUp");
    press("ArrowUp");
    expect(chosen()).toBe(items()[last]);
    press("ArrowDown");
    expect(chosen()).toBe(items()[0]);
    press("PageDown");
    expect(chosen()).toBe(items()[8]);
    press("End");
    expect(chosen()).toBe(items()[last]);
    press("PageDown");
    expect(chosen()).toBe(items()[last]);
    press("Home");
    expect(chosen()).toBe(items()[0]);
  });

  it("does what is chosen once it has closed, and tells it first the next time", async () => {
    await open();
    type("theme dark");
    press("Enter");
    expect(desk.home.sheet()).toBeNull();
    await settled();
    expect(fake.desktop.settings.theme).toBe("dark");
    await open();
    expect(document.querySelector(".palette-list h3")?.textContent).toBe("Recent");
    expect(words()[0]).toBe("Theme: Dark");
    expect(items()[0]?.querySelector(".hidden")?.textContent).toBe("chosen");
    type("own pr");
    items()[0]?.click();
    expect(desk.library.selectedId()).toBe("own");
    await open();
    type("settings");
    press("Enter");
    // The sheet that was chosen stays, though the palette tells a moment later that it has closed.
    document.querySelector("dialog")?.dispatchEvent(new Event("close"));
    expect(desk.home.sheet()).toBe("settings");
  });

  it("leaves keys to an input method, and takes one that is held down once", async () => {
    await open();
    type("theme dark");
    press("Enter", { isComposing: true });
    press("Enter", { repeat: true });
    expect(desk.home.sheet()).toBe("palette");
    input().dispatchEvent(new Event("compositionstart"));
    const escape = new Event("cancel", { cancelable: true });
    document.querySelector("dialog")?.dispatchEvent(escape);
    expect(escape.defaultPrevented).toBe(true);
    input().dispatchEvent(new Event("compositionend"));
    const again = new Event("cancel", { cancelable: true });
    document.querySelector("dialog")?.dispatchEvent(again);
    expect(again.defaultPrevented).toBe(false);
  });

  it("closes by its own keys and by a press beside it", async () => {
    await open();
    press("k", { ctrlKey: true });
    expect(desk.home.sheet()).toBeNull();
    await open();
    document.querySelector("dialog")?.dispatchEvent(new Event("pointerdown"));
    expect(desk.home.sheet()).toBeNull();
  });

  it("keeps its list short over thousands of tapes", () => {
    const tape = (n: number): Item => ({ key: `stream:tape:${n}`, words: `Tape of prices ${n}`, also: [`https://api.example.com/${n}`], note: "", keys: "", state: null, checked: false, run: () => undefined });
    const sources = { commands: [], settings: [], streams: [], tapes: Array.from({ length: 5_000 }, (_, n) => tape(n)) };
    expect(search(sources, "", [])[0]?.found).toHaveLength(3);
    const found = search(sources, "prices 4321", [])[0]?.found ?? [];
    expect(found.length).toBeLessThanOrEqual(8);
    expect(found[0]?.item.words).toBe("Tape of prices 4321");
  });
});


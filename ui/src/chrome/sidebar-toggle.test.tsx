// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFake } from "../ipc/fake";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { App, type SceneMakers } from "./App";
import { createDesk, type Desk } from "./desk";

let desk: Desk;
let end: () => void;
let narrow: boolean;
let turn: () => void;

const $ = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const soon = (): Promise<unknown> => new Promise((done) => setTimeout(done, 5));
const sidebar = (): HTMLElement | null => document.querySelector<HTMLElement>(".sidebar");
const main = (): HTMLElement | null => document.querySelector<HTMLElement>("main");

async function open(): Promise<void> {
  const fake = createFake({ byHand: true });
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  const library = createLibrary(fake, hello, words, { read: () => null, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  end = render(() => <App desk={desk} scenes={{} as SceneMakers} />, root);
  await soon();
}

beforeEach(() => {
  narrow = false;
  localStorage.clear();
  globalThis.matchMedia = ((query: string) => ({
    get matches() {
      return narrow && query.includes("max-width");
    },
    addEventListener(_: string, listener: () => void) {
      if (query.includes("max-width")) turn = listener;
    },
    removeEventListener: () => undefined,
  })) as unknown as typeof matchMedia;
});

afterEach(() => end());

it("folds the sidebar away and brings it back; one button stands for it, and keeps the focus", async () => {
  await open();
  expect([sidebar()?.hidden, document.querySelectorAll("[data-testid=toggle-sidebar]").length]).toEqual([false, 1]);
  $("toggle-sidebar")?.click();
  expect([sidebar()?.hidden, main()?.inert, document.activeElement]).toEqual([true, false, $("toggle-sidebar")]);
  expect($("toggle-sidebar")?.closest("main")).not.toBeNull();
  $("toggle-sidebar")?.click();
  expect([sidebar()?.hidden, document.activeElement]).toEqual([false, $("toggle-sidebar")]);
});

it("lies over a narrow window until a stream is chosen, or Escape, or a press beside it", async () => {
  narrow = true;
  await open();
  const ways: readonly (() => void)[] = [
    () => document.querySelectorAll<HTMLElement>(".stream-item .open")[2]?.click(),
    () => document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true })),
    () => $("sidebar-veil")?.click(),
  ];
  for (const way of ways) {
    expect([sidebar()?.hidden, main()?.inert]).toEqual([true, false]);
    $("toggle-sidebar")?.click();
    await soon();
    expect([sidebar()?.hidden, main()?.inert]).toEqual([false, true]);
    expect(document.activeElement?.closest("[data-id]")?.getAttribute("data-id")).toBe(desk.library.selectedId());
    way();
    expect([sidebar()?.hidden, main()?.inert, document.activeElement]).toEqual([true, false, $("toggle-sidebar")]);
  }
  expect(desk.library.selectedId()).toBe(desk.library.ids()[2]);
});

it("stays while the arrow keys go through the streams, and opens for a name that is to be typed", async () => {
  narrow = true;
  await open();
  $("toggle-sidebar")?.click();
  await soon();
  const before = desk.library.selectedId();
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true, cancelable: true }));
  expect(desk.library.selectedId()).not.toBe(before);
  expect(sidebar()?.hidden).toBe(false);
  desk.setSidebarOpen(false);
  desk.setRenaming(desk.library.saved()[0]?.id ?? "");
  await soon();
  expect([sidebar()?.hidden, $("rename") !== null]).toEqual([false, true]);
});

it("is back in its place when the window is wide again", async () => {
  narrow = true;
  await open();
  $("toggle-sidebar")?.click();
  narrow = false;
  turn();
  expect([sidebar()?.hidden, main()?.inert, $("sidebar-veil")]).toEqual([false, false, null]);
});

// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setLanguage } from "../i18n";
import { createFake } from "../ipc/fake";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { recipeOf } from "../made/recipes";
import { createDesk, type Desk } from "./desk";
import { MadeButton, MadeSheet } from "./MadeSheet";

let desk: Desk;
let end: () => void;
let copied: string[];

const $ = <E extends HTMLElement = HTMLElement>(id: string): E | null => document.querySelector<E>(`[data-testid="${id}"]`);

beforeEach(async () => {
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  copied = [];
  vi.stubGlobal("navigator", { clipboard: { writeText: async (text: string) => void copied.push(text) } });
  const fake = createFake({ byHand: true });
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  const library = createLibrary(fake, hello, words, { read: () => null, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  end = render(
    () => (
      <>
        <MadeButton desk={desk} />
        <MadeSheet desk={desk} />
      </>
    ),
    document.body,
  );
});
afterEach(() => {
  end();
  vi.unstubAllGlobals();
  setLanguage("en");
  document.body.replaceChildren();
});

it("shows the files of the demo on show, and gives them whole", async () => {
  desk.select("demo:/flaky");
  $("made-open")?.click();
  const recipe = recipeOf("flaky");
  await vi.waitFor(() => expect($("made-server.py")?.textContent).toBe(recipe?.serverCode));
  expect($("made-client.html")?.textContent).toBe(recipe?.pageCode);
  expect($("made")?.querySelector("h2")?.textContent).toBe("How “Flaky line” is made");
  expect($("made")?.querySelector("footer p")?.textContent).toContain("http://127.0.0.1:8000/flaky");
  $("copy-server.py")?.click();
  await vi.waitFor(() => expect(copied).toEqual([recipe?.serverCode]));
  await vi.waitFor(() => expect($("copy-server.py")?.textContent).toBe("Copied"));
  // Escape closes a dialog by itself; the sheet only hears of it.
  $("made")?.dispatchEvent(new Event("close"));
  expect(desk.madeOpen()).toBe(false);
  expect($("made-server.py")).toBeNull();
});

it("says aloud what became of a copy, also where there was none", async () => {
  desk.select("demo:/flaky");
  $("made-open")?.click();
  await vi.waitFor(() => expect($("copy-server.py")).not.toBeNull());
  const heard = (): string | undefined => $("copy-server.py")?.parentElement?.querySelector("[role=status]")?.textContent ?? undefined;
  expect(heard()).toBe("");
  $("copy-server.py")?.click();
  await vi.waitFor(() => expect(heard()).toBe("Copied"));
  vi.stubGlobal("navigator", { clipboard: { writeText: () => Promise.reject(new Error("denied")) } });
  document.execCommand = () => false;
  $("copy-server.py")?.click();
  await vi.waitFor(() => expect(heard()).toBe("Not copied"));
  expect($("copy-server.py")?.textContent).toBe("Not copied");
  expect($("copy-server.py")?.getAttribute("aria-label")).toBe("Not copied");
});

it("is not offered where there is nothing to tell", () => {
  desk.select("demo:/stream");
  expect($("made-open")).not.toBeNull();
  for (const id of ["demo:/flood", "builds"]) {
    desk.select(id);
    expect([id, $("made-open")]).toEqual([id, null]);
  }
  // Gone with the stream that it was about.
  desk.select("demo:/stream");
  desk.setMadeOpen(true);
  desk.select("builds");
  expect($("made-server.py")).toBeNull();
});

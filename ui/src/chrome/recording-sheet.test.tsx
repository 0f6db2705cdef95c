// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Settings } from "../ipc/bindings";
import { createFake, type Fake } from "../ipc/fake";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { createDesk, type Desk } from "./desk";
import { RecordingSheet } from "./RecordingSheet";

let fake: Fake;
let desk: Desk;
let saved: Settings[];
let end: () => void;

const $ = <E extends HTMLElement = HTMLElement>(id: string): E | null => document.querySelector<E>(`[data-testid="${id}"]`);
const pass = (): Promise<unknown> => vi.waitFor(() => undefined);

beforeEach(async () => {
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  fake = createFake({ byHand: true });
  saved = [];
  const store = fake.saveSettings;
  fake.saveSettings = (settings) => {
    saved.push(settings);
    return store(settings);
  };
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  const library = createLibrary(fake, hello, words, { read: () => null, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  end = render(() => <RecordingSheet desk={desk} />, document.body);
  desk.tapes.setSheet({ kind: "recording" });
});
afterEach(() => {
  end();
  document.body.replaceChildren();
});

function write(limit: string, text: string): void {
  const field = $<HTMLInputElement>(`settings-${limit}`);
  if (!field) throw new Error("no field");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

it("asks before less room deletes tapes, and saves at once what deletes none", async () => {
  await vi.waitFor(() => expect($("settings-save")).not.toBeNull());
  write("unsaved", "0.1");
  $("settings-save")?.click();
  await pass();
  expect(saved).toEqual([]);
  expect($("settings-question")?.textContent).toMatch(/^To fit, about \d tapes? (is|are) deleted now, /);
  $("settings-question-no")?.click();
  expect($("settings-question")).toBeNull();
  // What holds no more than there is deletes nothing.
  write("unsaved", "9");
  $("settings-save")?.click();
  await vi.waitFor(() => expect($("settings-save")).toBeNull());
  expect(saved.map((each) => each.unsaved_mib)).toEqual([9_216]);

  desk.tapes.setSheet({ kind: "recording" });
  await vi.waitFor(() => expect($("settings-save")).not.toBeNull());
  write("unsaved", "0.1");
  $("settings-save")?.click();
  $("settings-question-yes")?.click();
  await vi.waitFor(() => expect(saved.map((each) => each.unsaved_mib)).toEqual([9_216, 102]));
});

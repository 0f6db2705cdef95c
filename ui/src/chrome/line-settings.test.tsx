// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { createDesk, type Desk } from "./desk";
import { LineSettings } from "./LineSettings";

let fake: Fake;
let desk: Desk;
let end: () => void;

const soon = (): Promise<void> => new Promise((done) => setTimeout(done, 30));
const rule = (): HTMLSelectElement | null => document.querySelector('[data-testid="text-rule-setting"]');
const path = (): HTMLInputElement | null => document.querySelector('[data-testid="text-path-setting"]');

async function put(of: HTMLInputElement | HTMLSelectElement | null, value: string): Promise<void> {
  if (!of) throw new Error("nothing to change");
  of.value = value;
  of.dispatchEvent(new Event("change", { bubbles: true }));
  await soon();
}

beforeEach(async () => {
  fake = createFake({ byHand: true });
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  const library = createLibrary(fake, hello, words, { read: () => null, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  desk.select(library.demos.find(({ key }) => key === "answers")?.stream.id ?? "");
  live.show(library.selectedId());
  end = render(() => <LineSettings desk={desk} />, document.body);
  desk.connect();
  await soon();
});
afterEach(async () => {
  end();
  await fake.hello(2 ** 32 - 1, () => undefined);
  document.body.replaceChildren();
});

it("asks for a path before the rule is one, and keeps neither where it cannot be read", async () => {
  await put(rule(), "path");
  expect([rule()?.value, desk.library.current()?.text_rule]).toEqual(["path", "auto"]);
  await put(path(), "$.[");
  expect(document.querySelector(".grave")?.textContent).toContain("expected a name");
  expect([desk.library.current()?.text_rule, desk.library.current()?.text_path]).toEqual(["auto", ""]);
  await put(path(), "$.text");
  expect(document.querySelector(".grave")).toBeNull();
  expect([desk.library.current()?.text_rule, desk.library.current()?.text_path]).toEqual(["path", "$.text"]);
  await put(path(), "$.]");
  expect([desk.library.current()?.text_path, fake.session(1).status.text_path]).toEqual(["$.text", "$.text"]);
  await put(rule(), "lines");
  expect([desk.library.current()?.text_rule, path()]).toEqual(["lines", null]);
});

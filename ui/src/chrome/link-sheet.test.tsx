// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { createDesk, type Desk } from "./desk";
import { LinkSheet } from "./LinkSheet";

let fake: Fake;
let desk: Desk;
let end: () => void;

const $ = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const soon = (): Promise<unknown> => new Promise((done) => setTimeout(done, 5));

beforeEach(async () => {
  fake = createFake({ byHand: true });
  const live = createLive(fake);
  const hello = await live.start();
  const library = createLibrary(fake, hello, { copyOf: (name) => name, unnamed: () => "", demoName: () => "" });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  end = render(() => <LinkSheet desk={desk} />, root);
});

afterEach(() => end());

it("shows all of an address, and opens it only when told to", async () => {
  desk.openLink("https://good.example@аррӏе.com/login?x=1");
  await soon();
  expect($("link-address")?.textContent).toBe("https://good.example@xn--80ak6aa92e.com/login?x=1");
  expect($("link-address")?.querySelector("b")?.textContent).toBe("xn--80ak6aa92e.com");
  expect(document.body.textContent).toContain("It leads to xn--80ak6aa92e.com");
  expect(fake.opened).toEqual([]);
  $("link-open")?.click();
  await soon();
  expect(fake.opened).toEqual(["https://good.example@xn--80ak6aa92e.com/login?x=1"]);
  expect(desk.leaving()).toBeNull();
});

it("is not answered by the key that opened it: Cancel has the focus, and a key that is held down presses nothing", async () => {
  desk.openLink("https://a.example/");
  await soon();
  expect([...document.querySelectorAll("[autofocus]")]).toEqual([$("link-cancel")]);
  const pressed = (id: string, repeat: boolean): boolean => {
    const key = new KeyboardEvent("keydown", { key: "Enter", repeat, bubbles: true, cancelable: true });
    $(id)?.dispatchEvent(key);
    return !key.defaultPrevented;
  };
  for (const id of ["link-open", "link-cancel", "link-copy"]) expect([id, pressed(id, true), pressed(id, false)]).toEqual([id, false, true]);
});

it("opens nothing where it is left", async () => {
  desk.openLink("https://a.example/");
  await soon();
  $("link-cancel")?.click();
  await soon();
  expect([desk.leaving(), fake.opened]).toEqual([null, []]);
});

it("does not even ask about what is no web address", async () => {
  for (const address of ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "", "a.example"]) {
    desk.openLink(address);
    await soon();
    expect([address, desk.leaving(), $("link-address")]).toEqual([address, null, null]);
  }
});

it("says where nothing opens it, and stays", async () => {
  fake.openUrl = () => Promise.reject({ code: "url", message: "", args: { detail: "no program" } });
  desk.openLink("https://a.example/");
  await soon();
  $("link-open")?.click();
  await soon();
  expect(document.body.textContent).toContain("It could not be opened. no program");
  expect(desk.leaving()).toBe("https://a.example/");
});

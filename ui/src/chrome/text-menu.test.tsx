// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { createDesk, type Desk } from "./desk";
import { TextMenu } from "./TextMenu";

let fake: Fake;
let desk: Desk;
let end: () => void;

const $ = <E extends HTMLElement = HTMLElement>(id: string): E => {
  const found = document.querySelector<E>(`[data-testid="${id}"]`);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const told = (): Promise<void> => new Promise((done) => setTimeout(done, 250));

beforeEach(async () => {
  fake = createFake({ byHand: true });
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  const library = createLibrary(fake, hello, words, { read: () => null, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  const demo = hello.demos.find(({ key }) => key === "answers");
  if (!demo) throw new Error("no demo");
  library.select(demo.stream.id);
  live.show(demo.stream.id);
  end = render(() => <TextMenu desk={desk} hidden={false} />, document.body);
  desk.connect();
  await told();
  fake.session(1).open();
  await told();
});
afterEach(async () => {
  end();
  await fake.hello(2 ** 32 - 1, () => undefined);
  document.body.replaceChildren();
});

it("says what Auto has recognised, and changes the rule of what is on show", async () => {
  expect($("text-rule").textContent).toBe("Text: Auto");
  fake.session(1).status.dialect = "anthropic";
  fake.session(1).event("{}");
  await told();
  expect($("text-rule").textContent).toBe("Text: Anthropic");
  $("text-rule").click();
  expect($("text-rule-auto").textContent).toBe("Auto: Anthropic");
  expect($("text-rule-auto").getAttribute("aria-checked")).toBe("true");
  $("text-rule-joined").click();
  await told();
  expect(desk.library.current()?.text_rule).toBe("joined");
  expect(fake.session(1).status.text_rule).toBe("joined");
  expect($("text-rule").textContent).toBe("Text: Joined");
  expect(document.querySelector('[role="menu"]')).toBeNull();
});

const key = (on: HTMLElement, name: string, more: KeyboardEventInit = {}): KeyboardEvent => {
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more });
  on.dispatchEvent(event);
  return event;
};

/** By the keys alone: up to the last rule, and into the field. */
function askForPath(): HTMLInputElement {
  $("text-rule").click();
  for (let n = 0; n < 20 && document.activeElement !== $("text-rule-path"); n += 1) key(document.activeElement as HTMLElement, "ArrowDown");
  expect(document.activeElement).toBe($("text-rule-path"));
  $("text-rule-path").click();
  const field = $<HTMLInputElement>("text-rule-path-field");
  expect(document.activeElement).toBe(field);
  expect(field.closest('[role="menu"]')).toBeNull();
  return field;
}

it("is opened by a press right after a choice, and closed by a press on its button", () => {
  const press = (): void => {
    $("text-rule").dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    $("text-rule").click();
  };
  press();
  $("page-form-plain").click();
  press();
  expect($("text-rule-auto")).not.toBeNull();
  press();
  expect(document.querySelector('[data-testid="text-rule-auto"]')).toBeNull();
});

it("takes a path only with one", async () => {
  const field = askForPath();
  expect(desk.library.current()?.text_rule).toBe("auto");
  key(field, "Enter");
  await told();
  expect(desk.library.current()?.text_rule).toBe("auto");
  field.value = " $.delta ";
  // The Enter that chooses a word of an input method.
  key(field, "Enter", { isComposing: true });
  await told();
  expect(desk.library.current()?.text_rule).toBe("auto");
  key(field, "Enter");
  await told();
  expect(desk.library.current()).toMatchObject({ text_rule: "path", text_path: "$.delta" });
  expect(fake.session(1).status).toMatchObject({ text_rule: "path", text_path: "$.delta" });
  expect(document.querySelector('[data-testid="text-path"]')).toBeNull();
  expect(document.activeElement).toBe($("text-rule"));
});

it("says beside the field why a path is none, and keeps the rule that was", async () => {
  vi.spyOn(fake, "setTextRule").mockRejectedValue({ code: "filter", message: "", args: { what: "path", detail: "expected a name", at: "3" } });
  const field = askForPath();
  field.value = "$.[";
  key(field, "Enter");
  await told();
  expect($("text-path-wrong").textContent).toContain("expected a name");
  expect(desk.library.current()).toMatchObject({ text_rule: "auto", text_path: "" });
  const id = desk.library.selectedId() ?? "";
  expect([desk.live.refusal(id), desk.state()]).toEqual([null, "open"]);
  expect(key(field, "Escape").defaultPrevented).toBe(true);
  expect(document.activeElement).toBe($("text-rule"));
});

it("takes what was typed where the field is left by the pointer", async () => {
  askForPath().value = "$.text";
  document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  await told();
  expect(desk.library.current()).toMatchObject({ text_rule: "path", text_path: "$.text" });
  expect(document.querySelector('[data-testid="text-path"]')).toBeNull();
});

it("chooses how the page is set, which asks nothing of the session", async () => {
  $("text-rule").click();
  $("page-form-plain").click();
  await told();
  expect(desk.library.current()).toMatchObject({ page_form: "plain", text_rule: "auto" });
  expect($("text-rule").dataset["form"]).toBe("plain");
});

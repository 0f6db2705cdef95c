// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import { onPairKey } from "./rows";

let table: HTMLElement;
const at = (): string => document.activeElement?.id ?? "";

function press(id: string, key: string, more: KeyboardEventInit = {}): boolean {
  const on = document.getElementById(id);
  on?.focus();
  return on?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more })) ?? true;
}

beforeEach(() => {
  const row = (n: number): string =>
    `<div class="pair"><input id="name${n}"><input id="value${n}"><button class="lock"></button><input type="checkbox" id="on${n}"><button class="remove" id="gone${n}"></button></div>`;
  document.body.innerHTML = `<section>${row(1)}${row(2)}<div class="pair"><input id="last" list="names"></div><button class="add" id="add"></button></section>`;
  table = document.querySelector("section") as HTMLElement;
  table.addEventListener("keydown", (event) => onPairKey(table, event));
});
afterEach(() => document.body.replaceChildren());

it("goes up and down in a column, and stays at the ends", () => {
  press("value1", "ArrowDown");
  expect(at()).toBe("value2");
  press("gone2", "ArrowUp");
  expect(at()).toBe("gone1");
  press("on2", "ArrowUp");
  expect(at()).toBe("on1");
  press("name1", "ArrowUp");
  expect(at()).toBe("name1");
  press("value2", "ArrowDown");
  expect(at()).toBe("last");
});

it("goes on by Enter, and adds a row after the last, once for a key that is held down", () => {
  let added = 0;
  document.getElementById("add")?.addEventListener("click", () => (added += 1));
  press("name1", "Enter");
  expect(at()).toBe("name2");
  press("last", "Enter", { repeat: true });
  expect(added).toBe(0);
  press("last", "Enter");
  expect(added).toBe(1);
});

it("leaves the keys to suggestions, to an input method, to buttons and to chords", () => {
  expect(press("last", "ArrowUp")).toBe(true);
  expect(press("name1", "ArrowDown", { isComposing: true })).toBe(true);
  expect(press("gone1", "Enter")).toBe(true);
  expect(press("name1", "Enter", { ctrlKey: true })).toBe(true);
});

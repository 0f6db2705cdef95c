// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import { createRegions, focusBack, type Regions } from "./regions";

let regions: Regions;
const at = (): string => document.activeElement?.id ?? "";

beforeEach(() => {
  document.body.innerHTML = `
    <nav class="sidebar"><button id="one"></button><button id="two" aria-current="true"></button></nav>
    <header class="address"><select id="method"></select><input id="url"></header>
    <div class="tabs"><button role="tab" tabindex="-1"></button><button id="tab" role="tab" aria-selected="true"></button></div>
    <div class="page"><div hidden><div class="tw-scroll" tabindex="0"></div></div><div class="ev-table" id="table" tabindex="0"></div><button id="row"></button></div>
    <div class="tape-dock"><canvas id="tape" tabindex="0"></canvas></div>
    <footer class="status"><button id="off" disabled></button></footer>`;
  regions = createRegions();
});
afterEach(() => {
  regions.dispose();
  document.body.replaceChildren();
});

it("goes round through those that hold something, each way", () => {
  const round = (step: 1 | -1): string[] => Array.from({ length: 6 }, () => (regions.go(step), at()));
  expect(round(1)).toEqual(["two", "url", "tab", "table", "tape", "two"]);
  expect(round(-1)).toEqual(["tape", "table", "tab", "url", "two", "tape"]);
});

it("begins with the last when it goes back out of nowhere", () => {
  regions.go(-1);
  expect(at()).toBe("tape");
});

it("comes back to where the focus was, as long as that is there", () => {
  document.getElementById("row")?.focus();
  regions.go(1);
  expect(at()).toBe("tape");
  regions.go(-1);
  expect(at()).toBe("row");
  regions.go(1);
  document.getElementById("row")?.remove();
  regions.go(-1);
  expect(at()).toBe("table");
});

it("the focus goes back to the first that can be seen, else to the page", () => {
  const button = document.getElementById("one") as HTMLElement;
  const before = document.getElementById("url") as HTMLElement;
  focusBack(button, before);
  expect(at()).toBe("one");
  // Folded away it is in the document all the same.
  button.style.display = "none";
  focusBack(button, before);
  expect(at()).toBe("url");
  before.remove();
  focusBack(button, before);
  expect(at()).toBe("table");
  (document.activeElement as HTMLElement).blur();
  focusBack(button, document.body);
  expect(at()).toBe("table");
});

// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { createDesk, type Desk } from "./desk";
import { TapesSheet } from "./TapesSheet";

let fake: Fake;
let desk: Desk;
let end: () => void;

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-testid="tape-row"]')];
const at = (): number => rows().findIndex((row) => row.contains(document.activeElement));
const soon = (): Promise<void> => new Promise((done) => setTimeout(done, 60));

function press(key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  document.activeElement?.dispatchEvent(event);
  return event;
}

beforeEach(() => begin(createFake()));

async function begin(by: Fake): Promise<void> {
  localStorage.clear();
  fake = by;
  const live = createLive(fake);
  const hello = await live.start();
  const library = createLibrary(fake, hello, { copyOf: (name) => name, unnamed: () => "", demoName: (demo) => demo.stream.name }, { read: () => null, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  end = render(() => <TapesSheet desk={desk} />, document.body);
  desk.tapes.setListOpen(true);
  await soon();
}
afterEach(async () => {
  end();
  await fake.hello(2 ** 32 - 1, () => undefined);
  document.body.replaceChildren();
});

it("is walked as a list: one row is a stop for Tab, and the keys lead on from it", () => {
  const stops = (): number => document.querySelectorAll('[data-testid="tape-row"] .open[tabindex="0"]').length;
  expect(rows().length).toBeGreaterThan(2);
  expect(stops()).toBe(1);
  document.querySelector<HTMLElement>('[data-testid="tapes-filter"]')?.focus();
  press("ArrowDown");
  expect(at()).toBe(0);
  expect(press("ArrowDown").defaultPrevented).toBe(true);
  expect([at(), stops()]).toEqual([1, 1]);
  press("End");
  expect(at()).toBe(rows().length - 1);
  press("ArrowDown");
  expect(at()).toBe(rows().length - 1);
  press("Home");
  expect(at()).toBe(0);
  const name = rows()[1]?.dataset["name"] ?? "";
  press(name[0] ?? "");
  expect(rows()[at()]?.dataset["name"]?.[0]?.toLowerCase()).toBe(name[0]?.toLowerCase());
});

it("asks before a tape goes by Delete, once for a key that is held down", async () => {
  document.querySelector<HTMLElement>('[data-testid="tape-row"] .open')?.focus();
  press("Delete", { repeat: true });
  expect(desk.tapes.doomed()).toBeNull();
  press("Delete");
  expect(desk.tapes.doomed()?.at).toBe("sheet");
});

it("opens the menu of a row by its keys", async () => {
  document.querySelector<HTMLElement>('[data-testid="tape-row"] .open')?.focus();
  press("F10", { shiftKey: true });
  await soon();
  const items = [...document.querySelectorAll("[role=menuitem]")];
  expect(items.length).toBeGreaterThan(2);
  expect(document.activeElement).toBe(items[0]);
  press("e");
  expect(document.activeElement?.textContent?.[0]).toBe("E");
  press("Escape");
  expect(at()).toBe(0);
});

it("goes on by keys where the rows that are drawn end, and End goes to the last tape", async () => {
  end();
  await fake.hello(2 ** 32 - 1, () => undefined);
  const many = createFake();
  const { hello } = many;
  many.hello = async (...of) => {
    const told = await hello.apply(many, of);
    const [first] = told.tapes.tapes;
    if (!first) throw new Error("no tape");
    return { ...told, tapes: { ...told.tapes, tapes: Array.from({ length: 450 }, (_, n) => ({ ...first, id: `tape-${n}`, name: `Tape ${n}`, started_us: first.started_us - n })) } };
  };
  await begin(many);
  expect(rows()).toHaveLength(200);
  rows()[198]?.querySelector<HTMLElement>(".open")?.focus();
  press("ArrowDown");
  press("ArrowDown");
  expect([at(), rows().length]).toEqual([200, 400]);
  press("Home");
  press("End");
  expect([at(), rows().length]).toEqual([449, 450]);
});

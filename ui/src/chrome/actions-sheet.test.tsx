// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import type { Stream } from "../ipc/bindings";
import { blankAction } from "../model/actions";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { blank } from "../model/stream";
import { createVault } from "../model/vault";
import { ActionsSheet } from "./ActionsSheet";
import { createDesk, type Desk } from "./desk";

const STREAM: Stream = {
  ...blank("news"),
  name: "News",
  url: "news",
  actions: [
    { ...blankAction("a"), name: "harbour", query: "harbour", highlight: "blue" },
    { ...blankAction("b"), event_type: "breaking", notify: true },
  ],
};

let fake: Fake;
let desk: Desk;
let end: () => void;

const $ = <E extends HTMLElement = HTMLElement>(id: string, within: ParentNode = document): E | null => within.querySelector<E>(`[data-testid="${id}"]`);
const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-testid="action"]')];
const names = (): (string | null | undefined)[] => rows().map((row) => row.querySelector(".action-open b")?.textContent);
const open = (at: number): void => rows()[at]?.querySelector<HTMLElement>(".action-open")?.click();

function write(id: string, text: string): void {
  const field = $<HTMLInputElement>(id);
  if (!field) throw new Error(`no ${id}`);
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

beforeEach(async () => {
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  fake = createFake({ byHand: true });
  await fake.saveStream(STREAM);
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  const library = createLibrary(fake, hello, words, { read: () => STREAM.id, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  live.show(STREAM.id);
  await live.connect(STREAM);
  const session = fake.session(1);
  session.open();
  session.event("harbour bridge reopens", "headline");
  session.event("rain by evening", "headline");
  session.event("harbour closed", "breaking");
  await vi.waitFor(() => expect(live.status()?.events).toBe(3));
  end = render(() => <ActionsSheet desk={desk} />, document.body);
});
afterEach(() => {
  end();
  fake.session(1).end();
  document.body.replaceChildren();
});

describe("the sheet of actions", () => {
  it("shows each with what it would have matched, and nothing to apply", async () => {
    desk.reading.openActions();
    await vi.waitFor(() => expect(names()).toEqual(["harbour", "breaking"]));
    await vi.waitFor(() => expect(rows().map((row) => row.querySelector(".action-found")?.textContent)).toEqual(["2", "1"]));
    expect($<HTMLButtonElement>("actions-apply")?.disabled).toBe(true);
    open(0);
    await vi.waitFor(() => expect($("action-trial")?.textContent).toBe("would have matched 2 of 3 events"));
  });

  it("tries as it is typed, says what is wrong there, and does not apply it", async () => {
    desk.reading.openActions();
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    open(0);
    await vi.waitFor(() => expect($("action-query")).not.toBeNull());
    const field = $("action-query");
    write("action-query", "rain");
    await vi.waitFor(() => expect($("action-trial")?.textContent).toBe("would have matched 1 of 3 events"));
    // What is typed into is the same field all the time.
    expect($("action-query")).toBe(field);
    write("action-query", "/(/");
    await vi.waitFor(() => expect($("action-query")?.getAttribute("aria-invalid")).toBe("true"));
    expect($("action-trial")?.classList.contains("wrong")).toBe(true);
    $("actions-apply")?.click();
    await Promise.resolve();
    expect(desk.reading.actionsOpen()).not.toBeNull();
    expect(desk.reading.actions()[0]?.query).toBe("harbour");
  });

  it("applies to the running session and to the stream, which is then to be saved", async () => {
    desk.reading.openActions();
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    open(1);
    $("action-hide")?.click();
    $("action-notify")?.click();
    write("action-name", " loud ");
    $("actions-apply")?.click();
    await vi.waitFor(() => expect(desk.reading.actionsOpen()).toBeNull());
    expect(desk.reading.actions()[1]).toMatchObject({ id: "b", name: "loud", hide: true, notify: false });
    expect(desk.library.dirty(STREAM.id)).toBe(true);
    // The first that matches is done: the breaking event is the harbour's.
    await vi.waitFor(() => expect(desk.live.status()?.actions).toEqual([
      { id: "a", matched: 2, pos: 3 },
      { id: "b", matched: 0, pos: null },
    ]));
  });

  it("reorders, because the first that matches is done", async () => {
    desk.reading.openActions();
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    open(1);
    rows()[1]?.querySelector<HTMLElement>(".action-tools button")?.click();
    expect(names()).toEqual(["breaking", "harbour"]);
    $("actions-apply")?.click();
    await vi.waitFor(() => expect(desk.live.status()?.actions).toEqual([
      { id: "b", matched: 1, pos: 3 },
      { id: "a", matched: 1, pos: 1 },
    ]));
  });

  it("keeps the stream as it was where the session refuses, and says why", async () => {
    fake.setScenes = () => Promise.reject({ code: "filter", message: "no", args: { what: "regex", detail: "unclosed group" } });
    desk.reading.openActions();
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    open(0);
    $("action-count")?.click();
    $("actions-apply")?.click();
    await vi.waitFor(() => expect(document.querySelector("footer .wrong")?.textContent).toContain("unclosed group"));
    expect(desk.reading.actions()[0]?.count).toBe(false);
    expect(desk.library.dirty(STREAM.id)).toBe(false);
  });

  it("opens and marks the action that the session refuses", async () => {
    fake.setScenes = () => Promise.reject({ code: "limit", message: "a type can be no longer than 4096 bytes", args: { what: "query", bound: "4096", action: "b" } });
    desk.reading.openActions();
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    open(0);
    $("action-count")?.click();
    $("actions-apply")?.click();
    await vi.waitFor(() => expect($("action-query", rows()[1])?.getAttribute("aria-invalid")).toBe("true"));
    expect(document.querySelector("footer .wrong")?.textContent).toBe("The session did not take the action breaking: The condition is too long. It can have 4,096 bytes at most.");
    expect($("action-trial", rows()[1])?.textContent).toContain("The condition is too long.");
    // Changed, it may be right.
    write("action-query", "x");
    await vi.waitFor(() => expect($("action-query", rows()[1])?.getAttribute("aria-invalid")).toBeNull());
  });

  it("keeps what was changed and not applied when it is closed, and forgets it on Cancel", async () => {
    desk.reading.openActions();
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    open(0);
    write("action-name", "the bridge");
    // Escape, or a notification that was clicked.
    desk.reading.closeActions();
    await vi.waitFor(() => expect(rows()).toHaveLength(0));
    expect(desk.reading.actions()[0]?.name).toBe("harbour");
    desk.reading.openActions();
    await vi.waitFor(() => expect(names()).toEqual(["the bridge", "breaking"]));
    expect(document.querySelector("footer p")?.textContent).toContain("not applied");
    $("actions-cancel")?.click();
    await vi.waitFor(() => expect(rows()).toHaveLength(0));
    desk.reading.openActions();
    await vi.waitFor(() => expect(names()).toEqual(["harbour", "breaking"]));
  });

  it("shows names as they are written, however they are written", async () => {
    const hostile = ["<img src=x onerror=alert(1)>", "\u202egnihton", "javascript:alert(1)", "w".repeat(10_000)];
    desk.library.edit({ actions: hostile.map((name, n) => ({ ...blankAction(`h${n}`), name, query: name.slice(0, 4_096), event_type: "{name}" })) });
    desk.reading.openActions();
    await vi.waitFor(() => expect(rows()).toHaveLength(hostile.length));
    expect(names()).toEqual(hostile);
    expect(document.querySelectorAll('[data-testid="actions-sheet"] :is(img, a, script)')).toHaveLength(0);
    // What turns the writing round stays within its name.
    expect(rows().map((row) => row.querySelector(".action-open b")?.getAttribute("dir"))).toEqual(hostile.map(() => "auto"));
    open(0);
    await vi.waitFor(() => expect($<HTMLInputElement>("action-name")?.value).toBe(hostile[0]));
  });

  it("begins with an action that is made of an event, and forgets it when it is not applied", async () => {
    desk.reading.openActions({ event_type: "headline", query: '$.source == "Harbour Post"' });
    await vi.waitFor(() => expect(names()).toEqual(["harbour", "breaking", 'headline $.source == "Harbour Post"']));
    expect($<HTMLInputElement>("action-type")?.value).toBe("headline");
    $("actions-cancel")?.click();
    await vi.waitFor(() => expect(rows()).toHaveLength(0));
    expect(desk.reading.actions()).toHaveLength(2);
  });

  it("deletes, and adds up to what a stream may have", async () => {
    desk.reading.openActions();
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    open(0);
    $("action-remove")?.click();
    expect(names()).toEqual(["breaking"]);
    for (let n = 0; n < 40; n += 1) $("action-add")?.click();
    expect(rows()).toHaveLength(32);
    expect($<HTMLButtonElement>("action-add")?.disabled).toBe(true);
  });
});

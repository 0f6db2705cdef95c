// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Action } from "../../ipc/bindings";
import { createFake, type Fake } from "../../ipc/fake";
import { stream } from "../../ipc/fake-scripts";
import { blankAction } from "../../model/actions";
import { createLive, type LiveModel } from "../../model/live";
import { createEvents, type EventsOptions, type EventsScene } from "./index";
import { ROW_PX } from "./window";

const ONE = stream("one", "One");
/** Rows that the table shows at once. */
const SEEN = 10;

let fake: Fake;
let live: LiveModel;
let scene: EventsScene;
let toldRange: unknown[];
/** The session that is there. */
let session: number;

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const $ = <E extends HTMLElement = HTMLElement>(selector: string): E => {
  const found = scene.element.querySelector<E>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
};
const rows = (): HTMLElement[] =>
  [...scene.element.querySelectorAll<HTMLElement>(".ev-row:not([hidden])")].sort((a, b) => top(a) - top(b));
const top = (row: HTMLElement): number => Number(/-?[\d.]+/.exec(row.style.transform)?.[0]);
const seqs = (): number[] => rows().flatMap((row) => (row.dataset["seq"] ? [Number(row.dataset["seq"])] : []));
const words = (selector: string): string => $(selector).textContent ?? "";
const field = (): HTMLInputElement => $<HTMLInputElement>('[data-testid="filter"]');

function write(query: string): void {
  field().value = query;
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

function press(target: HTMLElement, key: string, more: KeyboardEventInit = {}): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

/** Clicks the row of an event, as a hand does. */
function choose(seq: number): void {
  $(`[data-seq="${seq}"] .ev-data`).dispatchEvent(new PointerEvent("pointerdown", { button: 0, bubbles: true }));
}

async function begin(options: EventsOptions = {}): Promise<void> {
  scene = createEvents(live, { onRange: (range) => toldRange.push(range), ...options });
  document.body.replaceChildren(scene.element);
  scene.show();
  await pass(50);
}

function events(from: number, to: number, data: (n: number) => string = (n) => `line ${n}`): void {
  for (let n = from; n <= to; n += 1) fake.session(1).event(data(n), n % 2 ? "odd" : "even");
}

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date", "requestAnimationFrame"],
  });
  localStorage.clear();
  toldRange = [];
  session = 1;
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(SEEN * ROW_PX + 30);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(30);
  fake = createFake({ byHand: true });
  live = createLive(fake);
  await live.start();
  live.show(ONE.id);
  await live.connect(ONE);
  fake.session(1).open();
  await pass(50);
});

afterEach(async () => {
  scene.dispose();
  fake.session(session).end();
  await pass(1_000);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("the table over a filter", () => {
  it("shows what matches, marks it, and takes in what comes", async () => {
    await begin();
    events(1, 100);
    await pass(100);
    write("line 9");
    await pass(1_000);
    // Eleven match, and ten are seen: it goes on following the newest.
    expect(seqs()).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
    expect(words(".ev-row mark")).toBe("line 9");
    expect(words('[data-testid="found"]')).toBe("11 of 100 events");
    events(101, 120, (n) => (n === 110 ? "line 9 again" : "else"));
    await pass(500);
    expect(words('[data-testid="found"]')).toBe("12 of 120 events");
    expect(seqs().at(-1)).toBe(110);
  });

  it("shows the first page of a long search, says how far it is, and can be ended", async () => {
    await begin();
    events(1, 20_000);
    await pass(200);
    expect(seqs().at(-1)).toBe(20_000);
    write("line");
    await pass(120 + 400);
    expect(seqs().slice(0, 3)).toEqual([1, 2, 3]);
    expect(words('[data-testid="found"]')).toMatch(/^Searched \d+\u00a0% · [\d,]+ found$/);
    expect($(".ev-progress").hidden).toBe(false);
    $(".ev-said .link").click();
    await pass(100);
    expect(words('[data-testid="found"]')).toMatch(/^Ended at \d+\u00a0% · [\d,]+ found$/);
    expect($(".ev-progress").hidden).toBe(true);
    const found = live.view()?.rows ?? 0;
    // What comes joins all the same.
    events(20_001, 20_003);
    await pass(200);
    expect(live.view()?.rows).toBe(found + 3);
    expect(seqs().slice(0, 3)).toEqual([1, 2, 3]);
  });

  it("goes on with what comes while the oldest entries go", async () => {
    events(1, 60, (n) => `line ${n} ${n % 3 === 0 ? "third" : ""}`);
    await begin();
    write("third");
    await pass(1_000);
    expect(seqs().at(-1)).toBe(60);
    // Past the dropped ones every row keeps its number: what is new is pulled, and what is held stays true.
    for (let round = 0; round < 4; round += 1) {
      events(61 + round * 30, 90 + round * 30, (n) => `line ${n} ${n % 3 === 0 ? "third" : ""}`);
      fake.session(1).drop(30);
      await pass(300);
      const last = 90 + round * 30;
      expect(seqs().at(-1)).toBe(last);
      expect(seqs().every((seq, at, all) => seq % 3 === 0 && seq === last - 3 * (all.length - 1 - at))).toBe(true);
    }
    const view = live.view();
    expect((view?.rows ?? 0) - (view?.gone ?? 0)).toBe(21);
    expect(words('[data-testid="found"]')).toMatch(/^21 of/);
    // Up to the first that there is.
    press($(".ev-table"), "Home");
    await pass(300);
    expect(seqs()[0]).toBe(120);
  });

  it("finds the row of what is selected, and shows all again around it", async () => {
    await begin();
    events(1, 300);
    await pass(200);
    scene.jump(51);
    await pass(100);
    expect($('.ev-row[aria-selected="true"]').dataset["seq"]).toBe("51");
    write("line 5");
    await pass(1_000);
    expect($('.ev-row[aria-selected="true"]').dataset["seq"]).toBe("51");
    press($(".ev-table"), "ArrowDown");
    await pass(100);
    expect($('.ev-row[aria-selected="true"]').dataset["seq"]).toBe("52");
    expect(words('[data-testid="inspector"]')).toContain("line 52");
    press(field(), "Escape");
    await pass(500);
    expect(live.view()).toBeNull();
    expect($('.ev-row[aria-selected="true"]').dataset["seq"]).toBe("52");
    expect(seqs()).toContain(51);
  });

  it("says in a sentence that nothing matches, with the way out", async () => {
    await begin();
    events(1, 10);
    write("nowhere");
    await pass(1_000);
    expect($(".ev-empty").hidden).toBe(false);
    expect(words(".ev-empty p")).toBe("No event matches.");
    $(".ev-empty .button").click();
    await pass(500);
    expect(live.view()).toBeNull();
    expect(field().value).toBe("");
    expect($(".ev-empty").hidden).toBe(true);
    expect(seqs().at(-1)).toBe(10);
  });

  it("tells why a query cannot be read, and keeps what was on", async () => {
    await begin();
    events(1, 30);
    write("line 2");
    await pass(1_000);
    const before = seqs();
    write("/(line/");
    await pass(500);
    expect(words(".ev-bad")).toMatch(/^This is not a regular expression: /);
    expect(field().getAttribute("aria-invalid")).toBe("true");
    expect(seqs()).toEqual(before);
    write("/(line) 3/");
    await pass(500);
    expect($(".ev-bad").hidden).toBe(true);
    expect(seqs()).toEqual([3, 30]);
  });

  it("reads rows of what is missing as such", async () => {
    const entries = live.entries;
    live = { ...live, entries: async (from, len) => {
      const page = await entries(from, len);
      return page && { ...page, rows: page.rows.map((row) => ({ pos: row.pos, at_us: row.at_us, gap_us: null, attempt: 1, kind: "missing" as const })) };
    } };
    events(1, 3);
    await begin();
    await pass(200);
    expect(rows().length).toBe(4);
    expect(rows().every((row) => row.textContent?.includes("not on tape"))).toBe(true);
  });
});

describe("the field", () => {
  it("is reached, emptied by Escape, and left by another", async () => {
    await begin();
    events(1, 20);
    await pass(100);
    scene.find?.();
    expect(document.activeElement).toBe(field());
    write("line 1");
    press(field(), "Enter");
    await pass(300);
    expect(live.view()?.rows).toBe(11);
    press(field(), "Escape");
    await pass(300);
    expect([field().value, live.view(), document.activeElement === field()]).toEqual(["", null, true]);
    press(field(), "Escape");
    expect(document.activeElement).toBe($(".ev-table"));
  });

  it("marks what it matches in the inspector too, and lets go of it", async () => {
    await begin();
    events(1, 3, (n) => `{"n":${n},"said":"over and over"}`);
    await pass(200);
    choose(2);
    write("over");
    await pass(1_000);
    const marks = (): (string | null)[] => [...scene.element.querySelectorAll(".in-data mark")].map((mark) => mark.textContent);
    expect(marks()).toEqual(["over", "over"]);
    press(field(), "Escape");
    await pass(500);
    expect(marks()).toEqual([]);
  });

  it("takes a value of the inspector for what to filter by", async () => {
    await begin();
    events(1, 30, (n) => `{"n":${n},"kind":"${n % 3 ? "edit" : "new"}"}`);
    await pass(200);
    choose(30);
    await pass(100);
    [...scene.element.querySelectorAll<HTMLElement>(".json-string")].find((span) => span.textContent === '"new"')?.click();
    expect(words(".in-path")).toBe("$.kind");
    [...scene.element.querySelectorAll<HTMLElement>(".in-tools .button")].find((each) => each.textContent === "Filter by this")?.click();
    await pass(500);
    expect(field().value).toBe('$.kind == "new"');
    expect(words('[data-testid="found"]')).toBe("10 of 30 events");
  });

  it("keeps its query for the next session of the stream", async () => {
    await begin();
    events(1, 5);
    write("line 3");
    await pass(500);
    await live.connect(ONE);
    session = 2;
    fake.session(2).open();
    fake.session(2).event("line 3 once more");
    fake.session(2).event("line 4");
    await pass(800);
    expect(field().value).toBe("line 3");
    expect(words('[data-testid="found"]')).toBe("1 of 2 events");
  });
});

describe("chips", () => {
  const chips = (): string[] => [...scene.element.querySelectorAll('[data-testid="chip"]')].map((chip) => chip.textContent ?? "");

  it("count along, and several of them are one filter", async () => {
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(900);
    await begin();
    events(1, 5);
    fake.session(1).event("x", "third");
    await pass(500);
    expect(chips()).toEqual(["odd 3", "even 2", "third 1"]);
    events(6, 9);
    await pass(500);
    expect(chips()).toEqual(["odd 5", "even 4", "third 1"]);
    $('[data-testid="chip"][data-value="even"]').click();
    $('[data-testid="chip"][data-value="third"]').click();
    await pass(500);
    expect(words('[data-testid="found"]')).toBe("5 of 10 events");
    expect($('[data-value="even"]').getAttribute("aria-pressed")).toBe("true");
    expect(rows().every((row) => row.textContent?.includes("even") || row.textContent?.includes("third"))).toBe(true);
    $(".ev-chips .ev-chip").click();
    await pass(500);
    expect(live.view()).toBeNull();
  });

  it("are by a path where types do not tell the events apart", async () => {
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(900);
    await begin();
    for (let n = 0; n < 30; n += 1) fake.session(1).event(`{"kind":"${n % 3 ? "edit" : "new"}","n":${n}}`);
    await pass(800);
    expect(chips()).toEqual(["edit 20", "new 10"]);
    $('[data-value="new"]').click();
    await pass(500);
    expect(words('[data-testid="found"]')).toBe("10 of 30 events");
    $(".ev-more").click();
    const by = [...document.querySelectorAll<HTMLElement>(".ev-menu [role=menuitemradio]")];
    expect(by.map((item) => [item.textContent, item.getAttribute("aria-checked")])).toEqual([
      ["By type", "false"],
      ["By $.kind", "true"],
    ]);
    by[0]?.click();
    await pass(500);
    expect(live.view()).toBeNull();
  });
});

describe("a range of time", () => {
  it("is a part of the filter that can be taken away", async () => {
    await begin();
    events(1, 3);
    await pass(3_000);
    const from = live.now();
    events(4, 6);
    await pass(3_000);
    const to = live.now();
    events(7, 9);
    await pass(100);
    scene.range(from, to);
    await pass(500);
    expect(seqs()).toEqual([4, 5, 6]);
    expect(words('[data-testid="filter-range"]')).toMatch(/^\d\d:\d\d:\d\d – \d\d:\d\d:\d\d$/);
    $('[data-testid="filter-range"]').click();
    await pass(500);
    expect(live.view()).toBeNull();
    expect(toldRange).toEqual([null, null]);
  });
});

describe("bookmarks", () => {
  it("are set and taken away by B, and told by the row and the inspector", async () => {
    await begin();
    events(1, 8);
    await pass(200);
    choose(5);
    await pass(100);
    press($(".ev-table"), "b");
    await pass(100);
    expect(live.bookmarks().map(({ pos }) => pos)).toEqual([5]);
    expect($('[data-seq="5"]').classList.contains("bookmarked")).toBe(true);
    expect($('[data-testid="bookmark"]').getAttribute("aria-pressed")).toBe("true");
    const note = $<HTMLInputElement>('[data-testid="bookmark-note"]');
    note.value = "  look here ";
    note.dispatchEvent(new Event("change"));
    await pass(100);
    expect(live.bookmarks()[0]?.note).toBe("look here");
    press($(".ev-table"), "b", { repeat: true });
    press($(".ev-table"), "b");
    await pass(100);
    expect(live.bookmarks()).toEqual([]);
    expect($('[data-seq="5"]').classList.contains("bookmarked")).toBe(false);
  });

  it("are gone to from one to the next, those alone that the filter shows", async () => {
    await begin();
    events(1, 60);
    await pass(200);
    for (const pos of [3, 12, 30, 41]) await live.bookmark(pos, "");
    scene.jump(12);
    press($(".ev-table"), "ArrowDown", { altKey: true });
    await pass(100);
    expect($('.ev-row[aria-selected="true"]').dataset["seq"]).toBe("30");
    press($(".ev-table"), "ArrowUp", { altKey: true });
    press($(".ev-table"), "ArrowUp", { altKey: true });
    await pass(100);
    expect($('.ev-row[aria-selected="true"]').dataset["seq"]).toBe("3");
    write("/^line (3|41)$/");
    await pass(1_000);
    press($(".ev-table"), "ArrowDown", { altKey: true });
    await pass(200);
    expect($('.ev-row[aria-selected="true"]').dataset["seq"]).toBe("41");
  });

  it("can be all that is shown", async () => {
    await begin();
    events(1, 20);
    await pass(200);
    await live.bookmark(7, "");
    $('[data-testid="only-bookmarked"]').click();
    await pass(500);
    expect(seqs()).toEqual([7]);
  });
});

describe("copying", () => {
  it("takes the row that is selected, its data whole, unless text is marked", async () => {
    const copied: string[] = [];
    vi.stubGlobal("ClipboardItem", class {
      constructor(readonly parts: Record<string, Promise<Blob>>) {}
    });
    vi.stubGlobal("navigator", { ...navigator, clipboard: { write: async ([item]: { parts: Record<string, Promise<Blob>> }[]) => void copied.push(await (await item?.parts["text/plain"])!.text()) } });
    await begin();
    const long = `first\n${"x".repeat(2_000)}"end"`;
    events(1, 8, (n) => (n === 5 ? long : `line ${n}`));
    await pass(200);
    press($(".ev-table"), "c", { ctrlKey: true });
    await pass(50);
    expect(copied).toEqual([]);
    choose(4);
    await pass(100);
    press($(".ev-table"), "c", { ctrlKey: true });
    await pass(50);
    expect(copied[0]?.split("\t")).toEqual(["4", expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3}$/), "even", "line 4"]);
    choose(5);
    await pass(100);
    press($(".ev-table"), "c", { ctrlKey: true });
    await pass(50);
    expect(copied[1]?.split("\t")[3]).toBe(`"${long.replaceAll('"', '""')}"`);
    vi.unstubAllGlobals();
  });
});

describe("going to", () => {
  async function go(text: string): Promise<void> {
    scene.goTo?.();
    $<HTMLInputElement>('[data-testid="go-to"]').value = text;
    $(".ev-goto").dispatchEvent(new Event("submit", { cancelable: true }));
    await pass(200);
  }

  it("an event selects it, and says where there is none", async () => {
    await begin();
    events(1, 500);
    await pass(200);
    await go("#250");
    expect($('.ev-row[aria-selected="true"]').dataset["seq"]).toBe("250");
    expect($(".ev-goto").hidden).toBe(true);
    await go("900");
    expect(words(".ev-goto-said")).toBe("There is no event 900; the newest is 500.");
    await go("soon");
    expect(words(".ev-goto-said")).toContain("#4185");
    await go("+9:00");
    expect(words(".ev-goto-said")).toBe("Nothing arrived then or later.");
    expect($('.ev-row[aria-selected="true"]').dataset["seq"]).toBe("250");
  });

  it("what the filter hides goes to the nearest row and says so", async () => {
    await begin();
    events(1, 99);
    await pass(200);
    write("line 5");
    await pass(1_000);
    await go("#20");
    expect(words(".ev-goto-said")).toBe("The filter does not show it. This is the nearest that it shows.");
    expect(seqs()).toContain(50);
  });
});

describe("the columns", () => {
  it("are kept, and the times turn with their header", async () => {
    await begin();
    events(1, 3);
    await pass(100);
    expect(words('[data-seq="1"] .ev-arrived')).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
    $(".ev-times").click();
    await pass(100);
    expect(words('[data-seq="1"] .ev-arrived')).toMatch(/^\+\d\.\d{3}\u00a0s$/);
    $(".ev-tools button:nth-child(3)").click();
    document.querySelector<HTMLElement>('.ev-menu [data-value="gap"]')?.click();
    await pass(100);
    expect($('[data-seq="1"] .ev-gap').hidden).toBe(true);
    scene.dispose();
    await begin();
    expect($('[data-seq="1"] .ev-gap').hidden).toBe(true);
    expect($(".ev-head .ev-gap").hidden).toBe(true);
    expect(words('[data-seq="1"] .ev-arrived')).toMatch(/^\+/);
  });

  it("come with an export only where there is one", async () => {
    await begin();
    expect($(".ev-tools button:nth-child(4)").hidden).toBe(true);
    scene.dispose();
    const onExport = vi.fn();
    await begin({ onExport });
    $(".ev-tools button:nth-child(4)").click();
    expect(onExport).toHaveBeenCalledOnce();
  });
});

describe("what actions hide", () => {
  const hides: Action[] = [{ ...blankAction("h"), query: "line 3", hide: true }];

  it("is left out until it is asked for, and said on a chip", async () => {
    events(1, 30);
    await fake.setScenes(1, ONE.scenes, hides);
    await begin({ actions: () => hides });
    scene.hide();
    scene.show();
    await pass(600);
    expect(live.view()).not.toBeNull();
    expect(seqs()).not.toContain(30);
    expect(seqs()).toContain(29);
    // "line 3" and "line 30".
    expect(words('[data-testid="hidden-chip"]')).toBe("2 hidden · Show");
    // It is no filter that the reader could clear.
    expect($(".ev-said").hidden).toBe(true);
    $('[data-testid="hidden-chip"]').click();
    await pass(600);
    expect(live.view()).toBeNull();
    expect(seqs()).toContain(30);
    $('[data-testid="hidden-chip"]').click();
    await pass(600);
    expect(seqs()).not.toContain(30);
    expect(seqs()).toContain(29);
  });
});

describe("rows that an action gives a colour", () => {
  const colours: Action[] = [{ ...blankAction("c"), name: "thirds", query: "line 3", highlight: "amber" }];

  it("have it, and say which action", async () => {
    events(1, 9);
    await fake.setScenes(1, ONE.scenes, colours);
    await begin({ actions: () => colours });
    await pass(100);
    const row = $('[data-seq="3"]');
    expect(row.dataset["colour"]).toBe("amber");
    expect(row.title).toBe("thirds: highlighted by an action");
    expect($('[data-seq="4"]').dataset["colour"]).toBeUndefined();
  });
});

describe("a number in an event", () => {
  it("is drawn as a line, named by its type and path, and made an action of", async () => {
    const drawn: unknown[] = [];
    const made: unknown[] = [];
    fake.session(1).event('{"cpu":{"load 1":[3.5]},"name":"x"}', "gauge");
    await begin({ onChart: (key) => drawn.push(key), onAction: (draft) => made.push(draft) });
    choose(1);
    await pass(100);
    const chart = $<HTMLButtonElement>('[data-testid="chart-value"]');
    expect(chart.disabled).toBe(true);
    $(".json-string").click();
    expect(chart.disabled).toBe(true);
    $(".json-number").click();
    chart.click();
    expect(drawn).toEqual([{ type: "gauge", path: "$.cpu['load 1'][0]" }]);
    $('[data-testid="make-action"]').click();
    expect(made).toEqual([{ event_type: "gauge", query: "$.cpu['load 1'][0] == 3.5" }]);
  });
});

describe("a jump", () => {
  const chosen = (): string | undefined => $('.ev-row[aria-selected="true"]').dataset["seq"];

  it("holds before the first frame", async () => {
    events(1, 100);
    await pass(100);
    scene = createEvents(live, { onRange: (range) => toldRange.push(range) });
    document.body.replaceChildren(scene.element);
    scene.show();
    scene.jump(40);
    await pass(200);
    expect(scene.selected?.()).toBe(40);
    // In the middle of what is seen.
    const at = rows().findIndex((row) => row.getAttribute("aria-selected") === "true");
    expect(at).toBeGreaterThan(2);
    expect(at).toBeLessThan(SEEN - 2);
    expect(chosen()).toBeDefined();
    expect($(".inspector").hidden).toBe(false);
  });

  it("holds before the first frame of another session", async () => {
    await begin();
    events(1, 30);
    await pass(100);
    scene.hide();
    await live.connect(ONE);
    session = 2;
    fake.session(2).open();
    for (let n = 1; n <= 60; n += 1) fake.session(2).event(`line ${n}`);
    await pass(200);
    scene.show();
    scene.jump(20);
    await pass(200);
    expect(scene.selected?.()).toBe(20);
    expect(chosen()).toBeDefined();
  });
});

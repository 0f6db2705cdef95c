// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TapeAxis } from "../../chrome/tape-axis";
import type { Action, ChartRule, SeriesData, SeriesPage, SeriesQuery, Status } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import { blankAction } from "../../model/actions";

// There is no canvas here; what is given to the plot is what matters.
const plots: { made: number; data: unknown[]; disposed: number; strong: boolean[] } = { made: 0, data: [], disposed: 0, strong: [] };
vi.mock("./plot", () => ({
  Plot: class {
    element = document.createElement("div");
    height = 100;
    constructor(_: unknown, data: unknown) {
      plots.made += 1;
      plots.data.push(data);
    }
    set({ lines }: { lines: { strong: boolean }[] }, data: unknown): void {
      plots.strong = lines.map(({ strong }) => strong);
      if (data) plots.data.push(data);
    }
    fit(): void {}
    y(): number {
      return 10;
    }
    valueAt(): number {
      return 1;
    }
    limitAt(): null {
      return null;
    }
    dispose(): void {
      plots.disposed += 1;
      this.element.remove();
    }
  },
}));
const frames: { draw(now: number, unseen: boolean): boolean }[] = [];
vi.mock("../../frame", () => ({
  schedule: (each: { draw(now: number, unseen: boolean): boolean }) => void (frames.includes(each) || frames.push(each)),
  forget: () => undefined,
  onBeat: () => () => undefined,
}));

const { createChart } = await import("./index");

const S = 1_000_000;
const KEY = { type: "cpu", path: "$.load" };
const line = (patch: Partial<SeriesData> = {}): SeriesData => ({
  key: KEY,
  at_us: [10 * S, 20 * S, 30 * S],
  value: [12.5, 88.4, 41.8],
  points: 3,
  newest: 41.8,
  newest_us: 30 * S,
  pos: 3,
  least: 12.5,
  most: 88.4,
  change: 2.1,
  alert: null,
  ...patch,
});
const page = (patch: Partial<SeriesPage> = {}): SeriesPage => ({ from_us: 0, to_us: 1, series: [line()], found: [{ key: KEY, points: 3 }], gaps: [], scanned: 3, end: 3, done: true, ...patch });

describe("the chart", () => {
  let status: Status | null;
  let asked: SeriesQuery[];
  let answer: (page: SeriesPage | null) => void;
  let change: () => void;
  let rule: ChartRule;
  let actions: Action[];
  let axis: TapeAxis;
  let chart: ReturnType<typeof createChart>;
  let tools: HTMLElement;
  let toEvent: number[];
  let hidden = false;

  beforeEach(() => {
    plots.made = plots.disposed = 0;
    plots.data = [];
    frames.length = 0;
    asked = [];
    toEvent = [];
    hidden = false;
    actions = [];
    rule = { series: [], window_s: 60 };
    axis = new TapeAxis();
    status = { session: 1, state: "open", started_us: 0, ended_us: null, events: 3, end_pos: 3, replay: null, actions: [] } as unknown as Status;
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, get: () => 1_000 });
    Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, get: () => 500 });
    make(false);
  });

  function make(fixed: boolean): void {
    tools = document.createElement("div");
    const live = {
      status: () => status,
      now: () => 40 * S,
      series(query: SeriesQuery) {
        asked.push(query);
        return new Promise<SeriesPage | null>((done) => (answer = done));
      },
      onChange(listener: () => void) {
        change = listener;
        return () => undefined;
      },
    } as unknown as Live;
    chart = createChart(live, {
      tools,
      rule: () => rule,
      setRule: (next) => (rule = next),
      fixed,
      actions: () => actions,
      onExport: () => undefined,
      toEvent: (pos) => toEvent.push(pos),
      axis,
    });
    document.body.append(chart.element, tools);
  }
  afterEach(() => {
    chart.dispose();
    document.body.replaceChildren();
  });

  function frame(): void {
    for (const each of frames.splice(0)) if (each.draw(performance.now(), false)) frames.push(each);
  }
  async function answered(next: SeriesPage | null = page()): Promise<void> {
    answer(next);
    await Promise.resolve();
    await Promise.resolve();
    frame();
  }
  const tile = (at: number): HTMLElement => chart.element.querySelectorAll<HTMLElement>(".chart-tile")[at] as HTMLElement;
  const words = (at: number): string[] => [".chart-name", "b", ".chart-line"].map((part) => tile(at).querySelector(part)?.textContent ?? "");
  const open = async (): Promise<void> => {
    change();
    chart.show();
    frame();
    await answered();
  };
  const press = (target: HTMLElement, key: string): void => void target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

  it("asks for the window up to the present, and writes a tile for each line", async () => {
    await open();
    expect(asked[0]).toMatchObject({ from_us: 0, keys: [] });
    expect(asked[0]?.to_us).toBeGreaterThanOrEqual(40 * S);
    expect(words(0)).toEqual(["cpu $.load", "41.8", "+2.1 since start, 12.5 to 88.4"]);
    expect(plots.data[0]).toEqual([[10_000, 20_000, 30_000], [12.5, 88.4, 41.8]]);
  });

  it("asks nothing while it is not on show, nor while the page is hidden", () => {
    change();
    frame();
    expect(asked).toEqual([]);
    hidden = true;
    chart.show();
    frame();
    expect(asked).toEqual([]);
    hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    frame();
    expect(asked).toHaveLength(1);
  });

  it("gives new numbers to the plot that is there", async () => {
    await open();
    for (let n = 4; n < 8; n += 1) {
      status = { ...(status as Status), end_pos: n };
      change();
      // Another minute would do as well; a hand asks at once.
      press(tile(0), "-");
      frame();
      await answered(page({ series: [line({ at_us: [10 * S, n * 10 * S], value: [12.5, 50 + n] })] }));
    }
    expect(asked.length).toBeGreaterThan(3);
    expect(plots.made).toBe(1);
    expect(plots.data.length).toBeGreaterThan(3);
  });

  it("draws one panel in a frame, and none twice", async () => {
    const big = line({ key: { type: "cpu", path: "$.big" }, value: [1_000, 5_000, 9_000], least: 1_000, most: 9_000 });
    change();
    chart.show();
    frame();
    await answered(page({ series: [line(), big] }));
    expect(plots.made).toBe(2);
    status = { ...(status as Status), end_pos: 9 };
    press(tile(0), "-");
    frame();
    frame();
    frame();
    const before = plots.data.length;
    await answered(page({ series: [line(), big], to_us: 2 }));
    expect(plots.data).toHaveLength(before + 1);
    frame();
    expect(plots.data).toHaveLength(before + 2);
    frame();
    expect(plots.data).toHaveLength(before + 2);
    expect(plots.made).toBe(2);
  });

  it("says one thing where there is nothing", async () => {
    change();
    chart.show();
    frame();
    const said = (): string => chart.element.querySelector(".chart-empty")?.textContent ?? "";
    expect(said()).toBe("");
    await answered(page({ series: [], scanned: 1, end: 4, done: false }));
    expect(said()).toBe("Reading numbers, 25\u00a0%");
    press(document.body, "x");
    chart.hide();
    chart.show();
    status = { ...(status as Status), session: 2 };
    change();
    frame();
    await answered(page({ series: [], found: [] }));
    expect(said()).toBe("No numbers in the JSON of these events.");
  });

  it("marks a line past its threshold in words", async () => {
    rule = { window_s: 60, series: [{ key: KEY, unit: "%", above: 40, below: null, hysteresis: 0 }] };
    change();
    chart.show();
    frame();
    expect(asked[0]?.keys).toEqual([KEY]);
    await answered(page({ series: [line({ alert: { over: true, limit: 40, since_us: 28 * S } })] }));
    expect(tile(0).classList.contains("alert")).toBe(true);
    expect(words(0)).toEqual(["cpu $.load", "41.8\u00a0%", "above 40.0 for 12\u00a0s"]);
  });

  it("keeps a chosen line's colour and place while it has no value, and shows no range that is not there", async () => {
    const other = { type: "cpu", path: "$.gone" };
    rule = { window_s: 60, series: [other, KEY].map((key) => ({ key, unit: "", above: null, below: null, hysteresis: 0 })) };
    change();
    chart.show();
    frame();
    await answered(page({ series: [line({ key: other, points: 0, at_us: [], value: [] }), line({ at_us: [], value: [], least: 0, most: 0, change: 0 })] }));
    expect(words(0)).toEqual(["cpu $.load", "41.8", "always 41.8"]);
    expect(tile(0).querySelector("i")?.dataset["series"]).toBe("2");
    expect(words(1)).toEqual(["cpu $.gone", "\u2013", "no value yet"]);
  });

  it("moves a cursor by points with the arrows, tells its value, and tells the tape", async () => {
    await open();
    press(tile(0), "ArrowLeft");
    frame();
    expect(words(0)[1]).toBe("41.8");
    press(tile(0), "ArrowLeft");
    frame();
    expect(words(0)[1]).toBe("88.4");
    expect(axis.facts.overChart).toBe(20 * S);
    expect(chart.element.querySelector("[role=status]")?.textContent).toContain("88.4 at ");
    press(tile(0), "Escape");
    frame();
    expect(words(0)[1]).toBe("41.8");
    expect(axis.facts.overChart).toBeNull();
  });

  it("holds the picture while paused, and says that the stream goes on", async () => {
    await open();
    const pause = tools.querySelector<HTMLButtonElement>("[data-testid=chart-pause]");
    pause?.click();
    frame();
    if (asked.length > 1) await answered();
    const before = asked.length;
    status = { ...(status as Status), end_pos: 99 };
    change();
    frame();
    expect(asked).toHaveLength(before);
    expect(chart.element.querySelector(".chart-said span")?.textContent).toContain("the stream goes on");
    pause?.click();
    frame();
    expect(asked.length).toBeGreaterThan(before);
  });

  it("shows the tape's part where that is zoomed", async () => {
    await open();
    axis.tell({ span: { fromUs: 5 * S, toUs: 15 * S } });
    frame();
    expect(chart.element.dataset).toMatchObject({ fromUs: String(5 * S), toUs: String(15 * S) });
    expect(chart.element.querySelector(".chart-said")?.textContent).toContain("tape");
  });

  it("changes nothing in a window of one session", async () => {
    chart.dispose();
    document.body.replaceChildren();
    make(true);
    await open();
    expect(tools.querySelector<HTMLElement>("[data-testid=chart-series]")?.hidden).toBe(true);
    tile(0).click();
    expect([document.querySelector(".chart-popover"), tile(0).getAttribute("aria-haspopup")]).toEqual([null, null]);
    expect(rule.series).toEqual([]);
  });

  it("has tiles for what is counted, which lead to the newest", async () => {
    actions = [
      { ...blankAction("a"), name: "errors", count: true, highlight: "red" },
      { ...blankAction("b"), name: "quiet", count: true, off: true },
    ];
    status = { ...(status as Status), actions: [{ id: "a", matched: 2, pos: 17 }] };
    await open();
    expect(chart.element.querySelectorAll(".chart-tile")).toHaveLength(2);
    expect(words(1)).toEqual(["errors", "2", "3.0 a minute"]);
    tile(1).click();
    expect(toEvent).toEqual([17]);
  });

  it("sets thresholds in the tile's form, writes down the lines that were found, and refuses what is no number", async () => {
    await open();
    tile(0).click();
    const field = (name: string): HTMLInputElement => document.querySelector(`[data-testid=limit-${name}]`) as HTMLInputElement;
    field("above").value = "forty";
    field("above").dispatchEvent(new Event("change"));
    expect(document.querySelector(".chart-bad")?.textContent).toBe("This is not a number.");
    expect(document.getElementById(field("above").getAttribute("aria-describedby") ?? "")?.textContent).toBe("This is not a number.");
    expect(rule.series).toEqual([]);
    field("above").value = "40,5";
    field("above").dispatchEvent(new Event("change"));
    expect(rule.series).toEqual([{ key: KEY, unit: "", above: 40.5, below: null, hysteresis: 0 }]);
    field("below").value = "41";
    field("below").dispatchEvent(new Event("change"));
    expect(document.querySelector(".chart-bad")?.textContent).toBe("Below must be less than above.");
    expect(rule.series[0]?.below).toBeNull();
  });

  it("draws the line broader whose tile is pointed at, or has the focus", async () => {
    await open();
    for (const [come, leave] of [
      ["pointerenter", "pointerleave"],
      ["focus", "blur"],
    ] as const) {
      tile(0).dispatchEvent(new Event(come));
      frame();
      expect(plots.strong).toEqual([true]);
      tile(0).dispatchEvent(new Event(leave));
      frame();
      expect(plots.strong).toEqual([false]);
    }
  });

  it("leaves the keys of an input method to it", async () => {
    await open();
    tile(0).click();
    const unit = document.querySelector("[data-testid=limit-unit]") as HTMLInputElement;
    unit.value = "万";
    // WebKit sends the Enter that chooses a word after the composition ended.
    for (const key of ["Enter", "Escape"]) unit.dispatchEvent(new KeyboardEvent("keydown", { key, keyCode: 229, bubbles: true } as KeyboardEventInit));
    expect(rule.series).toEqual([]);
    expect(document.querySelector(".chart-popover")).not.toBeNull();
    press(unit, "Enter");
    expect(rule.series[0]?.unit).toBe("万");
  });

  it("drops what is typed into a form when another session comes on show", async () => {
    await open();
    tile(0).click();
    const field = document.querySelector("[data-testid=limit-above]") as HTMLInputElement;
    field.focus();
    field.value = "40";
    // As web views do on leaving a field that was typed into.
    field.addEventListener("blur", () => field.dispatchEvent(new Event("change")));
    status = { ...(status as Status), session: 2 };
    change();
    expect(document.querySelector(".chart-popover")).toBeNull();
    expect(rule.series).toEqual([]);
  });

  it("takes a window from its menu, and keeps it with the stream", async () => {
    await open();
    tools.querySelector<HTMLButtonElement>("[data-testid=chart-window]")?.click();
    document.querySelector<HTMLButtonElement>('.menu [data-value="300"]')?.click();
    frame();
    expect(rule.window_s).toBe(300);
    expect(tools.textContent).toContain("Last 5\u00a0min");
  });

  it("shows names as they are written, however they are written", async () => {
    const hostile = ["<img src=x onerror=alert(1)>", "\u202egnihton", "javascript:alert(1)", "w".repeat(10_000)];
    actions = hostile.map((name, n) => ({ ...blankAction(`h${n}`), name, count: true }));
    change();
    chart.show();
    frame();
    await answered(page({ series: hostile.map((type) => line({ key: { type, path: "$.load" } })), found: hostile.map((type) => ({ key: { type, path: "$.load" }, points: 3 })) }));
    const titles = [...chart.element.querySelectorAll(".chart-name")].map((each) => each.textContent);
    expect(titles.slice(0, hostile.length)).toEqual(hostile.map((type) => `${type} $.load`));
    expect(titles.slice(hostile.length)).toEqual(hostile);
    tools.querySelector<HTMLButtonElement>("[data-testid=chart-series]")?.click();
    expect([...document.querySelectorAll(".chart-list li span")].map((each) => each.textContent)).toEqual(hostile.map((type) => `${type} $.load`));
    tile(0).click();
    expect(document.querySelector(".chart-popover h3")?.textContent).toBe(`${hostile[0]} $.load`);
    // Text everywhere, markup and addresses nowhere; what turns the writing round stays within its name.
    expect(document.querySelectorAll(":is(.chart, .chart-popover, .ev-tools) :is(img, a, script)")).toHaveLength(0);
    expect([...chart.element.querySelectorAll(".chart-name")].every((each) => each.getAttribute("dir") === "auto")).toBe(true);
  });

  it("has the figures in a table for ears", async () => {
    await open();
    const cells = [...chart.element.querySelectorAll("table tbody tr > *")].map((cell) => cell.textContent);
    expect(cells).toEqual(["cpu $.load", "41.8", "12.5 to 88.4", ""]);
  });
});

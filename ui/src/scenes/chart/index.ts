// The chart scene: numbers in events as live lines.

import type { TapeAxis } from "../../chrome/tape-axis";
import { length, type Span } from "../../chrome/tape-span";
import { forget, onBeat, schedule, type Drawable } from "../../frame";
import { t } from "../../i18n";
import type { Action, ChartRule, SeriesData, SeriesKey, SeriesPage, SeriesRule, State, Status } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import { Disposal, el, setAttribute, setHidden, setText } from "../dom";
import type { Scene } from "../scene";
import { decimalsOf } from "./figures";
import { watchHand, type Grip } from "./hand";
import { nameOf, ruleOf } from "./lines";
import { PATTERNED, readLook, type Look } from "./look";
import { Popover } from "./popover";
import { Pulls } from "./pulls";
import { ChartSaid } from "./said";
import { Settings } from "./settings";
import { Lens, stepped, type Times } from "./span";
import { Stack, type Line } from "./stack";
import { absentTiles, countName, countTiles, lineTiles, tableRows } from "./tile-facts";
import { onTileKey, type TileKeysGround } from "./tile-keys";
import { FigureTable, Tiles } from "./tiles";
import { ChartTools } from "./tools";

export interface ChartScene extends Scene {
  /** Brings into view what an entry of the log became. */
  jump(pos: number): void;
  /** A range of the tape is seen in the chart as it is. */
  range(): void;
}

export interface ChartOptions {
  /** Where the scene puts its tools, right of the tabs. */
  readonly tools: HTMLElement;
  /** How the stream on show is read, and what it does. */
  rule(): ChartRule;
  setRule(rule: ChartRule): void;
  /** A window of one session shows its lines as they were chosen elsewhere. */
  readonly fixed?: boolean;
  actions(): readonly Action[];
  /** Exports the numbers of the session on show. */
  onExport(): void;
  /** Shows an entry among the events. */
  toEvent(pos: number): void;
  /** What the tape strip shows. */
  readonly axis: TapeAxis;
  /** What part is on show, kept for a scene that is made in the place of this one. */
  readonly kept?: ChartMemory;
}

/** What part of which session is on show. */
export interface ChartMemory {
  readonly lens: Lens;
  session: number | null;
}

export function chartMemory(): ChartMemory {
  return { lens: new Lens(), session: null };
}

const MOVING: ReadonlySet<State> = new Set(["connecting", "open", "waiting"]);
/** A threshold is taken hold of this near. */
const GRIP_PX = 5;
/** Ticks that come sooner after a drawing wait. */
const TICK_MS = 50;
/** The table for ears is written at most this often. */
const TABLE_MS = 1_000;

export function createChart(live: Live, options: ChartOptions): ChartScene {
  const { axis } = options;
  const element = el("section", "chart", { "data-testid": "chart", "aria-label": t("tabs.chart") });
  const foot = el("div", "chart-foot");
  const probe = el("span", "hidden chart-probe");
  const ears = el("span", "hidden", { role: "status" });
  const table = new FigureTable(t("chart.table"), [t("chart.table.name"), t("chart.table.newest"), t("chart.table.range"), t("chart.table.state")]);
  const said = new ChartSaid(() => goLive());

  const kept = options.kept ?? chartMemory();
  const { lens } = kept;
  let visible = false;
  let { session } = kept;
  let page: SeriesPage | null = null;
  /** Order of the lines, and the rule of each, as they were drawn last. */
  let lines: readonly Line[] = [];
  let look: Look | null = null;
  let cursorUs: number | null = null;
  /** Whether the cursor was moved by keys: it then stays without a pointer. */
  let byKeys = false;
  let atOnce = false;
  let timer = 0;
  /** The frame in which a panel was drawn. */
  let drewAt: number | null = null;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let tickTimer = 0;
  let tableAt = 0;
  let tableLines = -1;
  let tableTimer = 0;
  let stopBeat: (() => void) | null = null;

  const stack = new Stack();
  const tiles = new Tiles(t("chart.tiles"), options.fixed !== true, { open: openTile, point, key: (name, event) => onTileKey(keys, name, event) });
  const stage = el("div", "chart-stage");
  stage.append(stack.element, said.element, said.empty);
  element.append(tiles.element, stage, foot, table.element, ears, probe);

  const settings = new Settings({ session: () => session, rule: options.rule, setRule: options.setRule, lines: () => lines, page: () => page, changed: turned });
  const tools = new ChartTools(options.fixed === true, {
    pause: () => pause(!lens.paused),
    window(seconds) {
      lens.choose(seconds);
      options.setRule({ ...options.rule(), window_s: seconds });
      turned();
    },
    series: (from) => settings.openList(from),
    export: () => options.onExport(),
  });
  options.tools.append(tools.element);
  const keys: TileKeysGround = {
    line: (name) => (spanNow() ? (lines.find((each) => each.name === name) ?? null) : null),
    get cursorUs() {
      return cursorUs;
    },
    get away() {
      return lens.zoomed || lens.paused;
    },
    move(us, said) {
      byKeys = true;
      setCursor(us);
      setText(ears, said);
    },
    drop: () => setCursor(null),
    zoom: (factor) => zoom(factor),
    live: () => goLive(),
  };
  const pulls = new Pulls({
    ask: (query) => live.series(query),
    took(next) {
      page = next;
      stack.newData();
      settings.refresh();
      schedule(drawable);
    },
    later(ms) {
      clearTimeout(timer);
      timer = window.setTimeout(() => schedule(drawable), ms);
    },
    now: () => performance.now(),
  });

  const drawable: Drawable = {
    draw(now, unseen) {
      if (!visible || unseen) return visible;
      drawnAt = performance.now();
      // How long what was drawn took is seen in the next frame.
      if (drewAt !== null) pulls.drew(now - drewAt);
      drewAt = draw(now) ? now : null;
      return drewAt !== null;
    },
  };
  const dirty = (): void => schedule(drawable);
  const ticked = (): void => {
    tickTimer = 0;
    dirty();
  };
  /** A hand has asked for another part. */
  function turned(): void {
    atOnce = true;
    dirty();
  }

  // The time

  function timesOf(status: Status): Times {
    const { replay } = status;
    if (replay) return { fromUs: replay.start_us, toUs: Math.max(replay.at_us, replay.start_us), moves: replay.playing };
    const moves = status.ended_us === null && MOVING.has(status.state);
    const toUs = status.ended_us ?? live.now();
    return { fromUs: status.started_us, toUs: Math.max(toUs, status.started_us), moves };
  }

  function spanNow(): { status: Status; times: Times; span: Span } | null {
    const status = live.status();
    if (!status) return null;
    const times = timesOf(status);
    return { status, times, span: lens.span(times, axis.facts.span) };
  }

  function pull(status: Status, span: Span): void {
    // What is held is a picture of then.
    if (document.hidden || (lens.paused && page !== null && !atOnce)) return;
    const { keys } = shownKeys();
    const { replay } = status;
    const content = `${status.session} ${replay ? `${replay.at_us} ${replay.seeks}` : status.end_pos} ${ruleText()}`;
    const pixels = Math.round(stack.width * Math.min(2, window.devicePixelRatio || 1));
    if (pixels <= 0) return;
    pulls.look({ span: stepped(span, pixels), pixels, keys, content, atOnce });
    atOnce = false;
  }

  /** What of the rule the figures depend on. */
  function ruleText(): string {
    return JSON.stringify(options.rule().series.map(({ key, above, below, hysteresis }) => [key, above, below, hysteresis]));
  }

  function shownKeys(): { keys: readonly SeriesKey[]; auto: boolean } {
    const { series } = options.rule();
    return series.length > 0 ? { keys: series.map(({ key }) => key), auto: false } : { keys: [], auto: true };
  }

  // Drawing

  /** Answers whether a panel was drawn. */
  function draw(now: number): boolean {
    const at = spanNow();
    tools.set(lens);
    if (!at) return false;
    const { status, times, span } = at;
    look ??= readLook(probe);
    const { series: rules } = options.rule();
    // Each keeps its colour, also while one before it has no value yet.
    lines = (page?.series ?? []).map((data, index, all) => lineOf(data, index, rules, all.length)).filter(({ data }) => data.points > 0);
    const drew = stack.draw({ lines, span, gaps: page?.gaps ?? [], selection: axis.facts.selection, nowUs: times.toUs, session: times, look });
    pull(status, span);
    // What is scrolled by hand is to be scrolled by keys.
    const scrolls = stack.overflows;
    setAttribute(stage, "tabindex", scrolls ? "0" : null);
    setAttribute(stage, "role", scrolls ? "group" : null);
    setAttribute(stage, "aria-label", scrolls ? t("tabs.chart") : null);
    drawCursor(span);
    drawTiles(status, times, now);
    said.set({ status, moves: times.moves, span, lens, tape: axis.facts.span !== null, lines: lines.length, page, auto: shownKeys().auto });
    setHidden(tiles.element, tiles.element.childElementCount === 0);
    setAttribute(element, "data-from-us", String(Math.round(span.fromUs)));
    setAttribute(element, "data-to-us", String(Math.round(span.toUs)));
    setAttribute(element, "data-panels", String(stack.panels));
    return drew;
  }

  function lineOf(told: SeriesData, index: number, rules: readonly SeriesRule[], of: number): Line {
    // Where nothing of it is on show there is no range either.
    const data = told.at_us.length === 0 ? { ...told, least: told.newest, most: told.newest } : told;
    const rule = ruleOf(rules, data.key, of === rules.length ? rules[index] : undefined);
    const samples = data.value.slice(-12);
    return { name: nameOf(data.key), index, data, rule, decimals: decimalsOf(data.least, data.most, [...samples, data.newest]) };
  }

  function drawTiles(status: Status, times: Times, now: number): void {
    const absent = page?.done && options.rule().series.length > 0 ? absentTiles(page) : [];
    tiles.set([...lineTiles(lines, times, cursorUs), ...absent, ...countTiles(options.actions(), status, times)]);
    if (now - tableAt < TABLE_MS && lines.length === tableLines) {
      // What came last is written too, where nothing draws any more.
      tableTimer ||= window.setTimeout(() => {
        tableTimer = 0;
        dirty();
      }, TABLE_MS);
      return;
    }
    tableAt = now;
    tableLines = lines.length;
    table.set(tableRows(lines, times));
  }

  function drawCursor(span: Span): void {
    const over = cursorUs ?? axis.facts.overStrip;
    const there = over !== null && over >= span.fromUs && over <= span.toUs;
    stack.cursor(there ? over : null, lines, span);
    if (!there || cursorUs === null) return;
    axis.tell({ overChart: cursorUs });
  }

  // Tools

  function openTile(name: string, tile: HTMLElement): void {
    const again = Popover.opener() === tile;
    Popover.closeAll();
    if (again || (!options.fixed && settings.openLine(name, tile))) return;
    const action = options.actions().find((each) => countName(each) === name);
    const pos = live.status()?.actions.find(({ id }) => id === action?.id)?.pos ?? null;
    if (pos !== null) options.toEvent(pos);
  }

  function point(name: string | null): void {
    stack.point(name);
    dirty();
  }

  function pause(on: boolean): void {
    const at = spanNow();
    if (!at) return;
    lens.pause(on, at.times, axis.facts.span);
    setText(ears, t(on ? "chart.paused.said" : "chart.goes-on"));
    turned();
  }

  function goLive(): void {
    lens.live();
    turned();
  }

  // The cursor

  function setCursor(us: number | null): void {
    if (us === cursorUs) return;
    cursorUs = us;
    if (us === null) {
      byKeys = false;
      axis.tell({ overChart: null });
    }
    dirty();
  }

  function usAt(x: number): number | null {
    const at = spanNow();
    if (!at || stack.width <= 0) return null;
    return at.span.fromUs + (Math.min(Math.max(0, x), stack.width) / stack.width) * length(at.span);
  }

  function zoom(factor: number, x?: number): void {
    const at = spanNow();
    if (!at) return;
    const cursor = cursorUs === null ? 1 : (cursorUs - at.span.fromUs) / length(at.span);
    lens.zoom(factor, Math.min(1, Math.max(0, x === undefined ? cursor : x / stack.width)), at.times, axis.facts.span);
    turned();
  }

  function grip(x: number, y: number): Grip | null {
    if (options.fixed) return null;
    const found = stack.limitAt(x, y, GRIP_PX);
    const line = lines.find(({ name }) => name === found?.name);
    if (!found || !line) return null;
    const over = line.rule.above === found.value;
    const put = (value: number): SeriesRule => ({ ...line.rule, [over ? "above" : "below"]: value });
    let value = found.value;
    return {
      move(to) {
        value = Number(found.valueAt(to).toFixed(line.decimals));
        stack.dragLimit({ name: line.name, over, value });
        dirty();
      },
      end() {
        stack.dragLimit(null);
        settings.change(put(value));
      },
      cancel() {
        stack.dragLimit(null);
        dirty();
      },
    };
  }

  // Listening

  const disposal = new Disposal();
  watchHand(
    stack.ground,
    {
      hover(x, y) {
        if (x === null) {
          if (!byKeys) setCursor(null);
          return;
        }
        byKeys = false;
        setAttribute(stack.ground, "data-over", !options.fixed && stack.limitAt(x, y, GRIP_PX) ? "limit" : null);
        setCursor(usAt(x));
      },
      grip,
      part: (part) => stack.part(part),
      chose(from, to) {
        const [fromUs, toUs] = [usAt(from), usAt(to)];
        const at = spanNow();
        if (fromUs === null || toUs === null || !at) return;
        lens.show({ fromUs, toUs }, at.times);
        turned();
      },
      pan(px) {
        const at = spanNow();
        if (!at) return;
        lens.pan((px / Math.max(1, stack.width)) * length(at.span), at.times, axis.facts.span);
        turned();
      },
      zoom,
      live: goLive,
      scrolls: () => stack.overflows,
    },
    disposal,
  );
  disposal.add(
    axis.onChange(() => {
      dirty();
    }),
  );
  disposal.add(
    live.onChange(() => {
      const next = live.status()?.session ?? null;
      if (next !== session) {
        session = kept.session = next;
        drawnAt = Number.NEGATIVE_INFINITY;
        page = null;
        lens.live();
        lens.windowS = options.rule().window_s;
        pulls.forget();
        stack.clear();
        setCursor(null);
        Popover.closeAll();
      }
      flow();
      if (!visible) return;
      // A tick comes with each frame, and says nothing that could be read at that rate.
      if (performance.now() - drawnAt >= TICK_MS) dirty();
      else tickTimer ||= window.setTimeout(ticked, TICK_MS);
    }),
  );
  const sizes = new ResizeObserver(dirty);
  sizes.observe(stage);
  disposal.add(() => sizes.disconnect());
  for (const query of ["(prefers-color-scheme: dark)", PATTERNED]) {
    const media = matchMedia(query);
    const again = (): void => {
      look = null;
      stack.clear();
      dirty();
    };
    media.addEventListener("change", again);
    disposal.add(() => media.removeEventListener("change", again));
  }
  const onVisibility = (): void => {
    flow();
    dirty();
  };
  document.addEventListener("visibilitychange", onVisibility);
  disposal.add(() => document.removeEventListener("visibilitychange", onVisibility));

  /** Between two ticks the present moves on all the same. */
  function flow(): void {
    const at = visible ? spanNow() : null;
    const flows = at !== null && at.times.moves && !lens.paused && !document.hidden;
    if (flows) stopBeat ??= onBeat(dirty);
    else {
      stopBeat?.();
      stopBeat = null;
    }
  }

  return {
    element,
    foot,
    newest: goLive,
    jump(pos) {
      void live.entry(pos, 0).then((found) => {
        const us = found?.row.at_us;
        const at = spanNow();
        if (us === undefined || !at || !visible) return;
        if (us < at.span.fromUs || us > at.span.toUs) {
          const half = length(at.span) / 2;
          lens.show({ fromUs: us - half, toUs: us + half }, at.times);
          turned();
        }
        byKeys = true;
        setCursor(us);
      });
    },
    range: () => undefined,
    show() {
      visible = true;
      tools.element.hidden = false;
      lens.windowS = options.rule().window_s;
      flow();
      dirty();
    },
    hide() {
      visible = false;
      drewAt = null;
      tools.element.hidden = true;
      clearTimeout(timer);
      tools.close();
      Popover.closeAll();
      setCursor(null);
      flow();
    },
    dispose() {
      disposal.end();
      clearTimeout(timer);
      clearTimeout(tableTimer);
      clearTimeout(tickTimer);
      stopBeat?.();
      Popover.closeAll();
      tools.close();
      stack.dispose();
      forget(drawable);
      tools.element.remove();
      element.remove();
    },
  };
}

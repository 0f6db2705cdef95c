// The panels one under another on one axis of time, the labels of it, and over them the cursor.

import { labelsOf } from "../../chrome/tape-labels";
import { length, type Span } from "../../chrome/tape-span";
import type { Break, SeriesData, SeriesRule } from "../../ipc/bindings";
import { el, setAttribute, setHidden, setText } from "../dom";
import { numberWords, withUnit, writtenDecimals } from "./figures";
import { aligned, nearest, type Values } from "./lines";
import { COLOURS, type Look } from "./look";
import { axisOf, grouped, heightsOf, type Axis, type Ranged } from "./panels";
import { Plot, type PlotFacts, type PlotLine } from "./plot";

/** Left of the lines, as wide as the bars above. */
export const SIDE_PX = 16;
const LEAST_PX = 104;
const LABELS_PX = 20;
const AXIS_MIN_PX = 44;
/** Points of all lines that are still drawn broad: some 8 ms on one processor. */
const DENSE = 6_000;
/** Room of the axis beside its words. */
const AXIS_AIR_PX = 16;
/** The axis gives room back in steps, so that one digit more or less does not move the picture. */
const AXIS_STEP_PX = 8;

export interface Line {
  readonly name: string;
  readonly index: number;
  readonly data: SeriesData;
  readonly rule: SeriesRule;
  readonly decimals: number;
}

export interface StackFacts {
  readonly lines: readonly Line[];
  readonly span: Span;
  readonly gaps: readonly Break[];
  readonly selection: Span | null;
  readonly nowUs: number;
  /** All of the session: its labels count from its beginning, as those of the tape do. */
  readonly session: Span;
  readonly look: Look;
}

interface Panel {
  readonly names: readonly string[];
  /** The lines and the colours that its plot was made for. */
  readonly of: string;
  readonly plot: Plot;
  axis: Axis;
}

export class Stack {
  readonly element = el("div", "chart-stack");
  /** Where a hand is watched: over the lines, not over the axis. */
  readonly ground = el("div", "chart-ground");
  readonly #panels = el("div", "chart-panels");
  readonly #labels = el("div", "chart-times", { "aria-hidden": "true" });
  readonly #over = el("div", "chart-over");
  readonly #hair = el("div", "chart-hair");
  readonly #wash = el("div", "chart-wash");
  readonly #dots: HTMLElement[] = [];
  #all: Panel[] = [];
  #groups: string[][] = [];
  #axisPx = AXIS_MIN_PX;
  /** What panels are still to be given, by what they were made for: one is drawn in a frame. */
  readonly #due = new Map<string, { readonly plot: Plot; readonly facts: PlotFacts; readonly data: [number[], ...Values[]] | null }>();
  #fresh = true;
  #strong: string | null = null;
  #drawn = "";
  #dragged: { name: string; over: boolean; value: number } | null = null;
  #measure: CanvasRenderingContext2D | null = null;

  constructor() {
    this.#over.append(this.#wash, this.#hair);
    this.#hair.hidden = this.#wash.hidden = true;
    this.element.append(this.#panels, this.#labels, this.#over, this.ground);
  }

  /** Pixels of the lines. */
  get width(): number {
    return Math.max(0, this.#room - SIDE_PX - this.#axisPx);
  }

  /** Where it stands is there also while it has nothing to show. */
  get #room(): number {
    return this.element.parentElement?.clientWidth ?? 0;
  }

  get panels(): number {
    return this.#all.length;
  }

  /** Whether more panels are there than fit. */
  get overflows(): boolean {
    const host = this.element.parentElement;
    return host !== null && this.element.offsetHeight > host.clientHeight + 1;
  }

  /** Other numbers are there. */
  newData(): void {
    this.#fresh = true;
  }

  /** A threshold as it is being dragged, before it is set. */
  dragLimit(limit: { name: string; over: boolean; value: number } | null): void {
    this.#dragged = limit;
  }

  /** The line whose tile is pointed at, which is drawn broader; none with null. */
  point(name: string | null): void {
    this.#strong = name;
  }

  /** Answers whether a panel was drawn, and so whether the next frame may have another to draw. */
  draw(facts: StackFacts): boolean {
    this.#take(facts);
    const [next] = this.#due;
    if (!next) return false;
    const [of, { plot, facts: given, data }] = next;
    this.#due.delete(of);
    plot.set(given, data);
    return true;
  }

  /** Looks at what differs, and notes what is to be drawn. */
  #take(facts: StackFacts): void {
    const { lines, span, look } = facts;
    setHidden(this.element, lines.length === 0);
    const room = (this.element.parentElement?.clientHeight ?? 0) - LABELS_PX;
    const width = this.#room - SIDE_PX;
    if (lines.length === 0 || room <= 0 || width <= AXIS_MIN_PX) return;
    const ranged = lines.map((line) => this.#ranged(line));
    const byName = new Map(lines.map((line) => [line.name, line]));
    const rangedByName = new Map(ranged.map((each) => [each.name, each]));
    this.#groups = grouped(ranged, this.#groups);
    const heights = heightsOf(this.#groups, room, LEAST_PX);
    const axes = this.#groups.map((names, at) => axisOf(names.flatMap((name) => rangedByName.get(name) ?? []), heights[at] ?? LEAST_PX));
    const members = this.#groups.map((names) => names.flatMap((name) => byName.get(name) ?? []));
    const axisBefore = this.#axisPx;
    this.#fitAxis(members, axes, look);

    // Nothing moved by a pixel: what is on the canvases is right.
    const perPixel = length(span) / Math.max(1, this.width * (window.devicePixelRatio || 1));
    const drawn = JSON.stringify([
      Math.round(span.fromUs / perPixel),
      Math.round(length(span)),
      width,
      heights,
      axes,
      this.#axisPx,
      facts.selection,
      facts.gaps.length,
      facts.gaps.some(({ to_us }) => to_us === null) && Math.round(facts.nowUs / perPixel),
      lines.map(({ name, index, rule }) => [name, index, rule.unit, this.#limits(name, rule)]),
      this.#strong,
    ]);
    if (!this.#fresh && drawn === this.#drawn) return;
    const fresh = this.#fresh || axisBefore !== this.#axisPx;
    this.#fresh = false;
    this.#drawn = drawn;

    const next: Panel[] = [];
    for (const [at, names] of this.#groups.entries()) {
      const inside = members[at] ?? [];
      const axis = axes[at] ?? { min: 0, max: 1, ticks: [] };
      const of = JSON.stringify(inside.map(({ name, index }) => [name, index]));
      const plotFacts = this.#plotFacts(facts, inside, axis);
      const height = heights[at] ?? LEAST_PX;
      const there = this.#all.find((panel) => panel.of === of);
      const data = fresh || !there ? aligned(inside.map((line) => line.data), facts.gaps) : null;
      if (there) {
        there.plot.fit(width, height, this.#axisPx);
        // Numbers that were not drawn yet are still news to it.
        this.#due.set(of, { plot: there.plot, facts: plotFacts, data: data ?? this.#due.get(of)?.data ?? null });
        there.axis = axis;
        next.push(there);
      } else {
        const plot = new Plot(plotFacts, data ?? ([[]] as [number[], ...Values[]]), look, width, height, this.#axisPx);
        next.push({ names, of, plot, axis });
      }
    }
    for (const panel of this.#all) {
      if (next.includes(panel)) continue;
      panel.plot.dispose();
      this.#due.delete(panel.of);
    }
    this.#all = next;
    next.forEach(({ plot }, at) => {
      const there = this.#panels.children[at];
      if (there !== plot.element) this.#panels.insertBefore(plot.element, there ?? null);
    });
    this.ground.style.width = this.#over.style.width = `${this.width}px`;
    this.#drawLabels(span, facts.session);
  }

  /** The cursor at a time, and a dot on each line; none with null. */
  cursor(us: number | null, lines: readonly Line[], span: Span): void {
    setHidden(this.#hair, us === null);
    let used = 0;
    if (us !== null) {
      const toX = (at: number): number => ((at - span.fromUs) / length(span)) * this.width;
      this.#hair.style.transform = `translateX(${Math.round(toX(us))}px)`;
      let top = 0;
      for (const { names, plot, axis } of this.#all) {
        for (const name of names) {
          const line = lines.find((each) => each.name === name);
          if (!line) continue;
          const at = nearest(line.data.at_us, us);
          const [value, when] = [line.data.value[at], line.data.at_us[at]];
          if (value === undefined || when === undefined || when < span.fromUs || when > span.toUs || value < axis.min || value > axis.max) continue;
          const dot = (this.#dots[used] ??= this.#over.appendChild(el("i", "chart-dot")));
          used += 1;
          setHidden(dot, false);
          setAttribute(dot, "data-series", String((line.index % COLOURS) + 1));
          dot.style.transform = `translate(${toX(when)}px, ${top + plot.y(value)}px)`;
        }
        top += plot.height;
      }
    }
    for (const dot of this.#dots.slice(used)) setHidden(dot, true);
  }

  /** The part that is being dragged. */
  part(part: { from: number; to: number } | null): void {
    setHidden(this.#wash, part === null);
    if (!part) return;
    const from = Math.max(0, part.from);
    this.#wash.style.transform = `translateX(${from}px)`;
    this.#wash.style.width = `${Math.max(0, Math.min(part.to, this.width) - from)}px`;
  }

  /** The threshold there, pixels of the ground. */
  limitAt(_x: number, y: number, within: number): { name: string; value: number; valueAt(y: number): number } | null {
    let top = 0;
    for (const { plot } of this.#all) {
      const high = plot.height;
      if (y >= top && y < top + high) {
        const found = plot.limitAt(y - top, within);
        const start = top;
        return found && { name: found.line.name, value: found.value, valueAt: (to) => plot.valueAt(to - start) };
      }
      top += high;
    }
    return null;
  }

  clear(): void {
    for (const { plot } of this.#all) plot.dispose();
    this.#all = [];
    this.#due.clear();
    this.#groups = [];
    this.#fresh = true;
    this.#drawn = "";
    this.#axisPx = AXIS_MIN_PX;
  }

  dispose(): void {
    this.clear();
    this.element.remove();
  }

  #ranged({ name, rule, data, decimals }: Line): Ranged {
    return { name, unit: rule.unit, least: data.least, most: data.most, limits: this.#limits(name, rule), decimals };
  }

  #limits(name: string, { above, below }: SeriesRule): number[] {
    const dragged = this.#dragged?.name === name ? this.#dragged : null;
    const [over, under] = [dragged?.over === true ? dragged.value : above, dragged?.over === false ? dragged.value : below];
    return [over, under].filter((each): each is number => each !== null);
  }

  #plotFacts(facts: StackFacts, lines: readonly Line[], axis: Axis): PlotFacts {
    return {
      span: facts.span,
      axis,
      gaps: facts.gaps,
      dense: facts.lines.reduce((all, { data }) => all + data.at_us.length, 0) > DENSE,
      selection: facts.selection,
      nowUs: facts.nowUs,
      lines: lines.map(({ name, index, rule }): PlotLine => ({ name, index, limits: this.#limits(name, rule), strong: name === this.#strong })),
      words: (value, last) => this.#words(value, last ? (lines[0]?.rule.unit ?? "") : "", axis),
    };
  }

  #words(value: number, unit: string, { ticks }: Axis): string {
    return withUnit(numberWords(value, Math.max(0, ...ticks.map(writtenDecimals), Math.min(4, writtenDecimals(value)))), unit);
  }

  /** All panels have axes of one width, or their times would not stand over each other. */
  #fitAxis(members: readonly (readonly Line[])[], axes: readonly Axis[], { font }: Look): void {
    this.#measure ??= document.createElement("canvas").getContext("2d");
    const context = this.#measure;
    if (!context) return;
    context.font = font;
    const wide = axes.flatMap((axis, at) => {
      const unit = members[at]?.[0]?.rule.unit ?? "";
      const limits = (members[at] ?? []).flatMap(({ name, rule }) => this.#limits(name, rule));
      return [
        ...axis.ticks.map((tick, n) => this.#words(tick, n === axis.ticks.length - 1 ? unit : "", axis)),
        ...limits.map((limit) => this.#words(limit, "", axis)),
      ].map((words) => context.measureText(words).width);
    });
    const needed = Math.max(AXIS_MIN_PX, Math.ceil((Math.max(0, ...wide) + AXIS_AIR_PX) / AXIS_STEP_PX) * AXIS_STEP_PX);
    if (needed > this.#axisPx || needed < this.#axisPx - 2 * AXIS_STEP_PX) this.#axisPx = needed;
  }

  #drawLabels(span: Span, session: Span): void {
    const { width } = this;
    const labels = labelsOf(span, session, width, width - 30);
    while (this.#labels.childElementCount > labels.length) this.#labels.lastElementChild?.remove();
    labels.forEach(({ x, text }, at) => {
      const label = (this.#labels.children[at] as HTMLElement | undefined) ?? this.#labels.appendChild(el("span"));
      setText(label, text);
      label.style.transform = `translateX(${Math.round(x)}px)`;
    });
  }
}

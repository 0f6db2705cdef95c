// One panel: lines that share an axis, drawn by uPlot. Its instance lives as long as the panel has these lines in these
// colours; new numbers are given to it and nothing is made anew.

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Span } from "../../chrome/tape-span";
import type { Break } from "../../ipc/bindings";
import { el } from "../dom";
import type { Values } from "./lines";
import { COLOURS, colourOf, DASHES, type Look } from "./look";
import type { Axis } from "./panels";

const TOP_PX = 10;
const BOTTOM_PX = 12;
const LINE_PX = 1.5;
const STRONG_PX = 3;
/** Marks of the axis nearer than this to a threshold give way to it. */
const NEAR_PX = 13;

export interface PlotLine {
  readonly name: string;
  /** Which of all lines: its colour. */
  readonly index: number;
  readonly limits: readonly number[];
  /** Its tile is pointed at, or has the focus: the line is told by more than its colour. */
  readonly strong: boolean;
}

export interface PlotFacts {
  readonly span: Span;
  readonly axis: Axis;
  readonly lines: readonly PlotLine[];
  readonly gaps: readonly Break[];
  /** So many points that broad or dashed lines would take longer than a frame. */
  readonly dense: boolean;
  readonly selection: Span | null;
  /** Where a break that lasts is drawn up to. */
  readonly nowUs: number;
  /** A mark of the axis in words; the greatest carries the unit. */
  words(value: number, last: boolean): string;
}

export class Plot {
  readonly element = el("div", "chart-plot");
  readonly #look: Look;
  readonly #plot: uPlot;
  #facts: PlotFacts;
  #axisPx: number;

  constructor(facts: PlotFacts, data: [number[], ...Values[]], look: Look, width: number, height: number, axisPx: number) {
    this.#look = look;
    this.#facts = facts;
    this.#axisPx = axisPx;
    this.#plot = new uPlot(this.#options(width, height), data as uPlot.AlignedData, this.element);
  }

  dispose(): void {
    this.#plot.destroy();
    this.element.remove();
  }

  /** Other numbers, or another part of the time. */
  set(facts: PlotFacts, data: [number[], ...Values[]] | null): void {
    const plot = this.#plot;
    const weighed = facts.dense === this.#facts.dense && facts.lines.every(({ strong }, at) => strong === this.#facts.lines[at]?.strong);
    this.#facts = facts;
    if (!weighed) this.#weigh();
    plot.batch(() => {
      if (data) plot.setData(data as uPlot.AlignedData, false);
      plot.setScale("x", { min: facts.span.fromUs / 1000, max: facts.span.toUs / 1000 });
      plot.setScale("y", { min: facts.axis.min, max: facts.axis.max });
    });
    // Scales that are as they were do not draw new points by themselves, nor other gaps and thresholds.
    plot.redraw(data !== null, true);
  }

  fit(width: number, height: number, axisPx: number): void {
    if (width === this.#plot.width && height === this.#plot.height && axisPx === this.#axisPx) return;
    this.#axisPx = axisPx;
    this.#plot.setSize({ width, height });
  }

  get height(): number {
    return this.#plot.height;
  }

  /** Where a value stands, CSS pixels from the top of the panel. */
  y(value: number): number {
    return this.#plot.valToPos(value, "y") + TOP_PX;
  }

  /** The value that stands there. */
  valueAt(y: number): number {
    return this.#plot.posToVal(y - TOP_PX, "y");
  }

  /** The threshold there, if one is that near. */
  limitAt(y: number, within: number): { line: PlotLine; value: number } | null {
    let best: { line: PlotLine; value: number } | null = null;
    let least = within;
    for (const line of this.#facts.lines) {
      for (const value of line.limits) {
        const far = Math.abs(this.y(value) - y);
        if (far <= least) [best, least] = [{ line, value }, far];
      }
    }
    return best;
  }

  #options(width: number, height: number): uPlot.Options {
    const look = this.#look;
    return {
      width,
      height,
      ms: 1,
      padding: [TOP_PX, 0, BOTTOM_PX, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [this.#facts.span.fromUs / 1000, this.#facts.span.toUs / 1000] },
        y: { range: () => [this.#facts.axis.min, this.#facts.axis.max] },
      },
      axes: [
        { show: false },
        {
          side: 1,
          size: () => this.#axisPx,
          splits: () => [...this.#facts.axis.ticks],
          values: (_, splits) => this.#marks(splits),
          stroke: look.label,
          font: look.font,
          gap: 7,
          ticks: { show: false },
          grid: { stroke: look.hairline, width: 1 },
        },
      ],
      series: [
        {},
        ...this.#facts.lines.map(
          ({ index, strong }): uPlot.Series => ({
            stroke: colourOf(look, index),
            width: widthOf(this.#facts.dense, strong),
            spanGaps: false,
            points: { size: 4, width: 0, fill: colourOf(look, index) },
            dash: dashOf(look, index, this.#facts.dense),
          }),
        ),
      ],
      hooks: { drawClear: [(plot) => this.#drawUnder(plot)], draw: [(plot) => this.#drawLimits(plot)] },
    };
  }

  #weigh(): void {
    const { dense, lines } = this.#facts;
    lines.forEach(({ index, strong }, at) => {
      const line = this.#plot.series[at + 1];
      if (!line) return;
      line.width = widthOf(dense, strong);
      line.dash = dashOf(this.#look, index, dense);
    });
  }

  #marks(splits: readonly number[]): string[] {
    const { lines, words } = this.#facts;
    const limits = lines.flatMap((line) => line.limits).map((limit) => this.y(limit));
    return splits.map((split, at) => {
      const y = this.y(split);
      return limits.some((limit) => Math.abs(limit - y) < NEAR_PX) ? "" : words(split, at === splits.length - 1);
    });
  }

  /** Breaks of the line, and what is selected on the tape. */
  #drawUnder(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { gaps, selection, span, nowUs } = this.#facts;
    ctx.save();
    const band = (fromUs: number, toUs: number, colour: string): void => {
      if (toUs <= span.fromUs || fromUs >= span.toUs) return;
      const from = Math.max(plot.valToPos(fromUs / 1000, "x", true), bbox.left);
      const to = Math.min(plot.valToPos(toUs / 1000, "x", true), bbox.left + bbox.width);
      ctx.fillStyle = colour;
      ctx.fillRect(Math.round(from), bbox.top, Math.max(1, Math.round(to - from)), bbox.height);
    };
    for (const gap of gaps) band(gap.from_us, gap.to_us ?? nowUs, this.#look.gap);
    if (selection) band(selection.fromUs, selection.toUs, this.#look.selection);
    ctx.restore();
  }

  #drawLimits(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const scale = bbox.width / Math.max(1, plot.width - this.#axisPx);
    ctx.save();
    ctx.font = this.#look.font.replace("11px", `${11 * scale}px`);
    ctx.textBaseline = "middle";
    ctx.lineWidth = scale;
    for (const { index, limits } of this.#facts.lines) {
      ctx.strokeStyle = colourOf(this.#look, index);
      ctx.fillStyle = this.#look.words[index % COLOURS] ?? this.#look.label;
      for (const limit of limits) {
        const { min, max } = this.#facts.axis;
        if (limit < min || limit > max) continue;
        const y = Math.round(plot.valToPos(limit, "y", true)) + 0.5;
        ctx.setLineDash([4 * scale, 3 * scale]);
        ctx.beginPath();
        ctx.moveTo(bbox.left, y);
        ctx.lineTo(bbox.left + bbox.width, y);
        ctx.stroke();
        ctx.setLineDash([]);
        ctx.fillText(this.#facts.words(limit, false), bbox.left + bbox.width + 7 * scale, y);
      }
    }
    ctx.restore();
  }
}

/** Lines of one device pixel are drawn many times as fast as broader ones where nothing but the processor draws. */
function widthOf(dense: boolean, strong: boolean): number {
  if (strong) return STRONG_PX;
  return dense ? 1 / uPlot.pxRatio : LINE_PX;
}

function dashOf({ patterned }: Look, index: number, dense: boolean): number[] {
  if (dense) return [];
  return patterned ? [...(DASHES[index % COLOURS] ?? [])] : index >= COLOURS ? [6, 3] : [];
}

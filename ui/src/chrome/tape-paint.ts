// Draws the tape on its canvas. By colour, not by place: a change of style costs more than a bar.

import type { Label } from "./tape-labels";
import { GAP_PX, type Layout } from "./tape-layout";

/** Left and right of the tape, as wide as the bars above it. */
export const SIDE_PX = 16;
export const TOP_PX = 10;
export const TAPE_PX = 28;
const BASE = TOP_PX + TAPE_PX;
const LABEL_Y = BASE + 11;
const NOTCH_PX = 2;
/** What a replay has not come to yet. */
const AHEAD = 0.34;

export const COLOURS = ["--ink", "--ink-2", "--ink-3-text", "--accent", "--accent-text", "--waiting", "--track", "--desk"] as const;
export type Colours = Readonly<Record<(typeof COLOURS)[number], string>>;

/** What is drawn beside the layout, in pixels of the strip. */
export interface Over {
  readonly selection: { readonly from: number; readonly to: number } | null;
  /** Words under the selection. */
  readonly caption: string;
  /** Where the pointer is, or the keyboard's cursor. */
  readonly hair: number | null;
  /** The part on show as shares of the whole; null when all is. */
  readonly thumb: { readonly from: number; readonly to: number } | null;
  readonly live: boolean;
  readonly scrubbing: boolean;
}

export interface Sheet {
  readonly context: CanvasRenderingContext2D;
  readonly scale: number;
  readonly colours: Colours;
  readonly font: string;
}

export function paint(sheet: Sheet, layout: Layout, over: Over): void {
  const { context, scale, colours } = sheet;
  const snap = (x: number): number => Math.round(x * scale) / scale;
  // Nothing of a tape that goes on beyond the edge stands in the margin, save half a notch.
  context.save();
  context.beginPath();
  context.rect(-NOTCH_PX, 0, layout.width + 2 * NOTCH_PX, BASE + 1);
  context.clip();
  if (over.selection) paintSelection(sheet, over.selection, snap);
  for (const gap of layout.gaps) {
    if (gap.to - gap.from >= GAP_PX) paintGap(context, snap(gap.from), snap(gap.to), colours["--waiting"]);
  }
  paintNotches(sheet, layout, snap);
  for (const gap of layout.gaps) {
    if (gap.to - gap.from < GAP_PX) paintBreak(context, snap((gap.from + gap.to) / 2), colours["--waiting"]);
  }
  paintNow(sheet, layout, over, snap);
  context.restore();

  paintFlags(sheet, layout, snap);
  if (over.thumb) paintThumb(sheet, layout.width, over.thumb);
  if (over.selection) paintHandles(sheet, over.selection, layout.width, snap);
  if (over.hair !== null) {
    context.fillStyle = colours["--ink"];
    context.globalAlpha = 0.45;
    context.fillRect(snap(over.hair), TOP_PX - 4, 1 / Math.min(1, scale), TAPE_PX + 4);
    context.globalAlpha = 1;
  }
  if (layout.playhead !== null) paintPlayhead(sheet, layout.playhead, layout.width, over.scrubbing, snap);
  paintLabels(sheet, layout, over);
}

function paintNotches({ context, colours }: Sheet, layout: Layout, snap: (x: number) => number): void {
  const past = layout.playhead ?? Number.POSITIVE_INFINITY;
  for (const ahead of past < layout.width ? [true, false] : [false]) {
    for (const named of [false, true]) {
      context.fillStyle = colours[named ? "--accent" : "--ink-2"];
      context.globalAlpha = (named ? 0.8 : 0.68) * (ahead ? AHEAD : 1);
      context.beginPath();
      for (const notch of layout.notches) {
        if (notch.named !== named || notch.x > past !== ahead) continue;
        const top = snap(BASE - notch.height);
        context.rect(snap(notch.x - NOTCH_PX / 2), top, NOTCH_PX, BASE - top);
      }
      context.fill();
    }
  }
  context.globalAlpha = 1;
}

function paintNow({ context, colours }: Sheet, layout: Layout, { live }: Over, snap: (x: number) => number): void {
  if (layout.playhead !== null || layout.now > layout.width + 1) return;
  context.fillStyle = colours[live ? "--accent" : "--ink-3-text"];
  context.fillRect(snap(Math.min(layout.now, layout.width - NOTCH_PX)), TOP_PX, NOTCH_PX, TAPE_PX);
}

function paintGap(context: CanvasRenderingContext2D, from: number, to: number, colour: string): void {
  context.fillStyle = colour;
  context.globalAlpha = 0.15;
  context.fillRect(from, TOP_PX, to - from, TAPE_PX);
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash([3, 2]);
  context.beginPath();
  for (const x of [from + 0.5, to - 0.5]) {
    context.moveTo(x, TOP_PX);
    context.lineTo(x, BASE);
  }
  context.stroke();
  context.setLineDash([]);
}

/** A break too short for its length: a cut through the notches, with a tip that stands out of any crowd. */
function paintBreak(context: CanvasRenderingContext2D, x: number, colour: string): void {
  context.fillStyle = colour;
  context.globalAlpha = 0.8;
  context.beginPath();
  context.rect(x - 0.5, TOP_PX - 1, 1, TAPE_PX + 1);
  context.moveTo(x - 2.5, TOP_PX - 4);
  context.lineTo(x + 2.5, TOP_PX - 4);
  context.lineTo(x, TOP_PX);
  context.fill();
  context.globalAlpha = 1;
}

function paintFlags({ context, colours }: Sheet, layout: Layout, snap: (x: number) => number): void {
  if (layout.flags.length === 0) return;
  context.fillStyle = colours["--accent"];
  context.beginPath();
  for (const flag of layout.flags) {
    const x = snap(Math.min(Math.max(0, flag.x), layout.width - 1));
    context.rect(x - 0.5, 1.5, 1, TOP_PX - 1.5);
    // A pennant; where several are drawn as one, it is cut into two tails.
    context.moveTo(x + 0.5, 1.5);
    context.lineTo(x + 7, 1.5);
    context.lineTo(flag.count > 1 ? x + 5 : x + 7, 4);
    context.lineTo(x + 7, 6.5);
    context.lineTo(x + 0.5, 6.5);
  }
  context.fill();
}

function paintThumb({ context, colours }: Sheet, width: number, thumb: NonNullable<Over["thumb"]>): void {
  context.fillStyle = colours["--track"];
  context.fillRect(0, BASE + 17, width, 1);
  context.fillStyle = colours["--ink-3-text"];
  const long = Math.max(10, (thumb.to - thumb.from) * width);
  context.fillRect(Math.min(thumb.from * width, width - long), BASE + 16, long, 2);
}

function paintSelection({ context, colours }: Sheet, at: NonNullable<Over["selection"]>, snap: (x: number) => number): void {
  context.fillStyle = colours["--accent"];
  context.globalAlpha = 0.14;
  context.fillRect(snap(at.from), TOP_PX - 4, Math.max(1, snap(at.to) - snap(at.from)), TAPE_PX + 4);
  context.globalAlpha = 1;
}

function paintHandles({ context, colours }: Sheet, at: NonNullable<Over["selection"]>, width: number, snap: (x: number) => number): void {
  context.fillStyle = colours["--accent"];
  context.beginPath();
  for (const [x, out] of [[at.from, -1], [at.to, 0]] as const) {
    if (x < -1 || x > width + 1) continue;
    context.rect(snap(x) + out, TOP_PX - 4, 1, TAPE_PX + 4);
    context.roundRect(snap(x) + out - 1, TOP_PX + TAPE_PX / 2 - 8, 3, 12, 1.5);
  }
  context.fill();
}

function paintPlayhead({ context, colours }: Sheet, at: number, width: number, held: boolean, snap: (x: number) => number): void {
  if (at < -1 || at > width + 1) return;
  const x = snap(Math.min(Math.max(1, at), width - 1));
  context.fillStyle = colours["--accent"];
  context.beginPath();
  context.rect(x - 1, TOP_PX - 3, 2, TAPE_PX + 3);
  // The grip: a tab that a hand would take.
  const half = held ? 5.5 : 4.5;
  context.roundRect(x - half, 1.5, 2 * half, 8, [2.5, 2.5, 4, 4]);
  context.fill();
  context.fillStyle = colours["--desk"];
  context.fillRect(x - 0.5, 3.5, 1, 4);
}

function paintLabels({ context, colours, font }: Sheet, layout: Layout, { selection, caption }: Over): void {
  context.font = font;
  context.textBaseline = "alphabetic";
  let taken: { from: number; to: number } | null = null;
  if (selection && caption) {
    const wide = context.measureText(caption).width;
    const from = Math.min(Math.max(0, (selection.from + selection.to - wide) / 2), layout.width - wide);
    if (selection.to >= 0 && selection.from <= layout.width) {
      context.fillStyle = colours["--accent-text"];
      context.fillText(caption, from, LABEL_Y);
      taken = { from: from - 10, to: from + wide + 10 };
    }
  }
  context.fillStyle = colours["--ink-3-text"];
  const write = (label: Label, end: boolean): void => {
    const wide = context.measureText(label.text).width;
    const from = Math.min(Math.max(0, end ? label.x - wide : label.x), layout.width - wide);
    if (taken && from < taken.to && from + wide > taken.from) return;
    context.fillText(label.text, from, LABEL_Y);
  };
  for (const label of layout.labels) write(label, false);
  if (layout.edge) write(layout.edge, true);
}

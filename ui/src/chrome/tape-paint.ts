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
  /** Whether there is room for words under the notches. */
  readonly labelled: boolean;
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
  paintGaps(sheet, layout, snap);
  paintNotches(sheet, layout, snap);
  paintBreaks(sheet, layout, snap);
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
  if (over.labelled) paintLabels(sheet, layout, over);
}

function paintNotches({ context, colours }: Sheet, layout: Layout, snap: (x: number) => number): void {
  const past = pastOf(layout);
  for (const ahead of partsOf(layout)) {
    for (const named of [false, true]) {
      context.fillStyle = colours[named ? "--accent" : "--ink-2"];
      context.globalAlpha = (named ? 0.8 : 0.68) * (ahead ? AHEAD : 1);
      // Bars one by one: as one path of thousands of edges they take several times as long.
      for (const notch of layout.notches) {
        if (notch.named !== named || notch.x > past !== ahead) continue;
        const top = snap(BASE - notch.height);
        context.fillRect(snap(notch.x - NOTCH_PX / 2), top, NOTCH_PX, BASE - top);
      }
    }
  }
  context.globalAlpha = 1;
}

function paintNow({ context, colours }: Sheet, layout: Layout, { live }: Over, snap: (x: number) => number): void {
  if (layout.playhead !== null || layout.now > layout.width + 1) return;
  context.fillStyle = colours[live ? "--accent" : "--ink-3-text"];
  context.fillRect(snap(Math.min(layout.now, layout.width - NOTCH_PX)), TOP_PX, NOTCH_PX, TAPE_PX);
}

/** Up to where a replay has come. */
function pastOf(layout: Layout): number {
  return layout.playhead ?? Number.POSITIVE_INFINITY;
}

/** What a replay has not come to is drawn apart, and first. */
function partsOf(layout: Layout): readonly boolean[] {
  return pastOf(layout) < layout.width ? [true, false] : [false];
}

function paintGaps({ context, scale, colours }: Sheet, layout: Layout, snap: (x: number) => number): void {
  context.fillStyle = colours["--waiting"];
  for (const ahead of partsOf(layout)) {
    for (const gap of layout.gaps) {
      if (gap.to - gap.from < GAP_PX || gap.from > pastOf(layout) !== ahead) continue;
      const [from, to] = [snap(gap.from), snap(gap.to)];
      context.globalAlpha = ahead ? 0.15 * AHEAD : 0.15;
      context.fillRect(from, TOP_PX, to - from, TAPE_PX);
      context.globalAlpha = ahead ? AHEAD : 1;
      // Dashes as bars: a dashed line is a path, and slow.
      for (const x of [from, to - 1]) {
        for (let y = TOP_PX; y < BASE; y += 5) context.fillRect(x, y, Math.max(1, 1 / scale), Math.min(3, BASE - y));
      }
    }
  }
  context.globalAlpha = 1;
}

/** Breaks too short for their length: a cut through the notches, with a tip that stands out of any crowd. */
function paintBreaks({ context, colours }: Sheet, layout: Layout, snap: (x: number) => number): void {
  context.fillStyle = colours["--waiting"];
  for (const ahead of partsOf(layout)) {
    context.globalAlpha = 0.8 * (ahead ? AHEAD + 0.1 : 1);
    for (const gap of layout.gaps) {
      if (gap.to - gap.from >= GAP_PX || gap.from > pastOf(layout) !== ahead) continue;
      const x = snap((gap.from + gap.to) / 2) - 0.5;
      context.fillRect(x, TOP_PX - 1, 1, TAPE_PX + 1);
      context.fillRect(x - 1, TOP_PX - 2, 3, 1);
      context.fillRect(x - 2, TOP_PX - 4, 5, 2);
    }
  }
  context.globalAlpha = 1;
}

function paintFlags({ context, colours }: Sheet, layout: Layout, snap: (x: number) => number): void {
  context.fillStyle = colours["--accent"];
  for (const flag of layout.flags) {
    const x = snap(Math.min(Math.max(0, flag.x), layout.width - 1));
    context.fillRect(x, 2, 1, TOP_PX - 2);
    // One that stands for several is cut into two tails.
    context.fillRect(x + 1, 2, flag.count > 1 ? 3 : 5, 5);
    if (flag.count > 1) {
      context.fillRect(x + 4, 2, 2, 2);
      context.fillRect(x + 4, 5, 2, 2);
    }
  }
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

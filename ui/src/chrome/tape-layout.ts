// Where everything on the tape strip stands, in CSS pixels. It draws nothing and reads no clock.

import { t } from "../i18n";
import type { Bookmark, Break, Strip } from "../ipc/bindings";
import { labelsOf, type Label } from "./tape-labels";
import { length, type Span } from "./tape-span";

/** A live tape fills up to this length before it begins to shrink. */
const FILLS_US = 10_000_000;
/** A tape without any length must not divide by it. */
const SOME_US = 1_000;
/** Notches nearer than this are drawn as one. */
const PITCH_PX = 3;
const NOTCH_MIN_PX = 10;
const NOTCH_MAX_PX = 26;
/** The notch of a session whose events are all of one size. */
const NOTCH_EVEN_PX = 14;
/** The share of the sizes, at either end, that the scale does not reach out for. */
const OUTLIERS = 0.05;
/** Sizes this many times apart use the whole height; nearer ones less of it, or noise would look like news. */
const SPREAD = 2;
/** Room for "now" at the end. */
const NOW_PX = 60;
/** Breaks narrower than this are drawn as a mark, and those that stand nearer as one. */
export const GAP_PX = 5;
/** Flags nearer than this are drawn as one. */
const FLAG_PX = 7;

/** What was pulled: the strip's picture of a part, or of all. */
export interface Picture extends Span {
  readonly strip: Strip;
}

export interface Scene {
  /** Best first; what one does not cover is taken from the next. */
  readonly pictures: readonly Picture[];
  readonly session: Span;
  /** The part on show. */
  readonly span: Span;
  /** The present, or the end. */
  readonly endUs: number;
  readonly ended: boolean;
  /** Where a replay stands. */
  readonly playheadUs: number | null;
  readonly width: number;
  /** Room to leave free of labels at the right, for what stands there. */
  readonly reserved: number;
}

export interface Notch {
  readonly x: number;
  readonly height: number;
  readonly named: boolean;
  /** Entry that a click goes to. */
  readonly pos: number;
  readonly count: number;
  /** Bytes of the largest. */
  readonly size: number;
  /** Time at which it begins. */
  readonly atUs: number;
}

export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly gap: Break;
}

export interface Flag {
  readonly x: number;
  /** The first of those that are drawn as one. */
  readonly bookmark: Bookmark;
  readonly count: number;
}

export interface Layout {
  readonly span: Span;
  readonly width: number;
  readonly notches: readonly Notch[];
  readonly gaps: readonly Gap[];
  readonly flags: readonly Flag[];
  readonly labels: readonly Label[];
  /** The word at the present or the end; its x is where it ends. */
  readonly edge: Label | null;
  /** Where the present or the end stands; beyond the width where it is not on show. */
  readonly now: number;
  readonly playhead: number | null;
}

/** The session's length as the strip draws it: a live one has room to fill. */
export function wholeOf(startUs: number, endUs: number, replay: boolean): Span {
  const end = Math.max(endUs, startUs);
  return { fromUs: startUs, toUs: Math.max(end, startUs + (replay ? SOME_US : FILLS_US)) };
}

export function toX(on: { readonly span: Span; readonly width: number }, us: number): number {
  return ((us - on.span.fromUs) / length(on.span)) * on.width;
}

export function toUs(on: { readonly span: Span; readonly width: number }, x: number): number {
  return on.span.fromUs + (x / on.width) * length(on.span);
}

export function layOut(scene: Scene): Layout {
  const { span, width, endUs } = scene;
  const now = toX(scene, endUs);
  const onShow = now <= width + 1;
  const playhead = scene.playheadUs === null ? null : toX(scene, scene.playheadUs);
  const edge = onShow && scene.reserved === 0 ? { x: now, text: t(scene.ended ? "tape.end" : "tape.now") } : null;
  const until = Math.min(edge ? now - NOW_PX : width - 8, width - scene.reserved - NOW_PX / 2);
  return {
    span,
    width,
    notches: notches(scene),
    gaps: gaps(scene),
    flags: flags(scene),
    labels: labelsOf(span, { fromUs: scene.session.fromUs, toUs: scene.session.toUs }, width, until),
    edge,
    now,
    playhead,
  };
}

/** The notch nearest to `x` within `reach` pixels. */
export function notchAt(layout: Layout, x: number, reach = 6): Notch | null {
  const { notches } = layout;
  let low = 0;
  for (let high = notches.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((notches[middle]?.x ?? 0) < x) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [notches[low - 1], notches[low]];
  const best = !before || (after && after.x - x < x - before.x) ? after : before;
  return best && Math.abs(best.x - x) <= reach ? best : null;
}

export function gapAt(layout: Layout, x: number): Gap | null {
  return layout.gaps.find((gap) => x >= gap.from - 2 && x <= Math.max(gap.to, gap.from) + 2) ?? null;
}

export function flagAt(layout: Layout, x: number): Flag | null {
  return layout.flags.find((flag) => x >= flag.x - 3 && x <= flag.x + FLAG_PX) ?? null;
}

/** Each bin on show once: of the best picture that covers its time. */
function* binsOnShow(pictures: readonly Picture[], span: Span): Generator<{ atUs: number; strip: Strip; at: number }> {
  for (const { picture, from, to } of visibleParts(pictures, span)) {
    const { strip } = picture;
    // A bin that begins left of the edge reaches over it.
    const first = Math.floor((from - strip.start_us) / strip.bin_us);
    for (let at = firstBin(strip, first); at < strip.bins.length; at += 1) {
      const atUs = strip.start_us + (strip.bins[at]?.at ?? 0) * strip.bin_us;
      if (atUs >= to) break;
      // Where two pictures meet, the better one has shown what is in it already.
      if (atUs >= from || from === span.fromUs) yield { atUs, strip, at };
    }
  }
}

/** Which picture shows which part of the span, from left to right. With two pictures there are at most three. */
function visibleParts(pictures: readonly Picture[], span: Span): { picture: Picture; from: number; to: number }[] {
  const [best, ...rest] = pictures;
  // A bin at the very end belongs to it.
  const after = span.toUs + 1;
  if (!best) return [];
  if (rest.length === 0) return [{ picture: best, from: span.fromUs, to: after }];
  const from = Math.max(span.fromUs, best.fromUs);
  const to = Math.min(after, best.toUs);
  if (from >= to) return visibleParts(rest, span);
  const left = from > span.fromUs ? visibleParts(rest, { fromUs: span.fromUs, toUs: from - 1 }) : [];
  const right = to < after ? visibleParts(rest, { fromUs: to, toUs: span.toUs }) : [];
  return [...left, { picture: best, from, to }, ...right];
}

function firstBin(strip: Strip, at: number): number {
  let low = 0;
  for (let high = strip.bins.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((strip.bins[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Column {
  x: number;
  size: number;
  named: boolean;
  pos: number;
  count: number;
  atUs: number;
}

function notches(scene: Scene): Notch[] {
  const { span, width, session } = scene;
  const bins = [...binsOnShow(scene.pictures, span)];
  // Few notches stand where they belong to the pixel. Many stand on a grid: a crowd at exact places would flicker as
  // the tape shrinks. The grid is one of time, so that it moves with the tape when that is moved.
  const crowded = bins.length * PITCH_PX > width * 0.6;
  const pitchUs = (length(span) / width) * PITCH_PX;
  const columns: Column[] = [];
  for (const { atUs, strip, at } of bins) {
    const bin = strip.bins[at];
    if (!bin) continue;
    const stands = crowded ? session.fromUs + Math.floor((atUs - session.fromUs) / pitchUs) * pitchUs : atUs;
    const x = Math.min(width, toX(scene, stands));
    const before = columns.at(-1);
    // Nearer than the pitch they would run together into one block of ink; a grain of rounding is not nearer.
    if (before && x - before.x < PITCH_PX - 0.01) {
      before.size = Math.max(before.size, bin.size);
      before.named ||= bin.named;
      before.count += bin.count;
    } else {
      columns.push({ x, size: bin.size, named: bin.named, pos: bin.pos, count: bin.count, atUs });
    }
  }
  const toHeight = scaleOf(columns.map((column) => column.size));
  return columns.map((column) => ({ ...column, height: toHeight(column.size) }));
}

/** Heights by the session's own sizes: small talk has its shape as a flood of pages has. */
function scaleOf(sizes: number[]): (size: number) => number {
  sizes.sort((a, b) => a - b);
  const last = sizes.length - 1;
  const low = Math.log(Math.max(1, sizes[Math.floor(OUTLIERS * last)] ?? 1));
  const range = Math.log(Math.max(1, sizes[Math.ceil((1 - OUTLIERS) * last)] ?? 1)) - low;
  if (range === 0) return () => NOTCH_EVEN_PX;
  const room = Math.min(1, range / Math.log(SPREAD));
  const lowest = NOTCH_EVEN_PX - room * (NOTCH_EVEN_PX - NOTCH_MIN_PX);
  const highest = NOTCH_EVEN_PX + room * (NOTCH_MAX_PX - NOTCH_EVEN_PX);
  return (size) => {
    const share = Math.min(1, Math.max(0, (Math.log(Math.max(1, size)) - low) / range));
    return lowest + share * (highest - lowest);
  };
}

/** Breaks on show, in order. Marks that would stand on one another are one: of them the longest break is told. */
function gaps(scene: Scene): Gap[] {
  const { span, width, endUs } = scene;
  const result: Gap[] = [];
  for (const gap of once(scene.pictures, (strip) => strip.breaks, (gap) => gap.from_us)) {
    const untilUs = gap.to_us ?? Math.max(endUs, gap.from_us);
    if (untilUs < span.fromUs || gap.from_us > span.toUs) continue;
    const from = Math.max(-GAP_PX, toX(scene, gap.from_us));
    const to = Math.min(width + GAP_PX, toX(scene, untilUs));
    const before = result.at(-1);
    if (before && to - from < GAP_PX && before.to - before.from < GAP_PX && from - before.from < GAP_PX) {
      if (to - from > before.to - before.from) result[result.length - 1] = { from: before.from, to: before.from + (to - from), gap };
    } else result.push({ from, to, gap });
  }
  return result;
}

function flags(scene: Scene): Flag[] {
  const result: Flag[] = [];
  for (const bookmark of once(scene.pictures, (strip) => strip.bookmarks, (mark) => mark.pos)) {
    const x = toX(scene, bookmark.at_us);
    if (x < -1 || x > scene.width + 1) continue;
    const before = result.at(-1);
    if (before && x - before.x < FLAG_PX) result[result.length - 1] = { ...before, count: before.count + 1 };
    else result.push({ x, bookmark, count: 1 });
  }
  return result;
}

/** What several pictures tell of the same thing, told once, in order. The first picture is the newest. */
function once<T>(pictures: readonly Picture[], of: (strip: Strip) => readonly T[], key: (one: T) => number): T[] {
  if (pictures.length === 1 && pictures[0]) return [...of(pictures[0].strip)];
  const found = new Map<number, T>();
  for (const picture of pictures) for (const one of of(picture.strip)) if (!found.has(key(one))) found.set(key(one), one);
  return [...found.values()].sort((a, b) => key(a) - key(b));
}

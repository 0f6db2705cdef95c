// Where everything on the tape strip stands, in CSS pixels. It draws nothing and reads no clock.

import { fmt, t } from "../i18n";
import type { Break, Strip } from "../ipc/bindings";

/** The tape fills up to this length before it begins to shrink. */
const SHORTEST_US = 10_000_000;
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
/** Labels stand at least this far apart. */
const LABEL_PX = 96;
/** Room for "now" at the end. */
const NOW_PX = 60;

export interface Notch {
  readonly x: number;
  readonly height: number;
  readonly named: boolean;
  /** Entry that a click goes to. */
  readonly pos: number;
  readonly count: number;
  /** Time at which it begins. */
  readonly atUs: number;
}

export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly gap: Break;
}

export interface Label {
  readonly x: number;
  readonly text: string;
}

export interface Layout {
  readonly notches: readonly Notch[];
  readonly gaps: readonly Gap[];
  readonly labels: readonly Label[];
  /** Where the present stands, or the end. */
  readonly now: number;
  readonly startUs: number;
  readonly endUs: number;
}

/** `endedUs` is the session's end, null while it goes on. */
export function layOut(strip: Strip, nowUs: number, endedUs: number | null, width: number): Layout {
  const { start_us: startUs } = strip;
  const last = strip.bins.at(-1);
  // The engine's clock may step between attempts; what came is never drawn past the end.
  const end = Math.max(endedUs ?? nowUs, last ? startUs + last.at * strip.bin_us : 0, startUs);
  const span = Math.max(SHORTEST_US, end - startUs);
  const toX = (us: number): number => (clamp(us - startUs, 0, span) / span) * width;
  const now = toX(end);

  const gaps = strip.breaks.map((gap): Gap => ({ from: toX(gap.from_us), to: toX(gap.to_us ?? end), gap }));
  return {
    notches: notches(strip, toX, width),
    gaps,
    labels: [...labels(startUs, span, width, now), { x: now, text: t(endedUs === null ? "tape.now" : "tape.end") }],
    now,
    startUs,
    endUs: startUs + span,
  };
}

/** The notch nearest to `x`, if one is near. */
export function notchAt(layout: Layout, x: number): Notch | null {
  let best: Notch | null = null;
  for (const notch of layout.notches) {
    if (!best || Math.abs(notch.x - x) < Math.abs(best.x - x)) best = notch;
  }
  return best && Math.abs(best.x - x) <= 6 ? best : null;
}

export function gapAt(layout: Layout, x: number): Gap | null {
  return layout.gaps.find((gap) => x >= gap.from - 1 && x <= gap.to + 1) ?? null;
}

type Column = Omit<Notch, "height"> & { readonly size: number };

function notches(strip: Strip, toX: (us: number) => number, width: number): Notch[] {
  // Few notches stand where they belong to the pixel. Many stand on a grid: a crowd at exact places
  // would flicker as the tape shrinks.
  const crowded = strip.bins.length * PITCH_PX > width * 0.6;
  const columns: Column[] = [];
  for (const bin of strip.bins) {
    const atUs = strip.start_us + bin.at * strip.bin_us;
    const exact = toX(atUs);
    const x = crowded ? Math.floor(exact / PITCH_PX) * PITCH_PX : exact;
    const before = columns.at(-1);
    // Nearer than the pitch they would run together into one block of ink.
    if (before && x - before.x < PITCH_PX) {
      columns[columns.length - 1] = {
        ...before,
        size: Math.max(before.size, bin.size),
        named: before.named || bin.named,
        count: before.count + bin.count,
      };
    } else {
      columns.push({ x, size: bin.size, named: bin.named, pos: bin.pos, count: bin.count, atUs });
    }
  }
  const toHeight = scaleOf(columns.map((column) => column.size));
  return columns.map(({ size, ...column }) => ({ ...column, height: toHeight(size) }));
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
    const share = clamp((Math.log(Math.max(1, size)) - low) / range, 0, 1);
    return lowest + share * (highest - lowest);
  };
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400];

function labels(startUs: number, span: number, width: number, now: number): Label[] {
  const seconds = span / 1e6;
  const step = STEPS_S.find((each) => (each / seconds) * width >= LABEL_PX) ?? seconds;
  const result: Label[] = [];
  // Past an hour people think in the time of day.
  const byClock = seconds > 3_600;
  const offset = byClock ? step - secondsOfDay(startUs) % step : 0;
  for (let at = offset; at < seconds; at += step) {
    const x = (at / seconds) * width;
    if (x > now - NOW_PX) break;
    result.push({ x, text: byClock ? timeOfDay(startUs + at * 1e6) : elapsed(at, seconds) });
  }
  return result;
}

function elapsed(at: number, seconds: number): string {
  if (seconds <= 60) return t("tape.seconds", { n: fmt.int(at) });
  return `${Math.floor(at / 60)}:${String(Math.round(at % 60)).padStart(2, "0")}`;
}

function secondsOfDay(us: number): number {
  const date = new Date(us / 1000);
  return date.getHours() * 3_600 + date.getMinutes() * 60 + date.getSeconds() + date.getMilliseconds() / 1000;
}

function timeOfDay(us: number): string {
  const date = new Date(us / 1000);
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

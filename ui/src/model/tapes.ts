// The tapes as the window lists them: which stand in the sidebar, what is said of each, how a table of them
// is ordered, and what may be set of recording. Nothing here keeps state.

import type { Settings, TapeInfo } from "../ipc/bindings";

/** The engine gives a replay a stream whose id begins so. */
const REPLAY = "tape:";

export function replayId(tape: string): string {
  return REPLAY + tape;
}

/** The tape that a stream replays; null where it is no replay. */
export function tapeOf(stream: string): string | null {
  return stream.startsWith(REPLAY) ? stream.slice(REPLAY.length) : null;
}

/** Rows in the sidebar: more would push the streams away, and all of them are a click further. */
const SHORT_ROWS = 6;
/** Of those, what the newest ones have however many are kept: what has just ended is what is looked for. */
const SHORT_RECENT = 2;

/** The tapes of the sidebar, newest first: those that are kept, and the most recent ones. One that is still recorded
 *  stands there as its stream, one that cannot be opened only in the list of all. `also` is the one on show. */
export function shortList(tapes: readonly TapeInfo[], also: string | null = null): TapeInfo[] {
  const usable = newestFirst(tapes).filter((tape) => tape.failure === null);
  const kept = usable.filter((tape) => tape.kept);
  const recent = usable.filter((tape) => !tape.kept && tape.session === null);
  const roomForKept = SHORT_ROWS - Math.min(SHORT_RECENT, recent.length);
  const chosen = kept.slice(0, roomForKept);
  chosen.push(...recent.slice(0, SHORT_ROWS - chosen.length));
  const shown = usable.find((tape) => tape.id === also);
  if (shown && !chosen.includes(shown)) chosen.push(shown);
  return newestFirst(chosen);
}

function newestFirst(tapes: readonly TapeInfo[]): TapeInfo[] {
  return [...tapes].sort((a, b) => b.started_us - a.started_us);
}

/** From here on a kept tape is known by how much is on it. */
const MANY_EVENTS = 100_000;

/** What stands at the right of a row. */
export type Figure =
  | { readonly kind: "events"; readonly events: number }
  | { readonly kind: "time" | "day" | "year"; readonly us: number };

/** The time of day for today's, else the date; a kept one that is large is known by its events. */
export function figureOf(tape: TapeInfo, nowUs: number): Figure {
  if (tape.kept && tape.events >= MANY_EVENTS) return { kind: "events", events: tape.events };
  const at = new Date(tape.started_us / 1000);
  const now = new Date(nowUs / 1000);
  if (at.getFullYear() !== now.getFullYear()) return { kind: "year", us: tape.started_us };
  const today = at.getMonth() === now.getMonth() && at.getDate() === now.getDate();
  return { kind: today ? "time" : "day", us: tape.started_us };
}

/** Microseconds from the first to the last moment; up to now while it is recorded. */
export function lengthUs(tape: TapeInfo, nowUs: number): number {
  return Math.max(0, (tape.ended_us ?? nowUs) - tape.started_us);
}

export type Column = "name" | "url" | "started" | "length" | "events" | "bytes" | "kept";

export interface Order {
  readonly by: Column;
  readonly down: boolean;
}

/** The way round in which a column is looked at first: figures from the top, words from A. */
export function firstOrder(by: Column): Order {
  return { by, down: by !== "name" && by !== "url" };
}

export function ordered(tapes: readonly TapeInfo[], { by, down }: Order, nowUs: number): TapeInfo[] {
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const compare = (a: TapeInfo, b: TapeInfo): number => {
    switch (by) {
      case "name":
      case "url":
        return words.compare(a[by], b[by]);
      case "started":
        return a.started_us - b.started_us;
      case "length":
        return lengthUs(a, nowUs) - lengthUs(b, nowUs);
      case "kept":
        return Number(a.kept) - Number(b.kept);
      default:
        return a[by] - b[by];
    }
  };
  // Among equals the newest comes first, whichever way round.
  return [...tapes].sort((a, b) => compare(a, b) * (down ? -1 : 1) || b.started_us - a.started_us);
}

/** Those whose name and address hold all the words of `text`, in any case and order. */
export function matching(tapes: readonly TapeInfo[], text: string): readonly TapeInfo[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return tapes;
  return tapes.filter(({ name, url }) => {
    const hay = `${name}\n${url}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  });
}

/** Bytes of the tapes that the budget counts, and of those that it does not. */
export function sums(tapes: readonly TapeInfo[]): { readonly kept: number; readonly unsaved: number } {
  const sum = (kept: boolean): number => tapes.reduce((n, tape) => (tape.kept === kept ? n + tape.bytes : n), 0);
  return { kept: sum(true), unsaved: sum(false) };
}

/** What would go at once if tapes that are not kept may take no more than this: the oldest first, and none that is open or
 *  still recorded. About right: tapes grow meanwhile, and the engine knows best which of them are in use. */
export function goingWithin(tapes: readonly TapeInfo[], mostMib: number): { readonly tapes: number; readonly bytes: number } {
  let left = sums(tapes).unsaved - mostMib * 1_048_576;
  const going = { tapes: 0, bytes: 0 };
  for (const tape of newestFirst(tapes).reverse()) {
    if (left <= 0) break;
    if (tape.kept || tape.session !== null) continue;
    left -= tape.bytes;
    going.tapes += 1;
    going.bytes += tape.bytes;
  }
  return going;
}

/** A name that a file can have on any system, without its ending. */
export function fileName(name: string): string {
  const plain = name
    .replace(/[\u0000-\u001f<>:"/\\|?*]+/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^[. ]+/, "");
  const short = [...plain].slice(0, 80).join("").replace(/[. ]+$/, "");
  return short === "" ? "tape" : short;
}

// What may be set of recording. People think of disks in GiB; the engine counts in MiB.

export type Limit = "session" | "unsaved" | "free";
export type LimitWords = Readonly<Record<Limit, string>>;
/** What may be set of recording. */
export type Limits = Pick<Settings, "record" | "session_mib" | "unsaved_mib" | "free_mib">;
export type Wrong = "number" | "range" | "most";

const GIB_MIB = 1_024;
/** The engine's own bounds, 64 MiB and 16 TiB: beyond them it would do otherwise than the sheet says. */
const LEAST_MIB = 64;
const MOST_MIB = 16 * 1_024 * GIB_MIB;

export function limitWords(settings: Limits): LimitWords {
  // Four places tell one MiB from the next: what is shown is what holds.
  const gib = (mib: number): string => String(Math.round((mib / GIB_MIB) * 10_000) / 10_000);
  return { session: gib(settings.session_mib), unsaved: gib(settings.unsaved_mib), free: gib(settings.free_mib) };
}

/** What was typed as settings, or what is wrong with which of them. */
export function readLimits(record: boolean, typed: LimitWords): { settings: Limits | null; wrong: Partial<Record<Limit, Wrong>> } {
  const wrong: Partial<Record<Limit, Wrong>> = {};
  const read = (limit: Limit): number => {
    const text = typed[limit].trim().replace(",", ".");
    const mib = /^\d+(\.\d*)?$|^\.\d+$/.test(text) ? Math.round(Number(text) * GIB_MIB) : Number.NaN;
    if (Number.isNaN(mib)) wrong[limit] = "number";
    // A disk may be filled to its end; a tape needs some room.
    else if (limit === "free" && mib <= MOST_MIB) return mib;
    else if (limit === "free") wrong[limit] = "most";
    else if (mib < LEAST_MIB || mib > MOST_MIB) wrong[limit] = "range";
    return mib;
  };
  const settings = { record, session_mib: read("session"), unsaved_mib: read("unsaved"), free_mib: read("free") };
  return { settings: Object.keys(wrong).length === 0 ? settings : null, wrong };
}

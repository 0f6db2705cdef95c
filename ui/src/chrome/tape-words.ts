// What the tape strip says: its tips, and its summary for those who do not see it.

import { fmt, isKey, t, tn } from "../i18n";
import type { Break } from "../ipc/bindings";
import { lossWords } from "../scenes/waits";
import { gapAt, notchAt, toUs, type Flag, type Layout, type Notch } from "./tape-layout";
import { length, type Span } from "./tape-span";

/** More of a note than this is not for a tip. */
const NOTE_CHARS = 80;

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== "").join(" · ");

/** What stands at `x`. A break of no width is easily missed, and a notch stands on either side of it. */
export function wordsAt(on: Layout, x: number): string {
  const gap = gapAt(on, x);
  if (gap) return breakTip(gap.gap);
  const notch = notchAt(on, x);
  return notch ? notchWords(notch) : fmt.clock(toUs(on, x));
}

export function notchWords({ atUs, count, size }: Notch): string {
  const bytes = fmt.bytes(size);
  return joined([fmt.clock(atUs), tn("tape.events", count), count === 1 ? bytes : t("tape.size", { size: bytes })]);
}

export function breakTip(gap: Break): string {
  const from = fmt.clock(gap.from_us);
  const key = `mark.why.${gap.code}`;
  return joined([
    gap.to_us === null ? t("tape.since", { from }) : t("tape.from-to", { from, to: fmt.clock(gap.to_us) }),
    gap.to_us === null ? "" : fmt.ms((gap.to_us - gap.from_us) / 1000),
    isKey(key) ? t(key) : gap.code,
    // While it is down nobody can know.
    gap.to_us === null ? "" : lossWords(gap.lost, gap.repeated),
  ]);
}

export function flagWords({ bookmark, count }: Flag): string {
  const note = bookmark.note.trim();
  const words = note === "" ? t("tape.bookmark") : note.length > NOTE_CHARS ? `${note.slice(0, NOTE_CHARS)}…` : note;
  return joined([words, fmt.clock(bookmark.at_us), count > 1 ? tn("tape.bookmarks", count - 1) : ""]);
}

export function rangeWords(range: Span, events: number): string {
  return joined([fromTo(range), rangeCaption(range, events)]);
}

/** The same without its ends. */
export function rangeCaption(range: Span, events: number): string {
  return joined([fmt.ms(length(range) / 1000), tn("tape.events", events)]);
}

export function summary(events: number, breaks: number, part: Span | null, range: Span | null): string {
  const ends = ({ fromUs, toUs }: Span): { from: string; to: string } => ({ from: fmt.clock(fromUs), to: fmt.clock(toUs) });
  return joined([
    tn("tape.summary", events),
    breaks > 0 ? tn("tape.breaks", breaks) : "",
    part ? t("tape.part", ends(part)) : "",
    range ? t("tape.range", ends(range)) : "",
  ]);
}

function fromTo({ fromUs, toUs }: Span): string {
  return t("tape.from-to", { from: fmt.clock(fromUs), to: fmt.clock(toUs) });
}

/** A place in a replay, to the millisecond: 00:12.345, 1:02:03.004. */
export function counter(us: number): string {
  const ms = Math.floor(Math.max(0, us) / 1000);
  const two = (n: number): string => String(n).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60];
  return `${hours > 0 ? `${hours}:` : ""}${two(minutes)}:${two(seconds)}.${String(ms % 1000).padStart(3, "0")}`;
}

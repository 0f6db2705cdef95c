// What is written into "Go to…": the number of an event, a time of day, or a time since the session's start.

import type { Target } from "../../ipc/bindings";

export type Goal =
  | { readonly by: "seq"; readonly seq: number }
  /** Since midnight, here. */
  | { readonly by: "clock"; readonly us: number }
  /** Since the start. */
  | { readonly by: "since"; readonly us: number };

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;

const SEQ = /^#?\s*(\d{1,15})$/;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?$/;
const SINCE = /^\+\s*(?:(?:(\d{1,5}):)?(\d{1,6}):)?(\d{1,9})(?:[.,](\d{1,6}))?\s*s?$/;

/** Null where the words cannot be read. Digits and signs of a Chinese keyboard are read too. */
export function readGoal(words: string): Goal | null {
  const text = words
    .trim()
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/,(?=\d{3}(?:\D|$))/g, (comma, _at: number, whole: string) => (whole.includes(":") ? comma : ""));
  const seq = SEQ.exec(text);
  if (seq) return { by: "seq", seq: Number(seq[1]) };

  const clock = CLOCK.exec(text);
  if (clock) {
    const [, h, m, s, part] = clock;
    const [hours, minutes, seconds] = [Number(h), Number(m), Number(s ?? 0)];
    if (hours > 23 || minutes > 59 || seconds > 59) return null;
    return { by: "clock", us: (hours * 3600 + minutes * 60 + seconds) * SECOND + micros(part) };
  }

  const since = SINCE.exec(text);
  if (!since) return null;
  const [, h, m, s, part] = since;
  const seconds = Number(s);
  if (m !== undefined && seconds > 59) return null;
  if (h !== undefined && Number(m) > 59) return null;
  return { by: "since", us: (Number(h ?? 0) * 3600 + Number(m ?? 0) * 60 + seconds) * SECOND + micros(part) };
}

/** What to look for in a session between two times. A time of day is of the first day on which the session was
 *  there at that time, or else of the day on which it began. */
export function targetOf(goal: Goal, startUs: number, endUs: number): Target {
  switch (goal.by) {
    case "seq":
      return { by: "seq", seq: goal.seq };
    case "since":
      return { by: "time", at_us: startUs + goal.us };
    case "clock": {
      const midnight = new Date(startUs / 1000).setHours(0, 0, 0, 0) * 1000;
      // Whole seconds are written for what began within them.
      const least = goal.us % SECOND === 0 ? startUs - SECOND + 1 : startUs;
      const at = midnight + goal.us;
      const next = at + DAY;
      return { by: "time", at_us: at < least && next <= endUs ? next : at };
    }
  }
}

function micros(part: string | undefined): number {
  return part === undefined ? 0 : Number(part.padEnd(6, "0"));
}

// How often the window is told of figures: at the pace of a reader's eye, and slower where nothing but time has passed.

import type { Brief, Status } from "../ipc/bindings";

/** Figures change ten times a second: faster nobody reads them, and each change repaints the window. */
export const FIGURES_MS = 100;
/** What only goes down while nothing comes. */
export const DECAYS_MS = 1_000;
/** What is told at once when it changes; the rest are figures. */
export const PLAIN_FACTS = [
  "session",
  "state",
  "attempt",
  "first_event_us",
  "waiting_until_us",
  "silent_since_us",
  "content_type",
  "text_rule",
  "dialect",
  "asks",
] as const satisfies readonly (keyof Status)[];

/** Whether nothing came: of what is told only a rate may be another. */
export function isDecay(before: Brief, next: Brief): boolean {
  return (Object.keys(next) as (keyof Brief)[]).every((fact) => fact === "rate" || before[fact] === next[fact]);
}

export function isStatusDecay(before: Status, next: Status): boolean {
  return (
    before.end_pos === next.end_pos &&
    before.bytes === next.bytes &&
    before.bookmarks === next.bookmarks &&
    before.recording.state === next.recording.state &&
    before.replay === null &&
    next.replay === null &&
    PLAIN_FACTS.every((fact) => before[fact] === next[fact])
  );
}

/** Calls `tell` at most once in `ms`, the last time included, or at once where it is urgent. */
export function createPace(ms: number, tell: () => void): (urgent: boolean) => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  return (urgent) => {
    if (urgent) {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      tell();
    } else {
      timer ??= setTimeout(() => {
        timer = null;
        tell();
      }, ms);
    }
  };
}

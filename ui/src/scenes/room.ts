// What Chat and Feed have in common: rows in the page that are pulled from a window, and what stands where there are none.

import { t, type Key } from "../i18n";
import type { Status } from "../ipc/bindings";
import { arrange } from "./anchor";

/** A row that was jumped to is marked this long. */
const MARK_MS = 1_600;

/** What the rows depend on. A tick may come with each frame; the rows come with their own answer, at its pace. */
export function contentOf(status: Status | null): string {
  return status ? `${status.first_pos} ${status.end_pos} ${status.state} ${status.replay?.at_us ?? ""}` : "";
}

/** Why there are no rows: nothing came yet, the playhead stands before it, or nothing reads as one. */
export function emptyWords(status: Status | null, words: { yet: Key; before: Key; none: Key }): string {
  if ((status?.events ?? 0) > 0) return t(words.none);
  return t(status?.replay ? words.before : words.yet);
}

/** Forgets the rows that are not in the page any more. */
export function keepOnly<R, V>(views: Map<R, V>, rows: Iterable<R>, gone: (view: V) => void = () => undefined): void {
  const kept = new Set(rows);
  for (const [row, view] of views) {
    if (kept.has(row)) continue;
    views.delete(row);
    gone(view);
  }
}

/** Makes the rows and puts them in their order. Where what had the focus has gone, it goes to what they are scrolled in. */
export function place(list: HTMLElement, scroller: HTMLElement, rows: () => readonly HTMLElement[]): void {
  const focused = list.contains(document.activeElement);
  arrange(list, rows());
  if (focused && !list.contains(document.activeElement)) scroller.focus({ preventScroll: true });
}

/** The row of an entry: the last that does not begin after it. */
export function rowAt<R extends { readonly pos: number }>(rows: readonly R[], pos: number): R | undefined {
  return rows.findLast((each) => each.pos <= pos) ?? rows[0];
}

/** The row in the middle of what can be seen. */
export function rowInView<R>(scroller: HTMLElement, rows: readonly R[], elementOf: (row: R) => HTMLElement | undefined): R | undefined {
  const { top, height } = scroller.getBoundingClientRect();
  return rows.find((row) => (elementOf(row)?.getBoundingClientRect().bottom ?? -Infinity) > top + height / 2);
}

export function mark(element: HTMLElement): void {
  element.classList.add("marked");
  setTimeout(() => element.classList.remove("marked"), MARK_MS);
}

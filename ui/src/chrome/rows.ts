// Moving the focus in tables whose rows come and go.

import { isComposing } from "./keys";

/** Puts the caret into the first field of the last row, once it is there. */
export function focusLast(table: HTMLElement): void {
  queueMicrotask(() => {
    const rows = table.querySelectorAll<HTMLElement>(".pair");
    rows[rows.length - 1]?.querySelector<HTMLInputElement>("input:not([type=checkbox])")?.focus();
  });
}

/** The row that had the focus has gone: to the one in its place, else to what adds another. */
export function focusAfterRemoval(table: HTMLElement, at: number): void {
  queueMicrotask(() => {
    const rows = table.querySelectorAll<HTMLElement>(".pair");
    const next = rows[at]?.querySelector<HTMLElement>(".remove") ?? table.querySelector<HTMLElement>(".add");
    next?.focus();
  });
}

/** Up and down go to the row above and below, in the same column; Enter to the next, and from the last it adds one. */
export function onPairKey(table: HTMLElement, event: KeyboardEvent): void {
  const { target } = event;
  if (!(target instanceof HTMLElement) || isComposing(event) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const row = target.closest<HTMLElement>(".pair");
  if (!row || !table.contains(row)) return;
  // The arrows of a field with suggestions are the suggestions'; Enter presses a button.
  const moves = target instanceof HTMLInputElement && target.getAttribute("list") !== null ? [] : ["ArrowUp", "ArrowDown"];
  const enters = target instanceof HTMLInputElement && target.type !== "checkbox";
  if (!moves.includes(event.key) && !(event.key === "Enter" && enters)) return;
  event.preventDefault();
  const rows = [...table.querySelectorAll<HTMLElement>(".pair")];
  const column = stopsOf(row).indexOf(target);
  const next = rows[rows.indexOf(row) + (event.key === "ArrowUp" ? -1 : 1)];
  if (next) {
    const stops = stopsOf(next);
    (stops[column] ?? stops.at(-1))?.focus();
  } else if (event.key === "Enter") {
    if (!event.repeat) table.querySelector<HTMLElement>(".add")?.click();
  } else if (event.key === "ArrowDown") table.querySelector<HTMLElement>(".add")?.focus();
}

/** Of a lock there may be one or none, and it is no column. */
function stopsOf(row: HTMLElement): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>("input, .remove")];
}

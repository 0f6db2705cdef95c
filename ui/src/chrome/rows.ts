// Moving the focus in tables whose rows come and go.

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

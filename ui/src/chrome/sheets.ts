// How many sheets are open: the window's commands do not reach behind them.

import { createEffect, createMemo, createSignal, onCleanup } from "solid-js";

const [openSheets, setOpenSheets] = createSignal(0);
export { openSheets };

/** Counts a sheet for as long as it is open. */
export function countSheet(open: () => boolean): void {
  const isOpen = createMemo(open);
  createEffect(() => {
    if (!isOpen()) return;
    setOpenSheets((n) => n + 1);
    onCleanup(() => setOpenSheets((n) => n - 1));
  });
}

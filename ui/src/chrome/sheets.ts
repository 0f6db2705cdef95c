// Which sheets are open, in their order: the window's commands do not reach behind them.

import { createEffect, createMemo, createSignal, onCleanup, type Accessor } from "solid-js";

const [stack, setStack] = createSignal<readonly object[]>([]);

/** How many there are. */
export const openSheets = (): number => stack().length;

/** Counts a sheet for as long as it is open, and answers whether it lies under another. */
export function countSheet(open: () => boolean): Accessor<boolean> {
  const sheet = {};
  const isOpen = createMemo(open);
  createEffect(() => {
    if (!isOpen()) return;
    setStack((all) => [...all, sheet]);
    onCleanup(() => setStack((all) => all.filter((each) => each !== sheet)));
  });
  return createMemo(() => stack().includes(sheet) && stack().at(-1) !== sheet);
}

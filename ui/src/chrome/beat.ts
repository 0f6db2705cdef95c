// The time that passes on the page: counters that run between two ticks.

import { createEffect, createSignal, onCleanup, type Accessor } from "solid-js";
import { onBeat } from "../frame";

/** The backend's clock in microseconds, read five times a second while `active`; else it stands. */
export function createNow(now: () => number, active: Accessor<boolean>): Accessor<number> {
  const [at, setAt] = createSignal(now());
  createEffect(() => {
    if (!active()) return;
    setAt(now());
    onCleanup(onBeat(() => setAt(now())));
  });
  return at;
}

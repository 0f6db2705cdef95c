// Which chips stand in the bar, and in which order: those that do not fit go into a menu, and a live count that
// overtakes its neighbour by a hair does not make them change places under the pointer.

import type { FacetValue } from "../../ipc/bindings";

/** How much more frequent a value must be to pass the one before it. */
const PASSES = 1.25;

/** The values in the order in which they are shown. `before` is the order as it was; `on` are shown even where they
 *  are no longer among the most frequent, with no count. */
export function ordered(before: readonly string[], values: readonly FacetValue[], on: readonly string[]): Counted[] {
  const counts = new Map<string, number | null>(values.map(({ value, count }) => [value, count]));
  for (const value of on) if (!counts.has(value)) counts.set(value, null);
  const known = before.filter((value) => counts.has(value));
  const all = [...known, ...[...counts.keys()].filter((value) => !known.includes(value))];
  const list = all.map((value): Counted => ({ value, count: counts.get(value) ?? null }));
  for (let at = 1; at < list.length; at += 1) {
    const one = list[at];
    let to = at;
    for (; to > 0; to -= 1) {
      const other = list[to - 1];
      if (!one || !other || (one.count ?? 0) <= (other.count ?? 0) * PASSES) break;
    }
    if (one && to < at) {
      list.splice(at, 1);
      list.splice(to, 0, one);
    }
  }
  return list;
}

export interface Counted {
  readonly value: string;
  readonly count: number | null;
}

export interface Room {
  /** Pixels for all chips of values. */
  readonly room: number;
  readonly gap: number;
  /** What the button of the menu takes, where it is needed. */
  readonly more: number;
  /** Whether the menu is there even if every chip fits. */
  readonly always: boolean;
}

/** Which chips stand in the bar, by their place. One that is on is never in the menu alone as long as it fits: it takes
 *  the place of the last that are not. */
export function fitting(widths: readonly number[], on: readonly boolean[], { room, gap, more, always }: Room): number[] {
  const all = widths.map((_, at) => at);
  const width = (chips: readonly number[]): number => chips.reduce((sum, at) => sum + (widths[at] ?? 0) + gap, 0);
  const menu = more + gap;
  if (width(all) + (always ? menu : 0) <= room) return all;

  const chosen: number[] = [];
  for (const wanted of [true, false]) {
    for (const at of all) {
      if ((on[at] ?? false) !== wanted) continue;
      if (width([...chosen, at]) + menu > room) break;
      chosen.push(at);
    }
  }
  return chosen.sort((a, b) => a - b);
}

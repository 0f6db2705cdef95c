// The points of several lines over one row of times, as uPlot takes them.

import type { Break, SeriesData, SeriesKey, SeriesRule } from "../../ipc/bindings";

/** `undefined`: the line has no point here and passes by. `null`: it breaks. */
export type Values = (number | null | undefined)[];

/** What a line is called by in the window. */
export function nameOf(key: SeriesKey): string {
  return `${key.type}\u0000${key.path}`;
}

/** "cpu $.load" */
export function titleOf(key: SeriesKey): string {
  return key.type === "" || key.type === "message" ? key.path : `${key.type} ${key.path}`;
}

/** The lines side by side: the times of all, and the values of each. Every line breaks where the stream did. */
export function aligned(lines: readonly Pick<SeriesData, "at_us" | "value">[], gaps: readonly Break[]): [number[], ...Values[]] {
  const times: number[] = [];
  const values: Values[] = lines.map(() => []);
  const at = lines.map(() => 0);
  const breaks = gaps.map(({ from_us }) => from_us).sort((a, b) => a - b);
  let gap = 0;
  for (;;) {
    let next = Number.POSITIVE_INFINITY;
    lines.forEach((line, n) => {
      const us = line.at_us[at[n] ?? 0];
      if (us !== undefined && us < next) next = us;
    });
    // What came at the very moment of the break had come before it.
    const down = breaks[gap];
    if (down !== undefined && down < next) {
      gap += 1;
      if (times.length === 0 || next === Number.POSITIVE_INFINITY) continue;
      times.push(down / 1000);
      for (const row of values) row.push(null);
      continue;
    }
    if (next === Number.POSITIVE_INFINITY) return [times, ...values];
    times.push(next / 1000);
    lines.forEach((line, n) => {
      const mine = at[n] ?? 0;
      const there = line.at_us[mine] === next;
      values[n]?.push(there ? line.value[mine] : undefined);
      if (there) at[n] = mine + 1;
    });
  }
}

/** Index of the point nearest to a time; -1 where there is none. */
export function nearest(at: readonly number[], us: number): number {
  if (at.length === 0) return -1;
  let low = 0;
  for (let high = at.length - 1; low < high; ) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? 0) < us) low = middle + 1;
    else high = middle;
  }
  const before = at[low - 1];
  return before !== undefined && us - before <= (at[low] ?? 0) - us ? low - 1 : low;
}

/** The rule of a line, or the one of a line that nobody chose. `placed` is the one in its place: the engine may write a
 *  path in another way than it was typed. */
export function ruleOf(rules: readonly SeriesRule[], key: SeriesKey, placed?: SeriesRule): SeriesRule {
  const exact = rules.find((rule) => rule.key.type === key.type && rule.key.path === key.path);
  return exact ?? (placed && { ...placed, key }) ?? { key, unit: "", above: null, below: null, hysteresis: 0 };
}

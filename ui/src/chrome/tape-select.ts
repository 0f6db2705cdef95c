// A range that is dragged over the tape: where its edges are, and what is in it.

import { toUs, toX, type Layout, type Picture } from "./tape-layout";
import type { Span } from "./tape-span";

/** Nearer to an edge than this, the edge is taken. */
const HANDLE_PX = 5;

export type Edge = "from" | "to";

/** The range between two places, widened to whole bins: then what is counted is what is selected. */
export function rangeOf(layout: Layout, picture: Picture | null, session: Span, a: number, b: number): Span {
  const clamp = (us: number): number => Math.min(session.toUs, Math.max(session.fromUs, us));
  const from = clamp(toUs(layout, Math.min(a, b)));
  const to = clamp(toUs(layout, Math.max(a, b)));
  if (!picture) return { fromUs: Math.floor(from), toUs: Math.ceil(to) };
  const { start_us: start, bin_us: bin } = picture.strip;
  return {
    fromUs: Math.floor(start + Math.floor((from - start) / bin) * bin),
    toUs: Math.ceil(start + Math.ceil((to - start) / bin) * bin),
  };
}

/** Events of the range, by the first picture that holds all of it. */
export function eventsIn(pictures: readonly Picture[], range: Span): number {
  const picture = pictures.find((each) => each.fromUs <= range.fromUs && each.toUs >= range.toUs) ?? pictures.at(-1);
  if (!picture) return 0;
  const { start_us, bin_us, bins } = picture.strip;
  let events = 0;
  for (const bin of bins) {
    const at = start_us + bin.at * bin_us;
    if (at >= range.fromUs && at < range.toUs) events += bin.count;
  }
  return events;
}

/** The edge of the selection that is at `x`, if one is. */
export function edgeAt(layout: Layout, range: Span, x: number): Edge | null {
  const from = Math.abs(toX(layout, range.fromUs) - x);
  const to = Math.abs(toX(layout, range.toUs) - x);
  if (Math.min(from, to) > HANDLE_PX) return null;
  return from < to ? "from" : "to";
}

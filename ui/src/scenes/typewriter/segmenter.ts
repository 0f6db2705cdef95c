// Cuts text into graphemes, what a reader takes for one letter, so that none is ever shown in halves.

/** Text whose every code unit is a grapheme: no CR (CR LF is one), nothing past ASCII. */
const PLAIN = /^[\t\n\x20-\x7e]*$/;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export interface Cut {
  /** Offset at which each grapheme ends; null where each code unit is one. */
  readonly ends: readonly number[] | null;
  readonly count: number;
}

/** The graphemes of `text`, of which no more than about `limit` are told apart: the rest counts as one. */
export function cut(text: string, limit: number): Cut {
  if (PLAIN.test(text)) return { ends: null, count: text.length };
  const ends: number[] = [];
  for (const { index, segment } of segmenter.segment(text)) {
    if (ends.length >= limit) {
      ends.push(text.length);
      break;
    }
    ends.push(index + segment.length);
  }
  return { ends, count: ends.length };
}

/** Where the `n`th grapheme of a cut begins. */
export function offsetOf(from: Cut, n: number): number {
  if (n <= 0) return 0;
  return from.ends ? (from.ends[n - 1] ?? 0) : n;
}

/** Length of the first grapheme. */
export function firstLength(text: string): number {
  for (const { segment } of segmenter.segment(text)) return segment.length;
  return 0;
}

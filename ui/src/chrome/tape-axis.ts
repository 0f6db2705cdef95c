// What the tape strip and the chart tell each other about time: both have the same axis.

import type { Span } from "./tape-span";

export interface AxisFacts {
  /** The part that the strip shows where it is zoomed; null where it shows all. */
  readonly span: Span | null;
  /** The range that is selected on the strip. */
  readonly selection: Span | null;
  /** Where the pointer is on the strip, microseconds. */
  readonly overStrip: number | null;
  /** Where the cursor of the chart is. */
  readonly overChart: number | null;
}

export class TapeAxis {
  #facts: AxisFacts = { span: null, selection: null, overStrip: null, overChart: null };
  readonly #listeners = new Set<(facts: AxisFacts) => void>();

  get facts(): AxisFacts {
    return this.#facts;
  }

  /** Tells what differs. */
  tell(patch: Partial<AxisFacts>): void {
    const next = { ...this.#facts, ...patch };
    if (JSON.stringify(next) === JSON.stringify(this.#facts)) return;
    this.#facts = next;
    for (const listener of this.#listeners) listener(next);
  }

  onChange(listener: (facts: AxisFacts) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

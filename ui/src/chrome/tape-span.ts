// Which part of the session the tape strip shows. Times are microseconds; nothing here draws or reads a clock.

export interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Nearer than this there is nothing to see: a frame of the screen is longer, and events have microseconds. */
export const SHORTEST_US = 10_000;
/** Where a replay's playhead stands after it has run out of the part on show. */
const TURNED = 0.1;

export function length(span: Span): number {
  return span.toUs - span.fromUs;
}

export function holds(span: Span, us: number): boolean {
  return us >= span.fromUs && us <= span.toUs;
}

/** The nearest span of that length which lies within the whole. */
export function within(span: Span, whole: Span): Span {
  const long = Math.min(Math.max(length(span), SHORTEST_US), Math.max(length(whole), SHORTEST_US));
  const fromUs = Math.max(whole.fromUs, Math.min(span.fromUs, whole.toUs - long));
  return { fromUs, toUs: fromUs + long };
}

/** `factor` times as long; what stands at `anchor` (0 left, 1 right) stays there. */
export function zoomed(span: Span, whole: Span, factor: number, anchor: number): Span {
  const long = Math.min(Math.max(length(span) * factor, SHORTEST_US), length(whole));
  const fromUs = span.fromUs + anchor * (length(span) - long);
  return within({ fromUs, toUs: fromUs + long }, whole);
}

export function panned(span: Span, whole: Span, byUs: number): Span {
  return within({ fromUs: span.fromUs + byUs, toUs: span.toUs + byUs }, whole);
}

/** What moves by itself: the present of a live session, the playhead of a replay. */
export interface Moving {
  readonly atUs: number;
  /** A live line flows; a replay turns pages, so that one picture lasts for a page. */
  readonly turns: boolean;
}

/** The part on show: the whole, or a span of it that goes with what moves as long as that is in it. */
export class Lens {
  #span: Span | null = null;
  #follows = false;

  /** Whether less than the whole is on show. */
  get zoomed(): boolean {
    return this.#span !== null;
  }

  span(whole: Span, moving: Moving | null): Span {
    if (!this.#span) return whole;
    let span = within(this.#span, whole);
    if (this.#follows && moving && !holds(span, moving.atUs)) {
      const stand = moving.turns ? TURNED : 1;
      span = within(panned(span, whole, moving.atUs - span.fromUs - stand * length(span)), whole);
    }
    this.#span = span;
    return span;
  }

  zoom(factor: number, anchor: number, whole: Span, moving: Moving | null): void {
    this.show(zoomed(this.span(whole, moving), whole, factor, anchor), whole, moving);
  }

  pan(byUs: number, whole: Span, moving: Moving | null): void {
    if (this.#span) this.show(panned(this.span(whole, moving), whole, byUs), whole, moving);
  }

  show(span: Span, whole: Span, moving: Moving | null): void {
    // A whole that is seen but for a pixel is the whole.
    const all = length(span) >= length(whole) * 0.999;
    this.#span = all ? null : span;
    this.#follows = !all && moving !== null && holds(span, moving.atUs);
  }

  reset(): void {
    this.#span = null;
    this.#follows = false;
  }
}

// Which part of the time the chart shows. Times are microseconds; nothing here draws or reads a clock.

import { holds, length, panned, within, zoomed, type Span } from "../../chrome/tape-span";

/** A live line fills up to this length before its window begins to move. */
const FILLS_US = 10_000_000;
/** Nearer to the present than this share of the window, the right end of a hand's part is the present. */
const NEAR = 0.01;

/** Windows that can be chosen, seconds; 0 for all. */
export const WINDOWS = [60, 300, 600, 900, 3_600, 0] as const;

/** The session's time: from its beginning to the present, the playhead or its end. */
export interface Times extends Span {
  /** Whether the end moves by itself. */
  readonly moves: boolean;
}

/** The part on show: the window up to the end, the tape's own part where that is zoomed, or what a hand has chosen. */
export class Lens {
  /** Length of the window, seconds; 0 for all. */
  windowS = 0;
  #hand: Span | null = null;
  #held: Span | null = null;

  /** Whether a hand has chosen the part. */
  get zoomed(): boolean {
    return this.#hand !== null;
  }

  /** Whether the picture is held while the stream goes on. */
  get paused(): boolean {
    return this.#held !== null;
  }

  /** Whether the right end is what moves by itself. */
  follows(tape: Span | null): boolean {
    return this.#hand === null && this.#held === null && tape === null;
  }

  span(times: Times, tape: Span | null): Span {
    return this.#hand ?? this.#held ?? tape ?? this.#window(times);
  }

  #window(times: Times): Span {
    const long = this.windowS === 0 ? Infinity : this.windowS * 1e6;
    const fromUs = Math.max(times.fromUs, times.toUs - long);
    const least = times.moves ? Math.min(long, FILLS_US) : 1_000;
    return { fromUs, toUs: Math.max(times.toUs, fromUs + least) };
  }

  zoom(factor: number, anchor: number, times: Times, tape: Span | null): void {
    this.show(zoomed(this.span(times, tape), this.#ground(times, tape), factor, anchor), times);
  }

  pan(byUs: number, times: Times, tape: Span | null): void {
    this.show(panned(this.span(times, tape), this.#ground(times, tape), byUs), times);
  }

  /** Where a hand may go: all of the session, and what is on show of the time after it. */
  #ground(times: Times, tape: Span | null): Span {
    const shown = this.span(times, tape);
    return { fromUs: Math.min(times.fromUs, shown.fromUs), toUs: Math.max(times.toUs, shown.toUs) };
  }

  /** Shows a part that a hand has chosen. All of it is the window of all. */
  show(span: Span, times: Times): void {
    const all = length(span) >= length(times) * 0.999 && holds(span, times.toUs);
    this.#hand = all && !this.paused ? null : within(span, { fromUs: times.fromUs, toUs: Math.max(times.toUs, span.toUs) });
    if (all && !this.paused) this.windowS = 0;
  }

  /** Goes back to what moves. */
  live(): void {
    this.#hand = null;
    this.#held = null;
  }

  /** Holds the picture as it is, or lets it go on. */
  pause(on: boolean, times: Times, tape: Span | null): void {
    if (on) this.#held = this.span(times, tape);
    else this.live();
  }

  /** Chooses a window, which ends at what moves. */
  choose(windowS: number): void {
    this.windowS = windowS;
    this.live();
  }
}

/** Whether the end of a part is as good as the present. */
export function atEnd(span: Span, times: Times): boolean {
  return span.toUs >= times.toUs - NEAR * length(span);
}

/** The same part on whole steps of a picture that is `pixels` wide, so that one that moves on is not binned anew. */
export function stepped(span: Span, pixels: number): Span {
  const step = Math.max(1, Math.round(length(span) / Math.max(1, pixels)));
  return { fromUs: Math.floor(span.fromUs / step) * step, toUs: Math.ceil(span.toUs / step) * step };
}

// When the chart asks for its numbers: one question on its way, not oftener than a pixel of time goes by.

import { length, type Span } from "../../chrome/tape-span";
import type { SeriesKey, SeriesPage, SeriesQuery } from "../../ipc/bindings";

/** Ten pictures in a second are a line that flows; the next would cost and not be seen. */
export const LEAST_MS = 100;
/** Longer windows move by less than a pixel in this time, but their newest values are read as figures. */
export const MOST_MS = 500;
/** A question and the drawing of its answer take at most one part in so many of the time. */
const SPARE = 4;
/** A frame that came later than this was dropped because of what was drawn; one before this was not. */
const SLOW_MS = 40;
const FAST_MS = 22;
const LEAST_PART = 1 / 8;
/** Points of all lines in one answer; some 400 kB. */
const POINTS = 16_000;
const LEAST_POINTS = 200;
/** The engine's own bound (scene.rs, SERIES_POINTS). */
const MOST_POINTS = 4_096;

export interface Want {
  /** What is on show, on whole steps. */
  readonly span: Span;
  readonly pixels: number;
  readonly keys: readonly SeriesKey[];
  /** What the numbers depend on besides: session, entries, rule. */
  readonly content: string;
  /** A hand has asked: it waits for nothing but the answer that is on its way. */
  readonly atOnce: boolean;
}

export interface PullHost {
  ask(query: SeriesQuery): Promise<SeriesPage | null>;
  took(page: SeriesPage, want: Want): void;
  /** Looks again after so many milliseconds. */
  later(ms: number): void;
  now(): number;
}

/** `part` is how many of them can be drawn in time. */
export function pointsOf(pixels: number, lines: number, part = 1): number {
  const share = Math.floor((POINTS * part) / Math.max(1, lines));
  return Math.max(LEAST_POINTS, Math.min(pixels * 2, share, MOST_POINTS));
}

/** Milliseconds from one question to the next. */
export function paceOf(span: Span, pixels: number, costMs: number): number {
  const pixelMs = length(span) / 1000 / Math.max(1, pixels);
  return Math.max(Math.min(Math.max(pixelMs, LEAST_MS), MOST_MS), Math.min(costMs * SPARE, 4 * MOST_MS));
}

export class Pulls {
  readonly #host: PullHost;
  #generation = 0;
  #busy = false;
  /** What the newest answer is of. */
  #had = "";
  #asked = Number.NEGATIVE_INFINITY;
  #cost = 0;
  #more = false;
  /** Lines that came last; those that nobody chose are not known before. */
  #lines = 1;
  #part = 1;

  constructor(host: PullHost) {
    this.#host = host;
  }

  /** Another session: what is on its way speaks of the one before. */
  forget(): void {
    this.#generation += 1;
    this.#busy = false;
    this.#had = "";
    this.#asked = Number.NEGATIVE_INFINITY;
    this.#cost = 0;
    this.#more = false;
  }

  /** From the drawing of what came to the next frame it took so long: it counts as a part of what the question costs,
   *  and of what takes longer than a frame less is asked for. Extremes are in it all the same. */
  drew(ms: number): void {
    // A frame that came in time cost nothing.
    if (ms >= FAST_MS) this.#cost += ms;
    if (ms > SLOW_MS) this.#part = Math.max(LEAST_PART, this.#part / 2);
    else if (ms < FAST_MS) this.#part = Math.min(1, this.#part * 1.25);
  }

  /** Asks for what is wanted if it is another thing, and its time has come. */
  look(want: Want): void {
    if (this.#busy) return;
    const of = nameOf(want);
    if (of === this.#had && !this.#more) return;
    const now = this.#host.now();
    const due = this.#asked + paceOf(want.span, want.pixels, this.#cost);
    if (!want.atOnce && now < due) {
      this.#host.later(due - now);
      return;
    }
    void this.#ask(want, of);
  }

  async #ask(want: Want, of: string): Promise<void> {
    const generation = this.#generation;
    this.#busy = true;
    this.#asked = this.#host.now();
    const page = await this.#host.ask({
      from_us: Math.max(0, want.span.fromUs),
      to_us: want.span.toUs,
      points: pointsOf(want.pixels, this.#lines, this.#part),
      keys: [...want.keys],
    });
    if (generation !== this.#generation) return;
    this.#busy = false;
    this.#cost = this.#host.now() - this.#asked;
    // One that failed is asked for again after its time, as is one whose search goes on.
    this.#had = page ? of : "";
    this.#more = page === null || !page.done;
    if (page) this.#lines = page.series.length;
    if (page) this.#host.took(page, want);
    this.#host.later(0);
  }
}

function nameOf({ span, pixels, keys, content }: Want): string {
  return JSON.stringify([span.fromUs, span.toUs, pixels, keys, content]);
}

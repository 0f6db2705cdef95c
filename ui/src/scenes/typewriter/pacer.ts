// The pacing law: how many graphemes to show in a frame. It reads no clock; times are milliseconds of
// any one clock. Measured against fixed rates on steady, bursty and very fast token streams it was the
// one that neither fell behind nor showed slabs.
//
//   B = graphemes received and not yet shown
//   H = clamp(1.1 · p90(last 16 arrival gaps) + 50 ms, 200, 500)
//   rate = max(20/s, B / max(lastArrival + H − now, 33 ms)), of which whole graphemes are shown
//
// That is the natural pace. A brisk one looks ahead no further than 200 ms, H = clamp(…, 80, 200), so that what is shown is
// no more than a fifth of a second old; bursts that are further apart are then seen as bursts. An instant one shows all.

import type { Pace } from "../../ipc/bindings";

/** Below this rate text crawls. */
const SLOWEST_PER_MS = 20 / 1000;
/** Gaps that the horizon looks back on. */
const GAPS = 16;
const HORIZON_MS: Readonly<Record<Exclude<Pace, "instant">, readonly [least: number, most: number]>> = { natural: [200, 500], brisk: [80, 200] };
/** About two frames: nearer than that a rate means nothing. */
const NEAREST_MS = 33;
/** Nobody reads along past this backlog; typing it would only delay what is newest. */
const ALL_AT_ONCE = 4_000;
/** What arrives within a frame of 120 Hz came together: its gaps say nothing of the stream's rhythm, and
 *  a burst of 16 events would hide the pauses between bursts. */
const TOGETHER_MS = 8;
/** Within this the rest is shown once the stream has ended. */
const DRAIN_MS: typeof HORIZON_MS = { natural: [200, 300], brisk: [80, 200] };
/** Text that comes slower than a few graphemes in this time is typed in such steps: nobody tells them from one in each
 *  frame, and each frame that is drawn costs. */
export const STEP_MS = 50;
const STEP_GRAPHEMES = 3;
/** What the first frame after a rest counts as. */
const FRAME_MS = 1000 / 60;

interface Arrival {
  at: number;
  count: number;
}

export class Pacer {
  /** How far behind it may be; it may change at any time. */
  pace: Pace = "natural";
  /** What was received and not shown, oldest first. */
  #waiting: Arrival[] = [];
  #backlog = 0;
  #gaps: number[] = [];
  #firstAt = 0;
  #lastAt: number | null = null;
  #received = 0;
  #credit = 0;
  #frameAt: number | null = null;
  #drainBy: number | null = null;

  /** Graphemes received and not yet shown. */
  get backlog(): number {
    return this.#backlog;
  }

  /** Text arrived at `at`, with `count` graphemes that may be shown; none if all of it is held back. */
  arrive(count: number, at: number): void {
    if (this.#lastAt === null) {
      this.#firstAt = at;
      this.#lastAt = at;
    } else if (at - this.#lastAt >= TOGETHER_MS) {
      this.#gaps.push(at - this.#lastAt);
      if (this.#gaps.length > GAPS) this.#gaps.shift();
      this.#lastAt = at;
    }
    this.#drainBy = null;
    if (count <= 0) return;
    const last = this.#waiting.at(-1);
    if (last && at <= last.at) last.count += count;
    else this.#waiting.push({ at, count });
    this.#backlog += count;
    this.#received += count;
  }

  /** No more will come for now: show the rest soon. */
  finish(now: number): void {
    if (this.#drainBy !== null) return;
    const span = Math.max(1, (this.#lastAt ?? now) - this.#firstAt);
    const meanPerMs = this.#received / span;
    this.#drainBy = now + clamp(this.#backlog / (2 * meanPerMs), ...DRAIN_MS[this.#typed]);
  }

  /** How many graphemes this frame shows; the caller shows them and says so by `shown`. */
  frame(now: number): number {
    const since = this.#frameAt === null ? FRAME_MS : Math.max(0, now - this.#frameAt);
    this.#frameAt = now;
    if (this.#backlog === 0) return 0;
    if (this.pace === "instant" || this.#backlog > ALL_AT_ONCE) return this.#backlog;
    this.#credit += this.#rate(now) * since;
    return Math.min(this.#backlog, Math.floor(this.#credit));
  }

  /** Milliseconds from a frame at `now` to the next that is worth drawing; Infinity where nothing waits. */
  wait(now: number): number {
    if (this.#backlog === 0) return Infinity;
    if (this.pace === "instant") return 0;
    return this.#rate(now) * STEP_MS <= STEP_GRAPHEMES ? STEP_MS : 0;
  }

  shown(count: number): void {
    let left = Math.min(count, this.#backlog);
    this.#backlog -= left;
    this.#credit = Math.max(0, this.#credit - count);
    let gone = 0;
    for (const arrival of this.#waiting) {
      if (arrival.count > left) {
        arrival.count -= left;
        break;
      }
      left -= arrival.count;
      gone += 1;
    }
    this.#waiting.splice(0, gone);
    if (this.#backlog === 0) {
      this.#credit = 0;
      this.#frameAt = null;
    }
  }

  /** Age of the oldest grapheme not yet shown; zero when there is none. */
  lag(now: number): number {
    const oldest = this.#waiting[0];
    return oldest ? Math.max(0, now - oldest.at) : 0;
  }

  /** Forgets the stream. */
  clear(): void {
    this.#waiting = [];
    this.#backlog = 0;
    this.#gaps = [];
    this.#lastAt = null;
    this.#received = 0;
    this.#credit = 0;
    this.#frameAt = null;
    this.#drainBy = null;
  }

  get #typed(): keyof typeof HORIZON_MS {
    return this.pace === "instant" ? "brisk" : this.pace;
  }

  #rate(now: number): number {
    if (this.#drainBy !== null) return this.#backlog / Math.max(this.#drainBy - now, FRAME_MS);
    const end = (this.#lastAt ?? now) + this.#horizon();
    return Math.max(SLOWEST_PER_MS, this.#backlog / Math.max(end - now, NEAREST_MS));
  }

  #horizon(): number {
    return clamp(1.1 * percentile90(this.#gaps) + 50, ...HORIZON_MS[this.#typed]);
  }
}

function percentile90(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? 0;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

// Which cards stand in the page. New ones join at the top by themselves only while nobody is reading: at the very top,
// and the pointer and keys at rest. Otherwise they gather until they are asked for. Pure: time is an argument.

/** Hands off for this long, and new cards join by themselves. Shorter, and a card would slide away from under the
 *  pointer that was going to it. */
export const CALM_MS = 4_000;

export class Arrivals {
  /** One past the newest row that stands in the page. */
  #shown = 0;
  #touched = -Infinity;

  get shown(): number {
    return this.#shown;
  }

  /** Somebody scrolls, points or presses. */
  touch(nowMs: number): void {
    this.#touched = nowMs;
  }

  begin(): void {
    this.#shown = 0;
    this.#touched = -Infinity;
  }

  /** All that there is. */
  show(total: number): void {
    this.#shown = total;
  }

  /** `total` rows are there; `atTop` if nothing above the first can be seen. Answers how many wait. */
  note(total: number, atTop: boolean, nowMs: number): number {
    // A playhead that went back takes its cards with it; and the first ones have nobody to disturb.
    if (total < this.#shown || this.#shown === 0) this.#shown = total;
    if (atTop && nowMs - this.#touched >= CALM_MS) this.#shown = total;
    return total - this.#shown;
  }

  /** How long until what waits may join; infinite if not by itself. */
  wait(total: number, atTop: boolean, nowMs: number): number {
    return atTop && total > this.#shown ? Math.max(0, CALM_MS - (nowMs - this.#touched)) : Infinity;
  }
}

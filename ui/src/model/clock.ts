// The backend's clock as the window reads it. Each tick carries the time at which it was sent; the
// least delayed of the recent ones tells the difference between the two clocks best.

/** Ticks that are looked back on: about a second of them, so that a step of the wall clock (a new
 *  attempt takes its time anew) is followed within that time. */
const KEPT = 64;

export class BackendClock {
  #offsets: number[] = [];
  #offset: number;

  /** `nowUs` and `pageMs` are one moment's guess before the first tick, as the wall clock gives it. */
  constructor(nowUs: number, pageMs: number) {
    this.#offset = nowUs - pageMs * 1000;
  }

  /** A message sent at `nowUs` of the backend's clock was received at `pageMs` of the page's. */
  note(nowUs: number, pageMs: number): void {
    this.#offsets.push(nowUs - pageMs * 1000);
    if (this.#offsets.length > KEPT) this.#offsets.shift();
    this.#offset = Math.max(...this.#offsets);
  }

  /** Microseconds since the epoch, at `pageMs`. */
  now(pageMs: number): number {
    return Math.round(pageMs * 1000 + this.#offset);
  }
}

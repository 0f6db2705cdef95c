// Tells the typing lag four times a second: the worst of the frames since, and zero once all is shown.

const EVERY_MS = 250;

export class LagTeller {
  #told = 0;
  #toldAt = -EVERY_MS;
  #worst = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #tell: (ms: number) => void;
  readonly #again: () => void;

  /** `again` asks for a frame, when none may come by itself to tell the end of it. */
  constructor(tell: (ms: number) => void, again: () => void) {
    this.#tell = tell;
    this.#again = again;
  }

  /** The lag at the frame of `now`. */
  frame(now: number, lag: number): void {
    this.#worst = Math.max(this.#worst, lag);
    if (now - this.#toldAt >= EVERY_MS) {
      const worst = Math.round(this.#worst);
      if (worst !== this.#told) this.#tell(worst);
      this.#told = worst;
      this.#toldAt = now;
      this.#worst = 0;
    }
    if (this.#worst === 0 && this.#told === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#again();
    }, EVERY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

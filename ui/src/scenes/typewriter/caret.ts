// The caret's blink. A timer that flips a class twice a second costs a tenth of a stepped CSS animation,
// which wakes the renderer at every frame. While text comes the caret stays.

const BLINK_MS = 530;

export class Caret {
  readonly #element: HTMLElement;
  #timer: ReturnType<typeof setInterval> | null = null;
  #typedAt = -BLINK_MS;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Text came at `now`. */
  typed(now: number): void {
    this.#typedAt = now;
    this.#element.classList.remove("off");
  }

  show(on: boolean, pale: boolean, blinking: boolean): void {
    this.#element.hidden = !on;
    this.#element.classList.toggle("pale", pale);
    if (on && blinking) this.#timer ??= setInterval(() => this.#flip(), BLINK_MS);
    else this.stop();
  }

  stop(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#element.classList.remove("off");
  }

  #flip(): void {
    const resting = performance.now() - this.#typedAt >= BLINK_MS;
    this.#element.classList.toggle("off", resting && !this.#element.classList.contains("off"));
  }
}

// A small sheet under what opened it. One is open at a time; it closes when something else is pressed.

import { isComposing } from "../../chrome/keys";
import { focusBack } from "../../chrome/regions";
import { el } from "../dom";

let open: Popover | null = null;

export class Popover {
  readonly element = el("div", "popover chart-popover", { role: "dialog" });
  readonly #from: HTMLElement;
  readonly #closed: () => void;

  constructor(from: HTMLElement, label: string, content: readonly HTMLElement[], closed: () => void = () => undefined) {
    open?.close();
    this.#from = from;
    this.#closed = closed;
    this.element.setAttribute("aria-label", label);
    this.element.append(...content);
    document.body.append(this.element);
    from.setAttribute("aria-expanded", "true");
    open = this;
    this.place();
    addEventListener("pointerdown", this.#onPointer, true);
    addEventListener("resize", this.#onResize);
    this.element.addEventListener("keydown", (event) => {
      // Chords and single keys of the window mean nothing to what is typed here.
      event.stopPropagation();
      if (event.key === "Escape" && !isComposing(event) && !event.defaultPrevented) this.close(true);
    });
    this.element.querySelector<HTMLElement>("input, button, [tabindex='0']")?.focus();
  }

  /** What opened it, where that is open. */
  static opener(): HTMLElement | null {
    return open ? open.#from : null;
  }

  static closeAll(): void {
    open?.close();
  }

  place(): void {
    const from = this.#from.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = this.element;
    this.element.style.left = `${Math.max(8, Math.min(from.left, innerWidth - offsetWidth - 8))}px`;
    this.element.style.top = `${Math.max(8, Math.min(from.bottom + 4, innerHeight - offsetHeight - 8))}px`;
  }

  close(back = false): void {
    if (open !== this) return;
    open = null;
    removeEventListener("pointerdown", this.#onPointer, true);
    removeEventListener("resize", this.#onResize);
    const focused = back || this.element.contains(document.activeElement);
    // A field that is left tells what was typed into it.
    if (document.activeElement instanceof HTMLElement && this.element.contains(document.activeElement)) document.activeElement.blur();
    this.element.remove();
    this.#from.setAttribute("aria-expanded", "false");
    this.#closed();
    if (focused) focusBack(this.#from);
  }

  readonly #onPointer = (event: PointerEvent): void => {
    if (!(event.target instanceof Node)) return;
    if (!this.element.contains(event.target) && !this.#from.contains(event.target)) this.close();
  };

  readonly #onResize = (): void => this.close();
}

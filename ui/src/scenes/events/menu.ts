// A menu under its button: things to choose, by pointer or by keys. One is open at a time.

import { createLetters } from "../../chrome/letters";
import { focusBack } from "../../chrome/regions";
import { el, setText } from "../dom";

export interface MenuItem {
  readonly words: string;
  /** Said after the words, more quietly. */
  readonly note?: string;
  /** `check` may be one of several, `radio` is one of its group. */
  readonly kind: "check" | "radio";
  readonly on: boolean;
  /** A line above it. */
  readonly parted?: boolean;
  readonly value?: string;
  choose(): void;
}

let open: Menu | null = null;

export class Menu {
  readonly #button: HTMLButtonElement;
  readonly #element = el("div", "menu ev-menu", { role: "menu" });
  readonly #items: () => readonly MenuItem[];
  readonly #letters = createLetters();

  /** `items` is asked each time that the menu is shown, and after each choice: it stays open for the next one. */
  constructor(button: HTMLButtonElement, label: string, items: () => readonly MenuItem[]) {
    this.#button = button;
    this.#items = items;
    button.setAttribute("aria-haspopup", "menu");
    button.setAttribute("aria-expanded", "false");
    this.#element.setAttribute("aria-label", label);
    button.addEventListener("click", () => (open === this ? this.close() : this.#show()));
    this.#element.addEventListener("keydown", (event) => this.#onKey(event));
  }

  get isOpen(): boolean {
    return open === this;
  }

  close(): void {
    if (open !== this) return;
    open = null;
    removeEventListener("pointerdown", this.#onPointer, true);
    removeEventListener("blur", this.#onBlur);
    removeEventListener("resize", this.#onBlur);
    const focused = this.#element.contains(document.activeElement);
    this.#element.remove();
    this.#button.setAttribute("aria-expanded", "false");
    if (focused) focusBack(this.#button);
  }

  #show(): void {
    open?.close();
    open = this;
    this.#fill();
    // Within the landmark of what it belongs to.
    (this.#button.closest("main") ?? document.body).append(this.#element);
    const from = this.#button.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = this.#element;
    // Through the object model, since the policy refuses style attributes.
    this.#element.style.left = `${Math.max(4, Math.min(from.left, innerWidth - offsetWidth - 4))}px`;
    this.#element.style.top = `${Math.max(4, Math.min(from.bottom + 4, innerHeight - offsetHeight - 4))}px`;
    this.#button.setAttribute("aria-expanded", "true");
    this.#buttons[0]?.focus();
    addEventListener("pointerdown", this.#onPointer, true);
    addEventListener("blur", this.#onBlur);
    addEventListener("resize", this.#onBlur);
  }

  get #buttons(): HTMLButtonElement[] {
    return [...this.#element.querySelectorAll("button")];
  }

  #fill(): void {
    const at = this.#buttons.indexOf(document.activeElement as HTMLButtonElement);
    this.#element.replaceChildren(
      ...this.#items().flatMap((item) => {
        const button = el("button", "", {
          type: "button",
          role: item.kind === "check" ? "menuitemcheckbox" : "menuitemradio",
          "aria-checked": String(item.on),
          tabindex: "-1",
        });
        if (item.value !== undefined) button.dataset["value"] = item.value;
        const words = el("b");
        setText(words, item.words);
        button.append(words);
        if (item.note !== undefined) {
          const note = el("span");
          setText(note, item.note);
          button.append(note);
        }
        button.addEventListener("click", () => {
          item.choose();
          if (open === this) this.#fill();
        });
        return item.parted ? [el("hr"), button] : [button];
      }),
    );
    if (at >= 0) this.#buttons[Math.min(at, this.#buttons.length - 1)]?.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const buttons = this.#buttons;
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    switch (event.key) {
      case "Escape":
      case "Tab":
        this.close();
        break;
      case "ArrowDown":
        buttons[(at + 1) % buttons.length]?.focus();
        break;
      case "ArrowUp":
        buttons[(at - 1 + buttons.length) % buttons.length]?.focus();
        break;
      case "Home":
        buttons[0]?.focus();
        break;
      case "End":
        buttons.at(-1)?.focus();
        break;
      default: {
        const next = this.#letters.key(event, buttons.map((button) => button.textContent ?? ""), at);
        if (next === null) return;
        buttons[next]?.focus();
      }
    }
    event.preventDefault();
    event.stopPropagation();
  }

  readonly #onPointer = (event: PointerEvent): void => {
    if (!(event.target instanceof Node)) return;
    // The button's own click closes it.
    if (!this.#element.contains(event.target) && !this.#button.contains(event.target)) this.close();
  };

  readonly #onBlur = (): void => this.close();
}

// The list of the newest event's values, under the field that asks for a path.

import { t } from "../../i18n";
import { el, setText } from "../dom";
import type { Suggestion } from "./paths";

interface Asking {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
}

/** Options that stand in the list at once. */
const MOST = 8;

let made = 0;

export class Suggestions<L extends Asking = Asking> {
  readonly #list = el("div", "fields-list", { role: "listbox", "data-testid": "fields-list" });
  readonly #picked: (line: L) => void;
  readonly #id = `fields-list-${(made += 1)}`;
  #line: L | null = null;
  #at = -1;

  constructor(picked: (line: L) => void) {
    this.#picked = picked;
    this.#list.id = this.#id;
    this.#list.setAttribute("aria-label", t("fields.suggestions"));
    // The field keeps the focus.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  show(line: L, all: readonly Suggestion[]): void {
    const written = line.input.value.trim().toLowerCase();
    const exact = all.some(({ path }) => path.toLowerCase() === written);
    const fits = all.filter(({ path, value }) => exact || `${path} ${value}`.toLowerCase().includes(written)).slice(0, MOST);
    if (fits.length === 0) {
      this.hide();
      return;
    }
    if (this.#line !== line) this.hide();
    this.#line = line;
    this.#at = -1;
    this.#list.replaceChildren(
      ...fits.map((each, at) => {
        const option = el("div", "fields-option", { id: `${this.#id}-${at}`, role: "option", "aria-selected": "false", "data-path": each.path });
        const path = el("span", "mono");
        setText(path, each.path);
        const value = el("span", "fields-value", { dir: "auto" });
        setText(value, each.value);
        option.append(path, value);
        option.addEventListener("click", () => this.#pick(each.path));
        return option;
      }),
    );
    if (this.#list.parentElement !== line.element) line.element.append(this.#list);
    this.#tell(line);
    this.#place(line);
  }

  /** What a screen reader is told of the list. */
  #tell({ input }: L): void {
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.#id);
    input.setAttribute("aria-expanded", String(this.#list.isConnected));
    if (this.#list.isConnected && this.#at >= 0) input.setAttribute("aria-activedescendant", `${this.#id}-${this.#at}`);
    else input.removeAttribute("aria-activedescendant");
  }

  /** Over the panel and past its edge; above the field where there is no room below. */
  #place({ element, input }: L): void {
    const field = input.getBoundingClientRect();
    const { style, offsetHeight } = this.#list;
    const below = field.bottom + 2 + offsetHeight <= innerHeight - 4;
    // Through the object model, since the policy refuses style attributes.
    style.left = `${field.left}px`;
    style.width = `${element.getBoundingClientRect().right - field.left}px`;
    style.top = `${below ? field.bottom + 2 : Math.max(4, field.top - 2 - offsetHeight)}px`;
  }

  hide(): void {
    const line = this.#line;
    this.#line = null;
    this.#at = -1;
    this.#list.remove();
    if (line) this.#tell(line);
  }

  /** Answers whether the key was for the list. */
  key(event: KeyboardEvent, line: L, all: readonly Suggestion[]): boolean {
    if (!this.#list.isConnected) {
      if (event.key !== "ArrowDown") return false;
      this.show(line, all);
      event.preventDefault();
      return true;
    }
    const options = [...this.#list.children] as HTMLElement[];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#at = (this.#at + step + options.length + (this.#at < 0 && step < 0 ? 1 : 0)) % options.length;
      for (const [at, option] of options.entries()) option.setAttribute("aria-selected", String(at === this.#at));
      options[this.#at]?.scrollIntoView({ block: "nearest" });
      this.#tell(line);
    } else if (event.key === "Enter" && this.#at >= 0) this.#pick(options[this.#at]?.dataset["path"] ?? "");
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    return true;
  }

  #pick(path: string): void {
    const line = this.#line;
    if (!line) return;
    line.input.value = path;
    this.hide();
    this.#picked(line);
  }
}

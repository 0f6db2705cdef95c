// The end of a block that is too long to be set in every frame: as it came, until it is set again.

import { el } from "../scenes/dom";
import type { Growth } from "./patch";

/** An append costs as much as its node is long. */
const NODE_CHARS = 4_000;

export class RawTail {
  readonly #parent: HTMLElement;
  #element: HTMLElement | null = null;

  constructor(parent: HTMLElement) {
    this.#parent = parent;
  }

  get shown(): boolean {
    return this.#element !== null;
  }

  append(text: string, growth: Growth | null): void {
    if (text === "") return;
    if (!this.#element) {
      this.#element = el("div", "md-raw", { dir: "auto" });
      this.#parent.append(this.#element);
    }
    appendText(this.#element, text, growth);
  }

  clear(): void {
    this.#element?.remove();
    this.#element = null;
  }
}

/** Appends to the last node, or begins another. */
export function appendText(into: HTMLElement, text: string, growth: Growth | null): void {
  const last = into.lastChild;
  if (last instanceof Text && last.length + text.length <= NODE_CHARS) {
    const from = last.length;
    last.appendData(text);
    growth?.(last, from, last.length);
    return;
  }
  const node = new Text(text);
  into.append(node);
  growth?.(node, 0, node.length);
}

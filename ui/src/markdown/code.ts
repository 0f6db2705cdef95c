// A block of code: its language, its letters, a button that copies them. It grows by appending to its last node, and is
// highlighted once it is complete, if it is not too long for that and nobody has selected in it.

import { t } from "../i18n";
import { copyFrom } from "../scenes/copy";
import { el, setHidden, setText } from "../scenes/dom";
import { highlight } from "./highlight";
import type { Growth } from "./patch";

/** An append costs as much as its node is long. */
const NODE_CHARS = 4_000;

const blocks = new WeakMap<Element, CodeBlock>();

export class CodeBlock {
  readonly element = el("figure", "md-code");
  readonly #label = el("span", "md-code-lang");
  readonly #code = el("code", "", { dir: "ltr" });
  /** What became of a copy, for those who do not see the button. */
  readonly #ear = el("span", "hidden", { role: "status" });
  #lang = "";
  #length = 0;
  /** The letters are in spans, not to be appended to. */
  #coloured = false;
  #final = false;

  constructor() {
    // Long lines are scrolled, by keys too.
    const pre = el("pre", "", { tabindex: "0", role: "group", "aria-label": t("md.code") });
    const copy = el("button", "md-copy", { type: "button" });
    setText(copy, t("md.copy"));
    copy.addEventListener("click", () => void copyFrom(copy, this.text, this.#ear));
    const tools = el("div", "md-code-tools");
    tools.append(this.#label, copy, this.#ear);
    pre.append(this.#code);
    this.element.append(tools, pre);
    setHidden(this.#label, true);
    blocks.set(this.element, this);
  }

  static of(element: Element): CodeBlock | null {
    return blocks.get(element) ?? null;
  }

  /** Where a caret may stand. */
  get home(): HTMLElement {
    return this.#code;
  }

  get length(): number {
    return this.#length;
  }

  /** The whole of it. A line end at its end takes no room. */
  set(lang: string, text: string, growth: Growth | null, final: boolean): void {
    this.#name(lang);
    const now = this.text;
    if (text !== now) {
      if (text.startsWith(now) && !this.#coloured) this.append(text.slice(now.length), growth);
      else this.#rewrite(text, now);
    }
    if (final) this.finish();
  }

  get text(): string {
    return this.#code.textContent ?? "";
  }

  append(text: string, growth: Growth | null): void {
    if (this.#coloured) this.#plain();
    this.#final = false;
    this.#length += text.length;
    for (let at = 0; at < text.length; ) {
      const last = this.#last();
      const room = NODE_CHARS - (last?.length ?? NODE_CHARS);
      // Never between the halves of a letter.
      const end = room > 0 ? cutAt(text, at + room) : cutAt(text, at + NODE_CHARS);
      const piece = text.slice(at, end);
      if (last && room > 0) {
        const from = last.length;
        last.appendData(piece);
        growth?.(last, from, last.length);
      } else {
        const node = new Text(piece);
        this.#code.append(node);
        growth?.(node, 0, node.length);
      }
      at = end;
    }
  }

  /** Drops letters from the beginning. */
  drop(chars: number): void {
    if (this.#coloured) this.#plain();
    let left = Math.min(chars, this.#length);
    this.#length -= left;
    while (left > 0) {
      const first = this.#code.firstChild;
      if (!(first instanceof Text)) break;
      const { length } = first;
      if (length > left) first.deleteData(0, left);
      else first.remove();
      left -= Math.min(left, length);
    }
  }

  /** No more will come. */
  finish(): void {
    if (this.#final) return;
    this.#final = true;
    highlight(this.#code, this.#lang, this.#length, (tree) => {
      if (!this.#final || tree.textContent !== this.text) return;
      this.#code.replaceChildren(tree);
      this.#coloured = true;
    });
  }

  #last(): Text | null {
    const last = this.#code.lastChild;
    const node = last instanceof Text ? last : last?.previousSibling;
    return node instanceof Text ? node : null;
  }

  #name(lang: string): void {
    if (lang === this.#lang) return;
    this.#lang = lang;
    setText(this.#label, lang);
    setHidden(this.#label, lang === "");
  }

  #rewrite(text: string, now: string): void {
    let same = 0;
    const most = Math.min(text.length, now.length);
    while (same < most && text.charCodeAt(same) === now.charCodeAt(same)) same += 1;
    this.cutTo(same);
    this.append(text.slice(same), null);
  }

  /** Puts letters before the others. */
  unshift(text: string): void {
    if (this.#coloured) this.#plain();
    this.#length += text.length;
    const made: Text[] = [];
    for (let at = 0, end = 0; at < text.length; at = end) {
      end = cutAt(text, at + NODE_CHARS);
      made.push(new Text(text.slice(at, end)));
    }
    this.#code.prepend(...made);
  }

  /** Leaves so many letters. */
  cutTo(chars: number): void {
    if (this.#coloured) this.#plain();
    let at = 0;
    for (const node of [...this.#code.childNodes]) {
      if (!(node instanceof Text)) continue;
      const { length } = node;
      if (at >= chars) node.remove();
      else if (at + length > chars) node.deleteData(chars - at, length);
      at += length;
    }
    this.#length = Math.min(this.#length, chars);
  }

  #plain(): void {
    if (!this.#coloured) return;
    const text = this.text;
    this.#coloured = false;
    this.#code.replaceChildren();
    this.#length = 0;
    this.append(text, null);
  }
}

function cutAt(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at;
}

// A text as it is: letters and line ends, in paragraphs that are short enough to be laid out again while they grow.

import { appendText } from "../../markdown/raw";
import { letterRect, pieceAt, placeIn, spotOf, type Body, type Spot } from "../../markdown/body";
import { normalised } from "../../markdown/parse";
import type { Growth } from "../../markdown/patch";
import { el } from "../dom";

/** A paragraph this long ends at its next line end; the cost of an append grows with it. */
const PARAGRAPH = 2_000;

interface Paragraph {
  from: number;
  readonly element: HTMLElement;
}

export class PlainBody implements Body {
  readonly element = el("div", "plain");
  #source = "";
  #from = 0;
  #paragraphs: Paragraph[] = [];
  #drawn = 0;

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#from + this.#source.length;
  }

  source(): string {
    return this.#source;
  }

  append(text: string): void {
    this.#source += normalised(text);
  }

  draw(growth: Growth | null): boolean {
    const text = this.#source.slice(this.#drawn - this.#from);
    let at = 0;
    while (at < text.length) {
      let last = this.#paragraphs.at(-1);
      const from = this.#drawn + at;
      if (!last || (from - last.from >= PARAGRAPH && this.#source[from - this.#from - 1] === "\n")) {
        last = { from, element: el("div", "plain-part", { dir: "auto" }) };
        this.element.append(last.element);
        this.#paragraphs.push(last);
      }
      const enough = text.indexOf("\n", Math.max(at, at + PARAGRAPH - (from - last.from) - 1));
      const end = enough < 0 ? text.length : enough + 1;
      // A node at a time: one append of a megabyte would be one node.
      for (let cut = at; cut < end; ) {
        const next = edge(text, Math.min(end, cut + PARAGRAPH));
        appendText(last.element, text.slice(cut, next), growth);
        cut = next;
      }
      at = end;
    }
    this.#drawn = this.to;
    return false;
  }

  finish(): void {
    this.draw(null);
  }

  prepend(text: string, end: number): void {
    let older = normalised(text);
    if (end > this.#from) older = older.slice(0, Math.max(0, older.length - (end - this.#from)));
    if (older === "") return;
    const before = new PlainBody();
    before.append(older);
    before.draw(null);
    this.#source = older + this.#source;
    this.#from -= older.length;
    const last = before.#paragraphs.at(-1);
    const first = this.#paragraphs[0];
    if (last && first && !older.endsWith("\n")) {
      // One line that was cut in two.
      first.element.prepend(...last.element.childNodes);
      first.from = this.#from + last.from;
      last.element.remove();
      before.#paragraphs.pop();
    }
    for (const paragraph of before.#paragraphs) paragraph.from += this.#from;
    this.element.prepend(...before.element.childNodes);
    this.#paragraphs = [...before.#paragraphs, ...this.#paragraphs];
  }

  dropBefore(place: number): void {
    if (place <= this.#from) return;
    const at = pieceAt(this.#paragraphs, place);
    for (const gone of this.#paragraphs.splice(0, at)) gone.element.remove();
    const [first] = this.#paragraphs;
    if (!first) return;
    const from = Math.max(first.from, this.#from);
    if (place - from <= 2 * PARAGRAPH) {
      this.#begin(from);
      return;
    }
    let left = place - from;
    for (let node = first.element.firstChild; node instanceof Text && left > 0; node = first.element.firstChild) {
      const { length } = node;
      if (length > left) node.deleteData(0, left);
      else node.remove();
      left -= Math.min(length, left);
    }
    first.from = place;
    this.#begin(place);
  }

  #begin(place: number): void {
    this.#source = this.#source.slice(place - this.#from);
    this.#from = place;
    this.#drawn = Math.max(this.#drawn, place);
  }

  dropAfter(place: number): void {
    if (place >= this.to) return;
    const text = this.#source.slice(0, Math.max(0, place - this.#from));
    for (const { element } of this.#paragraphs) element.remove();
    this.#paragraphs = [];
    this.#source = text;
    this.#drawn = this.#from;
    this.draw(null);
  }

  spot(place: number): Spot | null {
    const spot = spotOf(this.#paragraphs, this.to, place);
    const from = this.#paragraphs[pieceAt(this.#paragraphs, place)]?.from ?? 0;
    return spot && { ...spot, letter: letterAt(spot.element, place - from) };
  }

  placeAt(y: number): number {
    const near = placeIn(this.#paragraphs, this.to, y);
    const at = pieceAt(this.#paragraphs, near);
    const paragraph = this.#paragraphs[at];
    if (!paragraph) return near;
    // The first letter whose line reaches below that height.
    let low = 0;
    for (let high = (this.#paragraphs[at + 1]?.from ?? this.to) - paragraph.from; low < high; ) {
      const middle = (low + high) >> 1;
      const letter = letterAt(paragraph.element, middle);
      const rect = letter && letterRect(letter.node, letter.at);
      // A line end has no place of its own: it is taken for where its line is.
      if (rect && rect.height > 0 && rect.bottom <= y) low = middle + 1;
      else high = middle;
    }
    return low > 0 ? paragraph.from + low : near;
  }

  home(): HTMLElement {
    return this.#paragraphs.at(-1)?.element ?? this.element;
  }
}

function letterAt(paragraph: HTMLElement, at: number): { node: Text; at: number } | undefined {
  let left = at;
  for (const node of paragraph.childNodes) {
    if (!(node instanceof Text)) continue;
    if (left < node.length) return { node, at: left };
    left -= node.length;
  }
  return undefined;
}

function edge(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return at < text.length && unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at;
}

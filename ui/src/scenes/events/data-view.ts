// The data of an entry: JSON set out over lines, whose values can be chosen for their path, or the text it is. What
// the filter's query matches is marked in both.

import { t } from "../../i18n";
import { Disposal, el, setText } from "../dom";
import { hitsIn, marked, type Hit } from "./hits";
import { pretty, type Piece } from "./json";
import { askFor, pathOf, type Place } from "./path";

export interface Chosen {
  readonly path: string;
  /** A query for the events whose value is the same. */
  readonly query: string;
  /** Whether it is a number. */
  readonly number: boolean;
}

export class DataView {
  readonly element = el("pre", "in-data selectable", { tabindex: "0" });
  readonly #changed: (chosen: Chosen | null) => void;
  readonly #disposal = new Disposal();
  /** Names and values that can be chosen, in order, each with where it stands. */
  #places = new Map<HTMLElement, Piece>();
  #chosen: HTMLElement[] = [];

  constructor(changed: (chosen: Chosen | null) => void) {
    this.#changed = changed;
    this.element.setAttribute("aria-label", t("inspector.data"));
    this.#disposal.listen(this.element, "click", (event) => this.#onClick(event));
    this.#disposal.listen(this.element, "keydown", (event) => this.#onKey(event));
  }

  /** Valid JSON over lines. */
  showJson(text: string, query: string, known: readonly Hit[]): void {
    const hits = hitsOf(text, query, known);
    this.#reset(true, false);
    this.element.replaceChildren(
      ...pretty(text).map((piece) => {
        if (piece.kind === "plain") return new Text(piece.text);
        const span = el("span", `json-${piece.kind}`);
        span.append(...(hits.length > 0 ? marked(piece.text, near(hits, piece), piece.at) : [piece.text]));
        if (piece.place) this.#places.set(span, piece);
        return span;
      }),
    );
  }

  showText(text: string, query: string, known: readonly Hit[]): void {
    const hits = hitsOf(text, query, known);
    this.#reset(false, false);
    if (hits.length > 0) this.element.replaceChildren(...marked(text, hits));
    else setText(this.element, text);
  }

  /** Words of the window in place of data. */
  showWords(words: string): void {
    this.#reset(false, true);
    setText(this.element, words);
  }

  /** As it is seen. */
  get text(): string {
    return this.element.textContent ?? "";
  }

  dispose(): void {
    this.#disposal.end();
  }

  #reset(json: boolean, empty: boolean): void {
    this.element.classList.toggle("json", json);
    this.element.classList.toggle("empty", empty);
    this.#places = new Map();
    this.#choose(null);
  }

  #onClick(event: MouseEvent): void {
    // Text that is being selected is not a value that is chosen.
    if (getSelection()?.isCollapsed === false) return;
    const span = event.target instanceof Element ? event.target.closest<HTMLElement>(".in-data > span") : null;
    this.#choose(span && this.#places.has(span) ? span : null);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || this.#places.size === 0) return;
    const spans = this.#values();
    const at = spans.indexOf(this.#chosen.at(-1) ?? this.element);
    switch (event.key) {
      case "ArrowDown":
        this.#choose(spans[Math.min(at + 1, spans.length - 1)] ?? null);
        break;
      case "ArrowUp":
        this.#choose(spans[Math.max(at - 1, 0)] ?? null);
        break;
      case "Escape":
        if (this.#chosen.length === 0) return;
        this.#choose(null);
        event.stopPropagation();
        break;
      default:
        return;
    }
    event.preventDefault();
    this.#chosen.at(-1)?.scrollIntoView({ block: "nearest" });
  }

  /** One for each place: its value, or its name where the value is an object or an array. */
  #values(): HTMLElement[] {
    const spans: HTMLElement[] = [];
    let before: Place | null = null;
    for (const [span, { kind, place }] of this.#places) {
      if (place && before && samePlace(place, before)) spans.pop();
      spans.push(span);
      before = kind === "key" ? place : null;
    }
    return spans;
  }

  #choose(span: HTMLElement | null): void {
    const piece = span ? this.#places.get(span) : undefined;
    for (const each of this.#chosen) each.classList.remove("chosen");
    this.#chosen = [];
    if (!span || !piece?.place) {
      this.#changed(null);
      return;
    }
    const { place } = piece;
    let literal: string | null = null;
    let number = false;
    for (const [each, other] of this.#places) {
      if (!other.place || !samePlace(other.place, place)) continue;
      each.classList.add("chosen");
      this.#chosen.push(each);
      if (other.kind === "key") continue;
      literal = other.text;
      number = other.kind === "number";
    }
    this.#changed({ path: pathOf(place), query: askFor(place, literal), number });
  }
}

/** What is marked: what can be found here, or what the engine says of the row. */
function hitsOf(text: string, query: string, known: readonly Hit[]): readonly Hit[] {
  return query.trim() === "" ? [] : (hitsIn(text, query) ?? known);
}

function samePlace(a: Place, b: Place): boolean {
  return a.step === b.step && a.up === b.up;
}

/** Of many hits those that can touch a piece; they are in order. */
function near(hits: readonly Hit[], { at, text }: Piece): readonly Hit[] {
  const end = at + text.length;
  let low = 0;
  for (let high = hits.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((hits[middle]?.[1] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  let to = low;
  while ((hits[to]?.[0] ?? end) < end) to += 1;
  return hits.slice(low, to);
}

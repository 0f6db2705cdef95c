// One row of the pool. It is filled anew as rows pass by, and writes only what differs.

import { fmt, t } from "../../i18n";
import type { Row } from "../../ipc/bindings";
import type { Colours } from "../action-name";
import { el, setAttribute, setHidden, setText } from "../dom";
import type { Column } from "./columns";
import { marked } from "./hits";
import { since } from "./time";
import { tone, words } from "./words";

/** Past this no window shows more of a line, and laying it out costs. */
const LINE_CHARS = 400;

/** Width of a character of 11.75 px JetBrains Mono, pixels. */
const CHAR_PX = 7.05;
/** A column that is not measured yet is as wide as nothing: a line is not begun there. */
const LEAST_CHARS = 12;

/** How rows are written; another object where anything of it differs. */
export interface RowLook {
  readonly shown: readonly Column[];
  /** When the session began, where times are since then. */
  readonly zeroUs: number | null;
  /** Characters of data that the width of the column shows. */
  readonly chars: number;
  /** What actions give rows their colours, in words. */
  readonly colours: Colours;
}

export const NO_COLOURS: Colours = {};

/** The look before where nothing of it differs. `wide` is the width of the data, pixels. */
export function lookOf(
  before: RowLook,
  shown: readonly Column[],
  zeroUs: number | null,
  wide: number,
  colours: Colours = NO_COLOURS,
): RowLook {
  const chars = Math.max(LEAST_CHARS, Math.floor(wide / CHAR_PX));
  const same = before.shown === shown && before.zeroUs === zeroUs && before.chars === chars && before.colours === colours;
  return same ? before : { shown, zeroUs, chars, colours };
}

export interface RowMarks {
  readonly index: number;
  readonly selected: boolean;
  readonly bookmarked: boolean;
}

export class RowView {
  readonly element = el("div", "ev-row", { role: "row" });
  readonly #number = cell("ev-number");
  readonly #seq = el("span");
  readonly #flag = el("button", "ev-flag", { type: "button", tabindex: "-1" });
  readonly #arrived = cell("ev-arrived");
  readonly #gap = cell("ev-gap");
  readonly #type = cell("ev-type");
  readonly #chip = el("span", "chip");
  readonly #data = cell("ev-data");
  #tone = "";
  #shown: Row | null = null;
  #look: RowLook | null = null;
  #bookmarked: boolean | null = null;
  #top = Number.NaN;

  constructor(slot: number) {
    this.element.id = `ev-row-${slot}`;
    this.#type.append(this.#chip);
    this.#number.append(this.#flag, this.#seq);
    this.element.append(this.#number, this.#arrived, this.#gap, this.#type, this.#data);
  }

  /** The number of the row it shows, or null. */
  at: number | null = null;

  /** The entry in it, once it is known. */
  get pos(): number | null {
    return this.#shown?.pos ?? null;
  }

  /** Whether this is the button of its bookmark. */
  isFlag(target: EventTarget | null): boolean {
    return target === this.#flag;
  }

  place(top: number): void {
    if (top === this.#top) return;
    this.#top = top;
    this.element.style.transform = `translateY(${top}px)`;
  }

  /** Shows a row; one that has not been pulled yet is empty. */
  show(row: Row | undefined, at: number, look: RowLook, marks: RowMarks): void {
    this.at = at;
    setHidden(this.element, false);
    setAttribute(this.element, "aria-rowindex", String(marks.index));
    setAttribute(this.element, "aria-selected", String(marks.selected));
    if (!row) this.#empty();
    else if (row !== this.#shown || look !== this.#look) this.#fill(row, look);
    this.#setFlag(row !== undefined, marks.bookmarked);
  }

  note(text: string, index: number): void {
    this.at = null;
    setHidden(this.element, false);
    setAttribute(this.element, "aria-rowindex", String(index));
    setAttribute(this.element, "aria-selected", null);
    this.#empty();
    this.#setTone("note");
    setText(this.#data, text);
    this.#setFlag(false, false);
  }

  hide(): void {
    this.at = null;
    setHidden(this.element, true);
    this.#shown = null;
    setAttribute(this.element, "data-testid", null);
    setAttribute(this.element, "data-seq", null);
  }

  #empty(): void {
    this.#shown = null;
    this.#setTone("blank");
    for (const node of [this.#seq, this.#arrived, this.#gap, this.#chip, this.#data]) setText(node, "");
    setAttribute(this.element, "data-testid", null);
    setAttribute(this.element, "data-seq", null);
    setAttribute(this.element, "data-pos", null);
    setAttribute(this.element, "data-colour", null);
    setAttribute(this.element, "title", null);
  }

  #fill(row: Row, look: RowLook): void {
    this.#shown = row;
    if (look !== this.#look) this.#setColumns(look);
    this.#look = look;
    this.#setTone(tone(row));
    setAttribute(this.element, "data-pos", String(row.pos));
    const colour = row.colour ?? null;
    setAttribute(this.element, "data-colour", colour);
    const named = colour && look.colours[colour];
    setAttribute(this.element, "title", named ? t("actions.row", { name: named }) : null);
    setText(this.#arrived, look.zeroUs === null ? fmt.clock(row.at_us) : since(row.at_us - look.zeroUs));
    if (row.kind === "event") {
      setAttribute(this.element, "data-testid", "event-row");
      setAttribute(this.element, "data-seq", String(row.seq));
      setText(this.#seq, String(row.seq));
      setText(this.#gap, row.gap_us === null ? "" : `+${fmt.ms(row.gap_us / 1000)}`);
      setText(this.#chip, row.type);
      if (row.hits && row.hits.length > 0) this.#data.replaceChildren(...markedLine(row.data, row.hits, look.chars));
      else setText(this.#data, oneLine(row.data));
    } else {
      setAttribute(this.element, "data-testid", "mark-row");
      setAttribute(this.element, "data-seq", null);
      setText(this.#seq, "");
      setText(this.#gap, "");
      setText(this.#chip, "");
      setText(this.#data, oneLine(words(row)));
    }
  }

  #setColumns({ shown }: RowLook): void {
    setHidden(this.#number, !shown.includes("number"));
    setHidden(this.#arrived, !shown.includes("arrived"));
    setHidden(this.#gap, !shown.includes("gap"));
    setHidden(this.#type, !shown.includes("type"));
    this.element.classList.toggle("no-data", !shown.includes("data"));
  }

  #setFlag(there: boolean, bookmarked: boolean): void {
    setHidden(this.#flag, !there);
    if (!there || bookmarked === this.#bookmarked) return;
    this.#bookmarked = bookmarked;
    this.element.classList.toggle("bookmarked", bookmarked);
    const words = t(bookmarked ? "bookmark.remove" : "bookmark.add");
    setAttribute(this.#flag, "aria-pressed", String(bookmarked));
    // Of a row that is read aloud it says something only where it is set; the key does the same.
    setAttribute(this.#flag, "aria-hidden", bookmarked ? null : "true");
    this.#flag.setAttribute("aria-label", words);
    this.#flag.title = words;
  }

  #setTone(next: string): void {
    if (next === this.#tone) return;
    if (this.#tone) this.element.classList.remove(this.#tone);
    this.#tone = next;
    this.element.classList.add(next);
  }
}

function cell(className: string): HTMLElement {
  return el("div", className, { role: "gridcell" });
}

function oneLine(text: string): string {
  const line = text.length > LINE_CHARS ? text.slice(0, LINE_CHARS) : text;
  return flat(line);
}

function flat(text: string): string {
  return text.replace(/[\r\n\t]+/g, " \u21b5 ");
}

/** A line with its hits marked. Where the first of them is out of sight the line begins shortly before it. */
export function markedLine(data: string, hits: readonly (readonly [number, number])[], chars: number): Node[] {
  const first = hits[0];
  let from = 0;
  if (first && first[1] > chars - 1) from = Math.max(0, Math.min(first[0] - Math.floor(chars / 3), data.length - chars + 1));
  // A character of two units is not cut in half.
  const unit = data.charCodeAt(from);
  if (from > 0 && unit >= 0xdc00 && unit < 0xe000) from -= 1;
  const nodes = marked(data.slice(from, from + LINE_CHARS), hits, from, flat);
  return from > 0 ? [new Text("\u2026"), ...nodes] : nodes;
}

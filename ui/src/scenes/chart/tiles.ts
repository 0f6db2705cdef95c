// The tiles over the panels: a figure for each line, and one for each action that counts.

import { el, setAttribute, setText } from "../dom";
import { COLOURS } from "./look";

export interface TileFacts {
  readonly name: string;
  readonly title: string;
  /** Which of the lines; null for what is counted. */
  readonly index: number | null;
  /** The colour of an action. */
  readonly colour: string | null;
  readonly value: string;
  /** All digits of it. */
  readonly whole: string;
  readonly line: string;
  readonly alert: boolean;
  /** Whether it speaks of the cursor, and not of now. */
  readonly at: boolean;
}

export interface TileEvents {
  open(name: string, tile: HTMLElement): void;
  /** The pointer or the focus has come to a tile, or has left it. */
  point(name: string | null): void;
  /** A key that moves the cursor along the line. */
  key(name: string, event: KeyboardEvent): void;
}

interface Tile {
  readonly element: HTMLButtonElement;
  readonly mark: HTMLElement;
  readonly title: HTMLElement;
  readonly value: HTMLElement;
  readonly line: HTMLElement;
}

/** More tiles than this are set smaller. */
const LARGE = 6;

export class Tiles {
  readonly element = el("div", "chart-tiles", { role: "group" });
  readonly #events: TileEvents;
  readonly #forms: boolean;
  readonly #tiles = new Map<string, Tile>();

  /** `forms`: the tile of a line opens one. */
  constructor(label: string, forms: boolean, events: TileEvents) {
    this.#forms = forms;
    this.#events = events;
    this.element.setAttribute("aria-label", label);
  }

  set(all: readonly TileFacts[]): void {
    const names = new Set(all.map(({ name }) => name));
    for (const [name, { element }] of this.#tiles) {
      if (names.has(name)) continue;
      element.remove();
      this.#tiles.delete(name);
    }
    all.forEach((facts, at) => {
      const tile = this.#tiles.get(facts.name) ?? this.#make(facts.name);
      this.#fill(tile, facts);
      const there = this.element.children[at];
      if (there !== tile.element) this.element.insertBefore(tile.element, there ?? null);
    });
    this.element.classList.toggle("many", all.length > LARGE);
  }

  get(name: string): HTMLElement | null {
    return this.#tiles.get(name)?.element ?? null;
  }

  #make(name: string): Tile {
    const element = el("button", "chart-tile", { type: "button", "data-testid": "chart-tile" });
    const [mark, title, value, line] = [el("i"), el("span", "chart-name", { dir: "auto" }), el("b"), el("span", "chart-line")];
    const head = el("span", "chart-head");
    head.append(mark, title);
    element.append(head, value, line);
    element.addEventListener("click", () => this.#events.open(name, element));
    element.addEventListener("keydown", (event) => this.#events.key(name, event));
    for (const come of ["pointerenter", "focus"]) element.addEventListener(come, () => this.#events.point(name));
    for (const leave of ["pointerleave", "blur"]) element.addEventListener(leave, () => this.#events.point(null));
    const tile = { element, mark, title, value, line };
    this.#tiles.set(name, tile);
    return tile;
  }

  #fill({ element, mark, title, value, line }: Tile, facts: TileFacts): void {
    setText(title, facts.title);
    setAttribute(title, "title", facts.title);
    setText(value, facts.value);
    setAttribute(value, "title", facts.whole === facts.value ? null : facts.whole);
    setText(line, facts.line);
    setAttribute(line, "title", facts.line);
    setAttribute(mark, "data-series", facts.index === null ? null : String((facts.index % COLOURS) + 1));
    setAttribute(mark, "data-colour", facts.index === null ? (facts.colour ?? "none") : null);
    mark.classList.toggle("dashed", facts.index !== null && facts.index >= COLOURS);
    element.classList.toggle("alert", facts.alert);
    element.classList.toggle("at", facts.at);
    setAttribute(element, "aria-haspopup", this.#forms && facts.index !== null ? "dialog" : null);
    element.dataset["name"] = facts.title;
  }
}

/** The newest figures as a table, for those who do not see the tiles. Nothing is said by itself. */
export class FigureTable {
  readonly element = el("table", "hidden");
  readonly #body = el("tbody");

  constructor(caption: string, head: readonly string[]) {
    const name = el("caption");
    setText(name, caption);
    const row = el("tr");
    row.append(...head.map((words) => cell("th", words, "col")));
    const top = el("thead");
    top.append(row);
    this.element.append(name, top, this.#body);
  }

  set(rows: readonly (readonly string[])[]): void {
    while (this.#body.childElementCount > rows.length) this.#body.lastElementChild?.remove();
    rows.forEach((words, at) => {
      const row = this.#body.children[at] ?? this.#body.appendChild(el("tr"));
      words.forEach((text, column) => {
        const there = row.children[column];
        if (there instanceof HTMLElement) setText(there, text);
        else row.append(column === 0 ? cell("th", text, "row") : cell("td", text));
      });
    });
  }
}

function cell(tag: "th" | "td", words: string, scope = ""): HTMLElement {
  const made = el(tag, "", scope === "" ? {} : { scope });
  setText(made, words);
  return made;
}

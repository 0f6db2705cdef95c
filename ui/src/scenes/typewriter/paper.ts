// The page as a document: lines, running paragraphs and marks, written at the end, pulled in at the
// beginning, bounded in length. Each line end begins a block of its own, only the last text node grows,
// and no node grows past a few thousand characters: the cost of an append grows with its block.

import type { Break, Colour } from "../../ipc/bindings";
import { t, fmt } from "../../i18n";
import { lossWords } from "../waits";
import { el } from "../dom";
import type { Step } from "./script";

const NODE_CHARS = 4_000;
/** A node that has no good place to end may grow this far, so that joined-up scripts are not cut. */
const NODE_CHARS_MOST = 6_000;
/** More lines than this in one frame are set as one block, close together: nobody reads them one by
 *  one, and a thousand blocks a frame cost more than the frame has. */
const DENSE_LINES = 64;
/** Blocks in one sheet. Laying out the last block visits its siblings, of which a page has thousands. */
const SHEET_BLOCKS = 64;
/** What must stay with the character before it. */
const JOINS = /^[\p{M}\u200c\u200d\ufe0e\ufe0f\udc00-\udfff]/u;

/** Text in pieces that end where a block does. */
const LINES = /\n+|[^\n]+\n*/g;

/** A stretch that is kept or dropped whole. */
interface Part {
  readonly element: HTMLElement;
  /** The element itself, or the paragraph that it is a part of. */
  block: HTMLElement;
  /** The entry it begins with, and the last one that it has text of. */
  readonly pos: number;
  lastPos: number;
  chars: number;
  /** Whether it begins a line: what is pulled in before it is not drawn to it. */
  readonly apart: boolean;
  colour: Colour | null;
  readonly mark?: Break;
}

/** What a paper holds, as it came: a line has its end, a mark has no text. */
export interface Held {
  readonly pos: number;
  readonly text: string;
  readonly mark: Break | null;
  readonly colour: Colour | null;
}

export type Washing = (node: Text, from: number, to: number) => void;

export function createCaret(): HTMLElement {
  return el("span", "tw-caret", { "aria-hidden": "true" });
}

export class Paper {
  readonly element: HTMLElement;
  readonly #caret: HTMLElement;
  #parts: Part[] = [];
  #chars = 0;
  /** Where writing goes on; null when a line must open first. */
  #block: HTMLElement | null = null;
  #node: Text | null = null;
  #sheet: HTMLElement | null = null;
  #lastPos = 0;

  constructor(element: HTMLElement, caret = createCaret()) {
    this.element = element;
    this.#caret = caret;
    element.append(caret);
  }

  get chars(): number {
    return this.#chars;
  }

  get lines(): number {
    return this.#parts.length;
  }

  get empty(): boolean {
    return this.#parts.length === 0;
  }

  /** The entry that the page begins with. */
  get firstPos(): number | null {
    return this.#parts[0]?.pos ?? null;
  }

  /** One past the last entry that has text here. */
  get endPos(): number {
    return this.#parts.length === 0 ? 0 : this.#lastPos + 1;
  }

  /** All that it holds, to be set in another way. Names of events are no text. */
  held(): Held[] {
    return this.#parts.map(({ element, block, pos, colour, mark }) => {
      const text = element.textContent ?? "";
      // Lines stand in blocks of their own, without their ends.
      const line = !block.classList.contains("running") && !text.endsWith("\n") && !mark;
      return { pos, text: line ? `${text}\n` : text, mark: mark ?? null, colour };
    });
  }

  /** The part that has an entry's text, or the last one before it. */
  partAt(pos: number): HTMLElement | null {
    return this.#parts.findLast((part) => part.pos <= pos)?.element ?? null;
  }

  /** The entry at a height of the window. */
  posAt(y: number): number | null {
    return this.#parts.find((part) => part.element.getBoundingClientRect().bottom > y)?.pos ?? null;
  }

  /** Notes what stands at a height of the window; what it answers tells where that is now. */
  hold(y: number): (() => number) | null {
    const element = this.#parts.find((part) => part.element.getBoundingClientRect().bottom > y)?.element;
    if (!element) return null;
    const before = element.getBoundingClientRect();
    const within = before.height > 0 ? (y - before.top) / before.height : 0;
    return () => {
      const now = element.getBoundingClientRect();
      // What stood below the height stands as far below it.
      return within < 0 ? now.top - (before.top - y) : now.top + within * now.height;
    };
  }

  get caret(): HTMLElement {
    return this.#caret;
  }

  clear(): void {
    this.#parts = [];
    this.#chars = 0;
    this.#block = this.#node = this.#sheet = null;
    this.element.replaceChildren(this.#caret);
  }

  /** Writes at the end. A `flood` of lines is set close together. */
  write(steps: readonly Step[], flood: boolean, washing: Washing | null): void {
    const dense = flood && steps.reduce((n, step) => n + (step.kind === "line" ? 1 : 0), 0) > DENSE_LINES;
    for (const step of steps) {
      if (step.kind === "mark") this.#mark(step.mark, step.pos);
      else if (step.kind === "answer") continue;
      else if (step.kind === "text") this.#text(step.text, step.pos, step.colour ?? null, washing);
      else if (dense && this.#goesOn(step)) this.#append("\n", step.pos, this.#colour, null);
      else this.#line(step.name, step.pos, step.running ? "running" : dense ? "dense" : "", true, step.colour ?? null);
    }
    // Once for all steps: the caret's move is a layout of two lines.
    const home = this.#block ?? this.element;
    if (this.#block && this.#caret.parentNode !== home) home.append(this.#caret);
  }

  /** Puts older text before what is there. */
  prepend(steps: readonly Step[]): void {
    const older = new Paper(el("div"));
    older.write(steps, false, null);
    older.#caret.remove();
    const last = older.#parts.at(-1);
    const first = this.#parts[0];
    if (first && last && !first.apart && isRunning(first) && isRunning(last)) {
      // One paragraph that the page's beginning had cut in two.
      const { block } = last;
      const sheet = block.parentElement;
      first.block.prepend(...block.childNodes);
      if (block.dataset["name"]) first.block.dataset["name"] = block.dataset["name"];
      for (const part of older.#parts) if (part.block === block) part.block = first.block;
      block.remove();
      if (sheet?.childElementCount === 0) sheet.remove();
    }
    this.element.prepend(...older.element.childNodes);
    this.#parts = [...older.#parts, ...this.#parts];
    this.#chars += older.#chars;
  }

  /** Drops the oldest parts until no more than this is left; answers whether any was dropped. */
  trimStart(chars: number, lines: number): boolean {
    let gone = 0;
    let left = this.#chars;
    for (const [at, part] of this.#parts.entries()) {
      // The parts of one entry go together: what is before an entry can be pulled again, half an entry not.
      const whole = part.pos > (this.#parts[at - 1]?.lastPos ?? -1);
      if (whole) gone = at;
      if (whole && left <= chars && this.#parts.length - at <= lines) break;
      left -= part.chars;
    }
    for (const part of this.#parts.splice(0, gone)) this.#drop(part);
    return gone > 0;
  }

  /** Drops the newest parts until no more than this is left. */
  trimEnd(chars: number): void {
    while (this.#chars > chars && this.#parts.length > 1) {
      const part = this.#parts.pop();
      if (part) this.#drop(part);
    }
    this.#block = this.#node = null;
  }

  #drop(part: Part): void {
    this.#chars -= part.chars;
    const { block } = part;
    const sheet = block.parentElement;
    if (part.element !== block) part.element.remove();
    if (part.element !== block && block.querySelector(".tw-part")) return;
    if (block.contains(this.#caret)) this.element.append(this.#caret);
    block.remove();
    if (sheet && sheet !== this.#sheet && sheet.childElementCount === 0) sheet.remove();
    if (block === this.#block) this.#block = this.#node = null;
  }

  #goesOn(line: Step & { kind: "line" }): boolean {
    const last = this.#parts.at(-1);
    return (
      this.#block !== null &&
      this.#block.classList.contains("dense") &&
      last !== undefined &&
      // Lines of one run stay in one block, so that the block can be dropped whole.
      (last.chars < NODE_CHARS || line.pos === this.#lastPos) &&
      line.name === null &&
      (line.colour ?? null) === last.colour &&
      !line.running
    );
  }

  /** That of what was written last. */
  get #colour(): Colour | null {
    return this.#parts.at(-1)?.colour ?? null;
  }

  #line(name: string | null, pos: number, style: string, apart: boolean, colour: Colour | null): void {
    const block = el("div", style ? `tw-line ${style}` : "tw-line");
    if (name !== null) block.dataset["name"] = name;
    const first = this.#parts.length === 0 && name === null;
    this.#place(block);
    this.#block = block;
    this.#open(style === "running" ? this.#span(block) : block, block, pos, apart && !first, colour);
  }

  #place(block: HTMLElement): void {
    if (!this.#sheet || this.#sheet.childElementCount >= SHEET_BLOCKS) {
      this.#sheet = el("div", "tw-sheet");
      this.element.append(this.#sheet);
    }
    this.#sheet.append(block);
  }

  #span(block: HTMLElement): HTMLElement {
    const span = el("span", "tw-part");
    block.insertBefore(span, this.#caret.parentNode === block ? this.#caret : null);
    return span;
  }

  #open(element: HTMLElement, block: HTMLElement, pos: number, apart: boolean, colour: Colour | null): void {
    if (colour) element.dataset["colour"] = colour;
    this.#parts.push({ element, block, pos, lastPos: pos, chars: 0, apart, colour });
    this.#node = null;
    this.#lastPos = pos;
  }

  /** Writes text, each line in a block of its own. A line end stays in the block that it ends: there it
   *  takes no room, and what is copied is what came. */
  #text(text: string, pos: number, colour: Colour | null, washing: Washing | null): void {
    if (!this.#block) this.#line(null, pos, "running", true, colour);
    if (this.#block?.classList.contains("dense")) {
      this.#append(text, pos, colour, washing);
      return;
    }
    for (const line of text.match(LINES) ?? []) {
      if (this.#node?.data.endsWith("\n") && !line.startsWith("\n")) this.#nextLine(pos, colour);
      this.#append(line, pos, colour, washing);
    }
  }

  #nextLine(pos: number, colour: Colour | null): void {
    this.#line(null, pos, this.#block?.classList.contains("running") ? "running" : "on", true, colour);
  }

  #append(text: string, pos: number, colour: Colour | null, washing: Washing | null): void {
    let part = this.#parts.at(-1);
    const long = part !== undefined && part.chars > NODE_CHARS && pos !== this.#lastPos;
    if (part && isRunning(part) && (long || (part.colour !== colour && part.chars > 0))) {
      this.#open(this.#span(part.block), part.block, pos, false, colour);
      part = this.#parts.at(-1);
    }
    if (!part) return;
    // A line is coloured as a whole.
    if (colour && part.colour === null) part.element.dataset["colour"] = part.colour = colour;
    this.#lastPos = part.lastPos = pos;

    let node = this.#node;
    if (!node || (node.length + text.length > NODE_CHARS && mayEnd(node, text))) {
      node = new Text(text);
      const { element } = part;
      element.insertBefore(node, this.#caret.parentNode === element ? this.#caret : null);
      this.#node = node;
    } else {
      node.appendData(text);
    }
    part.chars += text.length;
    this.#chars += text.length;
    washing?.(node, node.length - text.length, node.length);
  }

  #mark(mark: Break, pos: number): void {
    const element = createMark(mark);
    this.#place(element);
    this.#parts.push({ element, block: element, pos, lastPos: pos, chars: 0, apart: true, colour: null, mark });
    this.#block = this.#node = null;
  }
}

function isRunning(part: Part): boolean {
  return part.element !== part.block;
}

function mayEnd(node: Text, next: string): boolean {
  if (JOINS.test(next)) return false;
  return node.length > NODE_CHARS_MOST || /\s$/.test(node.data.slice(-1)) || /^\s/.test(next);
}

export function createMark(mark: Break): HTMLElement {
  const words = breakWords(mark);
  return el("div", "tw-mark", { role: "separator", "aria-label": words, "data-words": words });
}

/** "line down for 3.0 s · 0 lost" */
export function breakWords(mark: Break): string {
  const words = [
    mark.to_us === null
      ? t("typewriter.break.down")
      : t("typewriter.break.for", { time: fmt.ms((mark.to_us - mark.from_us) / 1000) }),
  ];
  // While it is down nobody can know.
  if (mark.to_us !== null) words.push(lossWords(mark.lost, mark.repeated));
  return words.join(" · ");
}

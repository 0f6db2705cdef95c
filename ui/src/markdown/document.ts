// A text that is set as markdown while it comes. What stands before the last block is frozen: it is parsed and drawn once.
// The last one is drawn anew, by changing what has changed of it; an open fence is appended to. Structure is looked at
// when a line has ended, for half a line may still become anything.

import remend from "remend";
import { el } from "../scenes/dom";
import { pieceAt, placeIn, spotOf, type Body, type Piece, type Spot } from "./body";
import { CodeBlock } from "./code";
import { FenceWriter } from "./fence";
import { nodeOf, type ElementNode } from "./nodes";
import { blocksOf, fenceAt, fenceOf, normalised, shownOf, type Block, type Env, type Fence } from "./parse";
import { patch, renew, type Growth } from "./patch";
import { RawTail } from "./raw";

/** Up to this a last block is drawn anew in every frame that has text for it: about 3 ms. A longer one grows as it came,
 *  and is set anew after as many milliseconds as it has times this many characters, or eight times what that costs. */
const LONG = 8_192;
const LONG_CHARS_MS = 64;
const LONG_SHARE = 8;
/** A list of this length has all but its last item frozen. */
const LONG_LIST = 1_024;
/** Blocks of which a part may be dropped: the others go whole. */
const CUT_CHARS = 8_192;
/** Repairs what has only begun. Nothing that it would take away or put in the place of letters. */
const HEALED = { linkMode: "text-only", htmlTags: false, comparisonOperators: false, singleTilde: false, katex: false, inlineKatex: false } as const;

interface Drawn extends Piece {
  from: number;
  element: HTMLElement | null;
}

export class MarkdownBody implements Body {
  readonly element = el("div", "md");
  #source = "";
  #from = 0;
  /** Frozen blocks, an element each, and then those of the tail. */
  #frozen: Drawn[] = [];
  #tail: Drawn[] = [];
  /** Where the tail begins, from where on it is parsed, and up to where its lines have been looked at. */
  #tailFrom = 0;
  #parseFrom = 0;
  #looked = 0;
  /** Items of the list that the tail is which are frozen; they are before what is parsed. */
  #items = 0;
  /** The open fence that the tail is. */
  #fence: FenceWriter | null = null;
  /** The fence that the text begins in the middle of. */
  #within: Fence | null = null;
  readonly #raw = new RawTail(this.element);
  /** Up to where the tail has been drawn, set or as it came. */
  #drawn = 0;
  #setAt = 0;
  #cost = 0;
  #env: Env = {};

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
    if (this.#fence && this.#drawn < this.to) this.#growFence(growth);
    if (this.#fence || (this.#drawn >= this.to && !this.#raw.shown)) return false;
    if (!this.#mayBeSet()) {
      this.#raw.append(this.#slice(this.#drawn), growth);
      this.#drawn = this.to;
      return true;
    }
    this.#set(growth);
    return false;
  }

  finish(): void {
    this.#parseAll(true);
    for (const { element } of this.#tail) if (element) CodeBlock.of(element)?.finish();
  }

  #slice(from: number, to = this.to): string {
    return this.#source.slice(from - this.#from, to - this.#from);
  }

  #mayBeSet(): boolean {
    const length = this.to - this.#parseFrom;
    // Nor is more shown as it came than has been set.
    if (length <= LONG || this.to - this.#drawn > length / 2) return true;
    return performance.now() - this.#setAt >= Math.max(length / LONG_CHARS_MS, LONG_SHARE * this.#cost);
  }

  /** Freezes what is complete, and draws the tail. */
  #set(growth: Growth | null): void {
    const begun = performance.now();
    this.#raw.clear();
    const lines = this.#from + this.#source.lastIndexOf("\n") + 1;
    if (lines > this.#looked) this.#freeze(lines, growth);
    if (!this.#fence) this.#drawTail(growth);
    this.#drawn = this.to;
    this.#setAt = performance.now();
    this.#cost = this.#setAt - begun;
  }

  #freeze(lines: number, growth: Growth | null): void {
    this.#looked = lines;
    const source = this.#slice(this.#parseFrom, lines);
    const blocks = blocksOf(source, this.#env);
    const last = blocks.at(-1);
    if (!last) return;
    const base = this.#parseFrom;
    for (const block of blocks.slice(0, -1)) {
      const from = this.#items > 0 ? this.#tailFrom : base + block.from;
      this.#frozen.push({ from, element: this.#place(block, growth, true) });
      this.#items = 0;
      this.#tail = [];
    }
    if (blocks.length > 1) this.#tailFrom = this.#parseFrom = base + last.from;
    if (last.open) {
      const element = this.#place(last, growth, false);
      const code = element && CodeBlock.of(element);
      if (!code) return;
      this.#tail = [{ from: this.#tailFrom, element }];
      this.#fence = new FenceWriter(fenceOf(last, source), code, "", 0);
      this.#drawn = lines;
      this.#growFence(growth);
    } else if (last.lastItem && last.lastItem.from > LONG_LIST) {
      // Of a long list all items but the last are done. Whether it is a loose one is seen at its end.
      this.#place(last, growth, false);
      this.#items += last.lastItem.before;
      this.#parseFrom = base + last.lastItem.from;
    }
  }

  /** Draws a block in the place of the tail's first. */
  #place(block: Block, growth: Growth | null, final: boolean): HTMLElement | null {
    const node = nodeOf(block, this.#env);
    const at = this.#frozen.length;
    const there = this.element.children[at] ?? null;
    if (this.#items > 0 && there instanceof HTMLElement) {
      patch(there, (node as ElementNode).kids ?? [], growth, final, this.#items);
      return there;
    }
    const made = renew(there, node, growth, final);
    if (!there) this.element.append(made);
    else if (made !== there) there.replaceWith(made);
    return made instanceof HTMLElement ? made : null;
  }

  #drawTail(growth: Growth | null): void {
    const source = this.#slice(this.#parseFrom);
    const whole = source.length > LONG ? source : remend(source, HEALED);
    const [first, ...rest] = blocksOf(whole, this.#env);
    const at = this.#frozen.length;
    if (!first) {
      while (this.element.children.length > at) this.element.lastElementChild?.remove();
      this.#tail = [];
      return;
    }
    this.#tail = [{ from: this.#tailFrom, element: this.#place(first, growth, false) }];
    const nodes = rest.map((block) => nodeOf(block, this.#env));
    patch(this.element, nodes, growth, false, at + 1);
    for (const [n, block] of rest.entries()) this.#tail.push({ from: this.#parseFrom + block.from, element: child(this.element, at + 1 + n) });
  }

  #growFence(growth: Growth | null): void {
    const fence = this.#fence;
    if (!fence) return;
    const left = fence.write(this.#slice(this.#drawn), growth);
    this.#drawn = this.to;
    if (left === null) return;
    // It was closed.
    const after = this.to - left;
    fence.code.finish();
    this.#fence = null;
    this.#frozen.push(...this.#tail);
    this.#tail = [];
    this.#tailFrom = this.#parseFrom = this.#looked = this.#drawn = after;
  }

  /** Parses all, and draws what has become something else: a link whose address came later, a paragraph that was cut in
   *  two. What is as it was keeps its nodes. */
  #parseAll(ended: boolean): void {
    const before = [...this.#frozen, ...this.#tail];
    // The rest of a fence that is not there cannot be told from prose.
    const cut = this.#within ? 1 : 0;
    const stays = before.slice(0, cut);
    if (cut > 0 && before.length <= 1) {
      this.#fence?.release(ended);
      return;
    }
    const base = cut > 0 ? (before[1]?.from ?? this.to) : this.#from;
    const source = this.#slice(base);
    const env: Env = {};
    const blocks = blocksOf(source, env);
    const named = Object.keys(env.references ?? {}).length > 0;
    const frozen = new Map(this.#frozen.map((drawn, n) => [drawn.from, { drawn, end: this.#frozen[n + 1]?.from ?? this.#tailFrom }]));
    const there = new Map(before.map((drawn) => [drawn.from, drawn]));
    this.#env = env;
    this.#raw.clear();
    const drawn = blocks.map((block, n): Drawn => {
      const from = base + block.from;
      const next = blocks[n + 1];
      const same = frozen.get(from);
      if (same && next && same.end === base + next.from && !(named && this.#slice(from, same.end).includes("["))) return same.drawn;
      const made = renew(there.get(from)?.element ?? null, nodeOf(block, env), null, next !== undefined || ended);
      return { from, element: made instanceof HTMLElement ? made : null };
    });
    this.#arrange([...stays, ...drawn]);
    this.#resume(blocks.at(-1), base, ended);
  }

  /** Has these as its blocks, in order; those that are there already are not moved. */
  #arrange(drawn: Drawn[]): void {
    const wanted = new Set(drawn.map((each) => each.element));
    for (const element of [...this.element.children]) if (!wanted.has(element as HTMLElement)) element.remove();
    let at = this.element.firstElementChild;
    for (const { element } of drawn) {
      if (element === at) at = at?.nextElementSibling ?? null;
      else if (element) this.element.insertBefore(element, at);
    }
    this.#frozen = drawn;
    this.#tail = [];
    this.#items = 0;
  }

  /** The last block may go on: it is the tail again. */
  #resume(last: Block | undefined, base: number, ended: boolean): void {
    this.#fence = null;
    const drawn = last ? this.#frozen.pop() : undefined;
    this.#tail = drawn ? [drawn] : [];
    this.#tailFrom = this.#parseFrom = this.#looked = drawn?.from ?? this.to;
    this.#drawn = this.to;
    const code = drawn?.element ? CodeBlock.of(drawn.element) : null;
    if (!last?.open || !code || !this.#source.includes("\n", drawn ? drawn.from - this.#from : 0)) return;
    const line = this.#source.slice(this.#source.lastIndexOf("\n") + 1);
    this.#fence = new FenceWriter(fenceOf(last, this.#slice(base)), code, line, line.length);
    if (!ended) this.#fence.hold();
  }

  // The beginning and the end

  prepend(text: string, end: number): void {
    let older = normalised(text);
    // What stands here of it already, because its block was kept whole.
    if (end > this.#from) older = older.slice(0, Math.max(0, older.length - (end - this.#from)));
    if (older === "") return;
    const [first] = [...this.#frozen, ...this.#tail];
    const code = first?.element ? CodeBlock.of(first.element) : null;
    const within = this.#within && !fenceAtEnd(older) ? code : null;
    this.#source = older + this.#source;
    this.#from -= older.length;
    if (within && first) {
      // Still in the middle of that fence.
      within.unshift(older);
      first.from = this.#from;
      if (this.#tail[0] === first) this.#tailFrom = this.#parseFrom = this.#from;
      return;
    }
    this.#within = null;
    this.#parseAll(false);
  }

  dropBefore(place: number): void {
    const all = [...this.#frozen, ...this.#tail];
    const at = pieceAt(all, place);
    const block = all[at];
    if (!block || place <= this.#from) return;
    const start = at === 0 ? this.#from : block.from;
    const end = all[at + 1]?.from ?? this.to;
    for (const gone of all.slice(0, at)) gone.element?.remove();
    if (at > 0) this.#within = null;
    this.#tail = this.#tail.slice(Math.max(0, at - this.#frozen.length));
    this.#frozen = this.#frozen.slice(at);
    const code = block.element ? CodeBlock.of(block.element) : null;
    if (place - start < CUT_CHARS) this.#begin(start);
    else if (code) {
      this.#within ??= fenceAt(this.#slice(start, place));
      const kept = this.#fence?.code === code ? this.to - place - this.#fence.held : shownOf(this.#slice(place, end), this.#within);
      code.drop(Math.max(0, code.length - kept));
      block.from = place;
      this.#begin(place);
    } else {
      this.#begin(place);
      this.#parseAll(false);
    }
  }

  #begin(place: number): void {
    this.#source = this.#slice(place);
    this.#from = place;
    this.#tailFrom = Math.max(this.#tailFrom, place);
    this.#parseFrom = Math.max(this.#parseFrom, place);
    this.#looked = Math.max(this.#looked, place);
    this.#drawn = Math.max(this.#drawn, place);
  }

  dropAfter(place: number): void {
    if (place >= this.to) return;
    this.#source = this.#source.slice(0, Math.max(0, place - this.#from));
    if (this.#within) {
      // Only what is before the place was there to be parsed.
      const gone = [...this.#frozen, ...this.#tail].filter((each, n) => n > 0 && each.from >= place);
      for (const each of gone) each.element?.remove();
    }
    this.#parseAll(false);
  }

  spot(place: number): Spot | null {
    return spotOf([...this.#frozen, ...this.#tail], this.to, place);
  }

  placeAt(y: number): number {
    return placeIn([...this.#frozen, ...this.#tail], this.to, y);
  }

  home(): HTMLElement {
    if (this.#fence) return this.#fence.code.home;
    let home: HTMLElement = this.element;
    for (let last = home.lastElementChild; last instanceof HTMLElement && HOMES.has(last.localName); last = home.lastElementChild) {
      const code = CodeBlock.of(last);
      if (code) return code.home;
      home = last;
    }
    return home;
  }
}

/** Elements in which the caret may stand: blocks, and what lists and tables are made of. */
const HOMES = new Set("p h1 h2 h3 h4 h5 h6 ul ol li blockquote table thead tbody tr th td div figure".split(" "));

function fenceAtEnd(text: string): boolean {
  return blocksOf(text, {}).at(-1)?.open ?? false;
}

function child(parent: HTMLElement, at: number): HTMLElement | null {
  const found = parent.children[at];
  return found instanceof HTMLElement ? found : null;
}

// Answers on the page: turns one below the other, each of texts that are appended to in whatever order they come.

import { t } from "../../i18n";
import type { Break, Channel, Figures } from "../../ipc/bindings";
import { topOf } from "../../markdown/body";
import type { Growth } from "../../markdown/patch";
import { el } from "../dom";
import { AnswerBlock, keyOf, type Form } from "./answer-block";
import { showFoot } from "./answer-foot";
import { createMark, type Held } from "./paper";
import type { AnswerStep, Step } from "./script";

/** When the page is too long it is cut to a little less, so that this is not done for every letter. */
const TRIMMED = 15 / 16;

export type AnswerSteps = readonly (AnswerStep | (Step & { kind: "mark" }))[];

/** A place on the page that is found again when it is set in another way. */
export interface Anchor {
  readonly turn: number;
  readonly key: string;
  readonly place: number;
  /** How far below the top of the page it stands. */
  readonly below: number;
}

interface Turn {
  readonly kind: "turn";
  readonly no: number;
  readonly element: HTMLElement;
  readonly main: HTMLElement;
  readonly sources: HTMLElement;
  readonly foot: HTMLElement;
  blocks: AnswerBlock[];
  /** Why it stopped, as the server gave it; null before that. */
  stop: { reason: string; pos: number; at: number } | null;
  figures: Figures | null;
  finished: boolean;
}

interface Mark {
  readonly kind: "mark";
  readonly element: HTMLElement;
  readonly pos: number;
  readonly mark: Break;
}

/** Turns are numbered from 1: this is text that no server called an answer, and that the user wants as markdown. */
export const PLAIN_TURN = 0;

export class Answers {
  readonly element = el("div", "answers");
  #items: (Turn | Mark)[] = [];
  #form: Form;
  #dirty = new Set<AnswerBlock>();
  /** Where something was written last. */
  #written: AnswerBlock | null = null;
  #figures: Figures | null = null;

  constructor(form: Form) {
    this.#form = form;
  }

  get chars(): number {
    return this.#items.reduce((n, item) => n + charsOf(item), 0);
  }

  /** Texts and marks, which is what costs beside the letters. */
  get lines(): number {
    return this.#items.reduce((n, item) => n + (item.kind === "turn" ? item.blocks.length + 1 : 1), 0);
  }

  get empty(): boolean {
    return this.#items.length === 0;
  }

  get firstPos(): number | null {
    const first = this.#items.reduce((pos, item) => Math.min(pos, firstPosOf(item)), Infinity);
    return first === Infinity ? null : first;
  }

  get endPos(): number {
    return this.#items.reduce((pos, item) => Math.max(pos, lastPosOf(item) + 1), 0);
  }

  /** What the newest turn was refused with, or what went wrong in it; null for neither. */
  get warning(): string | null {
    const last = this.#items.at(-1);
    return (last?.kind === "turn" && last.blocks.findLast((block) => block.warning !== null)?.warning) || null;
  }

  /** Whether it begins where a turn does, so that nothing before it says how it is to be set. */
  get whole(): boolean {
    const [first] = this.#items;
    return first?.kind !== "turn" || first.no === PLAIN_TURN || first.blocks[0]?.channel === "prompt";
  }

  write(steps: AnswerSteps): void {
    for (const step of steps) {
      if (step.kind === "mark") {
        this.#endTurn();
        const mark: Mark = { kind: "mark", element: createMark(step.mark), pos: step.pos, mark: step.mark };
        this.#items.push(mark);
        this.element.append(mark.element);
      } else this.#add(step);
    }
  }

  /** Draws what was written, once a frame; answers whether it is to be called again. */
  draw(growth: Growth | null): boolean {
    for (const block of this.#dirty) if (!block.draw(growth)) this.#dirty.delete(block);
    return this.#dirty.size > 0;
  }

  /** Whether anything waits to be drawn. */
  get dirty(): boolean {
    return this.#dirty.size > 0;
  }

  /** Where the caret stands; null for nowhere. */
  home(): HTMLElement | null {
    const last = this.#items.at(-1);
    if (last?.kind !== "turn" || last.finished) return null;
    return this.#written?.home() ?? null;
  }

  /** No more comes for now. */
  finish(): void {
    this.#endTurn();
  }

  tell(figures: Figures | null): void {
    if (!figures || figures === this.#figures) return;
    this.#figures = figures;
    const turn = this.#items.findLast((item): item is Turn => item.kind === "turn" && item.no === figures.turn);
    if (!turn) return;
    turn.figures = figures;
    // They are told before the last letters have been typed.
    if (turn.finished) showFoot(turn.foot, turn.stop?.reason ?? null, figures);
  }

  setForm(form: Form): void {
    if (form === this.#form) return;
    this.#form = form;
    for (const item of this.#items) if (item.kind === "turn") for (const block of item.blocks) block.setForm(form);
  }

  /** All that it holds of plain text that was only set as an answer; null where it is one. */
  held(): Held[] | null {
    const held: Held[] = [];
    for (const item of this.#items) {
      if (item.kind === "mark") held.push({ pos: item.pos, text: "", mark: item.mark, colour: null });
      else if (item.no !== PLAIN_TURN) return null;
      else for (const block of item.blocks) held.push(...block.held());
    }
    return held;
  }

  // Places

  spotOf(pos: number): HTMLElement | null {
    let best: AnswerBlock | null = null;
    let bestPos = -1;
    let mark: Mark | null = null;
    for (const item of this.#items) {
      if (item.kind === "mark") {
        if (item.pos <= pos && item.pos > bestPos) [best, mark, bestPos] = [null, item, item.pos];
        continue;
      }
      for (const block of item.blocks) {
        const at = block.came.findLast((each) => each.pos <= pos)?.pos ?? -1;
        if (at > bestPos) [best, mark, bestPos] = [block, null, at];
      }
    }
    return best?.spotOf(pos)?.element ?? mark?.element ?? null;
  }

  /** What stands at a height of the window, to be found again by `heightOf`. */
  anchorAt(y: number): Anchor | null {
    for (const item of this.#items) {
      if (item.kind !== "turn" || item.element.getBoundingClientRect().bottom <= y) continue;
      for (const block of item.blocks) {
        const box = block.element.getBoundingClientRect();
        if (box.bottom <= y) continue;
        const below = box.top - y;
        if (below >= 0) return { turn: item.no, key: block.key, place: -1, below };
        return { turn: item.no, key: block.key, place: block.body.placeAt(y) - block.body.from, below: 0 };
      }
    }
    return null;
  }

  /** The entry at a height of the window. */
  posAt(y: number): number | null {
    const anchor = this.anchorAt(y);
    if (!anchor) return null;
    const turn = this.#items.find((item): item is Turn => item.kind === "turn" && item.no === anchor.turn);
    const block = turn?.blocks.find((each) => each.key === anchor.key);
    return block?.posAt(Math.max(0, anchor.place)) ?? null;
  }

  /** Notes what stands at a height of the window; what it answers tells where that is now. */
  hold(y: number): (() => number | null) | null {
    const anchor = this.anchorAt(y);
    if (!anchor) return null;
    return () => {
      const height = this.heightOf(anchor);
      return height === null ? null : height - anchor.below;
    };
  }

  /** How far from the top of the window an anchor's place is now. */
  heightOf(anchor: Anchor): number | null {
    const turn = this.#items.find((item): item is Turn => item.kind === "turn" && item.no === anchor.turn);
    const block = turn?.blocks.find((each) => each.key === anchor.key);
    if (!block) return null;
    if (anchor.place < 0) return block.element.getBoundingClientRect().top;
    const spot = block.body.spot(block.body.from + anchor.place);
    return spot ? topOf(spot) : block.element.getBoundingClientRect().top;
  }

  // Older text, and bounds

  prepend(steps: AnswerSteps): void {
    const older: (Mark | { readonly no: number; readonly texts: Map<string, AnswerStep[]>; stop: AnswerStep | null })[] = [];
    for (const step of steps) {
      if (step.kind === "mark") {
        older.push({ kind: "mark", element: createMark(step.mark), pos: step.pos, mark: step.mark });
        continue;
      }
      const last = older.at(-1);
      let turn = last && "texts" in last && last.no === step.part.turn ? last : null;
      if (!turn) older.push((turn = { no: step.part.turn, texts: new Map(), stop: null }));
      if (step.part.channel === "stop") {
        turn.stop = step;
        continue;
      }
      const key = keyOf(step.part);
      const texts = turn.texts.get(key);
      if (texts) texts.push(step);
      else turn.texts.set(key, [step]);
    }
    const [first] = this.#items;
    const made: (Turn | Mark)[] = [];
    for (const [n, item] of older.entries()) {
      if (!("texts" in item)) {
        made.push(item);
        continue;
      }
      const goesOn = n === older.length - 1 && first?.kind === "turn" && first.no === item.no;
      const turn = goesOn ? first : createTurn(item.no);
      this.#prependTo(turn, item.texts);
      const before = turn.blocks.find((block) => !item.texts.has(block.key));
      for (const block of turn.blocks) if (before && item.texts.has(block.key) && block !== turn.blocks.at(-1)) block.followed(nextAt(turn, block));
      if (item.stop) {
        turn.stop ??= stopOf(item.stop);
        showFoot(turn.foot, turn.stop.reason, turn.figures);
      }
      if (goesOn) continue;
      this.#settle(turn);
      made.push(turn);
    }
    this.element.prepend(...made.map((item) => item.element));
    this.#items = [...made, ...this.#items];
  }

  trimStart(chars: number, lines: number): boolean {
    const had = this.chars;
    let left = had;
    let count = this.lines;
    const wanted = chars * TRIMMED;
    let dropped = false;
    while (this.#items.length > 1 && (left > wanted || count > lines)) {
      const [first] = this.#items;
      if (!first || (count <= lines && left - charsOf(first) < wanted / 2)) break;
      left -= charsOf(first);
      count -= first.kind === "turn" ? first.blocks.length + 1 : 1;
      this.#remove(first);
      dropped = true;
    }
    const [first] = this.#items;
    if (first?.kind === "turn" && left > chars) dropped = this.#cut(first, left - wanted) || dropped;
    return dropped;
  }

  trimEnd(chars: number): void {
    let left = this.chars;
    while (this.#items.length > 1) {
      const last = this.#items.at(-1);
      if (!last || left - charsOf(last) < chars) break;
      left -= charsOf(last);
      this.#remove(last);
    }
    const last = this.#items.at(-1);
    if (last?.kind !== "turn") return;
    while (last.blocks.length > 1 && left > chars) {
      const block = last.blocks.at(-1);
      if (!block || left - block.chars < chars) break;
      left -= block.chars;
      this.#removeBlock(last, block);
    }
    if (left > chars) last.blocks.at(-1)?.dropEnd(left - chars);
  }

  #add(step: AnswerStep): void {
    const { part } = step;
    const turn = this.#turn(part.turn);
    if (part.channel === "stop") {
      turn.stop = stopOf(step);
      showFoot(turn.foot, step.text, turn.figures);
      this.#settle(turn);
      return;
    }
    if (turn.finished && isText(part.channel)) turn.finished = false;
    const key = keyOf(part);
    let block = turn.blocks.find((each) => each.key === key);
    if (!block) {
      block = new AnswerBlock(part, this.#form);
      turn.blocks.push(block);
      (part.channel === "citation" ? turn.sources : turn.main).append(block.element);
      turn.sources.hidden = turn.sources.childElementCount === 0;
    }
    if (this.#written && this.#written !== block && part.channel !== "prompt") this.#written.followed(step.at);
    block.add(step);
    this.#written = block;
    this.#dirty.add(block);
  }

  #turn(no: number): Turn {
    const last = this.#items.at(-1);
    if (last?.kind === "turn" && last.no === no) return last;
    const there = this.#items.findLast((item): item is Turn => item.kind === "turn" && item.no === no);
    // Plain text goes on after a mark.
    if (there && no !== PLAIN_TURN) return there;
    this.#endTurn();
    const turn = createTurn(no);
    if (this.#figures?.turn === no) turn.figures = this.#figures;
    this.#items.push(turn);
    this.element.append(turn.element);
    this.#written = null;
    return turn;
  }

  #endTurn(): void {
    const last = this.#items.findLast((item): item is Turn => item.kind === "turn");
    if (last) this.#settle(last);
  }

  /** Nothing more comes to a turn. */
  #settle(turn: Turn): void {
    if (turn.finished) return;
    turn.finished = true;
    for (const block of turn.blocks) {
      if (this.#dirty.delete(block)) block.draw(null);
      block.finish();
    }
    showFoot(turn.foot, turn.stop?.reason ?? null, turn.figures);
  }

  /** Puts older texts into a turn, new ones where they came. */
  #prependTo(turn: Turn, texts: ReadonlyMap<string, readonly AnswerStep[]>): void {
    const known = new Map(turn.blocks.map((block) => [block.key, block]));
    const order: AnswerBlock[] = [];
    for (const [key, steps] of texts) {
      const [first] = steps;
      if (!first) continue;
      let block = known.get(key);
      if (!block) {
        block = new AnswerBlock(first.part, this.#form);
        for (const step of steps) block.add(step);
        block.draw(null);
      } else block.prepend(steps);
      order.push(block);
    }
    order.push(...turn.blocks.filter((block) => !texts.has(block.key)));
    for (const [holder, own] of [
      [turn.main, order.filter(({ channel }) => channel !== "citation")],
      [turn.sources, order.filter(({ channel }) => channel === "citation")],
    ] as const) {
      // From the end, so that none that is there is moved.
      let next: HTMLElement | null = null;
      for (const block of own.toReversed()) {
        if (block.element.parentNode !== holder) holder.insertBefore(block.element, next);
        next = block.element;
      }
    }
    turn.blocks = order;
    turn.sources.hidden = turn.sources.childElementCount === 0;
  }

  /** Drops whole entries from the beginning of a turn until about so many characters are gone. */
  #cut(turn: Turn, chars: number): boolean {
    const pieces = turn.blocks.flatMap((block) =>
      block.came.map(({ pos, from }, n) => ({ pos, chars: (block.came[n + 1]?.from ?? block.body.to) - from })),
    );
    pieces.sort((a, b) => a.pos - b.pos);
    let left = chars;
    const end = pieces.find((piece) => (left -= piece.chars) < 0)?.pos;
    if (end === undefined) return false;
    for (const block of [...turn.blocks]) if (!block.dropBefore(end)) this.#removeBlock(turn, block);
    return true;
  }

  #remove(item: Turn | Mark): void {
    item.element.remove();
    this.#items = this.#items.filter((each) => each !== item);
    if (item.kind === "turn") for (const block of item.blocks) this.#forget(block);
  }

  #removeBlock(turn: Turn, block: AnswerBlock): void {
    block.element.remove();
    turn.blocks = turn.blocks.filter((each) => each !== block);
    turn.sources.hidden = turn.sources.childElementCount === 0;
    this.#forget(block);
  }

  #forget(block: AnswerBlock): void {
    this.#dirty.delete(block);
    if (this.#written === block) this.#written = null;
  }
}

function createTurn(no: number): Turn {
  const element = el("section", "an-turn");
  const main = el("div", "an-main");
  const sources = el("ol", "an-sources", { role: "list", "aria-label": t("answer.sources") });
  const foot = el("p", "an-foot");
  sources.hidden = true;
  foot.hidden = true;
  element.append(main, sources, foot);
  return { kind: "turn", no, element, main, sources, foot, blocks: [], stop: null, figures: null, finished: false };
}

function stopOf(step: AnswerStep): NonNullable<Turn["stop"]> {
  return { reason: step.text, pos: step.pos, at: step.at };
}

/** When what follows a block of a turn began. */
function nextAt(turn: Turn, block: AnswerBlock): number {
  return turn.blocks[turn.blocks.indexOf(block) + 1]?.firstAt ?? block.lastAt;
}

function isText(channel: Channel): boolean {
  return channel === "answer" || channel === "thinking" || channel === "tool" || channel === "refusal";
}

function charsOf(item: Turn | Mark): number {
  return item.kind === "turn" ? item.blocks.reduce((n, block) => n + block.chars, 0) : 0;
}

function firstPosOf(item: Turn | Mark): number {
  if (item.kind === "mark") return item.pos;
  return item.blocks.reduce((pos, block) => Math.min(pos, block.firstPos), item.stop?.pos ?? Infinity);
}

function lastPosOf(item: Turn | Mark): number {
  if (item.kind === "mark") return item.pos;
  return item.blocks.reduce((pos, block) => Math.max(pos, block.lastPos), item.stop?.pos ?? -1);
}

// The page: stretches of lines or running text, and answers, one below the other. Nearly every stream has one kind alone.

import type { Figures, Part } from "../../ipc/bindings";
import { el } from "../dom";
import type { Form } from "./answer-block";
import { Answers, type AnswerSteps } from "./answers";
import { createCaret, Paper, type Washing } from "./paper";
import { Script, type Step } from "./script";

type Stretch = Paper | Answers;

/** By how much more than its bound an answer may grow before its beginning is cut. */
const ANSWER_SLACK = 0.25;

export class Page {
  readonly element: HTMLElement;
  readonly caret = createCaret();
  #stretches: Stretch[] = [];
  #form: Form = "markdown";
  #plain: Part | null = null;
  #figures: Figures | null = null;

  constructor(element: HTMLElement) {
    this.element = element;
    element.append(this.caret);
  }

  get chars(): number {
    return this.#stretches.reduce((n, each) => n + each.chars, 0);
  }

  get lines(): number {
    return this.#stretches.reduce((n, each) => n + each.lines, 0);
  }

  get empty(): boolean {
    return this.#stretches.every((each) => each.empty);
  }

  /** The entry that the page begins with. */
  get firstPos(): number | null {
    for (const each of this.#stretches) if (each.firstPos !== null) return each.firstPos;
    return null;
  }

  /** One past the last entry that has text here. */
  get endPos(): number {
    return this.#stretches.reduce((pos, each) => Math.max(pos, each.endPos), 0);
  }

  /** What the newest turn was refused with, or what went wrong in it; null for neither. */
  get warning(): string | null {
    const last = this.#stretches.at(-1);
    return last instanceof Answers ? last.warning : null;
  }

  /** Whether its beginning may be set otherwise once what is before it is there. */
  get begunWithin(): boolean {
    const [first] = this.#stretches;
    return first instanceof Answers && !first.empty && !first.whole;
  }

  clear(): void {
    this.#stretches = [];
    this.element.replaceChildren(this.caret);
  }

  /** Writes at the end. A `flood` of lines is set close together. */
  write(steps: readonly Step[], flood: boolean, washing: Washing | null): void {
    let last = this.#stretches.at(-1) ?? null;
    for (const group of grouped(steps, last instanceof Answers)) {
      if (group.answers) {
        if (!(last instanceof Answers)) this.#push((last = new Answers(this.#form)));
        last.tell(this.#figures);
        last.write(group.steps as AnswerSteps);
      } else {
        if (!(last instanceof Paper)) this.#push((last = new Paper(el("div"), this.caret)));
        last.write(group.steps, flood, washing);
      }
    }
  }

  /** Draws what was written of answers; answers whether it wants to be called in the next frame too. */
  draw(washing: Washing | null): boolean {
    let again = false;
    for (const each of this.#stretches) {
      if (!(each instanceof Answers) || !each.dirty) continue;
      // Out of the way of what is appended.
      this.caret.remove();
      again = each.draw(washing) || again;
    }
    const last = this.#stretches.at(-1);
    if (!(last instanceof Answers)) return again;
    const home = last.home() ?? last.element;
    if (this.caret.parentNode !== home || this.caret.nextSibling) home.append(this.caret);
    return again;
  }

  /** Nothing more comes for now. */
  finish(): void {
    for (const each of this.#stretches) if (each instanceof Answers) each.finish();
  }

  tell(figures: Figures | null): void {
    this.#figures = figures;
    for (const each of this.#stretches) if (each instanceof Answers) each.tell(figures);
  }

  prepend(steps: readonly Step[]): void {
    const groups = grouped(steps, this.#stretches[0] instanceof Answers && steps.every((step) => step.kind === "mark"));
    for (const group of groups.toReversed()) {
      const [first] = this.#stretches;
      if (group.answers) {
        if (first instanceof Answers) first.prepend(group.steps as AnswerSteps);
        else {
          const answers = new Answers(this.#form);
          answers.prepend(group.steps as AnswerSteps);
          this.#unshift(answers);
        }
      } else if (first instanceof Paper) first.prepend(group.steps);
      else {
        const paper = new Paper(el("div"));
        paper.write(group.steps, false, null);
        paper.caret.remove();
        this.#unshift(paper);
      }
    }
  }

  /** Drops the oldest until no more than this is left; answers whether any was dropped. */
  trimStart(chars: number, lines: number): boolean {
    let dropped = false;
    while (this.#stretches.length > 1 && (this.chars > chars || this.lines > lines)) {
      const first = this.#stretches[0];
      if (!first || this.chars - first.chars < chars / 2) break;
      this.#drop(first);
      dropped = true;
    }
    const [first] = this.#stretches;
    const over = this.chars - chars;
    const more = this.lines - lines;
    if (!first || (over <= 0 && more <= 0)) return dropped;
    // A long block of an answer is laid out anew for each cut, however short.
    if (first instanceof Answers && over < chars * ANSWER_SLACK && more <= 0) return dropped;
    return first.trimStart(Math.max(0, first.chars - over), Math.max(0, first.lines - more)) || dropped;
  }

  /** Drops the newest until no more than this is left. */
  trimEnd(chars: number): void {
    while (this.#stretches.length > 1) {
      const last = this.#stretches.at(-1);
      if (!last || this.chars - last.chars < chars) break;
      this.#drop(last);
    }
    const last = this.#stretches.at(-1);
    if (last && this.chars > chars) last.trimEnd(Math.max(0, last.chars - (this.chars - chars)));
  }

  /** The part that has an entry's text, or the last one before it. */
  partAt(pos: number): HTMLElement | null {
    const stretch = this.#stretches.findLast((each) => (each.firstPos ?? Infinity) <= pos) ?? this.#stretches[0];
    return stretch instanceof Answers ? stretch.spotOf(pos) : (stretch?.partAt(pos) ?? null);
  }

  /** The entry at a height of the window. */
  posAt(y: number): number | null {
    for (const each of this.#stretches) {
      const pos = each.posAt(y);
      if (pos !== null) return pos;
    }
    return null;
  }

  /** Changes how the letters look; what stands at the height `y` of the window stays there. Answers by how many pixels the
   *  page is to be scrolled for that. */
  around(change: () => void, y: number): number {
    for (const each of this.#stretches) {
      const spot = each.hold(y);
      if (!spot) continue;
      change();
      const now = spot();
      return now === null ? 0 : now - y;
    }
    change();
    return 0;
  }

  /** Sets the page in another way; what stands at the height `y` of the window stays there. Answers by how many pixels the
   *  page is to be scrolled for that. With `plain` also text that is no answer is set so; else it is lines again, or running
   *  text. */
  setForm(form: Form, plain: Part | null, running: boolean, y: number): number {
    const again = (plain === null) !== (this.#plain === null);
    if (form === this.#form && !again) return 0;
    const held = this.#holdAt(y);
    this.#form = form;
    this.#plain = plain;
    this.caret.remove();
    for (const [n, each] of this.#stretches.entries()) {
      const other = again ? this.#converted(each, plain, running) : null;
      if (other) {
        each.element.replaceWith(other.element);
        this.#stretches[n] = other;
      } else if (each instanceof Answers) each.setForm(form);
    }
    this.draw(null);
    if (!this.caret.isConnected) (this.#stretches.at(-1)?.element ?? this.element).append(this.caret);
    const now = held?.();
    return now === null || now === undefined ? 0 : now - y;
  }

  /** Notes what stands at a height; what it answers tells where that is now. */
  #holdAt(y: number): (() => number | null) | null {
    for (const [n, each] of this.#stretches.entries()) {
      const anchor = each instanceof Answers ? each.anchorAt(y) : null;
      const pos = each.posAt(y);
      if (!anchor && pos === null) continue;
      return () => {
        const now = this.#stretches[n];
        // The same kind of stretch knows the very letter; the other one its entry.
        if (now === each && anchor && now instanceof Answers) {
          const height = now.heightOf(anchor);
          return height === null ? null : height - anchor.below;
        }
        const element = pos === null ? null : now instanceof Answers ? now.spotOf(pos) : now?.partAt(pos);
        return element?.getBoundingClientRect().top ?? null;
      };
    }
    return null;
  }

  /** The same text as the other kind of stretch, or null where it stays what it is. */
  #converted(stretch: Stretch, plain: Part | null, running: boolean): Stretch | null {
    if (stretch instanceof Paper && plain) {
      const answers = new Answers(this.#form);
      answers.write(
        stretch.held().map(({ pos, text, mark, colour }) => (mark ? { kind: "mark", pos, mark } : { kind: "answer", pos, text, part: plain, at: 0, colour })),
      );
      return answers;
    }
    const held = stretch instanceof Answers && !plain ? stretch.held() : null;
    if (!held) return null;
    const paper = new Paper(el("div"), this.caret);
    const script = new Script();
    for (const { pos, text, mark, colour } of held) {
      script.push({ pos, end: pos + 1, at_us: 0, name: null, text, mark, part: null, colour }, running ? "joined" : "lines", 0);
    }
    script.release();
    paper.write(script.take(Infinity), false, null);
    return paper;
  }

  #push(stretch: Stretch): void {
    this.#stretches.push(stretch);
    this.element.append(stretch.element);
    stretch.element.append(this.caret);
  }

  #unshift(stretch: Stretch): void {
    this.#stretches.unshift(stretch);
    this.element.prepend(stretch.element);
  }

  #drop(stretch: Stretch): void {
    this.#stretches = this.#stretches.filter((each) => each !== stretch);
    if (stretch.element.contains(this.caret)) this.element.append(this.caret);
    stretch.element.remove();
  }
}

/** Steps in stretches of one kind. A mark goes with what is before it; `answers` says what is before the first. */
function grouped(steps: readonly Step[], answers: boolean): { answers: boolean; steps: Step[] }[] {
  const groups: { answers: boolean; steps: Step[] }[] = [];
  let kind = answers;
  for (const step of steps) {
    if (step.kind !== "mark") kind = step.kind === "answer";
    const last = groups.at(-1);
    if (last?.answers === kind) last.steps.push(step);
    else groups.push({ answers: kind, steps: [step] });
  }
  return groups;
}

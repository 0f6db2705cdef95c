// What is still to be typed: runs of text go in as they arrive, steps for the page come out a number of
// graphemes at a time. Lines open with their first letter, so that the caret rests at the end of the
// last line and a final line end is neither backlog nor lag.

import type { Break, Channel, Colour, Part, Run, TextRule } from "../../ipc/bindings";
import { cut, firstLength, offsetOf, type Cut } from "./segmenter";

/** A thing for the page to do. */
export type Step =
  | { readonly kind: "line"; readonly name: string | null; readonly pos: number; readonly running: boolean; readonly colour?: Colour | null }
  | { readonly kind: "text"; readonly text: string; readonly pos: number; readonly colour?: Colour | null }
  | { readonly kind: "mark"; readonly mark: Break; readonly pos: number }
  | AnswerStep;

/** Text of a part of an answer; it arrived at `at` (microseconds since the epoch). */
export interface AnswerStep {
  readonly kind: "answer";
  readonly text: string;
  readonly part: Part;
  readonly pos: number;
  readonly at: number;
  /** What an action gave it. */
  readonly colour?: Colour | null;
}

/** Graphemes of one run that are told apart: just past the backlog that is shown at once, so that longer
 *  runs are, and telling them apart (a microsecond or two each) stays bounded. */
const TOLD_APART = 4_001;

/** Where text belongs: to a part of an answer, or to the running page. */
interface Home {
  readonly part: Part;
  readonly at: number;
}

/** What is typed. The rest of an answer is there at once: a prompt is not written by the server, and a reason, a source
 *  or an error is a fact. */
const TYPED: ReadonlySet<Channel> = new Set(["answer", "thinking", "refusal", "tool"]);

interface Text {
  readonly kind: "text";
  readonly home: Home | null;
  readonly text: string;
  readonly cut: Cut;
  readonly pos: number;
  readonly colour: Colour | null;
  /** Graphemes already taken. */
  taken: number;
}

type Item = Exclude<Step, { kind: "text" }> | Text;

interface Held {
  text: string;
  readonly pos: number;
  readonly at: number;
  readonly home: Home | null;
  readonly colour: Colour | null;
}

export class Script {
  /** Sets plain text as one answer: what it is put into where no part is named. */
  as: Part | null = null;
  #items: Item[] = [];
  #held: Held | null = null;
  /** Whether text that comes next goes on in the line that is open. */
  #open = false;

  get empty(): boolean {
    return this.#items.length === 0 && !this.#held;
  }

  /** Since when the newest grapheme is held back, because what comes next may belong to it; or null. */
  get heldSince(): number | null {
    return this.#held?.at ?? null;
  }

  clear(): void {
    this.#items = [];
    this.#held = null;
    this.#open = false;
  }

  /** Takes a run that arrived at `at` (ms) and answers how many graphemes may now be shown. */
  push(run: Run, rule: TextRule, at: number): number {
    if (run.mark) {
      const freed = this.release();
      this.#items.push({ kind: "mark", mark: run.mark, pos: run.pos });
      this.#open = false;
      return freed;
    }
    const part = run.part ?? this.as;
    if (part) return this.#pushPart(run, part, at);
    return rule === "joined" ? this.#pushRunning(run, at) : this.#pushLines(run);
  }

  /** Lets go of the grapheme that is held back; answers how many (0 or 1) may now be shown. */
  release(): number {
    const held = this.#held;
    if (!held) return 0;
    this.#held = null;
    return this.#text(held.text, held.pos, cut(held.text, TOLD_APART), held.colour, held.home);
  }

  /** Steps that show `count` graphemes, and the marks and empty lines that they reach. */
  take(count: number): Step[] {
    const steps: Step[] = [];
    let left = count;
    let done = 0;
    for (const item of this.#items) {
      if (item.kind === "text") {
        if (left === 0) break;
        const n = Math.min(left, item.cut.count - item.taken);
        const text = item.text.slice(offsetOf(item.cut, item.taken), offsetOf(item.cut, item.taken + n));
        const { pos, colour, home } = item;
        steps.push(home ? { kind: "answer", text, pos, colour, ...home } : { kind: "text", text, pos, colour });
        item.taken += n;
        left -= n;
        if (item.taken < item.cut.count) break;
      } else if (item.kind === "line" && left === 0 && this.#items[done + 1]?.kind === "text") {
        break;
      } else {
        steps.push(item);
      }
      done += 1;
    }
    this.#items.splice(0, done);
    return steps;
  }

  #pushLines(run: Run): number {
    let freed = this.release();
    // One event is one line however many line ends are in it. Several that came together are told
    // apart by theirs.
    const single = run.end - run.pos <= 1;
    const ended = run.text.endsWith("\n");
    const body = ended ? run.text.slice(0, -1) : run.text;
    const lines = single ? [body] : body.split("\n");
    const counted = lines.length === run.end - run.pos;
    for (const [at, line] of lines.entries()) {
      const pos = counted ? run.pos + at : run.pos;
      if (!this.#open) this.#items.push({ kind: "line", name: at === 0 ? run.name : null, pos, running: false, colour: run.colour });
      freed += this.#text(line, pos, cut(line, TOLD_APART), run.colour);
      this.#open = false;
    }
    this.#open = !ended;
    return freed;
  }

  #pushRunning(run: Run, at: number): number {
    let freed = this.#held?.home ? this.release() : 0;
    let text = run.text;
    if (run.name !== null) {
      // A change of name begins a line of its own: the line end before it is that.
      freed += this.release();
      if (text.startsWith("\n")) text = text.slice(1);
      this.#open = false;
    }
    if (!this.#open) {
      this.#items.push({ kind: "line", name: run.name, pos: run.pos, running: true, colour: run.colour });
      this.#open = true;
    }
    return freed + this.#hold(text, run.pos, at, run.colour, null);
  }

  #pushPart(run: Run, part: Part, at: number): number {
    this.#open = false;
    const home = { part, at: run.at_us };
    // What is held back of another part is not going to grow by this.
    const freed = this.#held && !(this.#held.home && isSame(this.#held.home.part, part)) ? this.release() : 0;
    if (!TYPED.has(part.channel)) {
      this.#items.push({ kind: "answer", text: run.text, pos: run.pos, colour: run.colour, ...home });
      return freed;
    }
    // The name of a tool comes before its arguments.
    if (run.text === "" && part.label !== "") this.#items.push({ kind: "answer", text: "", pos: run.pos, colour: run.colour, ...home });
    return freed + this.#hold(run.text, run.pos, at, run.colour, home);
  }

  /** Takes text that goes on where the text before it ended, and holds its last grapheme back. */
  #hold(came: string, pos: number, at: number, colour: Colour | null, home: Home | null): number {
    let freed = 0;
    let text = came;
    if (text === "") return freed;
    const held = this.#held;
    this.#held = null;
    let since = at;
    if (held && firstLength(held.text + text) > held.text.length) {
      // What came belongs to the grapheme that was held back; it stays held since its first part came.
      text = held.text + text;
      since = held.at;
    } else if (held) {
      freed += this.#text(held.text, held.pos, cut(held.text, TOLD_APART), held.colour, held.home);
    }

    const all = cut(text, TOLD_APART);
    if (all.count > TOLD_APART) return freed + this.#text(text, pos, all, colour, home);
    const from = offsetOf(all, all.count - 1);
    this.#held = { text: text.slice(from), pos, at: from === 0 ? since : at, home, colour };
    return freed + this.#text(text.slice(0, from), pos, { ends: all.ends, count: all.count - 1 }, colour, home);
  }

  #text(text: string, pos: number, graphemes: Cut, colour: Colour | null, home: Home | null = null): number {
    if (text === "") return 0;
    this.#items.push({ kind: "text", text, cut: graphemes, pos, colour, taken: 0, home });
    return graphemes.count;
  }
}

/** Whether two runs belong to one text. */
export function isSame(a: Part, b: Part): boolean {
  return a.turn === b.turn && a.channel === b.channel && a.block === b.block;
}

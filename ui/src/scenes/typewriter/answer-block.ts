// One text of a turn: what it looks like by its channel, which entries it came from, and the body that it is set in.

import { fmt, t } from "../../i18n";
import { MarkdownBody } from "../../markdown/document";
import type { Body, Spot } from "../../markdown/body";
import { isOpenable, normalised } from "../../markdown/parse";
import type { Growth } from "../../markdown/patch";
import type { Channel, Colour, Part } from "../../ipc/bindings";
import { copyFrom } from "../copy";
import { el, setAttribute, setHidden, setText } from "../dom";
import type { Held } from "./paper";
import { PlainBody } from "./plain";
import type { AnswerStep } from "./script";

export type Form = "plain" | "markdown";

/** Arguments that are longer stay as they came: a person reads a screen or two of them. */
const PRETTY_MOST = 65_536;
/** A thought that took no time that could be told: its time would be 0.0 s. */
const SHORT_MS = 50;

interface Came {
  readonly from: number;
  readonly pos: number;
  readonly colour: Colour | null;
}

export function keyOf({ channel, block }: Part): string {
  return `${channel}\n${block}`;
}

export class AnswerBlock {
  readonly key: string;
  readonly channel: Channel;
  readonly element: HTMLElement;
  #body: Body;
  /** Where the text of each entry begins. */
  #came: Came[] = [];
  #label = "";
  #firstAt = Infinity;
  /** When something else followed. */
  #endAt: number | null = null;
  #lastAt = 0;
  #open = false;
  /** Whether its newest letter was a carriage return, and whether its first is a line feed: the two are one line end, also
   *  where they came in two events. */
  #afterReturn = false;
  #beginsWithFeed = false;
  readonly #holder: HTMLElement;
  /** Its head: the fold of thinking, the name of a tool or of an error. */
  readonly #head: HTMLElement | null;
  readonly #pretty: HTMLElement | null;

  constructor(part: Part, form: Form) {
    this.key = keyOf(part);
    this.channel = part.channel;
    this.#body = this.channel === "answer" && form === "markdown" ? new MarkdownBody() : new PlainBody();
    const { element, holder, head, pretty } = this.#build();
    this.element = element;
    this.#holder = holder;
    this.#head = head;
    this.#pretty = pretty;
    holder.prepend(this.#body.element);
  }

  get body(): Body {
    return this.#body;
  }

  /** What a refusal or an error is headed with; null for all else. */
  get warning(): string | null {
    return this.channel === "refusal" || this.channel === "error" ? (this.#head?.textContent ?? "") : null;
  }

  get chars(): number {
    return this.#body.to - this.#body.from;
  }

  get firstPos(): number {
    return this.#came[0]?.pos ?? Infinity;
  }

  get lastPos(): number {
    return this.#came.at(-1)?.pos ?? -1;
  }

  /** When its first text arrived, and its newest. */
  get firstAt(): number {
    return this.#firstAt;
  }

  get lastAt(): number {
    return this.#lastAt;
  }

  get came(): readonly Came[] {
    return this.#came;
  }

  add({ text, part, pos, at, colour = null }: AnswerStep): void {
    this.#name(part.label);
    this.#firstAt = Math.min(this.#firstAt, at);
    this.#lastAt = Math.max(this.#lastAt, at);
    this.#endAt = null;
    if (this.#came.at(-1)?.pos !== pos) this.#came.push({ from: this.#body.to, pos, colour });
    if (colour) setAttribute(this.element, "data-colour", colour);
    if (this.#body.to === this.#body.from && text !== "") this.#beginsWithFeed = text.startsWith("\n");
    this.#body.append(normalised(this.#afterReturn && text.startsWith("\n") ? text.slice(1) : text), null);
    if (text !== "") this.#afterReturn = text.endsWith("\r");
  }

  /** Draws what was added; answers whether it wants to be drawn again. */
  draw(growth: Growth | null): boolean {
    const again = this.#body.draw(growth);
    this.#dress();
    return again;
  }

  /** Something else followed at this time. */
  followed(at: number): void {
    if (this.#endAt !== null) return;
    this.#endAt = at;
    this.#dress();
  }

  finish(): void {
    this.#endAt ??= this.#lastAt;
    this.#body.finish();
    this.#dress();
  }

  /** Older text of the same block, in order. */
  prepend(steps: readonly AnswerStep[]): void {
    const end = this.#came[0]?.from ?? this.#body.to;
    const pieces = joinedEnds(steps, this.#beginsWithFeed);
    const first = steps.find((step) => step.text !== "");
    if (first) this.#beginsWithFeed = first.text.startsWith("\n");
    const text = pieces.map((step) => step.text).join("");
    let at = end - text.length;
    const came: Came[] = [];
    for (const step of pieces) {
      this.#name(step.part.label);
      this.#firstAt = Math.min(this.#firstAt, step.at);
      if (came.at(-1)?.pos !== step.pos) came.push({ from: at, pos: step.pos, colour: step.colour ?? null });
      // What is newer has said so already.
      if (step.colour && !this.#came.some(({ colour }) => colour)) setAttribute(this.element, "data-colour", step.colour);
      at += step.text.length;
    }
    this.#came = [...came, ...this.#came];
    this.#body.prepend(text, end);
    this.#dress();
  }

  /** Drops what is of entries before this one; answers whether anything is left. */
  dropBefore(pos: number): boolean {
    const at = this.#came.findIndex((each) => each.pos >= pos);
    if (at < 0) return false;
    if (at === 0) return true;
    this.#came = this.#came.slice(at);
    this.#beginsWithFeed = false;
    this.#tint();
    this.#body.dropBefore(this.#came[0]?.from ?? this.#body.from);
    return true;
  }

  /** Drops so many characters from the end. */
  dropEnd(chars: number): void {
    const place = this.#body.to - chars;
    while (this.#came.length > 1 && (this.#came.at(-1)?.from ?? 0) >= place) this.#came.pop();
    this.#body.dropAfter(place);
    this.#tint();
  }

  /** Sets the same text in the other way. */
  setForm(form: Form): void {
    if (this.channel !== "answer" || this.#body instanceof MarkdownBody === (form === "markdown")) return;
    const next: Body = form === "markdown" ? new MarkdownBody() : new PlainBody();
    // Places count from where the text begins here.
    const base = this.#body.from;
    next.append(this.#body.source(), null);
    next.draw(null);
    if (this.#endAt !== null) next.finish();
    this.#came = this.#came.map((each) => ({ ...each, from: each.from - base }));
    this.#body.element.replaceWith(next.element);
    this.#body = next;
  }

  /** Its text by entries. */
  held(): Held[] {
    const { from, to } = this.#body;
    const source = this.#body.source();
    return this.#came.map((each, n) => ({
      pos: each.pos,
      text: source.slice(Math.max(0, each.from - from), (this.#came[n + 1]?.from ?? to) - from),
      mark: null,
      colour: each.colour,
    }));
  }

  /** Where an entry's text is drawn. */
  spotOf(pos: number): Spot | null {
    const at = this.#came.findLastIndex((each) => each.pos <= pos);
    if (this.channel === "thinking" && !this.#open) return { element: this.element, part: 0 };
    return this.#body.spot(this.#came[Math.max(0, at)]?.from ?? this.#body.from) ?? { element: this.element, part: 0 };
  }

  /** The entry of a place of its text, counted from the first that is here. */
  posAt(place: number): number {
    return this.#came.findLast((each) => each.from - this.#body.from <= place)?.pos ?? this.firstPos;
  }

  home(): HTMLElement | null {
    if (this.channel === "thinking" && !this.#open) return this.#head;
    if (this.channel === "answer" || this.channel === "thinking" || this.channel === "refusal") return this.#body.home();
    return this.channel === "tool" && this.#pretty?.hidden ? this.#body.home() : null;
  }

  // What it looks like

  /** The block has the colour of the newest of its entries that has one. */
  #tint(): void {
    setAttribute(this.element, "data-colour", this.#came.findLast(({ colour }) => colour)?.colour ?? null);
  }

  #name(label: string): void {
    if (label === "" || label === this.#label) return;
    this.#label = label;
    this.#dress();
  }

  #build(): { element: HTMLElement; holder: HTMLElement; head: HTMLElement | null; pretty: HTMLElement | null } {
    switch (this.channel) {
      case "prompt": {
        const element = el("div", "an-prompt", { dir: "auto", role: "note", "aria-label": t("answer.prompt") });
        return { element, holder: element, head: null, pretty: null };
      }
      case "thinking": {
        const element = el("div", "an-thinking");
        const head = el("button", "an-fold", { type: "button", "aria-expanded": "false" });
        const words = el("span", "an-fold-words");
        const mark = el("span", "an-fold-mark", { "aria-hidden": "true" });
        head.append(words, mark);
        const holder = el("div", "an-thoughts");
        holder.hidden = true;
        head.addEventListener("click", () => this.#toggle());
        element.append(head, holder);
        return { element, holder, head, pretty: null };
      }
      case "tool": {
        const element = el("div", "an-tool", { role: "group", "aria-label": t("answer.tool") });
        const bar = el("div", "an-tool-bar");
        const kind = el("span", "an-tool-kind");
        const head = el("span", "an-tool-name mono");
        const copy = el("button", "md-copy", { type: "button", title: t("answer.tool.copy") });
        setText(kind, t("answer.tool"));
        setText(copy, t("md.copy"));
        copy.addEventListener("click", () => void copyFrom(copy, this.#pretty?.hidden ? this.#body.source() : (this.#pretty?.textContent ?? "")));
        bar.append(kind, head, copy);
        const holder = el("div", "an-arguments mono", { dir: "ltr" });
        const pretty = el("div", "an-pretty");
        pretty.hidden = true;
        holder.append(pretty);
        element.append(bar, holder);
        return { element, holder, head, pretty };
      }
      case "refusal":
      case "error": {
        const element = el("div", "card an-card", { "data-testid": this.channel === "error" ? "answer-error" : "refusal" });
        const head = el("h3");
        const dot = el("span", "dot", { "data-state": this.channel === "error" ? "failed" : "waiting" });
        const words = el("span");
        head.append(dot, words);
        const holder = el("div", this.channel === "error" ? "an-said" : "an-refused");
        element.append(head, holder);
        return { element, holder, head: words, pretty: null };
      }
      case "citation": {
        const element = el("li", "an-source");
        const holder = el("span", "an-source-title");
        const head = el("span", "an-source-address mono selectable");
        const copy = el("button", "md-copy", { type: "button", title: t("answer.source.copy") });
        setText(copy, t("md.copy"));
        copy.addEventListener("click", () => void copyFrom(copy, this.#label));
        element.append(holder, head, copy);
        return { element, holder, head, pretty: null };
      }
      default: {
        const element = el("div", `an-${this.channel}`);
        return { element, holder: element, head: null, pretty: null };
      }
    }
  }

  #dress(): void {
    const head = this.#head;
    if (!head) return;
    switch (this.channel) {
      case "thinking": {
        const words = head.querySelector<HTMLElement>(".an-fold-words");
        const ms = ((this.#endAt ?? 0) - this.#firstAt) / 1000;
        const done = this.#endAt !== null;
        if (words) setText(words, !done ? t("answer.thinking") : ms >= SHORT_MS ? t("answer.thought.for", { time: ms < 60_000 ? fmt.seconds(ms) : fmt.ms(ms) }) : t("answer.thought"));
        break;
      }
      case "tool":
        setText(head, this.#label || t("answer.tool.unnamed"));
        this.#prettyPrint();
        break;
      case "refusal":
        setText(head, t("answer.refusal"));
        break;
      case "error":
        setText(head, this.#label ? t("answer.error.of", { kind: this.#label }) : t("answer.error"));
        break;
      case "citation": {
        setText(head, this.#label);
        const opens = isOpenable(this.#label);
        head.classList.toggle("md-link", opens);
        for (const [name, value] of [["role", "link"], ["tabindex", "0"], ["data-address", this.#label]] as const) setAttribute(head, name, opens ? value : null);
      }
    }
  }

  /** Arguments that are complete JSON are set as such; until then, and if they never are, they stay as they came. */
  #prettyPrint(): void {
    const pretty = this.#pretty;
    if (!pretty) return;
    const source = this.#body.source();
    let text: string | null = null;
    if (source.length <= PRETTY_MOST && /[}\]]\s*$/.test(source)) {
      try {
        const value: unknown = JSON.parse(source);
        if (typeof value === "object" && value !== null) text = JSON.stringify(value, null, 2);
      } catch {
        // Not yet, or never.
      }
    }
    setHidden(pretty, text === null);
    setHidden(this.#body.element, text !== null);
    if (text !== null) setText(pretty, text);
  }

  #toggle(): void {
    this.#open = !this.#open;
    setHidden(this.#holder, !this.#open);
    if (this.#head) setAttribute(this.#head, "aria-expanded", String(this.#open));
  }
}

/** Texts with the line ends that stand here; one that came in two halves, the second perhaps in what follows (`feed`), is one. */
function joinedEnds(steps: readonly AnswerStep[], feed: boolean): AnswerStep[] {
  let next = feed;
  return steps
    .toReversed()
    .map((step) => {
      const text = next ? step.text.replace(/\r$/, "") : step.text;
      if (step.text !== "") next = step.text.startsWith("\n");
      return { ...step, text: normalised(text) };
    })
    .toReversed();
}

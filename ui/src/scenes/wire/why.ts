// The panel "Why isn't it streaming?": what the facts of the wire tell, one card for each finding. It is
// pulled while the scene is on show: when the state or the number of findings changes, else once a second
// while something comes.

import { t, tn } from "../../i18n";
import type { Finding, Status } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import { el, setAttribute, setText } from "../dom";
import { findingWords, remedy, type Asked, type Remedy, type Span } from "./findings";

/** Between two pulls while only the evidence grows, and where the state or the number of findings changed. */
const PULL_MS = 1_000;
const URGENT_MS = 200;
/** Fewer events say nothing of how they come. */
const TELLING = 3;

export interface WhyEvents {
  /** Who asks for compression now. */
  asked(): Asked;
  /** Other findings than before. */
  found(findings: readonly Finding[]): void;
  /** Shows the row of the wire that is the evidence. */
  show(no: number): void;
  /** Does what a finding advises. */
  remedy(remedy: Remedy): void;
}

export class Why {
  readonly element = el("aside", "why", { "aria-labelledby": "why-title", "data-testid": "why" });
  readonly #fold = el("button", "why-fold", { type: "button", "aria-controls": "why-body" });
  readonly #foldTitle = el("span", "why-fold-title");
  readonly #foldSummary = el("span", "why-fold-summary");
  readonly #summary = el("p", "why-summary", { role: "status" });
  readonly #cards = el("div", "why-cards");
  readonly #live: Live;
  readonly #events: WhyEvents;
  #findings: readonly Finding[] = [];
  /** What the cards were drawn from. */
  #drawn = "";
  /** What was known of the wire at the last pull, and of it what a pull must soon follow. */
  #known = "";
  #urgent = "";
  #pulledAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #busy = false;
  #visible = false;
  #session: number | null = null;

  constructor(live: Live, events: WhyEvents) {
    this.#live = live;
    this.#events = events;
    const title = el("h2", "", { id: "why-title" });
    setText(title, t("why.title"));
    const chunks = el("p", "why-chunks");
    setText(chunks, t("why.chunks"));
    setText(this.#foldTitle, t("why.title"));
    this.#fold.append(this.#foldTitle, this.#foldSummary);
    this.#fold.addEventListener("click", () => this.#open(this.#fold.getAttribute("aria-expanded") !== "true"));
    const body = el("div", "why-body", { id: "why-body", tabindex: "0", role: "group", "aria-labelledby": "why-title" });
    body.append(title, this.#summary, this.#cards, chunks);
    this.element.append(this.#fold, body);
    this.#open(false);
  }

  visible(visible: boolean): void {
    this.#visible = visible;
    if (visible) this.changed();
    else this.#stop();
  }

  /** The status has changed. */
  changed(): void {
    if (!this.#visible) return;
    const status = this.#live.status();
    if ((status?.session ?? null) !== this.#session) {
      this.#session = status?.session ?? null;
      this.#known = "";
      this.#pulledAt = Number.NEGATIVE_INFINITY;
      this.#take([]);
    }
    this.#say(status);
    if (!status || this.#busy || knownOf(status) === this.#known) return;
    const pace = urgentOf(status) === this.#urgent ? PULL_MS : URGENT_MS;
    const wait = this.#pulledAt + pace - performance.now();
    if (wait > 0 && pace === PULL_MS && this.#timer !== null) return;
    this.#stop();
    if (wait <= 0) void this.#pull();
    else {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.changed();
      }, wait);
    }
  }

  dispose(): void {
    this.#stop();
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #pull(): Promise<void> {
    const status = this.#live.status();
    if (!status) return;
    this.#busy = true;
    this.#pulledAt = performance.now();
    this.#known = knownOf(status);
    this.#urgent = urgentOf(status);
    const findings = await this.#live.findings();
    this.#busy = false;
    if (findings && this.#live.status()?.session === this.#session) this.#take(findings);
    this.changed();
  }

  #take(findings: readonly Finding[]): void {
    const drawn = JSON.stringify([findings, this.#events.asked()]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#findings = findings;
    // A card that is drawn anew gives the focus back to its button.
    const focused = this.#cards.contains(document.activeElement) ? document.activeElement?.getAttribute("data-key") : null;
    this.#cards.replaceChildren(...findings.map((finding) => this.#card(finding)));
    if (focused) this.#cards.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
    this.#events.found(findings);
    this.#say(this.#live.status());
  }

  #say(status: Status | null): void {
    const words = summary(this.#findings, status);
    setText(this.#summary, words);
    setText(this.#foldSummary, words);
    setAttribute(this.element, "data-level", gravest(this.#findings));
  }

  #open(open: boolean): void {
    this.#fold.setAttribute("aria-expanded", String(open));
    this.element.classList.toggle("open", open);
  }

  #card(finding: Finding): HTMLElement {
    const { title, evidence, advice } = findingWords(finding, this.#events.asked());
    const card = el("article", "card finding", {
      "data-testid": "finding",
      "data-kind": finding.kind,
      "data-level": finding.level,
    });
    const head = el("h3");
    const dot = el("span", "dot", { "data-state": STATES[finding.level], role: "img", "aria-label": t(`why.level.${finding.level}`) });
    const name = el("span");
    setText(name, title);
    head.append(dot, name);
    card.append(head, paragraph(evidence));
    if (advice.length > 0) card.append(paragraph(advice));
    const actions = el("div", "actions");
    const help = remedy(finding, this.#events.asked());
    if (help) actions.append(this.#button("button small", t(`why.${help}`), `${finding.kind} help`, () => this.#events.remedy(help)));
    const { no } = finding;
    if (no !== null) actions.append(this.#button("quiet", t("why.show"), `${finding.kind} show`, () => this.#events.show(no)));
    if (actions.hasChildNodes()) card.append(actions);
    return card;
  }

  #button(className: string, words: string, key: string, press: () => void): HTMLElement {
    const button = el("button", className, { type: "button", "data-key": key });
    setText(button, words);
    button.addEventListener("click", press);
    return button;
  }
}

const STATES = { good: "open", warn: "waiting", bad: "failed" } as const;

/** Differs when the findings may. */
function knownOf(status: Status): string {
  return [urgentOf(status), status.attempt, status.wire.end, status.silent_since_us === null].join();
}

function urgentOf({ session, state, wire }: Status): string {
  return [session, state, wire.findings].join();
}

function gravest(findings: readonly Finding[]): string {
  for (const level of ["bad", "warn"] as const) if (findings.some((finding) => finding.level === level)) return level;
  return "good";
}

function summary(findings: readonly Finding[], status: Status | null): string {
  const count = findings.filter((finding) => finding.level !== "good").length;
  if (count > 0) return tn("why.explain", count);
  const over = status?.state === "closed" || status?.state === "failed";
  if ((status?.events ?? 0) < TELLING) return t(over ? "why.nothing" : "why.will");
  return t(over ? "why.went-well" : "why.well");
}

function paragraph(spans: readonly Span[]): HTMLElement {
  const words = el("p", "selectable");
  for (const span of spans) {
    if (!span.code) words.append(span.text);
    else {
      const code = el("code");
      setText(code, span.text);
      words.append(code);
    }
  }
  return words;
}

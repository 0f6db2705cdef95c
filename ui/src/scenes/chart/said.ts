// What the chart says over the panels: that another part than the newest is on show, or why there is nothing.

import { length, type Span } from "../../chrome/tape-span";
import { fmt, t } from "../../i18n";
import type { SeriesPage, Status } from "../../ipc/bindings";
import { el, setHidden, setText } from "../dom";

export interface SaidFacts {
  readonly status: Status;
  /** Whether the present goes on. */
  readonly moves: boolean;
  readonly span: Span;
  readonly lens: { readonly paused: boolean; readonly zoomed: boolean };
  /** Whether the tape strip is zoomed. */
  readonly tape: boolean;
  readonly lines: number;
  readonly page: SeriesPage | null;
  /** Whether nobody has chosen the lines. */
  readonly auto: boolean;
}

export class ChartSaid {
  readonly element = el("div", "chart-said");
  readonly empty = el("p", "chart-empty");
  readonly #words = el("span");
  readonly #back = el("button", "quiet link", { type: "button", "data-testid": "chart-live" });

  constructor(live: () => void) {
    this.#back.addEventListener("click", live);
    this.element.append(this.#words, this.#back);
  }

  set(facts: SaidFacts): void {
    const { lens, lines, status } = facts;
    const words = partWords(facts);
    setHidden(this.element, words === "" || lines === 0);
    setText(this.#words, words);
    setHidden(this.#back, !lens.paused && !lens.zoomed);
    setText(this.#back, t(status.replay ? "chart.back.replay" : facts.moves ? "chart.back" : "chart.back.all"));
    setHidden(this.empty, lines > 0);
    if (lines === 0) setText(this.empty, emptyWords(facts));
  }
}

function partWords({ lens, span, tape }: SaidFacts): string {
  if (lens.paused) return t("chart.paused", { time: fmt.clock(span.toUs).slice(0, 8) });
  if (lens.zoomed) return t("chart.zoomed", { length: fmt.ms(length(span) / 1000) });
  return tape ? t("chart.as-tape") : "";
}

function emptyWords({ page, status, auto }: SaidFacts): string {
  if (page === null) return "";
  if (!page.done && page.end > 0) return t("chart.reading", { percent: Math.min(99, Math.floor((page.scanned / page.end) * 100)) });
  return t(status.events === 0 ? "chart.empty.waiting" : auto ? "chart.empty" : "chart.empty.chosen");
}

// The lines to choose from: what is shown, in order, and what else was found.

import { fmt, t, tn } from "../../i18n";
import type { SeriesFound, SeriesKey } from "../../ipc/bindings";
import { SERIES } from "../../model/series";
import { el, setText } from "../dom";
import { nameOf, titleOf } from "./lines";

export interface ListFacts {
  readonly shown: readonly SeriesKey[];
  readonly found: readonly SeriesFound[];
  /** Whether nobody has chosen: the first that are found are shown. */
  readonly auto: boolean;
}

export interface ListEvents {
  /** These are to be shown, in this order; none for the first that are found. */
  choose(keys: readonly SeriesKey[]): void;
}

export class SeriesList {
  readonly element = el("div", "chart-list");
  readonly #events: ListEvents;
  readonly #rows = el("ul", "", { role: "list" });
  readonly #note = el("p");
  readonly #auto = el("button", "button small", { type: "button" });
  #facts: ListFacts = { shown: [], found: [], auto: true };
  #drawn = "";

  constructor(events: ListEvents) {
    this.#events = events;
    const head = el("h3");
    setText(head, t("chart.series"));
    setText(this.#auto, t("chart.series.auto"));
    this.#auto.addEventListener("click", () => events.choose([]));
    this.element.append(head, this.#rows, this.#note, this.#auto);
  }

  set(facts: ListFacts): void {
    this.#facts = facts;
    // Counts go on; under a hand that is at it the rows stay, and only what differs is made anew.
    const drawn = JSON.stringify([facts.auto, facts.shown, facts.found.map(({ key }) => key)]);
    if (drawn === this.#drawn) {
      for (const { key, points } of facts.found) {
        const count = this.#rows.querySelector<HTMLElement>(`[data-name="${CSS.escape(nameOf(key))}"] small`);
        if (count) setText(count, fmt.count(points));
      }
      return;
    }
    this.#drawn = drawn;
    const focused = document.activeElement instanceof HTMLElement && this.#rows.contains(document.activeElement) ? document.activeElement : null;
    const [row, what] = [focused?.closest("li")?.dataset["name"], focused?.dataset["what"]];
    const names = new Set(facts.shown.map(nameOf));
    const rest = facts.found.filter(({ key }) => !names.has(nameOf(key))).map(({ key }) => key);
    this.#rows.replaceChildren(...[...facts.shown, ...rest].map((key, at) => this.#row(key, at)));
    setText(this.#note, facts.shown.length >= SERIES ? tn("chart.series.most", SERIES) : "");
    this.#note.hidden = facts.shown.length < SERIES;
    this.#auto.hidden = facts.auto;
    if (row !== undefined) {
      const again = [...this.#rows.querySelectorAll<HTMLElement>("li")].find((each) => each.dataset["name"] === row);
      (again?.querySelector<HTMLElement>(`[data-what="${what}"]:not([disabled])`) ?? again?.querySelector<HTMLElement>("input"))?.focus();
    }
  }

  #row(key: SeriesKey, at: number): HTMLElement {
    const { shown, found } = this.#facts;
    const on = at < shown.length;
    const row = el("li", "", { "data-name": nameOf(key) });
    const label = el("label");
    const box = el("input", "check", { type: "checkbox", "data-what": "on" });
    box.checked = on;
    box.disabled = (!on && shown.length >= SERIES) || (on && shown.length === 1);
    box.addEventListener("change", () => this.#events.choose(box.checked ? [...shown, key] : shown.filter((each) => nameOf(each) !== nameOf(key))));
    const name = el("span", "mono");
    setText(name, titleOf(key));
    name.title = titleOf(key);
    const count = el("small");
    setText(count, fmt.count(found.find((each) => nameOf(each.key) === nameOf(key))?.points ?? 0));
    label.append(box, name, count);
    row.append(label);
    if (on) row.append(this.#step(key, at, -1), this.#step(key, at, 1));
    return row;
  }

  #step(key: SeriesKey, at: number, step: -1 | 1): HTMLElement {
    const { shown } = this.#facts;
    const words = t(step < 0 ? "chart.up" : "chart.down", { name: titleOf(key) });
    const button = el("button", `chart-step ${step < 0 ? "up" : "down"}`, { type: "button", "aria-label": words, title: words, "data-what": String(step) });
    button.disabled = at + step < 0 || at + step >= shown.length;
    button.addEventListener("click", () => this.#events.choose(moved(shown, at, step)));
    return button;
  }
}

/** The list with the one at `at` a place on. */
export function moved<T>(list: readonly T[], at: number, step: -1 | 1): T[] {
  const next = [...list];
  const [one] = next.splice(at, 1);
  if (one !== undefined) next.splice(Math.max(0, at + step), 0, one);
  return next;
}

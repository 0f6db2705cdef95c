// The settings of one line: its unit, its thresholds, its place.

import { isComposing } from "../../chrome/keys";
import { currentLanguage, t, type Key } from "../../i18n";
import { fieldNumber, readNumber } from "../../i18n/number";
import type { SeriesRule } from "../../ipc/bindings";
import { el, setAttribute, setText } from "../dom";

const UNIT_CHARS = 12;
/** One form is open at a time. */
const BAD_ID = "chart-limit-bad";

export interface LimitsEvents {
  change(rule: SeriesRule): void;
  /** The line goes a place to the left or to the right. */
  move(step: -1 | 1): void;
  hide(): void;
}

/** What it consists of; `canMove` says whether there is a place at either side. */
export function limitsForm(rule: SeriesRule, title: string, canMove: { left: boolean; right: boolean }, events: LimitsEvents): HTMLElement[] {
  let now = rule;
  const head = el("h3");
  setText(head, title);
  const form = el("div", "chart-form");
  const bad = el("p", "chart-bad", { role: "alert", id: BAD_ID });

  function put(patch: Partial<SeriesRule>): void {
    now = { ...now, ...patch };
    events.change(now);
  }

  /** What is wrong with the whole, once each field by itself is right. */
  function crossed(next: SeriesRule): string {
    return next.above !== null && next.below !== null && next.below >= next.above ? t("chart.limit.crossed") : "";
  }

  function number(key: "above" | "below" | "hysteresis", words: Key): void {
    const input = el("input", "field", { type: "text", inputmode: "decimal", autocomplete: "off", "data-testid": `limit-${key}` });
    input.value = key === "hysteresis" && now[key] === 0 ? "" : fieldNumber(now[key], currentLanguage());
    input.placeholder = t(key === "hysteresis" ? "chart.limit.nothing" : "chart.limit.none");
    const check = (): void => {
      const value = readNumber(input.value, currentLanguage());
      let wrong = value === null ? t("chart.limit.bad") : key === "hysteresis" && (value ?? 0) < 0 ? t("chart.limit.negative") : "";
      const next = { ...now, [key]: key === "hysteresis" ? (value ?? 0) : (value ?? null) };
      if (wrong === "") wrong = crossed(next);
      setAttribute(input, "aria-invalid", wrong === "" ? null : "true");
      setAttribute(input, "aria-describedby", wrong === "" ? null : BAD_ID);
      setText(bad, wrong);
      if (wrong === "" && next[key] !== now[key]) put({ [key]: next[key] });
    };
    input.addEventListener("change", check);
    input.addEventListener("input", () => {
      if (input.getAttribute("aria-invalid") === "true") check();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !isComposing(event)) check();
    });
    form.append(labelled(words, input));
  }

  number("above", "chart.limit.above");
  number("below", "chart.limit.below");
  number("hysteresis", "chart.limit.hysteresis");
  const unit = el("input", "field", { type: "text", maxlength: String(UNIT_CHARS), autocomplete: "off", "data-testid": "limit-unit" });
  unit.value = now.unit;
  unit.placeholder = "%, ms, °C";
  unit.addEventListener("change", () => put({ unit: unit.value.trim() }));
  unit.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !isComposing(event)) put({ unit: unit.value.trim() });
  });
  form.append(labelled("chart.limit.unit", unit));

  const about = el("p");
  setText(about, t("chart.limit.about"));
  const tools = el("div", "chart-form-tools");
  const button = (words: Key, run: () => void, on = true): HTMLButtonElement => {
    const made = el("button", "button small", { type: "button" });
    setText(made, t(words));
    made.disabled = !on;
    made.addEventListener("click", run);
    return made;
  };
  tools.append(
    button("chart.move.left", () => events.move(-1), canMove.left),
    button("chart.move.right", () => events.move(1), canMove.right),
    button("chart.hide", () => events.hide()),
  );
  return [head, form, bad, about, tools];
}

function labelled(words: Key, input: HTMLInputElement): HTMLElement {
  const label = el("label");
  const name = el("span");
  setText(name, t(words));
  label.append(name, input);
  return label;
}

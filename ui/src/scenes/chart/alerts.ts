// Thresholds that are crossed, for ears: each crossing and each return, said politely and not too often.

import { t } from "../../i18n";
import type { SeriesData, SeriesKey } from "../../ipc/bindings";
import { alertValue } from "./figures";
import { nameOf, titleOf } from "./lines";

/** At most one sentence in this time: values that tremble at a limit are not read out one by one. */
export const SAY_MS = 4_000;
/** Lines that one sentence names; of more their number is said. */
const NAMED = 3;

export interface AlertLine {
  readonly key: SeriesKey;
  readonly alert: SeriesData["alert"];
  readonly decimals: number;
}

export class AlertVoice {
  readonly #say: (words: string) => void;
  /** What was said last of each line: the side it is on, or null for within. */
  readonly #told = new Map<string, string | null>();
  #begun = false;
  #waits = false;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(say: (words: string) => void) {
    this.#say = say;
  }

  /** Whether there is something left to say, once it may be. */
  get waits(): boolean {
    return this.#waits;
  }

  /** Another session is on show: how it stands is seen, and only changes are said. */
  clear(): void {
    this.#told.clear();
    this.#begun = false;
    this.#waits = false;
  }

  look(lines: readonly AlertLine[], nowMs: number): void {
    const now = new Map(lines.map((line) => [nameOf(line.key), line] as const));
    for (const name of this.#told.keys()) if (!now.has(name)) this.#told.delete(name);
    const changed: AlertLine[] = [];
    for (const [name, line] of now) {
      const side = sideOf(line);
      const before = this.#told.get(name);
      // A line that is new is told of where it is past its limit.
      if (!this.#begun || before === undefined) {
        if (!this.#begun || side === null) this.#told.set(name, side);
        else changed.push(line);
      } else if (before !== side) changed.push(line);
    }
    this.#begun = true;
    this.#waits = changed.length > 0 && nowMs - this.#saidAt < SAY_MS;
    if (changed.length === 0 || this.#waits) return;
    this.#saidAt = nowMs;
    for (const line of changed) this.#told.set(nameOf(line.key), sideOf(line));
    const words = changed.slice(0, NAMED).map(wordsOf);
    if (changed.length > NAMED) words.push(t("chart.alert.more", { n: changed.length - NAMED }));
    this.#say(words.reduce((a, b) => t("sentences", { a, b })));
  }
}

function sideOf({ alert }: AlertLine): string | null {
  return alert === null ? null : alert.over ? "over" : "under";
}

function wordsOf({ key, alert, decimals }: AlertLine): string {
  const name = titleOf(key);
  if (alert === null) return t("chart.alert.back", { name });
  return t(alert.over ? "chart.alert.above" : "chart.alert.below", { name, limit: alertValue(alert.limit, decimals) });
}

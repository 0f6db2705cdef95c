// Numbers as the chart writes them, in the language of the window.

import { currentLanguage, fmt, t } from "../../i18n";
import type { SeriesData } from "../../ipc/bindings";

/** More decimals than this are noise of the machine's own. */
const MOST_DECIMALS = 6;
/** From here on a number is shortened, or it would not fit its tile. */
const LONG = 1e7;
/** Past these no one counts zeros. */
const HUGE = 1e15;
const TINY = 1e-4;
/** A move of less than this share of the span is none. */
const STEADY = 0.02;
export const MINUTE_US = 60_000_000;

const made = new Map<string, Intl.NumberFormat>();

function formatter(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${currentLanguage()} ${name}`;
  let found = made.get(key);
  if (!found) made.set(key, (found = new Intl.NumberFormat(currentLanguage(), options)));
  return found;
}

/** Decimals that tell values apart which lie between these two: 41.8 of 12 to 88, 104.27 of 102 to 105. Not more than
 *  the `samples` have. */
export function decimalsOf(least: number, most: number, samples: readonly number[] = []): number {
  const span = most - least || Math.abs(most);
  const useful = span > 0 && Number.isFinite(span) ? 2 - Math.floor(Math.log10(span)) : 2;
  const written = samples.length === 0 ? MOST_DECIMALS : Math.max(...samples.map(writtenDecimals));
  return Math.max(0, Math.min(useful, written, MOST_DECIMALS));
}

/** Decimals that a number has as it is written. */
export function writtenDecimals(value: number): number {
  const [digits = "", exponent = "0"] = String(Math.abs(value)).split("e");
  return Math.max(0, (digits.split(".")[1]?.length ?? 0) - Number(exponent));
}

/** A number with so many decimals; a long one is shortened. */
export function numberWords(value: number, decimals: number): string {
  const size = Math.abs(value);
  if (size >= HUGE || (size > 0 && size < TINY)) {
    return formatter("scientific", { notation: "scientific", maximumFractionDigits: 2 }).format(value);
  }
  if (size >= LONG) return formatter("compact", { notation: "compact", maximumSignificantDigits: 4 }).format(value);
  const plain = formatter(`plain ${decimals}`, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const text = plain.format(value);
  // A minus before nothing but zeros says something that is not there.
  return /[1-9]/.test(text) ? text : plain.format(0);
}

/** All digits of it, for where there is room. */
export function wholeWords(value: number): string {
  return formatter("whole", { maximumFractionDigits: 20 }).format(value);
}

export function withUnit(words: string, unit: string): string {
  return unit === "" ? words : `${words}\u00a0${unit}`;
}

/** "+2.1 in 1 min, 12.0 to 88.4". `sinceUs` is when the session began: a younger one has no minute before. */
export function moveWords(data: SeriesData, decimals: number, sinceUs: number): string {
  const range =
    data.least === data.most
      ? t("chart.always", { value: numberWords(data.most, decimals) })
      : t("chart.range", { least: numberWords(data.least, decimals), most: numberWords(data.most, decimals) });
  const steady = Math.abs(data.change) <= STEADY * (data.most - data.least) || Number(data.change.toFixed(decimals)) === 0;
  if (steady) return data.least === data.most ? range : t("chart.steady", { range });
  const change = `${data.change > 0 ? "+" : "\u2212"}${numberWords(Math.abs(data.change), decimals)}`;
  return t(data.newest_us - sinceUs < MINUTE_US ? "chart.moved.since" : "chart.moved", { change, range });
}

/** A limit, with the decimals that it was written with at least. */
export function alertValue(limit: number, decimals: number): string {
  return numberWords(limit, Math.max(decimals, Math.min(writtenDecimals(limit), MOST_DECIMALS)));
}

/** "above 104.00 for 12 s" */
export function alertWords({ alert }: SeriesData, decimals: number, nowUs: number): string {
  if (!alert) return "";
  return t(alert.over ? "chart.above" : "chart.below", { limit: alertValue(alert.limit, decimals), time: lengthWords(nowUs - alert.since_us) });
}

/** 12 s, 4 min 12 s: whole seconds, since it runs on under the eye. */
function lengthWords(us: number): string {
  const seconds = Math.max(0, Math.floor(us / 1e6));
  return seconds < 60 ? t("unit.s", { n: fmt.int(seconds) }) : fmt.ms(seconds * 1000);
}

/** "0.2 a minute" */
export function perMinute(count: number, lengthUs: number): string {
  const minutes = Math.max(lengthUs / MINUTE_US, 1 / 60);
  const each = count / minutes;
  return t("chart.a-minute", { n: numberWords(each, each >= 9.95 || each === 0 ? 0 : 1) });
}

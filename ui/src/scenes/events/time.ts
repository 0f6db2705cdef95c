// Arrival as the table writes it: the time of day, or the time since the session's start.

import { fmt, t } from "../../i18n";

/** +12.345 s, +1:20.345, +1:02:03.456; before the start with a minus. */
export function since(us: number): string {
  const sign = us < 0 ? "\u2212" : "+";
  const ms = Math.round(Math.abs(us) / 1000);
  const seconds = Math.floor(ms / 1000);
  const part = `.${String(ms % 1000).padStart(3, "0")}`;
  if (seconds < 60) return `${sign}${t("unit.s", { n: `${seconds}${part}` })}`;
  const two = (n: number): string => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${sign}${minutes}:${two(seconds % 60)}${part}`;
  return `${sign}${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}${part}`;
}

/** Two times of day, to the second where that tells them apart. */
export function between(fromUs: number, toUs: number): { readonly from: string; readonly to: string } {
  const [from, to] = [fmt.clock(fromUs), fmt.clock(toUs)];
  const short = toUs - fromUs >= 2_000_000;
  return short ? { from: from.slice(0, 8), to: to.slice(0, 8) } : { from, to };
}

// The times under the tape: elapsed in a session of up to an hour, the time of day in a longer one, as fine as the
// part on show asks for.

import { fmt, t } from "../i18n";
import { length, type Span } from "./tape-span";

export interface Label {
  readonly x: number;
  readonly text: string;
}

/** Labels stand at least this far apart; a time of day with milliseconds takes some 76. */
const APART_PX = 96;
const SECOND_US = 1_000_000;
const HOUR_US = 3_600 * SECOND_US;
const DAY_US = 24 * HOUR_US;

const STEPS_US: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((ms) => ms * 1_000),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800].map((s) => s * SECOND_US),
  ...[1, 2, 4, 12, 24, 48, 168, 720].map((h) => h * HOUR_US),
];

export function stepFor(spanUs: number, width: number): number {
  return STEPS_US.find((each) => (each / spanUs) * width >= APART_PX) ?? spanUs;
}

/** The labels of `span`; `session` is the whole of it, `untilPx` where no more of them may begin. */
export function labelsOf(span: Span, session: Span, width: number, untilPx: number): Label[] {
  const step = stepFor(length(span), width);
  // Past an hour people think in the time of day.
  const byClock = length(session) > HOUR_US;
  const zero = byClock ? midnight(session.fromUs) : session.fromUs;
  const first = Math.ceil((span.fromUs - zero) / step);
  const last = Math.floor((span.toUs - zero) / step);
  const labels: Label[] = [];
  for (let at = first; at <= last; at += 1) {
    const us = zero + at * step;
    const x = ((us - span.fromUs) / length(span)) * width;
    if (x > untilPx) break;
    labels.push({ x, text: byClock ? clockText(us, step) : elapsedText(us - zero, step, length(session)) });
  }
  return labels;
}

/** The start of the local day. */
function midnight(us: number): number {
  return new Date(us / 1_000).setHours(0, 0, 0, 0) * 1_000;
}

function clockText(us: number, step: number): string {
  if (step >= DAY_US) return fmt.day(us);
  const full = fmt.clock(us);
  return step >= 60 * SECOND_US ? full.slice(0, 5) : step >= SECOND_US ? full.slice(0, 8) : full;
}

function elapsedText(us: number, step: number, session: number): string {
  const digits = step >= SECOND_US ? 0 : step >= 100_000 ? 1 : step >= 10_000 ? 2 : 3;
  if (session <= 60 * SECOND_US) return t("tape.seconds", { n: (us / SECOND_US).toFixed(digits) });
  return counter(us, digits);
}

/** 4:03, 4:03.250: minutes and seconds as on a tape counter. */
function counter(us: number, digits: number): string {
  const unit = 10 ** digits;
  const ticks = Math.round((us / SECOND_US) * unit);
  const seconds = Math.floor(ticks / unit);
  const fraction = digits === 0 ? "" : `.${String(ticks % unit).padStart(digits, "0")}`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}${fraction}`;
}

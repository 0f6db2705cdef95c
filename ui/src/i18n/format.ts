// Figures as the window writes them. Each formatter is made once for each language: making one costs
// about as much as a thousand uses.

import type { Language } from "../ipc/bindings";
import type { Args, Key } from "./index";

export interface Formats {
  /** 20,197 */
  int(n: number): string;
  /** 212 ms, 9.1 s, 4 min 12 s: the unit that suits the length. */
  ms(ms: number): string;
  /** 2.4 s, always in seconds with one digit, so that a countdown keeps its width. */
  seconds(ms: number): string;
  /** 2.4, the same without its unit. */
  tenths(ms: number): string;
  /** The time of day on this machine, 12:04:31.152. */
  clock(us: number): string;
  /** A date, 14 Nov 2026. */
  day(us: number): string;
  /** 12:04 */
  time(us: number): string;
  /** 14 Nov: a day of this year. */
  dayShort(us: number): string;
  /** 14 Nov, 12:04 */
  moment(us: number): string;
  /** 2.1M, for places with no room for digits. */
  count(n: number): string;
  /** A length as a running clock: 00:09.4, 04:18, 1:02:03. */
  elapsed(us: number): string;
  /** 96 bytes, 3.1 kB. */
  bytes(n: number): string;
  /** 3.1 kB/s */
  bytesRate(n: number): string;
  /** 125 %, as this language writes it. */
  percent(n: number): string;
  /** 48.1 */
  rate(perSecond: number): string;
  /** 48/s, for places with no room for digits. */
  rateShort(perSecond: number): string;
}

type Translate = (key: Key, args?: Args) => string;

interface Tools {
  int: Intl.NumberFormat;
  upToOne: Intl.NumberFormat;
  one: Intl.NumberFormat;
  clock: Intl.DateTimeFormat;
  day: Intl.DateTimeFormat;
  time: Intl.DateTimeFormat;
  dayShort: Intl.DateTimeFormat;
  moment: Intl.DateTimeFormat;
  count: Intl.NumberFormat;
  percent: Intl.NumberFormat;
}

function tools(language: Language): Tools {
  // 14 Nov 2026, as the rest of the window is spelt, and not Nov 14, 2026.
  const english = language === "en" ? "en-GB" : language;
  return {
    int: new Intl.NumberFormat(language, { maximumFractionDigits: 0 }),
    upToOne: new Intl.NumberFormat(language, { maximumFractionDigits: 1 }),
    one: new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    clock: new Intl.DateTimeFormat(language, {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      fractionalSecondDigits: 3,
      hourCycle: "h23",
    }),
    day: new Intl.DateTimeFormat(english, { year: "numeric", month: "short", day: "numeric" }),
    time: new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    dayShort: new Intl.DateTimeFormat(english, { month: "short", day: "numeric" }),
    moment: new Intl.DateTimeFormat(english, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    count: new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 }),
    percent: new Intl.NumberFormat(language, { style: "percent" }),
  };
}

const SIZES = ["unit.kb", "unit.mb", "unit.gb", "unit.tb"] as const;

export function createFormats(language: () => Language, t: Translate): Formats {
  const made = new Map<Language, Tools>();
  const now = (): Tools => {
    const name = language();
    let found = made.get(name);
    if (!found) made.set(name, (found = tools(name)));
    return found;
  };

  function ms(value: number): string {
    const whole = Math.max(0, value);
    if (whole < 999.5) return t("unit.ms", { n: now().int.format(whole) });
    if (whole < 59_950) return t("unit.s", { n: now().one.format(whole / 1000) });
    const seconds = Math.round(whole / 1000);
    if (seconds < 3600) return t("unit.min-s", { m: Math.floor(seconds / 60), s: seconds % 60 });
    const minutes = Math.round(seconds / 60);
    return t("unit.h-min", { h: now().int.format(Math.floor(minutes / 60)), m: minutes % 60 });
  }

  function bytes(value: number): string {
    if (value < 1000) return t("unit.b", { n: now().int.format(value) });
    let scaled = value / 1000;
    let step = 0;
    // 999.95 would be written 1,000.0: it belongs to the next unit.
    while (scaled >= 999.95 && step < SIZES.length - 1) {
      scaled /= 1000;
      step += 1;
    }
    return t(SIZES[step] ?? "unit.tb", { n: now().one.format(scaled) });
  }

  function rate(perSecond: number): string {
    if (perSecond >= 999.95) return now().int.format(perSecond);
    return perSecond === 0 ? now().int.format(0) : now().one.format(perSecond);
  }

  return {
    int: (n) => now().int.format(n),
    ms,
    tenths: (value) => now().one.format(Math.max(0, value) / 1000),
    seconds: (value) => t("unit.s", { n: now().one.format(Math.max(0, value) / 1000) }),
    clock: (us) => now().clock.format(us / 1000),
    day: (us) => now().day.format(us / 1000),
    time: (us) => now().time.format(us / 1000),
    dayShort: (us) => now().dayShort.format(us / 1000),
    moment: (us) => now().moment.format(us / 1000),
    count: (n) => now().count.format(n),
    elapsed,
    bytes,
    bytesRate: (n) => t("unit.per-s", { n: bytes(n) }),
    percent: (n) => now().percent.format(n / 100),
    rate,
    rateShort: (perSecond) => {
      const n = perSecond > 0 && perSecond < 9.95 ? now().upToOne.format(perSecond) : now().int.format(perSecond);
      return t("unit.per-s", { n });
    },
  };
}

/** The same digits in every language, as on a tape counter. */
function elapsed(us: number): string {
  const tenths = Math.floor(Math.max(0, us) / 100_000);
  const seconds = Math.floor(tenths / 10);
  const two = (n: number): string => String(n).padStart(2, "0");
  if (seconds < 60) return `00:${two(seconds)}.${tenths % 10}`;
  if (seconds < 3600) return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

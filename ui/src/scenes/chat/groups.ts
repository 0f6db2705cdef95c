// How rows of chat stand together: whose messages are one group, and where a day begins. Pure.

import { currentLanguage, fmt, t } from "../../i18n";
import type { Bubble } from "../../ipc/bindings";

/** Messages of one sender further apart than this say their time anew. */
export const GROUP_US = 60_000_000;
/** The last moment that a date can be (ECMAScript's time range), in microseconds. */
const LAST_US = 8.64e18;

export interface Standing {
  /** Begins a day: its separator stands above. */
  readonly day: boolean;
  /** Begins a group: name and time stand above, and room. */
  readonly first: boolean;
}

/** When a row was said, where the data tells of a time that can be one. */
export function saidUs(row: Pick<Bubble, "at_us" | "said_us">): number {
  const said = row.said_us;
  return said !== null && said > 0 && said <= LAST_US ? said : row.at_us;
}

/** How a row stands after the one before it; null where none is known. */
export function standing(before: Bubble | null, row: Bubble): Standing {
  if (!before) return { day: true, first: true };
  const day = dayOf(saidUs(before)) !== dayOf(saidUs(row));
  const together =
    !day &&
    row.kind === "message" &&
    before.kind === "message" &&
    before.own === row.own &&
    (row.own || before.sender === row.sender) &&
    Math.abs(saidUs(row) - saidUs(before)) <= GROUP_US;
  return { day, first: !together };
}

/** The calendar day on this machine, as a number that differs from day to day. */
export function dayOf(us: number): number {
  const date = new Date(us / 1000);
  return date.getFullYear() * 400 + date.getMonth() * 32 + date.getDate();
}

/** "Today", "Yesterday", "Sat 14 Nov", or with the year. */
export function dayWords(us: number, nowUs: number): string {
  const day = dayOf(us);
  if (day === dayOf(nowUs)) return t("day.today");
  const yesterday = new Date(nowUs / 1000);
  yesterday.setDate(yesterday.getDate() - 1);
  if (day === dayOf(yesterday.getTime() * 1000)) return t("day.yesterday");
  const sameYear = new Date(us / 1000).getFullYear() === new Date(nowUs / 1000).getFullYear();
  return sameYear ? weekday().format(us / 1000) : fmt.day(us);
}

const made = new Map<string, Intl.DateTimeFormat>();

function weekday(): Intl.DateTimeFormat {
  const language = currentLanguage();
  let format = made.get(language);
  if (!format) {
    format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { weekday: "long", month: "long", day: "numeric" });
    made.set(language, format);
  }
  return format;
}

export function typingWords(names: readonly string[]): string {
  const [a, b] = names.filter((name) => name !== "").map((name) => shortName(name));
  if (a === undefined) return names.length > 0 ? t("chat.typing.many") : "";
  if (names.length === 1) return t("chat.typing.one", { a });
  return names.length === 2 && b !== undefined ? t("chat.typing.two", { a, b }) : t("chat.typing.many");
}

/** Characters of a name that stand in a line; a name may be as long as a message. */
const NAME_CHARS = 64;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A name on one line, kept from turning what stands around it about. */
export function shortName(name: string): string {
  const line = name.replace(/\s+/g, " ").trim();
  const cut = line.length > NAME_CHARS ? `${line.slice(0, NAME_CHARS - 1)}…` : line;
  const plain = cut.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
  return RIGHT_TO_LEFT.test(plain) ? `\u2068${plain}\u2069` : plain;
}

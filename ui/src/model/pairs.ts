// Names and values in a query or a form, and tables of them. A pair that nobody edits keeps its very letters:
// order, doubles, odd escapes and what is no pair at all.

import { partsOf } from "./placeholders";

export interface Pair {
  readonly name: string;
  readonly value: string;
}

/** How a text is written: a query leaves more as it is, a form writes a space as `+`. */
export type Writing = "query" | "form";

export function readPair(raw: string): Pair {
  const at = raw.indexOf("=");
  return at < 0 ? { name: decoded(raw), value: "" } : { name: decoded(raw.slice(0, at)), value: decoded(raw.slice(at + 1)) };
}

/** `raw` with another name or value; the half that stays keeps its letters. */
export function writePair(raw: string, patch: Partial<Pair>, writing: Writing): string {
  const at = raw.indexOf("=");
  const name = patch.name === undefined ? (at < 0 ? raw : raw.slice(0, at)) : encoded(patch.name, writing);
  if (patch.value === undefined) return at < 0 ? name : joined(name, raw.slice(at + 1));
  return joined(name, encoded(patch.value, writing));
}

function joined(name: string, value: string): string {
  return name === "" && value === "" ? "" : `${name}=${value}`;
}

function decoded(text: string): string {
  return partsOf(text)
    .map((part) => (part.placeholder ? part.text : unescaped(part.text)))
    .join("");
}

function unescaped(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Bytes that are no UTF-8 cannot be shown as text; they stand as they are.
    return text;
  }
}

function encoded(text: string, writing: Writing): string {
  return partsOf(text)
    .map((part) => (part.placeholder ? part.text : escaped(part.text, writing)))
    .join("");
}

const LONE_HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escaped(text: string, writing: Writing): string {
  // A lone half of a surrogate pair has no bytes.
  const all = encodeURIComponent(text.replace(LONE_HALF, "\ufffd"));
  return writing === "form" ? all.replaceAll("%20", "+") : all.replace(/%(?:2F|3A|40|2C|24|3B|3F)/g, decodeURIComponent);
}

// The query of an address

export interface QueryRow extends Pair {
  readonly raw: string;
  /** Off: kept beside the address and not in it. */
  readonly on: boolean;
}

/** A row that is off: it stands before the row of the address with this number. */
export interface Parked {
  readonly before: number;
  readonly raw: string;
}

interface Address {
  readonly base: string;
  /** Null where there is no `?`. */
  readonly query: string | null;
  readonly fragment: string;
}

function takeApart(url: string): Address {
  const hash = url.indexOf("#");
  const fragment = hash < 0 ? "" : url.slice(hash);
  const rest = hash < 0 ? url : url.slice(0, hash);
  const mark = rest.indexOf("?");
  return mark < 0 ? { base: rest, query: null, fragment } : { base: rest.slice(0, mark), query: rest.slice(mark + 1), fragment };
}

/** The query as a table. Every part between two `&` is a row, an empty one too. */
export function queryRows(url: string, parked: readonly Parked[]): QueryRow[] {
  const { query } = takeApart(url);
  const parts = query === null ? [] : query.split("&");
  const rows: QueryRow[] = [];
  const park = (of: readonly Parked[]): void => {
    for (const { raw } of of) rows.push({ ...readPair(raw), raw, on: false });
  };
  for (const [at, raw] of parts.entries()) {
    park(parked.filter((each) => each.before === at));
    rows.push({ ...readPair(raw), raw, on: true });
  }
  park(parked.filter((each) => each.before >= parts.length));
  return rows;
}

/** The address with this table as its query, and the rows that are off. */
export function withQueryRows(
  url: string,
  rows: readonly Pick<QueryRow, "raw" | "on">[],
): { url: string; parked: Parked[] } {
  const { base, fragment } = takeApart(url);
  const parts: string[] = [];
  const parked: Parked[] = [];
  for (const { raw, on } of rows) {
    if (on) parts.push(raw);
    else parked.push({ before: parts.length, raw });
  }
  const query = parts.length === 0 ? "" : `?${parts.join("&")}`;
  return { url: base + query + fragment, parked };
}

// The body of a form

/** A row that nothing is written in yet; an empty text would be no row. */
const BLANK = "=";

export function formRows(body: string): (Pair & { readonly raw: string })[] {
  return body === "" ? [] : body.split("&").map((raw) => ({ ...readPair(raw), raw }));
}

export function withFormRows(raws: readonly string[]): string {
  return raws.map((raw) => (raw === "" ? BLANK : raw)).join("&");
}

/** A form as it is sent: without the rows in which nothing is written. */
export function sentForm(body: string): string {
  return body
    .split("&")
    .filter((raw) => raw !== "" && raw !== BLANK)
    .join("&");
}

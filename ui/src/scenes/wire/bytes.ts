// Bytes as a person reads them: text whose control characters can be seen, and rows of hexadecimal.

/** A piece of text: as it is, or the mark of a character that has no shape of its own. */
export interface Piece {
  readonly text: string;
  /** Quiet for tabs, loud for what nobody expects in a line. */
  readonly mark: false | "quiet" | "loud";
}

// C0, DEL and C1; soft hyphen; what turns the direction of a line; zero-width space; line and paragraph
// separators; byte order marks inside a text; and what stands for bytes that are not UTF-8. Joiners are
// left alone: scripts and emoji are made with them.
const UNSEEN = /[\0-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffd]/g;

const NAMED: Readonly<Record<string, string>> = { "\0": "\\0", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** The mark of one character. */
export function mark(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.charCodeAt(0);
  if (code === 0xfffd) return character;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Cuts a text at the characters that cannot be seen, which become marks. */
export function visible(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(UNSEEN)) {
    if (found.index > at) pieces.push({ text: text.slice(at, found.index), mark: false });
    const made = mark(found[0]);
    const kind = found[0] === "\t" ? "quiet" : "loud";
    const last = pieces.at(-1);
    if (last?.mark === kind) pieces[pieces.length - 1] = { text: last.text + made, mark: kind };
    else pieces.push({ text: made, mark: kind });
    at = found.index + 1;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), mark: false });
  return pieces;
}

/** The end of a line as a mark: `\n`, `\r\n`. */
export function ending(end: string): string {
  return [...end].map(mark).join("");
}

/** A text with the ends of its lines, which stay with their line. */
export function splitLines(text: string): { text: string; end: string }[] {
  const lines: { text: string; end: string }[] = [];
  let at = 0;
  for (const found of text.matchAll(/\r\n|\n|\r/g)) {
    lines.push({ text: text.slice(at, found.index), end: found[0] });
    at = found.index + found[0].length;
  }
  if (at < text.length) lines.push({ text: text.slice(at), end: "" });
  return lines;
}

export const HEX_BYTES = 16;

/** Sixteen bytes. */
export interface HexRow {
  /** Of the first of them. */
  readonly offset: string;
  /** Two groups of eight, padded to the width of a full row. */
  readonly hex: string;
  /** Printable ASCII, and a dot for all else. */
  readonly ascii: string;
}

/** Two digits a byte, set out in rows. `from` is the offset of the first byte. */
export function hexRows(digits: string, from = 0): HexRow[] {
  const rows: HexRow[] = [];
  const total = from + digits.length / 2;
  const width = Math.max(4, Math.max(0, total - 1).toString(16).length);
  for (let at = 0; at < digits.length; at += HEX_BYTES * 2) {
    const bytes = digits.slice(at, at + HEX_BYTES * 2).match(/../g) ?? [];
    const half = (from: number): string => bytes.slice(from, from + 8).join(" ").padEnd(23);
    rows.push({
      offset: (from + at / 2).toString(16).padStart(width, "0"),
      hex: `${half(0)}  ${half(8)}`,
      ascii: bytes.map(printable).join(""),
    });
  }
  return rows;
}

function printable(byte: string): string {
  const code = Number.parseInt(byte, 16);
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "·";
}

// Markdown as blocks with their places in the source. Markup of HTML is text here, and so is a link to anything but the
// web or a mailbox.

import MarkdownIt, { type Env, type Token } from "markdown-it";
import { readAddress } from "../model/address";

export type { Env, Token };

/** Longer than any paragraph that was written for people. Past it inline marks are left as they are: some of them cost
 *  the square of a line's length. */
export const INLINE_MOST = 32_768;

/** Quotes in quotes and lists in lists that are told apart, and columns of a table. What is past that stays as it was
 *  written: nobody writes it for people, and a table of 50,000 columns takes seconds to lay out. */
const NESTING_MOST = 40;
const COLUMNS_MOST = 200;

/** Whether an address may be offered to be opened: one that is asked about when it is pressed. */
export function isOpenable(address: string): boolean {
  return readAddress(address) !== null;
}

const md = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: false, maxNesting: NESTING_MOST });
md.validateLink = isOpenable;
// What a picture's address is is only shown: a relative one, or one in `data:`, is told in its chip as well.

const SHOWN = /^(?:paragraph|heading|bullet_list|ordered_list|blockquote|table)_open$|^(?:fence|code_block|hr)$/;

/** A block that stands for itself. */
export interface Block {
  /** Where its last item begins, and how many are before that one, where it is a list of more than one. */
  readonly lastItem: { readonly from: number; readonly before: number } | null;
  /** Where it begins in the source that was parsed; it ends where the next begins. */
  readonly from: number;
  readonly tokens: readonly Token[];
  /** What it is where it is not set. */
  readonly plain: string | null;
  /** A fence that has not been closed. */
  readonly open: boolean;
}

/** What every line end and every NUL becomes; markdown-it does the same. */
export function normalised(text: string): string {
  return /[\r\0]/.test(text) ? text.replace(/\r\n?/g, "\n").replaceAll("\0", "\ufffd") : text;
}

/** The blocks of a normalised source. `env` takes the link references that it defines. */
export function blocksOf(source: string, env: Env): Block[] {
  const tokens: Token[] = [];
  md.block.parse(source, md, env, tokens);
  const lines = new LineStarts(source);
  const blocks: Block[] = [];
  for (let at = 0; at < tokens.length; ) {
    const first = tokens[at];
    let end = at + 1;
    if (first?.nesting === 1) {
      while (end < tokens.length && !(tokens[end]?.level === 0 && tokens[end]?.nesting === -1)) end += 1;
      end += 1;
    }
    const map = first?.map ?? [0, 0];
    const own = tokens.slice(at, end);
    at = end;
    // The definition of a link's address shows nothing.
    if (!SHOWN.test(first?.type ?? "")) continue;
    const over = own.some((token) => token.level >= NESTING_MOST - 2) || own.filter(({ type }) => type === "th_open").length > COLUMNS_MOST;
    const items = first?.type.endsWith("_list_open") ? own.filter((token) => token.level === 1 && token.type === "list_item_open") : [];
    const item = items.at(-1)?.map?.[0];
    blocks.push({
      from: lines.at(map[0]),
      tokens: own,
      plain: over ? source.slice(lines.at(map[0]), lines.at(map[1])) : null,
      open: first?.type === "fence" && isOpen(first, source, lines),
      lastItem: item === undefined || items.length < 2 ? null : { from: lines.at(item), before: items.length - 1 },
    });
  }
  return blocks;
}

/** The inline tokens of one stretch of text. */
export function inlinesOf(text: string, env: Env): Token[] | null {
  if (text.length > INLINE_MOST) return null;
  const tokens: Token[] = [];
  md.inline.parse(text, md, env, tokens);
  return tokens;
}

/** How a fence began: its mark, and how far it was indented. */
export interface Fence {
  readonly mark: string;
  readonly indent: number;
  readonly lang: string;
}

export function fenceOf(block: Block, source: string): Fence {
  const token = block.tokens[0];
  const line = source.slice(block.from, source.indexOf("\n", block.from) >>> 0);
  return { mark: token?.markup ?? "```", indent: line.length - line.trimStart().length, lang: languageOf(token?.info ?? "") };
}

export function languageOf(info: string): string {
  return md.utils.unescapeAll(info).trim().split(/\s+/, 1)[0]?.slice(0, 40) ?? "";
}

/** A fence that a text goes on in whose beginning is not there. */
export function fenceAt(head: string): Fence | null {
  const [block] = blocksOf(head, {});
  return block?.open ? fenceOf(block, head) : null;
}

/** How many letters of a closed fence's end, from anywhere in its code on, are shown as its code. */
export function shownOf(source: string, fence: Fence | null): number {
  const text = source.replace(/\n*$/, "");
  const line = text.slice(text.lastIndexOf("\n") + 1);
  return fence && closes(line, fence) ? text.length - line.length : source.length;
}

export function withoutIndent(line: string, indent: number): string {
  let n = 0;
  while (n < indent && line[n] === " ") n += 1;
  return line.slice(n);
}

/** Whether a line closes a fence (CommonMark 0.31, 4.5). */
export function closes(line: string, { mark }: Fence): boolean {
  const bare = line.replace(/^ {0,3}/, "").trimEnd();
  return bare.length >= mark.length && bare === (mark[0] ?? "`").repeat(bare.length);
}

/** Whether a line may become one that closes a fence. */
export function mayClose(line: string, { mark }: Fence): boolean {
  return line.length < 64 && /^ {0,3}([`~]*)[ \t]*$/.test(line) && !line.trim().replaceAll(mark[0] ?? "`", "");
}

function isOpen(fence: Token, source: string, lines: LineStarts): boolean {
  const [from, to] = fence.map ?? [0, 0];
  if (to - from < 2) return true;
  const last = source.slice(lines.at(to - 1), lines.at(to)).replace(/\n$/, "");
  return !closes(last, { mark: fence.markup, indent: 0, lang: "" });
}

/** Where each line begins; found as far as it is asked for. */
class LineStarts {
  readonly #source: string;
  readonly #starts = [0];

  constructor(source: string) {
    this.#source = source;
  }

  at(line: number): number {
    const starts = this.#starts;
    while (starts.length <= line) {
      const end = this.#source.indexOf("\n", starts[starts.length - 1]);
      if (end < 0) return this.#source.length;
      starts.push(end + 1);
    }
    return starts[line] ?? this.#source.length;
  }
}

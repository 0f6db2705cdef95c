// JSON as it is written, set out over lines and cut into coloured pieces. The numbers and strings stay
// letter for letter what arrived (a parsed 1.0 or 12345678901234567890 would not), so this works on the
// text; JSON.parse only says whether it is JSON at all.

import { ROOT, type Place } from "./path";

export type Kind = "key" | "string" | "number" | "word" | "plain";

export interface Piece {
  readonly kind: Kind;
  readonly text: string;
  /** Where it begins in the text that came; of plain pieces this means nothing. */
  readonly at: number;
  /** Where the value stands that it is, or that it is the name of. */
  readonly place: Place | null;
}

/** Longer text is not taken for JSON: setting it out would hold up the frame. */
export const JSON_CHARS = 1 << 20;
/** Pieces told apart by colour; each is an element. What follows is set out in one plain piece. */
const PIECES = 12_000;
/** Tokens set out over lines; what follows stands as it came. A thousand screens, and some 10 ms. */
const TOKENS = 60_000;

/** Whether text is a JSON object or array, which is worth setting out. */
export function isJson(text: string): boolean {
  if (text.length > JSON_CHARS || !/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const TOKEN = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;

/** Valid JSON over lines, indented by two, in pieces. */
export function pretty(text: string): Piece[] {
  const pieces: Piece[] = [];
  let plain = "";
  let depth = 0;
  const flush = (): void => {
    if (plain) pieces.push({ kind: "plain", text: plain, at: 0, place: null });
    plain = "";
  };
  const add = (kind: Kind, token: string, at: number): void => {
    if (pieces.length >= PIECES) {
      plain += token;
      return;
    }
    flush();
    pieces.push({ kind, text: token, at, place: place(open.at(-1)) });
  };
  const newline = (): void => void (plain += `\n${"  ".repeat(Math.min(depth, 64))}`);

  /** What is open around the token, from the outside in: the name or the number of the value that comes. */
  const open: Level[] = [];
  const tokens: string[] = [];
  const starts: number[] = [];
  let rest = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (tokens.length >= TOKENS) break;
    tokens.push(match[0]);
    starts.push(match.index);
    rest = match.index + match[0].length;
  }
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? "";
    const next = tokens[at + 1];
    switch (token) {
      case "{":
      case "[":
        plain += token;
        if (next === "}" || next === "]") {
          plain += next;
          at += 1;
        } else {
          depth += 1;
          open.push({ in: place(open.at(-1)), step: token === "[" ? 0 : null });
          newline();
        }
        break;
      case "}":
      case "]":
        depth -= 1;
        open.pop();
        newline();
        plain += token;
        break;
      case ",":
        plain += ",";
        step(open.at(-1));
        newline();
        break;
      case ":":
        plain += ": ";
        break;
      default:
        if (next === ":") name(open.at(-1), token);
        if (token.startsWith('"')) add(next === ":" ? "key" : "string", token, starts[at] ?? 0);
        else add(/^[tfn]/.test(token) ? "word" : "number", token, starts[at] ?? 0);
    }
  }
  plain += text.slice(rest).trimEnd();
  flush();
  return pieces;
}

interface Level {
  readonly in: Place;
  step: string | number | null;
}

function place(level: Level | undefined): Place {
  return level ? { up: level.in, step: level.step } : ROOT;
}

function step(level: Level | undefined): void {
  if (typeof level?.step === "number") level.step += 1;
}

function name(level: Level | undefined, token: string): void {
  if (level) level.step = JSON.parse(token) as string;
}

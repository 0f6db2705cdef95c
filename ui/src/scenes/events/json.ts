// JSON as it is written, set out over lines and cut into coloured pieces. The numbers and strings stay
// letter for letter what arrived (a parsed 1.0 or 12345678901234567890 would not), so this works on the
// text; JSON.parse only says whether it is JSON at all.

export type Kind = "key" | "string" | "number" | "word" | "plain";

export interface Piece {
  readonly kind: Kind;
  readonly text: string;
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
    if (plain) pieces.push({ kind: "plain", text: plain });
    plain = "";
  };
  const add = (kind: Kind, token: string): void => {
    if (pieces.length >= PIECES) {
      plain += token;
      return;
    }
    flush();
    pieces.push({ kind, text: token });
  };
  const newline = (): void => void (plain += `\n${"  ".repeat(Math.min(depth, 64))}`);

  const tokens: string[] = [];
  let rest = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (tokens.length >= TOKENS) break;
    tokens.push(match[0]);
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
          newline();
        }
        break;
      case "}":
      case "]":
        depth -= 1;
        newline();
        plain += token;
        break;
      case ",":
        plain += ",";
        newline();
        break;
      case ":":
        plain += ": ";
        break;
      default:
        if (token.startsWith('"')) add(next === ":" ? "key" : "string", token);
        else add(/^[tfn]/.test(token) ? "word" : "number", token);
    }
  }
  plain += text.slice(rest).trimEnd();
  flush();
  return pieces;
}

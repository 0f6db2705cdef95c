// The parts of a JSON text by kind, for its colours. A text that is no JSON yet has parts all the same.

export type TokenKind = "key" | "string" | "word" | "plain";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const PART = /("(?:[^"\\\n]|\\.)*"?)(\s*:)?|\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/g;

export function jsonTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: TokenKind, part: string): void => {
    if (part !== "") tokens.push({ kind, text: part });
  };
  for (const found of text.matchAll(PART)) {
    push("plain", text.slice(at, found.index));
    const [whole, string, colon] = found;
    if (string === undefined) push("word", whole);
    else {
      push(colon === undefined ? "string" : "key", string);
      push("plain", colon ?? "");
    }
    at = found.index + whole.length;
  }
  push("plain", text.slice(at));
  return tokens;
}

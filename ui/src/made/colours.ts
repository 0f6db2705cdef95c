// The parts of a recipe by kind, for its colours: comments, strings, and the words of the two languages. Enough for
// files that are ours, and no grammar.

export type PartKind = "comment" | "string" | "word" | "tag" | "plain";

export interface Part {
  readonly kind: PartKind;
  readonly text: string;
}

const PYTHON =
  /(?<comment>#.*)|(?<string>[fr]{0,2}"(?:[^"\\\n]|\\.)*")|(?<word>@[\w.]+|\b(?:async|await|class|def|else|finally|for|from|if|import|in|not|return|try|while|yield|True|False|None)\b)/g;

const PAGE =
  /(?<comment>(?<!:)\/\/ .*)|(?<string>"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|(?<tag><\/?[a-z!][a-z0-9]*|>(?=$|\s*<|[A-Z]))|(?<word>\b(?:async|await|break|const|continue|for|function|if|let|new|of|return)\b)/gm;

export function colours(code: string, language: "python" | "page"): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const found of code.matchAll(language === "python" ? PYTHON : PAGE)) {
    if (found.index > at) parts.push({ kind: "plain", text: code.slice(at, found.index) });
    const { comment, string, tag } = found.groups ?? {};
    const kind = comment !== undefined ? "comment" : string !== undefined ? "string" : tag !== undefined ? "tag" : "word";
    parts.push({ kind, text: found[0] });
    at = found.index + found[0].length;
  }
  if (at < code.length) parts.push({ kind: "plain", text: code.slice(at) });
  return parts;
}

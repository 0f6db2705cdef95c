// How what is typed into the palette is found in a name: letter by letter in their order, best where they stand together or
// begin a word. Of what is found, the places of the letters are told.

export interface Match {
  readonly score: number;
  /** Places in the text, in order. */
  readonly at: readonly number[];
}

/** One letter for one, so that places in it are places in the text: small, without accents, in half width. */
export function folded(text: string): string {
  let out = "";
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? "";
    out += letter < "\u0080" ? letter.toLowerCase() : (letter.normalize("NFKD").toLowerCase()[0] ?? letter);
  }
  return out;
}

/** What stands together is worth more than a word's beginning, and that more than a letter somewhere. */
const TOGETHER = 6;
const BEGINS = 4;
const FIRST = 3;
/** A gap costs this for each letter, up to a bound: a long name is no worse than a middling one. */
const GAP = 0.25;
const MOST_GAP = 3;

/** Each word of the query must be found, in whatever order. Both are `folded`. */
export function match(query: string, text: string): Match | null {
  const words = query.split(/\s+/).filter((word) => word !== "");
  const at = new Set<number>();
  let score = 0;
  for (const word of words) {
    const found = matchWord(word, text);
    if (!found) return null;
    score += found.score;
    for (const place of found.at) at.add(place);
  }
  // Of two that hold it alike the shorter one was meant.
  return { score: score - text.length / 64, at: [...at].sort((a, b) => a - b) };
}

function matchWord(word: string, text: string): Match | null {
  const whole = together(word, text);
  if (whole !== null) {
    const at = Array.from(word, (_, n) => whole + n);
    return { score: word.length * TOGETHER + (begins(text, whole) ? BEGINS * 2 : 0) + (whole === 0 ? FIRST * 2 : 0), at };
  }
  return scattered(word, text, true) ?? scattered(word, text, false);
}

/** Where a text holds a word in one piece: at the beginning of a word if it does anywhere. */
function together(word: string, text: string): number | null {
  const first = text.indexOf(word);
  if (first < 0) return null;
  for (let at = first; at >= 0; at = text.indexOf(word, at + 1)) if (begins(text, at)) return at;
  return first;
}

/** Its letters one after another; with `initials`, each beginning a word or following the one before. */
function scattered(word: string, text: string, initials: boolean): Match | null {
  const at: number[] = [];
  let score = 0;
  let from = 0;
  for (const letter of word) {
    let place = text.indexOf(letter, from);
    while (initials && place >= 0 && !begins(text, place) && place !== (at.at(-1) ?? -2) + 1) place = text.indexOf(letter, place + 1);
    if (place < 0) return null;
    const before = at.at(-1);
    if (before !== undefined && place === before + 1) score += TOGETHER / 2;
    else if (begins(text, place)) score += BEGINS;
    else score += 1;
    if (before !== undefined) score -= Math.min(MOST_GAP, (place - before - 1) * GAP);
    if (place === 0) score += FIRST;
    at.push(place);
    from = place + letter.length;
  }
  // What lies scattered over a text was hardly meant: most of it must hang together or begin words.
  return initials || score >= word.length * 2 ? { score, at } : null;
}

/** Whether a word begins there. In Chinese each character may. */
function begins(text: string, at: number): boolean {
  if (at === 0) return true;
  const [before = "", here = ""] = [text[at - 1], text[at]];
  if (here > "\u2e7f") return true;
  return /[^\p{L}\p{N}]/u.test(before) || before > "\u2e7f" || (/\d/.test(here) && !/\d/.test(before));
}

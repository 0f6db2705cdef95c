// Where a query matches in a text that is shown. The engine says it for rows; the inspector shows more than a row
// holds, and looks for itself where that is safe.

export type Hit = readonly [from: number, to: number];

/** Marks that are shown: past these a text is one block of colour, and each is an element. */
const HITS = 500;
/** Text that is looked through: some milliseconds at worst. */
const TEXT_CHARS = 1 << 20;
/** A page's regular expressions go back and forth, the engine's do not: with one repetition without a bound the work
 *  grows with the square of the text, so both are bounded, and other expressions are left to the engine. */
const REGEX_CHARS = 16 << 10;

/** The hits of a query in a text; null where only the engine can tell. */
export function hitsIn(text: string, query: string): Hit[] | null {
  const wanted = query.trim();
  if (wanted === "" || wanted.startsWith("$")) return null;
  const regex = /^\/(.+)\/([ims]*)$/s.exec(wanted);
  if (regex) return ofRegex(text, regex[1] ?? "", regex[2] ?? "");
  return ofText(text.slice(0, TEXT_CHARS), wanted);
}

function ofText(text: string, wanted: string): Hit[] | null {
  const anyCase = wanted === wanted.toLowerCase();
  const where = anyCase ? text.toLowerCase() : text;
  // Lower case of another length would put the marks elsewhere.
  if (where.length !== text.length) return null;
  const hits: Hit[] = [];
  for (let at = where.indexOf(wanted); at >= 0 && hits.length < HITS; at = where.indexOf(wanted, at + wanted.length)) {
    hits.push([at, at + wanted.length]);
  }
  return hits;
}

function ofRegex(text: string, source: string, flags: string): Hit[] | null {
  const loops = source.replace(/\\./g, "").replace(/\[[^\]]*\]/g, "x");
  if (/\)[*+{?]/.test(loops) || (loops.match(/[*+]|\{\d+,\}/g) ?? []).length > 1) return null;
  let regex: RegExp;
  try {
    regex = new RegExp(source, `${flags}gu`);
  } catch {
    return null;
  }
  const hits: Hit[] = [];
  for (const match of text.slice(0, REGEX_CHARS).matchAll(regex)) {
    if (match[0] !== "") hits.push([match.index, match.index + match[0].length]);
    if (hits.length >= HITS) break;
  }
  return hits;
}

/** A text as nodes, its hits marked. `base` is where it begins in what the hits are counted in. */
export function marked(text: string, hits: readonly Hit[], base = 0, shown: (text: string) => string = (same) => same): Node[] {
  const nodes: Node[] = [];
  let at = 0;
  for (const [from, to] of hits) {
    const start = Math.max(at, from - base);
    const end = Math.min(text.length, to - base);
    if (start >= text.length) break;
    if (end <= start) continue;
    if (start > at) nodes.push(new Text(shown(text.slice(at, start))));
    const mark = document.createElement("mark");
    mark.textContent = shown(text.slice(start, end));
    nodes.push(mark);
    at = end;
  }
  if (at < text.length) nodes.push(new Text(shown(text.slice(at))));
  return nodes;
}

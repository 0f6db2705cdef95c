// Paths of the values in one event, as suggestions, and what a path gives in it as a preview. The backend reads by the
// same paths in full (RFC 9535); here only names and indexes are followed, which is what is suggested.

import { pathOf, ROOT, type Place } from "../events/path";

export interface Suggestion {
  readonly path: string;
  /** The value, shortened. */
  readonly value: string;
}

/** More than a list that is looked through can hold. */
export const MOST_PATHS = 48;
const DEEPEST = 6;
/** Elements of a list that are told apart; the others are like them. */
const ELEMENTS = 2;
const VALUE_CHARS = 80;
/** Longer events are not read for suggestions. */
export const READ_CHARS = 256 << 10;

export function parsed(data: string, most = READ_CHARS): unknown {
  if (data.length > most) return undefined;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}

/** The single values of an event, in its order. */
export function pathsIn(value: unknown): Suggestion[] {
  const found: Suggestion[] = [];
  walk(value, ROOT, 0, found);
  return found;
}

function walk(value: unknown, place: Place, depth: number, found: Suggestion[]): void {
  if (found.length >= MOST_PATHS) return;
  if (typeof value !== "object" || value === null) {
    if (depth > 0) found.push({ path: pathOf(place), value: shortened(value) });
    return;
  }
  if (depth >= DEEPEST) return;
  if (Array.isArray(value)) {
    for (const [at, inner] of value.slice(0, ELEMENTS).entries()) walk(inner, { up: place, step: at }, depth + 1, found);
    return;
  }
  for (const [name, inner] of Object.entries(value)) walk(inner, { up: place, step: name }, depth + 1, found);
}

export function shortened(value: unknown): string {
  const whole = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const line = whole.slice(0, 4 * VALUE_CHARS).replace(/\s+/g, " ");
  return line.length > VALUE_CHARS ? `${line.slice(0, VALUE_CHARS - 1)}…` : line;
}

const STEP = /^(?:\.([A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\])/;

/** The steps of a path of names and indexes; null for any other. */
export function stepsOf(path: string): (string | number)[] | null {
  let rest = path.trim();
  if (!rest.startsWith("$")) return null;
  rest = rest.slice(1);
  const steps: (string | number)[] = [];
  while (rest !== "") {
    const match = STEP.exec(rest);
    if (!match) return null;
    const [whole, name, index, single, double] = match;
    if (index !== undefined) steps.push(Number(index));
    else {
      const read = name ?? unescaped(single ?? double ?? "");
      if (read === null) return null;
      steps.push(read);
    }
    rest = rest.slice(whole.length);
  }
  return steps;
}

function unescaped(text: string): string | null {
  try {
    return JSON.parse(`"${text.replace(/\\'/g, "'").replace(/(^|[^\\])"/g, '$1\\"')}"`) as string;
  } catch {
    return null;
  }
}

/** What stands at a path; `undefined` where nothing does. */
export function valueAt(value: unknown, steps: readonly (string | number)[]): unknown {
  let at: unknown = value;
  for (const step of steps) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

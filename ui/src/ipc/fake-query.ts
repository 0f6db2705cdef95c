// Queries of the pretended backend: text, `/regex/`, and JSON paths of names and numbers with a comparison.

import { failure } from "./fake-session";

export interface Matcher {
  matches(data: string): boolean;
  /** Where it matches, in UTF-16 units. */
  hits(data: string): [number, number][];
}

/** The engine's own bound (ROW_HITS). */
const HITS = 64;

/** Throws a failure of code `filter` where it cannot be read. */
export function matcherOf(query: string): Matcher {
  const wanted = query.trim();
  if (wanted === "") return { matches: () => true, hits: () => [] };
  if (wanted.startsWith("$")) return ofPath(wanted);
  const regex = /^\/(.+)\/([a-z]*)$/s.exec(wanted);
  if (regex) return ofRegex(regex[1] ?? "", regex[2] ?? "");
  const escaped = wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return ofRegex(escaped, wanted === wanted.toLowerCase() ? "i" : "");
}

function ofRegex(source: string, flags: string): Matcher {
  let regex: RegExp;
  try {
    regex = new RegExp(source, `${flags}g`);
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/^Invalid regular expression: \/.*\/\w*: /, "") : "";
    throw failure("filter", { what: "regex", detail });
  }
  return {
    matches: (data) => data.search(regex) >= 0,
    hits: (data) =>
      [...data.matchAll(regex)]
        .filter((match) => match[0] !== "")
        .slice(0, HITS)
        .map((match) => [match.index, match.index + match[0].length]),
  };
}

const STEP = /^(?:\.([A-Za-z_\u0080-\uffff$][\w\u0080-\uffff$]*)|\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\])/;
const OPERATORS: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => typeof a === typeof b && (a as number) < (b as number),
  "<=": (a, b) => typeof a === typeof b && (a as number) <= (b as number),
  ">": (a, b) => typeof a === typeof b && (a as number) > (b as number),
  ">=": (a, b) => typeof a === typeof b && (a as number) >= (b as number),
};

function ofPath(query: string): Matcher {
  const { steps, rest } = stepsOf(query);
  const comparison = /^\s*(==|!=|<=|>=|<|>)\s*(.+)$/s.exec(rest);
  if (rest.trim() !== "" && !comparison) {
    throw failure("filter", { what: "path", detail: `“${rest.trim()}” is not part of a path` });
  }
  let wanted: unknown;
  try {
    wanted = comparison ? JSON.parse(comparison[2] ?? "") : undefined;
  } catch {
    throw failure("filter", { what: "value", detail: comparison?.[2] ?? "" });
  }
  const operator = OPERATORS[comparison?.[1] ?? ""];
  return {
    matches(data) {
      const value = follow(data, steps);
      return operator ? value !== undefined && operator(value, wanted) : value !== undefined;
    },
    hits: () => [],
  };
}

/** What a facet takes for the value: a string, a number, a word; null for none. */
export function valueAt(data: string, path: string): string | null {
  const value = follow(data, stepsOf(path).steps);
  return value === undefined || (typeof value === "object" && value !== null) ? null : String(value);
}

function stepsOf(path: string): { steps: (string | number)[]; rest: string } {
  const steps: (string | number)[] = [];
  let rest = path.slice(1);
  for (let step = STEP.exec(rest); step; step = STEP.exec(rest)) {
    const [whole, name, quoted, index] = step;
    steps.push(index !== undefined ? Number(index) : (name ?? (quoted ?? "").replace(/\\(.)/g, "$1")));
    rest = rest.slice(whole.length);
  }
  return { steps, rest };
}

function follow(data: string, steps: readonly (string | number)[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  for (const step of steps) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

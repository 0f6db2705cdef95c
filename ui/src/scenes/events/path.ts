// Where a value stands in its JSON, as a path (RFC 9535), and the filter that asks for it.

/** A step to a value from what holds it; null for the whole. */
export interface Place {
  readonly up: Place | null;
  readonly step: string | number | null;
}

export const ROOT: Place = { up: null, step: null };

/** A name that may stand after a dot. */
const SHORT = /^[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*$/;
const ESCAPES: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "'": "\\'",
  "\\": "\\\\",
};

/** The shortest path that is valid: dots where they may stand, brackets elsewhere. */
export function pathOf(place: Place): string {
  const steps: string[] = [];
  for (let at: Place | null = place; at !== null; at = at.up) if (at.step !== null) steps.push(written(at.step));
  return `$${steps.reverse().join("")}`;
}

/** A query that shows the events whose value there is this one; of what is no single value, those that have it. */
export function askFor(place: Place, literal: string | null): string {
  const path = pathOf(place);
  return literal === null ? path : `${path} == ${literal}`;
}

function written(step: string | number): string {
  if (typeof step === "number") return `[${step}]`;
  if (SHORT.test(step)) return `.${step}`;
  const name = step.replace(
    /[\u0000-\u001f'\\]/g,
    (each) => ESCAPES[each] ?? `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `['${name}']`;
}

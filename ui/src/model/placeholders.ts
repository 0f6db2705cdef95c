// Placeholders in the texts of a definition: `{{name}}`, a variable, and `{{secret:ID}}`, a secret that the
// vault keeps. Secrets are shown as dots; what is typed over the dots is told apart from what is left of them.

import type { Environment, Environments, Stream } from "../ipc/bindings";

const VARIABLE = /\{\{\s*([\p{L}\p{N}_.-]{1,64})\s*\}\}/gu;
const SECRET = /\{\{secret:([^{}]+)\}\}/g;
const EITHER = /\{\{(?:\s*[\p{L}\p{N}_.-]{1,64}\s*|secret:[^{}]+)\}\}/gu;

/** What a secret looks like; its length says nothing of the value's. */
export const DOTS = "●".repeat(10);

/** Names of the variables in a text, each once, in order. */
export function variablesIn(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(VARIABLE), (found) => found[1] ?? ""))];
}

/** Ids of the secrets in a text, in order. */
export function secretsIn(text: string): string[] {
  return Array.from(text.matchAll(SECRET), (found) => found[1] ?? "");
}

/** The parts of a text, its placeholders apart. */
export function partsOf(text: string): { readonly text: string; readonly placeholder: boolean }[] {
  const parts: { text: string; placeholder: boolean }[] = [];
  let at = 0;
  for (const found of text.matchAll(EITHER)) {
    if (found.index > at) parts.push({ text: text.slice(at, found.index), placeholder: false });
    parts.push({ text: found[0], placeholder: true });
    at = found.index + found[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), placeholder: false });
  return parts;
}

/** A text in which each placeholder is a number of the same length: JSON with a value still to come keeps its places. */
export function withNumbers(text: string): string {
  return text.replace(EITHER, (placeholder) => "1".repeat(placeholder.length));
}

/** The text as it is shown: dots for secrets. */
export function masked(text: string): string {
  return text.replace(SECRET, DOTS);
}

/** The text after an edit of what is shown. A secret that the edit did not touch stays; of one that it touched
 *  nothing stays. */
export function typedOver(before: string, shown: string): string {
  const was = masked(before);
  if (shown === was) return before;
  let head = 0;
  const most = Math.min(was.length, shown.length);
  while (head < most && was[head] === shown[head]) head += 1;
  let tail = 0;
  while (tail < most - head && was[was.length - 1 - tail] === shown[shown.length - 1 - tail]) tail += 1;

  // Where each secret's dots stand in what was shown.
  let shift = 0;
  const dots = Array.from(before.matchAll(SECRET), (found) => {
    const from = found.index + shift;
    shift += DOTS.length - found[0].length;
    return { from, to: from + DOTS.length, placeholder: found[0] };
  });
  const endOfHead = dots.find((each) => each.from < head && each.to > head)?.from ?? head;
  const beginOfTail = was.length - tail;
  const cut = dots.find((each) => each.from < beginOfTail && each.to > beginOfTail)?.to ?? beginOfTail;
  // Dots of a secret that was touched are no text.
  const middle = shown.slice(head, shown.length - tail);
  return restored(was, 0, endOfHead, dots) + middle + restored(was, Math.max(cut, endOfHead), was.length, dots);
}

function restored(
  was: string,
  from: number,
  to: number,
  dots: readonly { from: number; to: number; placeholder: string }[],
): string {
  let text = "";
  let at = from;
  for (const each of dots) {
    if (each.from < from || each.to > to) continue;
    text += was.slice(at, each.from) + each.placeholder;
    at = each.to;
  }
  return text + was.slice(at, to);
}

export function activeOf(environments: Environments): Environment | null {
  return environments.all.find((each) => each.id === environments.active) ?? null;
}

/** All texts of a definition that may hold placeholders and are sent. */
export function textsOf(stream: Stream): string[] {
  const { auth } = stream;
  return [
    stream.url,
    ...stream.headers.filter((header) => !header.off).flatMap((header) => [header.name, header.value]),
    ...(auth.kind === "bearer" ? [auth.token] : auth.kind === "basic" ? [auth.user, auth.password] : []),
    stream.body ?? "",
  ];
}

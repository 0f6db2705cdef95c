// What a stream does when an event matches: making, ordering and naming its actions. Nothing here keeps state.

import type { Action, Colour } from "../ipc/bindings";

/** The engine's own bound (scene.rs, ACTIONS). */
export const ACTIONS = 32;
export const COLOURS: readonly Colour[] = ["blue", "green", "amber", "red", "violet"];

/** What an action does beside giving a colour. */
export const EFFECTS = ["notify", "bookmark", "hide", "count", "stop"] as const;
export type Effect = (typeof EFFECTS)[number];

export function blankAction(id: string): Action {
  return {
    id,
    name: "",
    off: false,
    event_type: "",
    query: "",
    highlight: null,
    notify: false,
    bookmark: false,
    hide: false,
    count: false,
    stop: false,
  };
}

/** A new action, with what is known of it; a colour is the least that one wants. */
export function draftAction(id: string, known: Partial<Action>): Action {
  return { ...blankAction(id), highlight: "blue", ...known, id };
}

export function doesNothing(action: Action): boolean {
  return action.highlight === null && EFFECTS.every((effect) => !action[effect]);
}

/** The list with one of it changed. */
export function changed(list: readonly Action[], id: string, patch: Partial<Omit<Action, "id">>): Action[] {
  return list.map((each) => (each.id === id ? { ...each, ...patch } : each));
}

/** The list with one of it a place further up or down; the first that matches is done. */
export function shifted(list: readonly Action[], id: string, step: -1 | 1): Action[] {
  const at = list.findIndex((each) => each.id === id);
  const to = at + step;
  if (at < 0 || to < 0 || to >= list.length) return [...list];
  const next = [...list];
  const [one] = next.splice(at, 1);
  if (one) next.splice(to, 0, one);
  return next;
}

/** As it is kept: without spaces around, which nobody means. */
export function settled(list: readonly Action[]): Action[] {
  return list.slice(0, ACTIONS).map((each) => ({ ...each, name: each.name.trim(), event_type: each.event_type.trim(), query: each.query.trim() }));
}

/** Events hidden so far, by the actions that hide. */
export function hiddenCount(actions: readonly Action[], states: readonly { readonly id: string; readonly matched: number }[]): number {
  const hiding = new Set(actions.filter(({ hide, off }) => hide && !off).map(({ id }) => id));
  return states.reduce((sum, { id, matched }) => (hiding.has(id) ? sum + matched : sum), 0);
}

export function hidesAny(actions: readonly Action[]): boolean {
  return actions.some(({ hide, off }) => hide && !off);
}

// What an action is called where it has no name of its own.

import { t } from "../i18n";
import type { Action, Colour } from "../ipc/bindings";

export function actionName({ name, event_type, query }: Pick<Action, "name" | "event_type" | "query">): string {
  return name.trim() || [event_type.trim(), query.trim()].filter((part) => part !== "").join(" ") || t("actions.unnamed");
}

/** What actions give events their colours, in words. */
export type Colours = Readonly<Partial<Record<Colour, string>>>;

export function coloursOf(actions: readonly Action[]): Colours {
  const named: Partial<Record<Colour, string>> = {};
  for (const action of actions) {
    const { highlight, off } = action;
    if (highlight && !off) named[highlight] = [named[highlight], actionName(action)].filter(Boolean).join(" / ");
  }
  return named;
}

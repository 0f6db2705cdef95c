// What an action is called where it has no name of its own.

import { t } from "../i18n";
import type { Action } from "../ipc/bindings";

export function actionName({ name, event_type, query }: Pick<Action, "name" | "event_type" | "query">): string {
  return name.trim() || [event_type.trim(), query.trim()].filter((part) => part !== "").join(" ") || t("actions.unnamed");
}

// The colours that actions give to text say on the page which action it was.

import { t } from "../../i18n";
import type { Action, Colour } from "../../ipc/bindings";
import { coloursOf } from "../action-name";
import { setAttribute } from "../dom";

/** Names the action where the pointer rests on what it coloured. */
export function listenTints(area: HTMLElement, actions: () => readonly Action[]): { dispose(): void } {
  const onOver = (event: Event): void => {
    const found = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-colour]") : null;
    if (!found || !area.contains(found)) return;
    const named = coloursOf(actions())[found.dataset["colour"] as Colour];
    setAttribute(found, "title", named ? t("actions.row", { name: named }) : null);
  };
  area.addEventListener("pointerover", onOver);
  return { dispose: () => area.removeEventListener("pointerover", onOver) };
}

// What was removed, and the way back. It stays for eight seconds, and as long as it is pointed at or focused.

import { createEffect, createSignal, on, onCleanup, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import { withKeys } from "./commands/keymap";
import type { Desk } from "./desk";

/** Long enough to read it, to find it with the Tab key, and to press it. */
const STAYS_MS = 8000;

export function UndoBar(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { library } = desk;
  const [held, setHeld] = createSignal(false);

  // A bar that goes away under the pointer says nothing of its leaving, and the next one would stay for ever.
  createEffect(on(library.removed, () => setHeld(false)));

  createEffect(() => {
    if (library.removed() === null || held()) return;
    const timer = setTimeout(() => library.forget(), STAYS_MS);
    onCleanup(() => clearTimeout(timer));
  });

  return (
    <div role="status">
      <Show when={library.removed()}>
        {(removal) => (
          <div
            class="undo"
            onPointerEnter={() => setHeld(true)}
            onPointerLeave={() => setHeld(false)}
            onFocusIn={() => setHeld(true)}
            onFocusOut={() => setHeld(false)}
          >
            <p>
              {t(removal().kind === "draft" ? "undo.discarded" : "undo.deleted", {
                name: desk.nameOf(removal().stream),
              })}
            </p>
            <button
              type="button"
              data-testid="undo"
              title={withKeys(t("undo.action"), "undo-delete")}
              onClick={() => desk.undo()}
            >
              {t("undo.action")}
            </button>
          </div>
        )}
      </Show>
    </div>
  );
}

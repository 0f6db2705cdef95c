// What was removed, and the way back. It stays for eight seconds, and as long as it is pointed at or focused.

import { createEffect, createSignal, onCleanup, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Desk } from "./desk";

/** Long enough to read it, to find it with the Tab key, and to press it. */
const STAYS_MS = 8000;

export function UndoBar(props: { desk: Desk; focusList(): void }): JSX.Element {
  const { desk } = props;
  const { library } = desk;
  const [held, setHeld] = createSignal(false);

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
              onClick={() => {
                setHeld(false);
                desk.undo();
                setTimeout(() => props.focusList(), 0);
              }}
            >
              {t("undo.action")}
            </button>
          </div>
        )}
      </Show>
    </div>
  );
}

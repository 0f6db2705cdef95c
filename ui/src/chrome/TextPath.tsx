// The path that a stream's text is found by, asked for beside the button of its rule. It is tried before it is kept.

import { onCleanup, onMount, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import { asFailure } from "../model/failure";
import { badWords } from "../scenes/events/filter-bar";
import type { Desk } from "./desk";
import { isComposing } from "./keys";
import { createSaying, NOTHING, type Saying } from "./saying";

/** As the backend takes it, in words of the window; null where it was taken. */
export async function tryPath(desk: Desk, path: string): Promise<Saying | null> {
  try {
    await desk.setTextRule("path", path);
    return null;
  } catch (reason) {
    return () => badWords(asFailure(reason));
  }
}

export function TextPath(props: { desk: Desk; under: HTMLElement; close(back: boolean): void }): JSX.Element {
  const [wrong, setWrong] = createSaying();
  const before = props.desk.library.current()?.text_path ?? "";
  let panel!: HTMLDivElement;
  let field!: HTMLInputElement;
  /** What was refused last. */
  let refused: string | null = null;
  let open = true;

  /** `back`: the button gets the focus. */
  async function use(back: boolean): Promise<void> {
    const path = field.value.trim();
    if (path === "") {
      field.focus();
      return;
    }
    const words = await tryPath(props.desk, path);
    if (!open) return;
    setWrong(words ?? NOTHING);
    refused = words === null ? null : path;
    if (words === null) props.close(back);
    else field.select();
  }

  onMount(() => {
    // Kept inside the window; through the object model, since the policy refuses style attributes.
    const box = props.under.getBoundingClientRect();
    panel.style.left = `${Math.max(4, Math.min(box.right - panel.offsetWidth, innerWidth - panel.offsetWidth - 4))}px`;
    panel.style.top = `${box.bottom + 3}px`;
    field.focus();
    field.select();
    const onPointer = (event: PointerEvent): void => {
      if (panel.contains(event.target as Node)) return;
      const path = field.value.trim();
      // What was typed is taken, as in any field that is left; what was refused once is let go.
      if (path === "" || path === before || path === refused) props.close(false);
      else void use(false);
    };
    addEventListener("pointerdown", onPointer, true);
    onCleanup(() => {
      open = false;
      removeEventListener("pointerdown", onPointer, true);
    });
  });

  return (
    <div
      class="text-path"
      role="dialog"
      aria-label={t("text-rule.path.label")}
      data-testid="text-path"
      ref={panel}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || isComposing(event)) return;
        event.preventDefault();
        event.stopPropagation();
        props.close(true);
      }}
      onFocusOut={(event) => {
        // Tab goes on in the window; what was typed is kept until it is used or given up.
        const to = event.relatedTarget;
        if (to instanceof Node && !panel.contains(to) && field.value.trim() === before) props.close(false);
      }}
    >
      <label for="text-path-field">{t("text-rule.path.label")}</label>
      <div class="text-path-row">
        <input
          id="text-path-field"
          ref={field}
          class="field code"
          data-testid="text-rule-path-field"
          aria-invalid={wrong() !== ""}
          aria-describedby={wrong() === "" ? undefined : "text-path-wrong"}
          placeholder="$.text"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          value={before}
          onInput={() => setWrong(NOTHING)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.repeat || isComposing(event)) return;
            event.preventDefault();
            void use(true);
          }}
        />
        <button type="button" class="button small" data-testid="text-path-use" onClick={() => void use(true)}>
          {t("text-rule.path.apply")}
        </button>
      </div>
      <Show when={wrong()}>
        {(words) => (
          <p class="wrong" id="text-path-wrong" role="alert" data-testid="text-path-wrong">
            {words()}
          </p>
        )}
      </Show>
    </div>
  );
}

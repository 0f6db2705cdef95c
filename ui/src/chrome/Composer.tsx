// The field at the foot of Typewriter and Chat: asks the model of a stream whose body holds `{{prompt}}`, or speaks to a room.

import { createEffect, createMemo, on, onCleanup, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import { createComposing, type ComposerKind, type Composing } from "./composing";
import type { Desk } from "./desk";
import { isComposing } from "./keys";

/** Lines that it grows to. */
const LINES = 8;
/** Of the stream's own prompt so much is shown in an empty field, in letters as narrow as those of Latin: it has one line. */
const OWN_WIDTH = 64;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|[\ud800-\udbff]/;

function oneLine(text: string): string {
  const words = text.trim().replace(/\s+/g, " ");
  let width = 0;
  let end = 0;
  for (const letter of words) {
    width += WIDE.test(letter) ? 2 : 1;
    if (width > OWN_WIDTH) return `${words.slice(0, end).trimEnd()}…`;
    end += letter.length;
  }
  return words;
}

export function Composer(props: { desk: Desk }): JSX.Element {
  const composing = createComposing(props.desk);
  const kind = createMemo(composing.kind);

  // Wherever the focus is, unless something else has a use for the key: that is known when all have seen it.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || isComposing(event) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!composing.running() || document.querySelector("dialog[open]")) return;
    setTimeout(() => {
      if (!event.defaultPrevented && composing.running()) composing.stop();
    });
  };
  addEventListener("keydown", onKeyDown);
  onCleanup(() => removeEventListener("keydown", onKeyDown));

  return (
    <Show when={kind()} keyed>
      {(kind) => <Field desk={props.desk} composing={composing} kind={kind} />}
    </Show>
  );
}

function Field(props: { desk: Desk; composing: Composing; kind: ComposerKind }): JSX.Element {
  const { composing, kind } = props;
  let field!: HTMLTextAreaElement;
  /** Where in the history it stands; null in what is being written. */
  let at: number | null = null;

  const blocked = createMemo(composing.blocked);
  const running = createMemo(composing.running);
  const goesOn = createMemo(composing.goesOn);
  const hasSession = createMemo(() => props.desk.live.session() !== null);
  const placeholder = (): string => {
    if (kind === "room") return t("composer.room");
    return oneLine(composing.own()) || t(goesOn() || running() ? "composer.ask.next" : "composer.ask");
  };

  createEffect(() => {
    const text = composing.draft();
    // Written only when it differs: writing moves the caret.
    if (field.value !== text) field.value = text;
    grow();
  });
  // Of another stream the history is another.
  createEffect(on(props.desk.library.selectedId, () => void (at = null)));

  function grow(): void {
    field.style.height = "auto";
    const style = getComputedStyle(field);
    const most = LINES * Number.parseFloat(style.lineHeight) + Number.parseFloat(style.paddingTop) + Number.parseFloat(style.paddingBottom);
    if (field.scrollHeight > 0 && Number.isFinite(most)) field.style.height = `${Math.min(field.scrollHeight, most)}px`;
  }

  /** One prompt back or on in what was asked; answers whether there was one. */
  function walk(step: -1 | 1): boolean {
    const history = composing.history();
    if (at === null && (step > 0 || field.value !== "")) return false;
    const { selectionStart: start, selectionEnd: end, value } = field;
    if (at !== null && (start !== end || (start !== 0 && start !== value.length))) return false;
    const next = (at ?? history.length) + step;
    if (next < 0) return false;
    at = next >= history.length ? null : next;
    composing.write(at === null ? "" : (history[at] ?? ""));
    field.setSelectionRange(field.value.length, field.value.length);
    return true;
  }

  function send(): void {
    at = null;
    void composing.send();
  }

  function onKeyDown(event: KeyboardEvent): void {
    // A key of an input method chooses a word, and sends nothing.
    if (isComposing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    switch (event.key) {
      case "Enter":
        if (event.shiftKey) return;
        event.preventDefault();
        // A key that is held down is one press.
        if (!event.repeat) send();
        return;
      case "ArrowUp":
      case "ArrowDown":
        if (!event.shiftKey && walk(event.key === "ArrowUp" ? -1 : 1)) event.preventDefault();
    }
  }

  return (
    <div class="composer" data-testid="composer" data-kind={kind}>
      <div class="composer-box" onClick={(event) => event.target === event.currentTarget && field.focus()}>
        <textarea
          ref={field}
          rows={1}
          data-testid="composer-field"
          aria-label={t(kind === "room" ? "composer.label.room" : "composer.label")}
          placeholder={placeholder()}
          dir="auto"
          autocomplete="off"
          spellcheck={true}
          onInput={(event) => {
            at = null;
            composing.write(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
        <Show
          when={running()}
          fallback={
            <>
              <Show when={kind === "prompt" && hasSession()}>
                <button type="button" class="quiet" data-testid="composer-new" title={t("composer.new.title")} onClick={() => (composing.anew(), field.focus())}>
                  {t("composer.new")}
                </button>
              </Show>
              <button
                type="button"
                class="composer-send mono"
                data-testid="composer-send"
                title={blocked() === null ? t("composer.send.title") : t(blocked() === "opening" ? "composer.opening" : "composer.empty")}
                disabled={blocked() !== null}
                onClick={() => (send(), field.focus())}
              >
                <span class="hidden">{t("composer.send")} </span>
                {t("composer.key")}
              </button>
            </>
          }
        >
          <span class="composer-why" data-testid="composer-why">
            {t("composer.running")}
          </span>
          <button type="button" class="button small" data-testid="composer-stop" title={t("composer.stop.title")} onClick={() => composing.stop()}>
            {t("composer.stop")} <kbd aria-hidden="true">Esc</kbd>
          </button>
        </Show>
      </div>
    </div>
  );
}

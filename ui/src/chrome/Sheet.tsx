// A sheet above the window. What is on it is made when it opens and goes when it closes.

import { createEffect, onCleanup, Show, type JSX } from "solid-js";
import { focusBack } from "./regions";
import { countSheet } from "./sheets";

interface Props {
  open: boolean;
  class: string;
  testid: string;
  label: string;
  onClose(): void;
  children: JSX.Element;
}

const CONTROL = "button, input, select, textarea, [tabindex]";

export function Sheet(props: Props): JSX.Element {
  let dialog!: HTMLDialogElement;
  const isUnder = countSheet(() => props.open);
  /** What the dialog gives the focus back to by itself, as long as that is there. */
  let before: Element | null = null;

  createEffect(() => {
    if (!props.open) {
      if (dialog.open) dialog.close();
      return;
    }
    // What is on it is drawn after this, and the first of it takes the focus.
    queueMicrotask(() => {
      if (!props.open || dialog.open || !dialog.isConnected) return;
      before = document.activeElement;
      dialog.showModal();
      // Chromium gives the focus to what only scrolls, where that comes before the first control.
      const focused = document.activeElement;
      if (focused !== dialog && dialog.contains(focused) && !focused?.matches(CONTROL)) dialog.querySelector<HTMLElement>(CONTROL)?.focus();
    });
  });
  // One that goes with what it asked about gives the focus back all the same; that it closed is nobody's answer then.
  let gone = false;
  onCleanup(() => {
    gone = true;
    if (dialog.open) dialog.close();
  });

  /** Made anew in another language, or folded away, what had the focus cannot have it back. */
  function closed(): void {
    const { activeElement } = document;
    // What is on a closed sheet keeps the focus until the next layout.
    const lost = activeElement === null || activeElement === document.body || dialog.contains(activeElement);
    if (before && before !== document.body && lost && !document.querySelector("dialog[open]")) focusBack(before);
    before = null;
    if (!gone) props.onClose();
  }

  return (
    <dialog
      ref={dialog}
      class={`sheet ${props.class}`}
      classList={{ under: isUnder() }}
      data-testid={props.testid}
      aria-label={props.label}
      onClose={closed}
      onKeyDown={(event) => {
        // Chords of the window do not reach behind the sheet.
        event.stopPropagation();
        // The key that opened it may still be held down: what it answers is to be pressed anew.
        if (event.repeat && (event.key === "Enter" || event.key === " ") && event.target instanceof HTMLButtonElement) event.preventDefault();
      }}
    >
      <Show when={props.open}>{props.children}</Show>
    </dialog>
  );
}

/** How far something has come; without a total it only says that it goes on. */
export function Progress(props: { done: number; total: number; label: string }): JSX.Element {
  return (
    <Show when={props.total > 0} fallback={<progress class="progress" aria-label={props.label} />}>
      <progress class="progress" aria-label={props.label} value={Math.min(props.done, props.total)} max={props.total} />
    </Show>
  );
}

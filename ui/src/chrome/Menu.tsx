// A menu: at the pointer, or under the button that opened it. Arrows and letters move in it, and what is chosen closes it.

import { createEffect, onCleanup, type JSX } from "solid-js";
import { createLetters } from "./letters";
import { focusBack } from "./regions";

export interface MenuAt {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** What gets the focus back. */
  readonly from: HTMLElement | null;
}

/** Where a menu of `id` opens: under a button, flush with its right edge, or at the pointer. */
export function menuAt(id: string, at: HTMLElement | { x: number; y: number }): MenuAt {
  if (!(at instanceof HTMLElement)) return { id, ...at, from: null };
  const box = at.getBoundingClientRect();
  return { id, x: box.right - 148, y: box.bottom + 3, from: at };
}

/** `toggledBy`: the button whose own press closes it again; a press elsewhere outside does so here. */
export function Menu(props: { at: MenuAt; toggledBy?: HTMLElement; close(): void; children: JSX.Element }): JSX.Element {
  let menu!: HTMLDivElement;
  const letters = createLetters();

  function leave(): void {
    const from = props.at.from;
    props.close();
    if (from) focusBack(from);
  }

  createEffect(() => {
    // Kept inside the window; through the object model, since the policy refuses style attributes.
    const { x, y } = props.at;
    menu.style.left = `${Math.max(4, Math.min(x, innerWidth - menu.offsetWidth - 4))}px`;
    menu.style.top = `${Math.max(4, Math.min(y, innerHeight - menu.offsetHeight - 4))}px`;
    menu.querySelector("button")?.focus();
  });

  const onPointer = (event: PointerEvent): void => {
    const at = event.target as Node;
    if (!menu.contains(at) && !props.toggledBy?.contains(at)) props.close();
  };
  const onBlur = (): void => props.close();
  addEventListener("pointerdown", onPointer, true);
  addEventListener("blur", onBlur);
  onCleanup(() => {
    removeEventListener("pointerdown", onPointer, true);
    removeEventListener("blur", onBlur);
  });

  function onKeyDown(event: KeyboardEvent): void {
    const items = [...menu.querySelectorAll("button")];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    switch (event.key) {
      case "Escape":
      case "Tab":
        leave();
        break;
      case "ArrowDown":
        items[(at + 1) % items.length]?.focus();
        break;
      case "ArrowUp":
        items[(at - 1 + items.length) % items.length]?.focus();
        break;
      case "Home":
        items[0]?.focus();
        break;
      case "End":
        items[items.length - 1]?.focus();
        break;
      default: {
        const next = letters.key(event, items.map((item) => item.textContent ?? ""), at);
        if (next === null) return;
        items[next]?.focus();
      }
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class="menu" role="menu" ref={menu} onKeyDown={onKeyDown}>
      {props.children}
    </div>
  );
}

/** One line of a menu. */
export function MenuItem(props: { testid?: string; words: string; keys?: string; onChoose(): void }): JSX.Element {
  return (
    <button type="button" role="menuitem" tabIndex={-1} data-testid={props.testid} onClick={() => props.onChoose()}>
      {props.words}
      {props.keys ? <span aria-hidden="true">{props.keys}</span> : null}
    </button>
  );
}

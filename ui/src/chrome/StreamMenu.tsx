// The menu of a stream: at the pointer, or under the button that opened it.

import { createEffect, onCleanup, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Desk } from "./desk";

export interface MenuAt {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** What gets the focus back. */
  readonly from: HTMLElement | null;
}

export function StreamMenu(props: { desk: Desk; at: MenuAt | null; close(): void }): JSX.Element {
  return <Show when={props.at}>{(at) => <Menu desk={props.desk} at={at()} close={props.close} />}</Show>;
}

function Menu(props: { desk: Desk; at: MenuAt; close(): void }): JSX.Element {
  const { desk } = props;
  let menu!: HTMLDivElement;
  const kind = (): string | null => desk.library.kind(props.at.id);

  function leave(): void {
    const from = props.at.from;
    props.close();
    if (from?.isConnected) from.focus();
  }

  function run(work: (id: string) => void): void {
    const { id } = props.at;
    props.close();
    work(id);
  }

  createEffect(() => {
    // Kept inside the window; through the object model, since the policy refuses style attributes.
    const { x, y } = props.at;
    menu.style.left = `${Math.max(4, Math.min(x, innerWidth - menu.offsetWidth - 4))}px`;
    menu.style.top = `${Math.max(4, Math.min(y, innerHeight - menu.offsetHeight - 4))}px`;
    menu.querySelector("button")?.focus();
  });

  const onPointer = (event: PointerEvent): void => {
    if (!menu.contains(event.target as Node)) props.close();
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
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class="menu" role="menu" ref={menu} onKeyDown={onKeyDown}>
      <Show when={kind() !== "demo"}>
        <button type="button" role="menuitem" tabIndex={-1} onClick={() => run((id) => desk.setRenaming(id))}>
          {t("menu.rename")}
          <span aria-hidden="true">F2</span>
        </button>
      </Show>
      <button type="button" role="menuitem" tabIndex={-1} onClick={() => run((id) => desk.duplicate(id))}>
        {t("menu.duplicate")}
      </button>
      <Show when={kind() !== "demo"}>
        <hr />
        <button type="button" role="menuitem" tabIndex={-1} onClick={() => run((id) => desk.remove(id))}>
          {kind() === "draft" ? t("menu.discard") : t("menu.delete")}
          <span aria-hidden="true">Del</span>
        </button>
      </Show>
    </div>
  );
}

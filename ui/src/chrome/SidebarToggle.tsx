// The button that folds the sidebar away and brings it back. It stands in the sidebar while that is seen, else before the
// address.

import { onMount, type JSX } from "solid-js";
import { t } from "../i18n";
import { withKeys } from "./commands/keymap";
import type { Desk } from "./desk";
import { Column } from "./icons";

/** With the sidebar the button goes, and the one that comes in its place has the focus then. */
let moved = false;

export function closeSidebar(desk: Desk): void {
  moved = true;
  desk.setSidebarOpen(false);
}

/** By a key: the focus moves only where it would be lost. */
export function turnSidebar(desk: Desk): void {
  const open = !desk.sidebarOpen();
  moved = open ? desk.sidebarOver() : document.activeElement?.closest(".sidebar") != null;
  desk.setSidebarOpen(open);
}

export function SidebarToggle(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  let button!: HTMLButtonElement;
  const words = (): string => t(desk.sidebarOpen() ? "sidebar.hide" : "sidebar.show");

  onMount(() => {
    if (moved) button.focus();
    moved = false;
  });

  return (
    <button
      type="button"
      ref={button}
      class="sidebar-toggle"
      data-testid="toggle-sidebar"
      aria-expanded={desk.sidebarOpen()}
      aria-label={words()}
      title={withKeys(words(), "toggle-sidebar")}
      onClick={() => {
        moved = true;
        desk.setSidebarOpen(!desk.sidebarOpen());
      }}
    >
      <Column />
    </button>
  );
}

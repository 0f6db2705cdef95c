// The streams: demos, saved ones and drafts, each with the state and the rate of its session.

import { createEffect, createSignal, For, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Desk } from "./desk";
import { isLive } from "./desk";
import { Mark } from "./icons";
import { isComposing } from "./keys";
import { StreamItem } from "./StreamItem";
import { StreamMenu, type MenuAt } from "./StreamMenu";
import { UndoBar } from "./UndoBar";

export function Sidebar(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { library } = desk;
  const [menu, setMenu] = createSignal<MenuAt | null>(null);
  let list!: HTMLDivElement;

  const own = (): string[] => [...library.saved(), ...library.drafts()].map((stream) => stream.id);

  function focusItem(id: string | null): void {
    if (id === null) return;
    list.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] .open`)?.focus();
  }

  // What had the focus went away with its row, its menu or its bar; where the user has gone on, it stays.
  desk.onListChanged(() => {
    const at = document.activeElement;
    if (at === null || at === document.body || list.contains(at)) focusItem(library.selectedId());
  });

  // The list scrolls along with a selection that was made elsewhere (New, Duplicate, Undo).
  createEffect(() => {
    const id = library.selectedId();
    if (id === null) return;
    list.querySelector(`[data-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
  });

  function move(by: number | "first" | "last"): void {
    const ids = library.ids();
    const at = ids.indexOf(library.selectedId() ?? "");
    const to = by === "first" ? 0 : by === "last" ? ids.length - 1 : Math.min(ids.length - 1, Math.max(0, at + by));
    const id = ids[to];
    if (id === undefined) return;
    desk.select(id);
    focusItem(id);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement || isComposing(event)) return;
    const id = library.selectedId();
    const onItem = event.target instanceof HTMLElement && event.target.classList.contains("open");
    if (event.ctrlKey || event.metaKey || event.altKey || !onItem) return;
    const kind = id === null ? null : library.kind(id);
    switch (event.key) {
      case "ArrowDown":
        move(1);
        break;
      case "ArrowUp":
        move(-1);
        break;
      case "Home":
        move("first");
        break;
      case "End":
        move("last");
        break;
      case "Enter":
        // Enter opens a stream; it does not cut one that is running.
        if (!event.repeat && !isLive(desk.state())) desk.connect();
        break;
      case "F2":
        if (id !== null && kind !== "demo") desk.setRenaming(id);
        break;
      case "Delete":
      case "Backspace":
        if (id !== null && kind !== "demo" && !event.repeat) desk.remove(id);
        break;
      case "ContextMenu":
      case "F10":
        if (id === null || (event.key === "F10" && !event.shiftKey)) return;
        openMenu(id, event.target as HTMLElement);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  function openMenu(id: string, at: HTMLElement | { x: number; y: number }): void {
    if (at instanceof HTMLElement) {
      const box = at.getBoundingClientRect();
      setMenu({ id, x: box.right - 148, y: box.bottom + 3, from: at });
    } else {
      setMenu({ id, ...at, from: null });
    }
  }

  const item = (id: string): JSX.Element => (
    <StreamItem desk={desk} id={id} menuOpen={menu()?.id === id} onMenu={(at) => openMenu(id, at)} focus={() => focusItem(id)} />
  );

  return (
    <nav class="sidebar" aria-label={t("sidebar.label")}>
      <header class="brand">
        <Mark />
        <h1>{t("app.name")}</h1>
        <button
          type="button"
          class="button small"
          data-testid="new-stream"
          aria-label={t("sidebar.new.label")}
          onClick={() => {
            library.create();
            desk.focusAddress();
          }}
        >
          + {t("sidebar.new")}
        </button>
      </header>
      <div class="stream-list" ref={list} onKeyDown={onKeyDown}>
        <h2 id="demos-head">{t("sidebar.demos")}</h2>
        <ul aria-labelledby="demos-head">
          <For each={library.demos}>{(demo) => item(demo.stream.id)}</For>
        </ul>
        <h2 id="saved-head">{t("sidebar.saved")}</h2>
        <Show when={own().length > 0} fallback={<p class="none">{t("sidebar.saved.empty")}</p>}>
          <ul aria-labelledby="saved-head">
            <For each={own()}>{(id) => item(id)}</For>
          </ul>
        </Show>
      </div>
      <UndoBar desk={desk} />
      <StreamMenu desk={desk} at={menu()} close={() => setMenu(null)} />
    </nav>
  );
}

// The streams: demos, saved ones and drafts, each with the state and the rate of its session; and the tapes.

import { createEffect, createMemo, createSignal, For, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import { replayId, shortList, tapeOf } from "../model/tapes";
import { ariaKeys, withKeys } from "./commands/keymap";
import type { Desk } from "./desk";
import { isLive } from "./desk";
import { Mark, Sliders } from "./icons";
import { isComposing } from "./keys";
import { createLetters } from "./letters";
import { StreamItem } from "./StreamItem";
import { menuAt, type MenuAt } from "./Menu";
import { closeSidebar, SidebarToggle } from "./SidebarToggle";
import { StreamMenu } from "./StreamMenu";
import { TapeItem } from "./TapeItem";
import { TapeMenu } from "./TapeMenu";
import { UndoBar } from "./UndoBar";

export function Sidebar(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { library } = desk;
  const { tapes } = desk;
  const [menu, setMenu] = createSignal<MenuAt | null>(null);
  const [tapeMenu, setTapeMenu] = createSignal<MenuAt | null>(null);
  let list!: HTMLDivElement;
  const letters = createLetters();

  const own = (): string[] => [...library.saved(), ...library.drafts()].map((stream) => stream.id);

  // By id, so that a row stays the same while figures of its tape change.
  const shortIds = createMemo(
    () => shortList(tapes.all().tapes, tapeOf(library.selectedId() ?? "")).map((tape) => tape.id),
    [],
    { equals: (a, b) => a.length === b.length && a.every((id, at) => id === b[at]) },
  );

  /** What lies over the page has done what it was opened for. */
  function chosen(): void {
    if (desk.sidebarOver()) closeSidebar(desk);
  }

  function focusItem(id: string | null): void {
    if (id === null) return;
    list.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] .open`)?.focus();
  }

  // What had the focus went away with its row, its menu or its bar; where the user has gone on, it stays.
  desk.onListChanged(() => {
    const at = document.activeElement;
    if (at === null || at === document.body || list.contains(at)) focusItem(library.selectedId());
  });

  // Over the page it is there to be chosen from.
  createEffect(() => {
    if (!desk.sidebarOver() || !desk.sidebarOpen()) return;
    queueMicrotask(() => {
      if (desk.renaming() === null) focusItem(library.selectedId());
    });
  });

  // The list scrolls along with a selection that was made elsewhere (New, Duplicate, Undo).
  createEffect(() => {
    const id = library.selectedId();
    if (id === null || !desk.sidebarOpen()) return;
    list.querySelector(`[data-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest" });
  });

  /** Streams come on show as the focus moves through them; a tape is played only when its row is pressed. */
  function move(from: HTMLElement, by: number | "first" | "last"): void {
    const rows = [...list.querySelectorAll<HTMLElement>("[data-id] .open")];
    const at = rows.indexOf(from);
    const to = by === "first" ? 0 : by === "last" ? rows.length - 1 : Math.min(rows.length - 1, Math.max(0, at + by));
    const id = idOf(rows[to]);
    if (id === null) return;
    if (tapeOf(id) === null) desk.select(id);
    focusItem(id);
  }

  function idOf(row: HTMLElement | undefined): string | null {
    return row?.closest<HTMLElement>("[data-id]")?.dataset["id"] ?? null;
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement || isComposing(event)) return;
    const row = event.target;
    if (!(row instanceof HTMLElement) || !row.classList.contains("open")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = idOf(row);
    if (id === null) return;
    switch (event.key) {
      case "ArrowDown":
        move(row, 1);
        break;
      case "ArrowUp":
        move(row, -1);
        break;
      case "Home":
        move(row, "first");
        break;
      case "End":
        move(row, "last");
        break;
      default: {
        const tape = tapeOf(id);
        if (!(tape === null ? streamKey(event, id, row) : tapeKey(event, tape, row)) && !letterKey(event, row)) return;
      }
    }
    event.preventDefault();
  }

  /** By the beginning of a name; digits are the first page's. */
  function letterKey(event: KeyboardEvent, row: HTMLElement): boolean {
    if (/^\d$/.test(event.key)) return false;
    const rows = [...list.querySelectorAll<HTMLElement>("[data-id] .open")];
    const next = letters.key(event, rows.map((each) => each.querySelector(".name")?.textContent ?? ""), rows.indexOf(row));
    if (next === null) return false;
    move(row, next - rows.indexOf(row));
    return true;
  }

  function streamKey(event: KeyboardEvent, id: string, row: HTMLElement): boolean {
    const own = library.kind(id) !== "demo";
    switch (event.key) {
      case "Enter":
        // Enter opens a stream; it does not cut one that is running.
        desk.select(id);
        if (!event.repeat && !isLive(desk.state())) desk.connect();
        if (!event.repeat) chosen();
        return true;
      case "F2":
        if (own) desk.setRenaming(id);
        return true;
      case "Delete":
      case "Backspace":
        if (own && !event.repeat) desk.remove(id);
        return true;
      default:
        return isMenuKey(event) && (setMenu(menuAt(id, row)), true);
    }
  }

  function tapeKey(event: KeyboardEvent, tape: string, row: HTMLElement): boolean {
    switch (event.key) {
      case "F2":
        tapes.setNaming({ tape, keep: false, at: "sidebar" });
        return true;
      case "Delete":
      case "Backspace":
        if (!event.repeat && tapes.find(tape)?.session === null) tapes.setDoomed({ tape, at: "sidebar" });
        return true;
      default:
        return isMenuKey(event) && (setTapeMenu(menuAt(tape, row)), true);
    }
  }

  const item = (id: string): JSX.Element => (
    <StreamItem desk={desk} id={id} menuOpen={menu()?.id === id} onMenu={(at) => setMenu(menuAt(id, at))} focus={() => focusItem(id)} />
  );

  return (
    <nav class="sidebar" aria-label={t("sidebar.label")} hidden={!desk.sidebarOpen()}>
      <header class="brand">
        <Mark />
        <h1>{t("app.name")}</h1>
        <Show when={desk.sidebarOpen()}>
          <SidebarToggle desk={desk} />
        </Show>
        <button
          type="button"
          class="button small"
          data-testid="new-stream"
          aria-label={t("sidebar.new.label")}
          title={withKeys(t("sidebar.new.label"), "new-stream")}
          aria-keyshortcuts={ariaKeys("new-stream")}
          onClick={() => {
            chosen();
            library.create();
            desk.focusAddress();
          }}
        >
          + <span>{t("sidebar.new")}</span>
        </button>
      </header>
      <div
        class="stream-list"
        ref={list}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          if (event.target.closest(".open")) chosen();
        }}
      >
        <h2 id="demos-head">{t("sidebar.demos")}</h2>
        <ul role="list" aria-labelledby="demos-head">
          <For each={library.demos.map((demo) => demo.stream.id)}>{(id) => item(id)}</For>
        </ul>
        <h2 id="saved-head">{t("sidebar.saved")}</h2>
        <Show when={own().length > 0} fallback={<p class="none">{t("sidebar.saved.empty")}</p>}>
          <ul role="list" aria-labelledby="saved-head">
            <For each={own()}>{(id) => item(id)}</For>
          </ul>
        </Show>
        <h2 id="tapes-head">{t("tapes.head")}</h2>
        <Show when={shortIds().length > 0} fallback={<p class="none">{t("tapes.head.empty")}</p>}>
          <ul role="list" aria-labelledby="tapes-head">
            <For each={shortIds()}>
              {(tape) => (
                <TapeItem
                  desk={desk}
                  tape={tape}
                  menuOpen={tapeMenu()?.id === tape}
                  onMenu={(at) => setTapeMenu(menuAt(tape, at))}
                  focus={() => focusItem(replayId(tape))}
                />
              )}
            </For>
          </ul>
        </Show>
        <button type="button" class="quiet all-tapes" data-testid="all-tapes" title={withKeys(t("tapes.all"), "all-tapes")} onClick={() => (chosen(), tapes.setListOpen(true))}>
          {t("tapes.all")}
        </button>
      </div>
      <UndoBar desk={desk} />
      <footer class="sidebar-foot">
        <button type="button" class="quiet" data-testid="settings" title={withKeys(t("settings.title"), "settings")} onClick={() => (chosen(), desk.home.setSheet("settings"))}>
          <Sliders />
          {t("settings.title")}
        </button>
      </footer>
      <StreamMenu desk={desk} at={menu()} close={() => setMenu(null)} />
      <TapeMenu desk={desk} at={tapeMenu()} where="sidebar" close={() => setTapeMenu(null)} />
    </nav>
  );
}

function isMenuKey(event: KeyboardEvent): boolean {
  return event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
}

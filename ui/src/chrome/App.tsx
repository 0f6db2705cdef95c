// The window: the streams at the left, and at the right address, tabs, page, tape and status.

import { createEffect, createMemo, createSignal, on, onCleanup, onMount, Show, type JSX } from "solid-js";
import { Portal } from "solid-js/web";
import { currentLanguage, t } from "../i18n";
import { asFailure } from "../model/failure";
import { activeOf } from "../model/placeholders";
import type { Scene } from "../scenes/scene";
import { AboutSheet } from "./AboutSheet";
import { ActionsSheet } from "./ActionsSheet";
import { AddressBar } from "./AddressBar";
import type { Desk, SceneName } from "./desk";
import { isLive } from "./desk";
import { Empty, isFirstPage, offeredBy, play } from "./Empty";
import { DropTarget } from "./DropTarget";
import { createCommands } from "./commands";
import { Composer } from "./Composer";
import { EnvironmentSheet } from "./EnvironmentSheet";
import { ExportSheet } from "./ExportSheet";
import { failureWords } from "./failure";
import { isComposing, isTyping } from "./keys";
import { LinkSheet } from "./LinkSheet";
import { LineNotice } from "./LineNotice";
import { MadeSheet } from "./MadeSheet";
import { createMenuBar } from "./menu-bar";
import { NoticeBar } from "./NoticeBar";
import { OpeningSheet } from "./OpeningSheet";
import { Palette } from "./Palette";
import { QuitSheet } from "./QuitSheet";
import { RecordingSheet } from "./RecordingSheet";
import { createRegions, focusPage } from "./regions";
import { createReplayer } from "./replayer";
import { RequestPanel } from "./RequestPanel";
import { ServeSheet } from "./ServeSheet";
import { openSheets } from "./sheets";
import { SettingsSheet } from "./SettingsSheet";
import { ShortcutsSheet } from "./ShortcutsSheet";
import { Sidebar } from "./Sidebar";
import { closeSidebar } from "./SidebarToggle";
import { StatusStrip } from "./StatusStrip";
import { Tabs } from "./Tabs";
import { TapeHost } from "./TapeHost";
import { TapesSheet } from "./TapesSheet";
import type { Span } from "./tape-span";

/** A scene that can be taken to an entry. */
type Stageable = Scene & {
  jump(pos: number): void;
  /** Shows what arrived between two times, or all again. */
  range?(fromUs: number | null, toUs: number | null): void;
};
/** Each makes its scene; `tools` is its place right of the tabs. `onRange` is told of the range of time that a scene goes
 *  on with, or that it gave one up by itself. */
/** `toEvent` shows an entry among the events. */
export type SceneMakers = Readonly<
  Record<SceneName, (tools: HTMLElement, onRange: (range: Span | null) => void, toEvent: (pos: number) => void) => Stageable>
>;

/** `onBar` is told when the first menu bar of the desktop will stand. */
export function App(props: { desk: Desk; scenes: SceneMakers; onBar?(first: Promise<void>): void }): JSX.Element {
  const { desk } = props;
  const { live, library } = desk;

  createEffect(() => live.show(library.selectedId()));

  // With other variables an address may lead elsewhere: what was asked about it is no longer the question.
  const active = createMemo(() => JSON.stringify(activeOf(desk.vault.environments())));
  createEffect(on(active, () => live.dropRefusals(), { defer: true }));

  if (desk.solo) {
    // The list's way of saying what is on show.
    createEffect(() => {
      const stream = library.current();
      desk.setTitle(stream ? `${desk.nameOf(stream)} · ${t("app.name")}` : t("app.name"));
    });
  }

  const hasSession = (): boolean => live.status() !== null;
  /** In a narrow window the sidebar lies over everything else. */
  const isCovered = (): boolean => !desk.solo && desk.sidebarOver() && desk.sidebarOpen();
  const tools: Readonly<Record<SceneName, HTMLElement>> = {
    typewriter: toolsHost(),
    events: toolsHost(),
    chart: toolsHost(),
    chat: toolsHost(),
    feed: toolsHost(),
    wire: toolsHost(),
  };
  const [shown, setShown] = createSignal<Stageable | null>(null);

  function jump(pos: number): void {
    desk.setRequestOpen(false);
    shown()?.jump(pos);
  }

  function toEvent(pos: number): void {
    desk.setScene("events");
    jump(pos);
  }

  /** What is done in a sheet and not settled stays with it, where it can. */
  function closeSheets(): void {
    desk.reading.closeActions();
    desk.setMadeOpen(false);
    void desk.leave(false);
    desk.asking.closeEnvironments();
    desk.tapes.setSheet(null);
    desk.tapes.setListOpen(false);
    desk.home.setSheet(null);
  }

  /** Where the desktop turns the window, once the session is on show. */
  const [wanted, setWanted] = createSignal<{ stream: string; pos: number } | null>(null);
  onCleanup(
    live.onReveal((stream, pos) => {
      closeSheets();
      library.select(stream);
      setWanted({ stream, pos });
    }),
  );
  createEffect(() => {
    const to = wanted();
    if (!to || live.status()?.stream !== to.stream) return;
    setWanted(null);
    // What this turns to is made by other effects, which come after this one.
    queueMicrotask(() => {
      if (library.selectedId() === to.stream) toEvent(to.pos);
    });
  });

  /** A range of the tape is looked at in the events; given up, it is given up there. */
  let ranged: SceneName | null = null;
  const made = new Map<SceneName, Stageable>();
  /** What the strip is to show as selected; the same again is told again, for another session. */
  const [range, setRange] = createSignal<Span | null>(null, { equals: false });
  function select(wanted: Span | null): void {
    if (wanted) {
      desk.setRequestOpen(false);
      // The chart has the same axis, and shows it there.
      if (desk.scene() !== "chart") desk.setScene("events");
      ranged = desk.scene();
    }
    if (ranged) made.get(ranged)?.range?.(wanted?.fromUs ?? null, wanted?.toUs ?? null);
    // A scene that came on show for it has told first that it had none.
    if (wanted) setRange(wanted);
  }

  const replayer = createReplayer(live);
  const regions = createRegions();
  onCleanup(regions.dispose);
  const commands = createCommands({
    desk,
    replayer,
    regions,
    stage: {
      there: () => shown() !== null,
      find: () => shown()?.find?.(),
      goTo: () => shown()?.goTo?.(),
      newest: () => shown()?.newest(),
      fields: () => shown()?.fields?.(),
      selected: () => shown()?.selected?.() ?? null,
    },
  });
  const menuBar = createMenuBar(desk.home, commands, (reason) =>
    desk.say(() => {
      const { title, advice } = failureWords(asFailure(reason), null);
      return t("sentences", { a: title, b: advice });
    }),
  );
  props.onBar?.(menuBar.first);

  onMount(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isComposing(event)) return;
      const id = commands.press(event);
      if (id !== null) menuBar.pressed(id);
      else if (!event.ctrlKey && !event.metaKey && !event.altKey) onPlainKey(event);
    };
    // A sheet keeps the keys that are pressed in it to itself, save those that work above it.
    const onCapture = (event: KeyboardEvent): void => {
      if (openSheets() === 0) return;
      const id = commands.press(event);
      if (id !== null) menuBar.pressed(id);
    };
    addEventListener("keydown", onKeyDown);
    addEventListener("keydown", onCapture, true);
    onCleanup(() => {
      removeEventListener("keydown", onKeyDown);
      removeEventListener("keydown", onCapture, true);
    });
  });

  function onPlainKey(event: KeyboardEvent): void {
    if (event.key === "Escape" && isCovered()) {
      event.preventDefault();
      closeSidebar(desk);
      return;
    }
    if (event.repeat) {
      // Held down on a button, Enter would press it again and again: connect, stop, connect.
      if (event.key === "Enter" && event.target instanceof HTMLButtonElement) event.preventDefault();
      return;
    }
    if (!isFirstPage(desk) || desk.requestOpen() || isCovered() || isTyping(event.target) || !isOnPage(event.target)) return;
    // On a button, Enter presses that button.
    if (event.key === "Enter" && event.target instanceof HTMLButtonElement) return;
    const demo = offeredBy(desk, event.key);
    if (!demo || isLive(desk.state())) return;
    event.preventDefault();
    play(desk, demo);
  }

  return (
    <div class="app" classList={{ solo: desk.solo, folded: !desk.sidebarOpen(), over: desk.sidebarOver() }}>
      <Show when={!desk.solo}>
        <Sidebar desk={desk} />
      </Show>
      <Show when={isCovered()}>
        <div class="sidebar-veil" data-testid="sidebar-veil" onClick={() => closeSidebar(desk)} />
      </Show>
      <main class="main" inert={isCovered()}>
        {/* Else it stands at the head of the sidebar. */}
        <Show when={desk.solo || !desk.sidebarOpen()}>
          <h1 class="hidden">{t("app.name")}</h1>
        </Show>
        <AddressBar desk={desk} />
        <Tabs desk={desk} tools={tools} />
        <NoticeBar desk={desk} />
        <div class="page" id="page" role="tabpanel" aria-labelledby={`tab-${desk.scene()}`}>
          {/* What stands on the page has headings of the third level, also where no list of streams stands before it. */}
          <h2 class="hidden">{t(`tabs.${desk.scene()}`)}</h2>
          <Show when={desk.requestOpen()}>
            <RequestPanel desk={desk} />
          </Show>
          <Show when={!hasSession() && !desk.requestOpen()}>
            <Empty desk={desk} />
          </Show>
          <Stage desk={desk} made={made} make={(name) => props.scenes[name](tools[name], setRange, toEvent)} seen={hasSession() && !desk.requestOpen()} shown={shown()} setShown={setShown} />
        </div>
        <Composer desk={desk} />
        <TapeHost desk={desk} replayer={replayer} range={range()} onJump={jump} onSelect={select} />
        <StatusStrip desk={desk} />
      </main>
      <EnvironmentSheet desk={desk} />
      <ExportSheet desk={desk} />
      <MadeSheet desk={desk} />
      <LinkSheet desk={desk} />
      <SettingsSheet desk={desk} />
      <Palette desk={desk} commands={commands} />
      <ShortcutsSheet desk={desk} commands={commands} />
      <AboutSheet desk={desk} />
      <Show when={!desk.solo}>
        <ActionsSheet desk={desk} />
        <TapesSheet desk={desk} />
        <ServeSheet desk={desk} />
        <RecordingSheet desk={desk} />
        <OpeningSheet desk={desk} turn={closeSheets} />
        <QuitSheet desk={desk} />
        <DropTarget desk={desk} />
      </Show>
    </div>
  );
}

/** Whether the focus is on the page, or nowhere: plain keys mean something else in the list and the strips. */
function isOnPage(target: EventTarget | null): boolean {
  return !(target instanceof Element) || target === document.body || target.closest("#page") !== null;
}

function toolsHost(): HTMLElement {
  const host = document.createElement("div");
  host.className = "scene-tools";
  return host;
}

/** Holds the scenes. Each is made when it is first shown, and kept: its place and its selection stay. In another language
 *  they are made anew, and the one on show goes on where it was read. */
function Stage(props: {
  desk: Desk;
  made: Map<SceneName, Stageable>;
  make(name: SceneName): Stageable;
  seen: boolean;
  shown: Stageable | null;
  setShown(scene: Stageable | null): void;
}): JSX.Element {
  const { desk, made } = props;
  let host!: HTMLDivElement;

  function sceneOf(name: SceneName): Stageable {
    const there = made.get(name);
    if (there) return there;
    const scene = props.make(name);
    made.set(name, scene);
    host.append(scene.element);
    return scene;
  }

  function end(): void {
    for (const scene of made.values()) scene.dispose();
    made.clear();
  }

  createEffect(
    on([() => props.seen, desk.scene, currentLanguage], ([seen, name, language], last) => {
      let before = props.shown;
      const anew = last !== undefined && last[2] !== language;
      const place = anew ? (before?.place?.() ?? null) : null;
      const focused = document.activeElement;
      if (anew) {
        before?.hide();
        before = null;
        props.setShown(null);
        end();
      }
      const next = seen ? sceneOf(name) : null;
      if (before === next) return;
      before?.hide();
      if (before) before.element.hidden = true;
      if (next) next.element.hidden = false;
      if (place) next?.resume?.(place);
      next?.show();
      props.setShown(next);
      if (anew && next && focused && !focused.isConnected) focusPage();
    }),
  );

  onCleanup(end);

  return (
    <>
      <div class="scene-host" ref={host} hidden={!props.seen} />
      <Show when={props.shown} keyed>
        {(scene) => (
          <Portal mount={scene.foot}>
            <LineNotice desk={desk} />
          </Portal>
        )}
      </Show>
    </>
  );
}

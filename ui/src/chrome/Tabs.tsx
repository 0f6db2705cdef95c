// The scenes to choose from, and the tools of the one on show.

import { createEffect, createMemo, createSignal, createUniqueId, For, on, onCleanup, Show, type JSX } from "solid-js";
import { fmt, t, tn } from "../i18n";
import { createAlertWatch } from "./alert-watch";
import { ariaKeys, withKeys } from "./commands/keymap";
import type { Desk, SceneName } from "./desk";
import { Dots } from "./icons";
import { isComposing } from "./keys";
import { TextMenu } from "./TextMenu";
import { MadeButton } from "./MadeSheet";

const SCENES: readonly SceneName[] = ["typewriter", "events", "chart", "chat", "feed", "wire"];

/** Where what actions do is seen; Feed has its own way to them. */
const ACTING: ReadonlySet<SceneName> = new Set(["events", "chart"]);

export function Tabs(props: { desk: Desk; tools: Readonly<Record<SceneName, HTMLElement>> }): JSX.Element {
  const { desk } = props;
  let list!: HTMLDivElement;

  function choose(name: SceneName): void {
    desk.setScene(name);
    desk.setRequestOpen(false);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const at = SCENES.indexOf(desk.scene());
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -at, End: SCENES.length - 1 - at }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = SCENES[(at + step + SCENES.length) % SCENES.length];
    if (next === undefined) return;
    choose(next);
    list.querySelector<HTMLElement>(`[data-testid="tab-${next}"]`)?.focus();
  }

  const alerts = createAlertWatch(desk);
  const findings = createMemo(() => desk.live.status()?.wire.findings ?? 0);
  const actions = (): number => desk.reading.actions().length;

  /** In a narrow window the tools stand in a panel under one button. */
  const [open, setOpen] = createSignal(false);
  const panelId = createUniqueId();
  let panel!: HTMLDivElement;
  let more!: HTMLButtonElement;

  createEffect(on([desk.scene, desk.requestOpen, desk.sidebarOver, desk.library.selectedId], () => setOpen(false), { defer: true }));
  createEffect(() => {
    if (!open()) return;
    const onPointer = (event: PointerEvent): void => {
      // What a tool has opened lies beside the panel.
      const at = event.target instanceof Element ? event.target : null;
      if (!at?.closest("[role=menu], [role=dialog]") && at && !panel.contains(at) && !more.contains(at)) setOpen(false);
    };
    addEventListener("pointerdown", onPointer, true);
    onCleanup(() => removeEventListener("pointerdown", onPointer, true));
  });

  /** What is switched, or opens something under its button, stays; anything else is done with the press. */
  function onTool(event: MouseEvent): void {
    const tool = event.target instanceof Element ? event.target.closest("button") : null;
    if (tool && panel.contains(tool) && !tool.closest("[role=menu], [role=dialog]") && !tool.hasAttribute("aria-haspopup") && !tool.hasAttribute("aria-pressed")) setOpen(false);
  }

  return (
    <div
      class="tabs"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open() || event.defaultPrevented || isComposing(event)) return;
        event.preventDefault();
        setOpen(false);
        more.focus();
      }}
    >
      <div class="tablist" role="tablist" aria-label={t("tabs.label")} ref={list} onKeyDown={onKeyDown}>
        <For each={SCENES}>
          {(name) => (
            <button
              type="button"
              class="tab"
              role="tab"
              id={`tab-${name}`}
              data-testid={`tab-${name}`}
              data-words={t(`tabs.${name}`)}
              title={withKeys(t(`tabs.${name}`), `scene-${name}`)}
              aria-keyshortcuts={ariaKeys(`scene-${name}`)}
              aria-selected={desk.scene() === name}
              aria-controls="page"
              tabIndex={desk.scene() === name ? 0 : -1}
              onClick={() => choose(name)}
            >
              {t(`tabs.${name}`)}
              <Show when={name === "chart" && desk.scene() !== "chart" && alerts.count() > 0}>
                <span class="tab-badge" data-testid="chart-badge" title={tn("chart.badge", alerts.count())} role="img" aria-label={tn("chart.badge", alerts.count())} />
              </Show>
              <Show when={name === "wire" && findings() > 0}>
                <span class="tab-badge" title={tn("why.badge", findings())} role="img" aria-label={tn("why.badge", findings())} />
              </Show>
            </button>
          )}
        </For>
      </div>
      <span class="hidden" role="status" data-testid="alert-said">
        {alerts.said()}
      </span>
      <button
        type="button"
        ref={more}
        class="tools-more"
        data-testid="tools-more"
        aria-label={t("tabs.tools")}
        title={t("tabs.tools")}
        aria-expanded={open()}
        aria-controls={panelId}
        onClick={() => setOpen(!open())}
      >
        <Dots />
      </button>
      <div class="tools" id={panelId} ref={panel} classList={{ open: open() }} onClick={onTool}>
        <TextMenu desk={desk} hidden={desk.scene() !== "typewriter" || desk.requestOpen()} />
        <button
          type="button"
          class="quiet"
          data-testid="actions"
          aria-haspopup="dialog"
          hidden={desk.solo || !ACTING.has(desk.scene()) || desk.requestOpen() || desk.library.current() === null}
          onClick={() => desk.reading.openActions()}
        >
          {actions() === 0 ? t("actions.tool") : t("actions.tool.n", { n: fmt.int(actions()) })}
        </button>
        {props.tools[desk.scene()]}
        <MadeButton desk={desk} />
      </div>
    </div>
  );
}

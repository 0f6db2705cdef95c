// What a stream does when an event matches: its actions, each tried against the tape before it is applied.

import { createMemo, createSignal, For, onCleanup, onMount, Show, type JSX } from "solid-js";
import { createStore } from "solid-js/store";
import { fmt, t } from "../i18n";
import type { Action, Failure } from "../ipc/bindings";
import { ACTIONS, blankAction, changed, draftAction, settled, shifted } from "../model/actions";
import { asFailure } from "../model/failure";
import { newId } from "../model/stream";
import { Trials, type Tried } from "../model/trials";
import { actionName } from "../scenes/action-name";
import { badWords } from "../scenes/events/filter-bar";
import { ActionRow } from "./ActionRow";
import type { Desk } from "./desk";
import { createSaying, NOTHING, type Saying } from "./saying";
import { Sheet } from "./Sheet";

/** Types that are offered. */
const TYPES = 24;

export function ActionsSheet(props: { desk: Desk }): JSX.Element {
  const { reading } = props.desk;
  return (
    <Sheet
      open={reading.actionsOpen() !== null}
      class="actions-sheet"
      testid="actions-sheet"
      label={t("actions.tool")}
      onClose={() => reading.closeActions()}
    >
      <Actions desk={props.desk} />
    </Sheet>
  );
}

/** Whether it speaks of the action itself, and not of the session. */
function isWrong({ code, args }: Failure): boolean {
  return code === "filter" || (code === "limit" && args["what"] === "query");
}

function Actions(props: { desk: Desk }): JSX.Element {
  const { live, library, reading, isReplay, nameOf } = props.desk;
  const streamId = library.selectedId();
  const name = (): string => {
    const stream = library.current();
    return stream ? nameOf(stream) : "";
  };
  const draft = reading.actionsOpen()?.draft ?? null;
  const before = reading.actions();
  const left = streamId === null ? null : reading.unapplied(streamId);
  const begun = left ?? before;
  const room = begun.length < ACTIONS;
  const first = draft && room ? draftAction(newId(), draft) : null;
  const [list, setList] = createSignal<readonly Action[]>(first ? [...begun, first] : begun.map((each) => ({ ...each })));
  const [open, setOpen] = createSignal<string | null>(first?.id ?? (before.length === 1 ? (before[0]?.id ?? null) : null));
  const [tried, setTried] = createStore<Record<string, Tried | undefined>>({});
  const [types, setTypes] = createSignal<readonly string[]>([]);
  const [refused, setRefused] = createSaying();
  /** The action that the session did not take, until it is changed. */
  const [refusedOne, setRefusedOne] = createSignal<{ id: string; why: Saying } | null>(null);
  const [busy, setBusy] = createSignal(false);
  const ids = createMemo(() => list().map(({ id }) => id), undefined, { equals: (a, b) => a.join() === b.join() });
  const dirty = (): boolean => JSON.stringify(settled(list())) !== JSON.stringify(before);
  const there = (): boolean => live.status() !== null;
  let page!: HTMLDivElement;

  const trials = new Trials({
    ask: (action) => live.tryAction(action),
    told: (id, now) => setTried(id, now ?? undefined),
  });
  /** Cancelled or applied: there is nothing left to keep. */
  let over = false;
  onCleanup(() => {
    trials.end();
    if (streamId !== null) reading.keepUnapplied(streamId, !over && dirty() ? list() : null);
  });
  function cancel(): void {
    over = true;
    reading.closeActions();
  }
  onMount(() => {
    if (first) setTimeout(() => focus(first.id));
    if (!there()) return;
    for (const action of list()) trials.want(action, 0);
    void live.facets(null).then((facets) => setTypes(facets?.values.slice(0, TYPES).map(({ value }) => value) ?? []));
  });

  function change(id: string, patch: Partial<Omit<Action, "id">>): void {
    setRefused(NOTHING);
    if (refusedOne()?.id === id) setRefusedOne(null);
    setList((all) => changed(all, id, patch));
    const now = list().find((each) => each.id === id);
    if (now && there()) trials.want(now);
  }

  function add(): void {
    if (list().length >= ACTIONS) return;
    const action = { ...blankAction(newId()), highlight: "blue" as const };
    setList((all) => [...all, action]);
    setOpen(action.id);
    if (there()) trials.want(action, 0);
    focus(action.id);
  }

  function remove(id: string): void {
    trials.forget(id);
    const at = list().findIndex((each) => each.id === id);
    setList((all) => all.filter((each) => each.id !== id));
    setTried(id, undefined);
    const next = list()[Math.min(at, list().length - 1)];
    if (next) queueMicrotask(() => page.querySelector<HTMLElement>(`[data-action="${CSS.escape(next.id)}"] .action-open`)?.focus());
  }

  function focus(id: string): void {
    queueMicrotask(() => {
      const query = page.querySelector<HTMLElement>(`[data-action="${CSS.escape(id)}"] [data-testid="action-query"]`);
      query?.focus();
      query?.scrollIntoView({ block: "nearest" });
    });
  }

  /** Why an action cannot be applied; empty if it can. */
  function wrong(id: string): string {
    const one = refusedOne();
    if (one?.id === id) return one.why();
    const now = tried[id];
    return now && "failure" in now && isWrong(now.failure) ? badWords(now.failure) : "";
  }

  async function apply(): Promise<void> {
    const bad = list().find(({ id }) => wrong(id) !== "");
    if (bad) {
      setOpen(bad.id);
      focus(bad.id);
      return;
    }
    // The sheet speaks of the stream that it was opened for.
    if (library.selectedId() !== streamId) {
      reading.closeActions();
      return;
    }
    setBusy(true);
    try {
      await reading.setScenes({}, settled(list()));
      over = true;
      reading.closeActions();
    } catch (reason) {
      const failure = asFailure(reason);
      const why = (): string => badWords(failure);
      const one = list().find(({ id }) => id === failure.args["action"]);
      setRefused(() => (one ? t("actions.failed.of", { name: actionName(one), detail: why() }) : t("actions.failed", { detail: why() })));
      if (!one) return;
      setRefusedOne({ id: one.id, why });
      setOpen(one.id);
      focus(one.id);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <header class="sheet-head">
        <h2>{t("actions.title", { name: name() })}</h2>
        <p>{t("actions.about")}</p>
      </header>
      <div class="actions-page" ref={page}>
        <Show when={list().length === 0}>
          <p class="nothing">{t("actions.none")}</p>
        </Show>
        <ol role="list" class="actions-list">
          {/* By id: a row that is typed into stays the same element. */}
          <For each={ids()}>
            {(id, at) => (
              <ActionRow
                action={list().find((each) => each.id === id) ?? blankAction(id)}
                tried={tried[id]}
                wrong={wrong(id)}
                session={there()}
                types={types()}
                open={open() === id}
                first={at() === 0}
                last={at() === list().length - 1}
                onOpen={() => setOpen((now) => (now === id ? null : id))}
                onChange={(patch) => change(id, patch)}
                onShift={(step) => setList((all) => shifted(all, id, step))}
                onRemove={() => remove(id)}
              />
            )}
          </For>
        </ol>
        <button type="button" class="button small" data-testid="action-add" disabled={list().length >= ACTIONS} onClick={add}>
          {t("actions.add")}
        </button>
        <Show when={list().length >= ACTIONS}>
          <span class="actions-full">{t("actions.add.full", { n: fmt.int(ACTIONS) })}</span>
        </Show>
      </div>
      <footer>
        <p classList={{ wrong: refused() !== "" }} role="status">
          {refused() || (left && dirty() ? t("actions.left") : "") || t(isReplay() ? "actions.applied-note.tape" : "actions.applied-note")}
        </p>
        <button type="button" class="button small" data-testid="actions-cancel" onClick={cancel}>
          {t("request.cancel")}
        </button>
        <button
          type="button"
          class="button small primary"
          data-testid="actions-apply"
          disabled={busy() || !dirty()}
          onClick={() => void apply()}
        >
          {t("actions.apply")}
        </button>
      </footer>
    </>
  );
}

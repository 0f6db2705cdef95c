// The environments and their variables, on a sheet above the window.

import { createEffect, createMemo, createSignal, For, on, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Environment, Environments } from "../ipc/bindings";
import { settled, takenOver, type Offered } from "../model/environments";
import { activeOf } from "../model/placeholders";
import { newId } from "../model/stream";
import type { Desk } from "./desk";
import { countSheet } from "./sheets";
import { VariableTable } from "./VariableTable";

const NOTHING: Offered = { variable: null, environment: null, active: false };

export function EnvironmentSheet(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { asking, vault } = desk;
  let dialog!: HTMLDialogElement;
  const isUnder = countSheet(() => asking.environmentsOpen() !== null);
  const [draft, setDraft] = createSignal<Environments>({ all: [], active: "" });
  const [chosenId, setChosenId] = createSignal("");
  const [failed, setFailed] = createSignal(false);
  /** Saves that have not been answered: until then what is on the sheet is the newest that there is. */
  let pending = 0;
  /** Whether another one was made active here. Else the one that was chosen elsewhere stays. */
  let activated = false;
  let offered: Offered = NOTHING;

  const chosen = createMemo(() => draft().all.find((each) => each.id === chosenId()) ?? null);

  createEffect(
    on(asking.environmentsOpen, (wanted) => {
      if (!wanted) return dialog.open ? dialog.close() : undefined;
      // What could not be saved is not lost either.
      if (pending === 0 && !failed()) {
        activated = false;
        setDraft(vault.environments());
      }
      if (draft().all.length === 0) offered = { ...NOTHING, environment: add({ name: t("environments.first"), variables: [] }) };
      const { all } = draft();
      const holds = (each: Environment): boolean => each.variables.some(({ name }) => name === wanted.variable);
      setChosenId((activeOf(draft()) ?? all.find(holds) ?? all[0])?.id ?? "");
      // What is on it is drawn after this.
      queueMicrotask(() => {
        if (!dialog.open) dialog.showModal();
        dialog.querySelector<HTMLElement>("[aria-current=true]")?.focus();
        if (wanted.variable !== "") need(wanted.variable);
      });
    }),
  );

  // One that is made active elsewhere is so here too.
  createEffect(
    on(vault.environments, ({ active }) => {
      if (!activated) setDraft((now) => ({ ...now, active }));
    }),
  );

  /** Has a variable of this name in the environment on show, and that one active; its value is to be typed. */
  function need(name: string): void {
    const now = chosen();
    if (!now) return;
    const active = !activeOf(draft());
    if (active) activate(now.id);
    let at = now.variables.findIndex((each) => each.name === name);
    if (at < 0) {
      at = now.variables.length;
      const variable = { name, value: "", secret: false };
      offered = { ...offered, variable, active };
      change({ variables: [...now.variables, variable] });
    }
    queueMicrotask(() => dialog.querySelectorAll<HTMLElement>("[data-testid=variable-value]")[at]?.focus());
  }

  function activate(id: string): void {
    activated = true;
    setDraft((now) => ({ ...now, active: id }));
  }

  function add(from: Omit<Environment, "id">): Environment {
    const made = { ...from, id: newId() };
    setDraft((now) => ({ ...now, all: [...now.all, made] }));
    if (draft().active === "") activate(made.id);
    setChosenId(made.id);
    return made;
  }

  function change(patch: Partial<Environment>): void {
    setDraft((now) => ({ ...now, all: now.all.map((each) => (each.id === chosenId() ? { ...each, ...patch } : each)) }));
  }

  function remove(): void {
    const { all, active } = draft();
    const at = all.findIndex((each) => each.id === chosenId());
    const rest = all.filter((_, each) => each !== at);
    setDraft({ all: rest, active });
    if (active === chosenId()) activate("");
    setChosenId((rest[at] ?? rest[at - 1])?.id ?? "");
    save();
  }

  function save(): void {
    const sent = settled(draft(), offered);
    const chose = activated;
    if (sent.all.some(({ id }) => id === offered.environment?.id)) offered = { ...offered, environment: null };
    pending += 1;
    void vault
      .saveEnvironments((now) => (chose ? sent : { ...sent, active: now.active }))
      .then(
        (answer) => {
          setFailed(false);
          if (chose && draft().active === sent.active) activated = false;
          setDraft((now) => takenOver(now, sent, answer));
        },
        (reason: unknown) => {
          setFailed(true);
          if (!dialog.open) asking.sayUnsaved(reason);
        },
      )
      .finally(() => {
        pending -= 1;
      });
  }

  /** What was offered and not taken goes with the sheet. */
  function close(): void {
    setDraft(settled(draft(), offered));
    offered = NOTHING;
    if (pending > 0 || failed() || JSON.stringify(draft()) !== JSON.stringify(vault.environments())) save();
    asking.closeEnvironments();
  }

  return (
    <dialog
      ref={dialog}
      class="sheet"
      classList={{ under: isUnder() }}
      data-testid="environments"
      aria-label={t("environments.title")}
      onClose={close}
      onKeyDown={(event) => {
        // Chords of the window do not reach behind the sheet.
        event.stopPropagation();
      }}
    >
      <div class="sheet-body">
        <nav aria-label={t("environments.title")}>
          <h2>{t("environments.title")}</h2>
          <For each={draft().all}>
            {(each) => (
              <button
                type="button"
                class="environment"
                aria-current={each.id === chosenId()}
                data-testid="environment-item"
                onClick={() => setChosenId(each.id)}
              >
                <span>{each.name.trim() || t("environments.unnamed")}</span>
                <Show when={each.id === draft().active}>
                  <span class="quiet">{t("environments.is-active")}</span>
                </Show>
              </button>
            )}
          </For>
          <button
            type="button"
            class="add"
            data-testid="environment-add"
            onClick={() => {
              add({ name: "", variables: [] });
              queueMicrotask(() => dialog.querySelector<HTMLElement>("[data-testid=environment-name]")?.focus());
            }}
          >
            {t("environments.add")}
          </button>
        </nav>
        <Show when={chosen()} fallback={<p class="nothing">{t("environments.empty")}</p>}>
          {(environment) => (
            <div class="environment-page">
              <input
                class="field"
                data-testid="environment-name"
                maxLength={120}
                autocomplete="off"
                spellcheck={false}
                aria-label={t("environments.name")}
                placeholder={t("environments.name")}
                value={environment().name}
                onInput={(event) => change({ name: event.currentTarget.value })}
                onBlur={save}
              />
              <VariableTable
                vault={vault}
                variables={environment().variables}
                onInput={(variables) => change({ variables })}
                onLeave={save}
              />
              <div class="actions">
                <Show when={environment().id !== draft().active}>
                  <button
                    type="button"
                    class="button small"
                    data-testid="environment-activate"
                    onClick={() => {
                      activate(environment().id);
                      save();
                    }}
                  >
                    {t("environments.activate")}
                  </button>
                </Show>
                <button
                  type="button"
                  class="button small"
                  data-testid="environment-duplicate"
                  onClick={() => {
                    add({ name: t("stream.copy", { name: environment().name }), variables: environment().variables });
                    save();
                  }}
                >
                  {t("menu.duplicate")}
                </button>
                <button type="button" class="button small" data-testid="environment-remove" onClick={remove}>
                  {t("menu.delete")}
                </button>
              </div>
            </div>
          )}
        </Show>
      </div>
      <footer>
        <p classList={{ wrong: failed() }} role="status">
          {failed() ? t("notice.environments-failed") : t("environments.note", { name: "{{name}}" })}
        </p>
        <button
          type="button"
          class="button small primary"
          data-testid="environments-done"
          onClick={() => dialog.close()}
        >
          {t("environments.done")}
        </button>
      </footer>
    </dialog>
  );
}

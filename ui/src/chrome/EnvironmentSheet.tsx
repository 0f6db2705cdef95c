// The environments and their variables, on a sheet above the window.

import { createEffect, createMemo, createSignal, For, on, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Environment, Environments } from "../ipc/bindings";
import { takenOver, tidied } from "../model/environments";
import { activeOf } from "../model/placeholders";
import { newId } from "../model/stream";
import type { Desk } from "./desk";
import { VariableTable } from "./VariableTable";

export function EnvironmentSheet(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { asking, vault } = desk;
  let dialog!: HTMLDialogElement;
  const [draft, setDraft] = createSignal<Environments>({ all: [], active: "" });
  const [chosenId, setChosenId] = createSignal("");
  const [failed, setFailed] = createSignal(false);
  /** Saves go out one after another, or an older answer would undo what came after it. */
  let saving: Promise<unknown> = Promise.resolve();

  const chosen = createMemo(() => draft().all.find((each) => each.id === chosenId()) ?? null);

  createEffect(
    on(asking.environmentsOpen, (wanted) => {
      if (!wanted) return dialog.open ? dialog.close() : undefined;
      setFailed(false);
      setDraft(vault.environments());
      if (draft().all.length === 0) add({ name: t("environments.first"), variables: [] });
      setChosenId((activeOf(draft()) ?? draft().all[0])?.id ?? "");
      // What is on it is drawn after this.
      queueMicrotask(() => {
        if (!dialog.open) dialog.showModal();
        dialog.querySelector<HTMLElement>("[aria-current=true]")?.focus();
        if (wanted.variable !== "") need(wanted.variable);
      });
    }),
  );

  /** Has the environment on show hold a variable of this name. */
  function need(name: string): void {
    const now = chosen();
    if (!now || now.variables.some((each) => each.name === name)) return;
    change({ variables: [...now.variables, { name, value: "", secret: false }] });
    queueMicrotask(() => {
      const values = dialog.querySelectorAll<HTMLElement>("[data-testid=variable-value]");
      values[values.length - 1]?.focus();
    });
  }

  function add(from: Omit<Environment, "id">): void {
    const made = { ...from, id: newId() };
    setDraft(({ all, active }) => ({ all: [...all, made], active: active || made.id }));
    setChosenId(made.id);
  }

  function change(patch: Partial<Environment>): void {
    setDraft((now) => ({ ...now, all: now.all.map((each) => (each.id === chosenId() ? { ...each, ...patch } : each)) }));
  }

  function remove(): void {
    const { all, active } = draft();
    const at = all.findIndex((each) => each.id === chosenId());
    const rest = all.filter((_, each) => each !== at);
    setDraft({ all: rest, active: active === chosenId() ? "" : active });
    setChosenId((rest[at] ?? rest[at - 1])?.id ?? "");
    save();
  }

  function save(): void {
    const sent = tidied(draft());
    saving = saving
      .then(() => vault.saveEnvironments(sent))
      .then(
        (answer) => {
          setFailed(false);
          setDraft((now) => takenOver(now, sent, answer));
        },
        () => setFailed(true),
      );
  }

  return (
    <dialog
      ref={dialog}
      class="sheet"
      data-testid="environments"
      aria-label={t("environments.title")}
      onClose={() => {
        save();
        asking.closeEnvironments();
      }}
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
                      setDraft((now) => ({ ...now, active: environment().id }));
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

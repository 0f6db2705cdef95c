// Where the variables of a text get their values, or that they have none.

import { createMemo, For, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import { activeOf, variablesIn } from "../model/placeholders";
import type { Desk } from "./desk";

/** What the composer fills in. */
const PROMPT = "prompt";

export function Variables(props: { desk: Desk; texts: readonly string[]; class?: string }): JSX.Element {
  const { vault, asking } = props.desk;
  const active = createMemo(() => activeOf(vault.environments()));
  const names = createMemo(() => [...new Set(props.texts.flatMap(variablesIn))].filter((name) => name !== PROMPT));
  const known = createMemo(() => names().filter((name) => has(name)));
  const unknown = createMemo(() => names().filter((name) => !has(name)));

  function has(name: string): boolean {
    return active()?.variables.some((variable) => variable.name === name) ?? false;
  }

  const list = (of: readonly string[]): string => of.map((name) => `{{${name}}}`).join(t("mark.comma"));

  return (
    <Show when={names().length > 0}>
      <span class={`variables ${props.class ?? ""}`} data-testid="variables">
        <Show when={known().length > 0}>
          <span>
            {t(known().length === 1 ? "request.variables.known.one" : "request.variables.known.other", {
              names: list(known()),
              environment: active()?.name ?? "",
            })}
          </span>
        </Show>
        <For each={unknown()}>
          {(name) => (
            <span class="wrong">
              {active()
                ? t("request.variables.unknown", { name: `{{${name}}}`, environment: active()?.name ?? "" })
                : t("request.variables.none", { name: `{{${name}}}` })}
            </span>
          )}
        </For>
        <Show when={unknown().length > 0}>
          {" "}
          <button type="button" class="quiet link" onClick={() => asking.openEnvironments(unknown()[0])}>
            {t("request.variables.give")}
          </button>
        </Show>
      </span>
    </Show>
  );
}

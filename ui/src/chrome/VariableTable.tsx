// The variables of one environment.

import { Index, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Variable } from "../ipc/bindings";
import { namesSecret } from "../model/headers";
import { secretsIn } from "../model/placeholders";
import type { Vault } from "../model/vault";
import { Cross, Lock } from "./icons";
import { focusAfterRemoval, focusLast, onPairKey } from "./rows";
import { lockTitle, SecretField } from "./SecretField";

interface Props {
  vault: Vault;
  variables: readonly Variable[];
  onInput(variables: Variable[]): void;
  onLeave(): void;
}

export function VariableTable(props: Props): JSX.Element {
  let table!: HTMLDivElement;

  function change(at: number, patch: Partial<Variable>): void {
    props.onInput(props.variables.map((each, index) => (index === at ? { ...each, ...patch } : each)));
  }

  return (
    <div ref={table} onKeyDown={(event) => onPairKey(table, event)} class="variable-table">
      <Index each={props.variables}>
        {(variable, at) => (
          <div class="pair" data-testid="variable-row">
            <input
              class="field code"
              data-testid="variable-name"
              maxLength={64}
              aria-label={t("environments.variable")}
              placeholder={t("environments.variable")}
              spellcheck={false}
              autocomplete="off"
              autocapitalize="off"
              value={variable().name}
              onInput={(event) => {
                // What could not stand between braces is not taken.
                const name = event.currentTarget.value.replace(/[^\p{L}\p{N}_.-]/gu, "");
                if (name !== event.currentTarget.value) event.currentTarget.value = name;
                change(at, { name });
              }}
              onBlur={() => props.onLeave()}
            />
            <SecretField
              vault={props.vault}
              value={variable().value}
              label={t("environments.value", { name: variable().name })}
              testid="variable-value"
              onInput={(value) => change(at, { value })}
              onLeave={() => props.onLeave()}
            >
              <Show when={secretsIn(variable().value).length === 0}>
                <button
                  type="button"
                  class="lock"
                  data-testid="variable-secret"
                  aria-pressed={variable().secret || namesSecret(variable().name)}
                  disabled={namesSecret(variable().name)}
                  aria-label={t("request.header.secret", { name: variable().name })}
                  title={t(lockTitle(namesSecret(variable().name), variable().secret))}
                  // The field must not be left, and saved in plain, before the lock is closed.
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => {
                    change(at, { secret: !variable().secret });
                    props.onLeave();
                  }}
                >
                  <Lock closed={variable().secret || namesSecret(variable().name)} />
                </button>
              </Show>
            </SecretField>
            <button
              type="button"
              class="remove"
              aria-label={t("request.row.remove", { name: variable().name })}
              onClick={() => {
                props.onInput(props.variables.filter((_, index) => index !== at));
                props.onLeave();
                focusAfterRemoval(table, at);
              }}
            >
              <Cross />
            </button>
          </div>
        )}
      </Index>
      <button
        type="button"
        class="add"
        data-testid="variable-add"
        onClick={() => {
          props.onInput([...props.variables, { name: "", value: "", secret: false }]);
          focusLast(table);
        }}
      >
        {t("environments.variable.add")}
      </button>
    </div>
  );
}

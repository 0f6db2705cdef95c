// One action: a line that says what it does, and opened, the fields of it.

import { createUniqueId, For, Show, type JSX } from "solid-js";
import { fmt, t, tn } from "../i18n";
import type { Action } from "../ipc/bindings";
import { COLOURS, doesNothing, EFFECTS } from "../model/actions";
import type { Tried } from "../model/trials";
import { actionName } from "../scenes/action-name";
import { badWords } from "../scenes/events/filter-bar";

interface Props {
  action: Action;
  tried: Tried | undefined;
  /** What is wrong with its query. */
  wrong: string;
  /** Whether there is a session to try it on. */
  session: boolean;
  /** Types that events have. */
  types: readonly string[];
  open: boolean;
  first: boolean;
  last: boolean;
  onOpen(): void;
  onChange(patch: Partial<Omit<Action, "id">>): void;
  onShift(step: -1 | 1): void;
  onRemove(): void;
}

export function ActionRow(props: Props): JSX.Element {
  const id = createUniqueId();
  const name = (): string => actionName(props.action);
  const effects = (): string => {
    const { action } = props;
    if (doesNothing(action)) return t("actions.nothing");
    return EFFECTS.filter((effect) => action[effect])
      .map((effect) => t(`actions.${effect}`))
      .join(" · ");
  };
  const trial = (): string => {
    const { tried } = props;
    if (props.wrong !== "") return props.wrong;
    if (!props.session) return t("actions.trial.no-session");
    if (!tried) return t("actions.trial.trying");
    if ("failure" in tried) return t("actions.trial.failed", { detail: badWords(tried.failure) });
    const found = fmt.int(tried.trial.matched);
    return tn(tried.trial.done ? "actions.trial" : "actions.trial.part", tried.trial.events, { found });
  };
  /** The same, for the line. */
  const short = (): string => {
    const { tried } = props;
    return tried && "trial" in tried ? fmt.int(tried.trial.matched) : props.wrong === "" ? "" : "!";
  };

  return (
    <li class="action" classList={{ open: props.open, off: props.action.off }} data-testid="action" data-action={props.action.id}>
      <div class="action-line">
        <i data-colour={props.action.highlight ?? "none"} classList={{ none: props.action.highlight === null }} />
        <button
          type="button"
          class="action-open"
          aria-expanded={props.open}
          aria-controls={props.open ? `${id}-fields` : undefined}
          onClick={() => props.onOpen()}
        >
          <b dir="auto">{name()}</b>
          <span>{effects()}</span>
        </button>
        <span class="action-found" classList={{ wrong: props.wrong !== "" }} title={trial()} aria-hidden="true">
          {short()}
        </span>
        <input
          type="checkbox"
          class="switch"
          role="switch"
          aria-label={t("actions.on.of", { name: name() })}
          title={t("actions.on")}
          checked={!props.action.off}
          onChange={(event) => props.onChange({ off: !event.currentTarget.checked })}
        />
      </div>
      <Show when={props.open}>
        <div class="action-fields" id={`${id}-fields`}>
          <label class="action-type">
            <span>{t("actions.type")}</span>
            <input
              class="field mono"
              type="text"
              spellcheck={false}
              autocomplete="off"
              maxLength={256}
              list={`${id}-types`}
              data-testid="action-type"
              placeholder={t("actions.type.any")}
              value={props.action.event_type}
              onInput={(event) => props.onChange({ event_type: event.currentTarget.value })}
            />
            <datalist id={`${id}-types`}>
              <For each={props.types}>{(type) => <option value={type} />}</For>
            </datalist>
          </label>
          <label class="action-query">
            <span>{t("actions.query")}</span>
            <input
              class="field mono"
              type="text"
              spellcheck={false}
              autocomplete="off"
              maxLength={4096}
              data-testid="action-query"
              placeholder={t("actions.query.placeholder")}
              aria-invalid={props.wrong !== "" ? "true" : undefined}
              aria-describedby={`${id}-trial`}
              value={props.action.query}
              onInput={(event) => props.onChange({ query: event.currentTarget.value })}
            />
          </label>
          <p class="action-trial" classList={{ wrong: props.wrong !== "" }} id={`${id}-trial`} role="status" data-testid="action-trial">
            {trial()}
          </p>
          <div class="action-then">
            <div class="action-colours" role="radiogroup" aria-label={t("actions.colour")}>
              <For each={[null, ...COLOURS]}>
                {(colour) => (
                  <label title={t(`actions.colour.${colour ?? "none"}`)}>
                    <input
                      type="radio"
                      name={`${id}-colour`}
                      aria-label={t(`actions.colour.${colour ?? "none"}`)}
                      value={colour ?? "none"}
                      checked={props.action.highlight === colour}
                      onChange={() => props.onChange({ highlight: colour })}
                    />
                    <i data-colour={colour ?? "none"} classList={{ none: colour === null }} />
                  </label>
                )}
              </For>
            </div>
            <div class="action-effects" role="group" aria-label={t("actions.then")}>
              <For each={EFFECTS}>
                {(effect) => (
                  <button
                    type="button"
                    class="action-effect"
                    data-testid={`action-${effect}`}
                    aria-pressed={props.action[effect]}
                    title={t(`actions.${effect}.about`)}
                    onClick={() => props.onChange({ [effect]: !props.action[effect] })}
                  >
                    {t(`actions.${effect}`)}
                  </button>
                )}
              </For>
            </div>
          </div>
          <label class="action-name">
            <span>{t("actions.name")}</span>
            <input
              class="field"
              type="text"
              maxLength={120}
              data-testid="action-name"
              placeholder={t("actions.name.placeholder")}
              value={props.action.name}
              onInput={(event) => props.onChange({ name: event.currentTarget.value })}
            />
          </label>
          <div class="action-tools">
            <button type="button" class="button small" disabled={props.first} onClick={() => props.onShift(-1)}>
              {t("actions.up")}
            </button>
            <button type="button" class="button small" disabled={props.last} onClick={() => props.onShift(1)}>
              {t("actions.down")}
            </button>
            <button type="button" class="button small" data-testid="action-remove" onClick={() => props.onRemove()}>
              {t("actions.remove")}
            </button>
          </div>
        </div>
      </Show>
    </li>
  );
}

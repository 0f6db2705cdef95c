// What a stream sends, and what it does when the line ends. It stands in the place of the page.

import { createMemo, createUniqueId, For, onMount, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { OnEnd, OnStatus, TextRule } from "../ipc/bindings";
import { carriesBody, isUnsafe } from "../model/stream";
import { BodyField } from "./BodyField";
import type { Desk } from "./desk";
import { Chevron } from "./icons";
import { LineNotice } from "./LineNotice";

/** A day: longer silences are nobody's worry. */
const IDLE_MAX_S = 86_400;

export function RequestPanel(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { library } = desk;
  let panel!: HTMLElement;

  const stream = library.current;
  const method = createMemo(() => stream()?.method ?? "GET");
  const nameId = createUniqueId();
  const isDemo = createMemo(() => library.kind(library.selectedId() ?? "") === "demo");

  onMount(() => panel.focus({ preventScroll: true }));

  return (
    <section
      class="request"
      ref={panel}
      tabIndex={-1}
      aria-label={t("request.label")}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        desk.setRequestOpen(false);
      }}
    >
      <div class="request-notice">
        <LineNotice desk={desk} over />
      </div>
      <div class="request-left">
        <Show when={!isDemo()}>
          <div>
            <h2>
              <label for={nameId}>{t("request.name")}</label>
            </h2>
            <input
              id={nameId}
              class="field"
              data-testid="stream-name"
              maxLength={120}
              autocomplete="off"
              spellcheck={false}
              placeholder={t("request.name.placeholder")}
              value={stream()?.name ?? ""}
              onInput={(event) => library.edit({ name: event.currentTarget.value })}
            />
          </div>
        </Show>
        <div class="body-block">
          <h2>{t("request.body")}</h2>
          <Show
            when={carriesBody(method())}
            fallback={<p class="body-none">{t("request.body.none", { method: method() })}</p>}
          >
            <BodyField value={stream()?.body ?? ""} onInput={(body) => library.edit({ body: body === "" ? null : body })} />
          </Show>
        </div>
      </div>
      <div class="request-right">
        <section>
          <h2>{t("request.ends")}</h2>
          <Choice<OnEnd>
            label={t("request.on-end")}
            testid="on-end"
            value={stream()?.on_end ?? "reconnect"}
            options={[
              ["reconnect", t("request.on-end.reconnect")],
              ["stop", t("request.on-end.stop")],
            ]}
            note={t(`request.on-end.note.${stream()?.on_end ?? "reconnect"}`)}
            onChange={(on_end) => library.edit({ on_end })}
          />
          <Choice<OnStatus>
            label={t("request.on-status")}
            testid="on-status"
            value={stream()?.on_status ?? "fail"}
            options={[
              ["fail", t("request.on-status.fail")],
              ["retry", t("request.on-status.retry")],
            ]}
            note={t("request.on-status.note")}
            onChange={(on_status) => library.edit({ on_status })}
          />
          <Show when={isUnsafe(method())}>
            <div class="setting">
              <label>
                <span class="label">{t("request.repeat", { method: method() })}</span>
                <input
                  type="checkbox"
                  role="switch"
                  class="switch"
                  data-testid="repeat-unsafe"
                  checked={stream()?.repeat_unsafe ?? false}
                  onChange={(event) => library.edit({ repeat_unsafe: event.currentTarget.checked })}
                />
              </label>
              <p class="sub">{t(stream()?.repeat_unsafe ? "request.repeat.note.on" : "request.repeat.note.off")}</p>
            </div>
          </Show>
          <div class="setting">
            <label>
              <span class="label">{t("request.idle")}</span>
              <span class="number">
                <input
                  type="number"
                  data-testid="idle-s"
                  min="0"
                  max={IDLE_MAX_S}
                  step="1"
                  value={stream()?.idle_s ?? 0}
                  onChange={(event) => {
                    const typed = Math.round(event.currentTarget.valueAsNumber);
                    const idle_s = Number.isFinite(typed) ? Math.min(IDLE_MAX_S, Math.max(0, typed)) : 0;
                    event.currentTarget.value = String(idle_s);
                    library.edit({ idle_s });
                  }}
                />
                {t("request.idle.unit")}
              </span>
            </label>
            <p class="sub">{t("request.idle.note")}</p>
          </div>
        </section>
        <section>
          <h2>{t("request.reading")}</h2>
          <Choice<TextRule>
            label={t("request.text")}
            testid="text-rule-setting"
            value={stream()?.text_rule ?? "lines"}
            options={[
              ["lines", t("request.text.lines")],
              ["joined", t("request.text.joined")],
            ]}
            note={t(`request.text.note.${stream()?.text_rule ?? "lines"}`)}
            onChange={(rule) => desk.setTextRule(rule)}
          />
        </section>
      </div>
    </section>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  testid: string;
  value: T;
  options: readonly (readonly [T, string])[];
  note: string;
  onChange(value: T): void;
}

function Choice<T extends string>(props: ChoiceProps<T>): JSX.Element {
  return (
    <div class="setting">
      <label>
        <span class="label">{props.label}</span>
        <span class="choice">
          <select
            data-testid={props.testid}
            onChange={(event) => props.onChange(event.currentTarget.value as T)}
          >
            <For each={props.options}>
              {([value, words]) => (
                <option value={value} selected={value === props.value}>
                  {words}
                </option>
              )}
            </For>
          </select>
          <Chevron />
        </span>
      </label>
      <p class="sub">{props.note}</p>
    </div>
  );
}

// What a stream sends, and what it does when the line ends. It stands in the place of the page.

import { createEffect, createMemo, createUniqueId, onCleanup, onMount, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import { textsOf } from "../model/placeholders";
import { asksPrompt } from "../model/prompts";
import { carriesBody } from "../model/stream";
import { AuthField } from "./AuthField";
import { BodyField } from "./BodyField";
import { Curl } from "./Curl";
import type { Desk } from "./desk";
import { EnvironmentChoice } from "./EnvironmentChoice";
import { HeaderTable } from "./HeaderTable";
import { isComposing } from "./keys";
import { LineNotice } from "./LineNotice";
import { LineSettings } from "./LineSettings";
import { NetworkSettings } from "./NetworkSettings";
import { QueryTable } from "./QueryTable";
import { Variables } from "./Variables";

/** Where a body is typed, of whatever kind it is. */
const BODY = ".body-block textarea, .body-block input.field";

export function RequestPanel(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { library, asking } = desk;
  let panel!: HTMLElement;

  const stream = library.current;
  const method = createMemo(() => stream()?.method ?? "GET");
  const nameId = createUniqueId();
  const promptId = createUniqueId();
  const isDemo = createMemo(() => library.kind(library.selectedId() ?? "") === "demo");
  /** The body says that of its own. */
  const texts = createMemo(() => {
    const now = stream();
    return now ? textsOf({ ...now, body: null }) : [];
  });

  /** What had the focus before. */
  let before: Element | null = null;
  onMount(() => {
    before = document.activeElement;
    panel.focus({ preventScroll: true });
  });
  onCleanup(() => {
    // A field that goes away with the panel is not left in the way that fields are.
    asking.sealShown();
    if (!panel.contains(document.activeElement)) return;
    queueMicrotask(() => {
      // Where somebody has led it on, it stays.
      if (document.activeElement !== document.body && document.activeElement !== null) return;
      const back = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : document.querySelector<HTMLElement>('[data-testid="request"]');
      back?.focus({ preventScroll: true });
    });
  });

  createEffect(() => {
    const where = asking.sought()?.toLowerCase();
    if (where === undefined) return;
    asking.found();
    queueMicrotask(() => {
      const fields = [...panel.querySelectorAll<HTMLElement>("[data-field]")];
      const found = fields.find((field) => field.dataset["field"]?.toLowerCase() === where);
      (found ?? (where === "body" ? panel.querySelector<HTMLElement>(BODY) : null))?.focus();
    });
  });

  return (
    <section
      class="request"
      ref={panel}
      tabIndex={-1}
      aria-label={t("request.label")}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || isComposing(event)) return;
        event.preventDefault();
        desk.setRequestOpen(false);
      }}
    >
      <div class="request-notice">
        <LineNotice desk={desk} over />
      </div>
      <div class="request-left">
        <Show when={!isDemo()}>
          <section class="in-line">
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
          </section>
        </Show>
        <QueryTable desk={desk} />
        <HeaderTable desk={desk} />
        <AuthField desk={desk} />
        <Show when={texts().length > 0}>
          <Variables desk={desk} texts={texts()} class="body-note" />
        </Show>
        <Show
          when={carriesBody(method())}
          fallback={
            <section>
              <h2>{t("request.body")}</h2>
              <p class="body-none">{t("request.body.none", { method: method() })}</p>
            </section>
          }
        >
          <BodyField desk={desk} />
          <Show when={asksPrompt(stream())}>
            <section class="prompt-block">
              <h2>
                <label for={promptId}>{t("request.prompt")}</label>
              </h2>
              <textarea
                id={promptId}
                class="field"
                data-testid="stream-prompt"
                rows={2}
                value={stream()?.prompt ?? ""}
                onInput={(event) => library.edit({ prompt: event.currentTarget.value })}
              />
              <p class="body-note">{t("request.prompt.note")}</p>
            </section>
          </Show>
        </Show>
        <Curl desk={desk} />
      </div>
      <div class="request-right">
        <LineSettings desk={desk} />
        <EnvironmentChoice desk={desk} />
        <NetworkSettings desk={desk} />
      </div>
    </section>
  );
}

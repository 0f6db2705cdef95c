// Method, address, Save, Request, and the one button that connects and stops. A tape has been asked for already:
// its address is to be read, and the button plays it.

import { createEffect, createMemo, For, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import { masked, typedOver } from "../model/placeholders";
import { isCurl } from "./asking";
import { ariaKeys, withKeys } from "./commands/keymap";
import type { Desk } from "./desk";
import { isLive } from "./desk";
import { isComposing } from "./keys";
import { SidebarToggle } from "./SidebarToggle";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

export function AddressBar(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { library, live } = desk;
  let input!: HTMLInputElement;

  const stream = library.current;
  /** Secrets in it are dots, which stay what they are unless they are typed over. */
  const plain = createMemo(() => library.shown(stream()?.url ?? ""));
  const shown = createMemo(() => masked(plain()));
  const method = createMemo(() => stream()?.method ?? "GET");
  const methods = createMemo(() => (METHODS.includes(method()) ? METHODS : [...METHODS, method()]));
  const running = createMemo(() => isLive(desk.state()));
  const dirty = createMemo(() => {
    const id = library.selectedId();
    return id !== null && library.dirty(id);
  });

  const fixed = createMemo(() => desk.isReplay() || desk.solo);
  const plays = (): boolean => live.status()?.replay?.playing ?? false;
  const action = createMemo(() => {
    if (desk.isReplay()) return plays() ? "pause" : "play";
    return running() ? "stop" : "connect";
  });

  const note = createMemo(() => {
    if (desk.isReplay()) return t("address.note.tape");
    const type = live.status()?.content_type.split(";", 1)[0]?.trim().toLowerCase() ?? "";
    if (type === "text/event-stream") return t("address.note.event-stream");
    if (type !== "") return type;
    const id = library.selectedId();
    return id !== null && library.kind(id) === "demo" ? t("address.note.demo") : "";
  });

  /** What the events are read as. A narrow window says no more than that. */
  const dialect = createMemo(() => {
    const found = desk.isReplay() ? null : live.status()?.dialect;
    return found ? t(`dialect.${found}`) : null;
  });
  const detected = createMemo(() => live.status()?.text_rule === "auto");

  // Written only when it differs: writing moves the caret, and what is typed comes back here.
  createEffect(() => {
    const wanted = shown();
    if (input.value !== wanted) input.value = wanted;
  });

  desk.onFocusAddress(() => {
    input.focus();
    input.select();
  });

  return (
    <header class="address">
      <Show when={!desk.solo && !desk.sidebarOpen()}>
        <SidebarToggle desk={desk} />
      </Show>
      <div class="address-field">
        <span class="method">
          <span aria-hidden="true">{method()}</span>
          <select
            data-testid="method"
            aria-label={t("address.method")}
            value={method()}
            disabled={fixed()}
            onChange={(event) => desk.ask({ method: event.currentTarget.value })}
          >
            <For each={methods()}>{(each) => <option value={each}>{each}</option>}</For>
          </select>
        </span>
        <input
          ref={input}
          data-testid="url"
          type="text"
          inputmode="url"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          aria-label={t("address.label")}
          title={dialect() ?? note()}
          placeholder={t("address.placeholder")}
          readOnly={fixed()}
          onInput={(event) => {
            if (fixed()) return;
            const typed = typedOver(plain(), event.currentTarget.value);
            desk.ask({ url: library.typed(typed) });
            if (event.currentTarget.value !== masked(typed)) event.currentTarget.value = masked(typed);
          }}
          onBlur={() => desk.asking.sealShown()}
          onPaste={(event) => {
            if (fixed()) return;
            const text = event.clipboardData?.getData("text/plain") ?? "";
            if (!isCurl(text)) return;
            event.preventDefault();
            void desk.asking.pasteCurl(text);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.ctrlKey || event.metaKey || isComposing(event)) return;
            event.preventDefault();
            // A key that is held down is one press.
            if (!event.repeat && !fixed()) desk.connect();
          }}
        />
        <Show when={stream()?.network.insecure}>
          <span class="insecure" data-testid="insecure-warning" title={t("request.insecure.note")}>
            {t("address.insecure")}
          </span>
        </Show>
        <Show when={dialect()} fallback={<Show when={note()}>{(words) => <span class="note">{words()}</span>}</Show>}>
          {(words) => (
            <>
              <span class="note" classList={{ full: detected() }} data-testid="dialect">
                {detected() ? t("address.note.detected", { dialect: words() }) : words()}
              </span>
              <Show when={detected()}>
                <span class="note brief" aria-hidden="true">
                  {words()}
                </span>
              </Show>
            </>
          )}
        </Show>
      </div>
      <Show when={dirty() && !desk.solo}>
        <button
          type="button"
          class="button"
          data-testid="save-stream"
          title={withKeys(t("address.save"), "save")}
          aria-keyshortcuts={ariaKeys("save")}
          onClick={() => desk.save()}
        >
          {t("address.save")}
        </button>
      </Show>
      <Show when={!desk.solo}>
        <Show
          when={desk.isReplay()}
          fallback={
            <button
              type="button"
              class="button"
              data-testid="request"
              title={withKeys(t("address.request"), "request")}
              aria-keyshortcuts={ariaKeys("request")}
              aria-expanded={desk.requestOpen()}
              onClick={() => desk.setRequestOpen(!desk.requestOpen())}
            >
              {t("address.request")}
            </button>
          }
        >
          <Show when={isAddress(stream()?.url ?? "")}>
            <button
              type="button"
              class="button"
              data-testid="open-original"
              onClick={() => desk.tapes.openOriginal(library.selectedId() ?? "")}
            >
              {t("address.original")}
            </button>
          </Show>
        </Show>
      </Show>
      <button
        type="button"
        class="button primary"
        data-testid="connect"
        data-action={action()}
        title={withKeys(t(`address.${action()}`), "connect")}
        aria-keyshortcuts={ariaKeys("connect")}
        onClick={() => desk.toggle()}
      >
        {t(`address.${action()}`)}
      </button>
    </header>
  );
}

/** What was read from a file may have no address, only the file's name. */
function isAddress(url: string): boolean {
  return /^(demo:|[a-z][a-z0-9+.-]*:\/\/)/i.test(url);
}

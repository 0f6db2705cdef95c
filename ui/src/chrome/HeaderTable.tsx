// The headers of the request, beside those that the engine sets itself.

import { createMemo, createUniqueId, For, Index, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Header } from "../ipc/bindings";
import { isSecretHeader, SUGGESTED_HEADERS } from "../model/headers";
import { secretsIn } from "../model/placeholders";
import type { Desk } from "./desk";
import { Cross, Lock } from "./icons";
import { focusAfterRemoval, focusLast, onPairKey } from "./rows";
import { lockTitle, SecretField } from "./SecretField";

export function HeaderTable(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const names = createUniqueId();
  let table!: HTMLElement;

  const headers = createMemo(() => desk.library.current()?.headers ?? []);

  function change(at: number, patch: Partial<Header>): void {
    desk.ask({ headers: headers().map((header, each) => (each === at ? { ...header, ...patch } : header)) });
  }

  return (
    <section ref={table} onKeyDown={(event) => onPairKey(table, event)} classList={{ "in-line": headers().length === 0 }} aria-label={t("request.headers")}>
      <h2>{t("request.headers")}</h2>
      <datalist id={names}>
        <For each={SUGGESTED_HEADERS}>{(name) => <option value={name} />}</For>
      </datalist>
      <Index each={headers()}>
        {(header, at) => {
          /** The dots say it then, and only another value could be anything else. */
          const sealed = createMemo(() => secretsIn(header().value).length > 0);
          const byName = createMemo(() => isSecretHeader(header().name));
          return (
            <div class="pair" classList={{ off: header().off }} data-testid="header-row">
              <input
                class="field code"
                data-testid="header-name"
                list={names}
                aria-label={t("request.header.name")}
                placeholder={t("request.header.name")}
                spellcheck={false}
                autocomplete="off"
                autocapitalize="off"
                value={header().name}
                onInput={(event) => change(at, { name: event.currentTarget.value })}
                onBlur={() => desk.asking.sealShown()}
              />
              <SecretField
                vault={desk.vault}
                value={header().value}
                label={t("request.header.value", { name: header().name })}
                testid="header-value"
                field={header().name}
                onInput={(value) => change(at, { value })}
                onLeave={() => desk.asking.sealShown()}
              >
                <Show when={!sealed()}>
                  <button
                    type="button"
                    class="lock"
                    data-testid="header-secret"
                    aria-pressed={header().secret || byName()}
                    disabled={byName()}
                    aria-label={t("request.header.secret", { name: header().name })}
                    title={t(lockTitle(byName(), header().secret))}
                    onMouseDown={(event) => event.preventDefault()}
                    onClick={() => {
                      change(at, { secret: !header().secret });
                      desk.asking.sealShown();
                    }}
                  >
                    <Lock closed={header().secret || byName()} />
                  </button>
                </Show>
              </SecretField>
              <input
                type="checkbox"
                class="check"
                data-testid="header-on"
                aria-label={t("request.row.on", { name: header().name })}
                title={t(header().off ? "request.row.on.title" : "request.row.off.title")}
                checked={!header().off}
                onChange={(event) => change(at, { off: !event.currentTarget.checked })}
              />
              <button
                type="button"
                class="remove"
                data-testid="header-remove"
                aria-label={t("request.row.remove", { name: header().name })}
                onClick={() => {
                  desk.ask({ headers: headers().filter((_, index) => index !== at) });
                  focusAfterRemoval(table, at);
                }}
              >
                <Cross />
              </button>
            </div>
          );
        }}
      </Index>
      <button
        type="button"
        class="add"
        data-testid="add-header"
        onClick={() => {
          desk.ask({ headers: [...headers(), { name: "", value: "", secret: false, off: false }] });
          focusLast(table);
        }}
      >
        {t("request.header.add")}
      </button>
    </section>
  );
}

// The query of the address as a table. The address is the truth: the table reads it and writes it.

import { createMemo, Index, type JSX } from "solid-js";
import { t } from "../i18n";
import { queryRows, withQueryRows, writePair, type Pair, type QueryRow } from "../model/pairs";
import type { Desk } from "./desk";
import { Cross } from "./icons";
import { focusAfterRemoval, focusLast, onPairKey } from "./rows";
import { SecretField } from "./SecretField";

export function QueryTable(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { library } = desk;
  let table!: HTMLElement;

  const rows = createMemo(() => {
    const stream = library.current();
    return stream ? queryRows(stream.url, library.parked(stream.id)) : [];
  });

  function write(next: readonly Pick<QueryRow, "raw" | "on">[]): void {
    const stream = library.current();
    if (!stream) return;
    const { url, parked } = withQueryRows(stream.url, next);
    library.park(stream.id, parked);
    if (url !== stream.url) desk.ask({ url });
  }

  function change(at: number, patch: Partial<Pair>): void {
    write(rows().map((row, each) => (each === at ? { ...row, raw: writePair(row.raw, patch, "query") } : row)));
  }

  return (
    <section ref={table} onKeyDown={(event) => onPairKey(table, event)} classList={{ "in-line": rows().length === 0 }} aria-label={t("request.query")}>
      <h2>{t("request.query")}</h2>
      <Index each={rows()}>
        {(row, at) => (
          <div class="pair" classList={{ off: !row().on }} data-testid="query-row">
            <input
              class="field code"
              data-testid="query-name"
              aria-label={t("request.query.name")}
              spellcheck={false}
              autocomplete="off"
              autocapitalize="off"
              value={row().name}
              onInput={(event) => change(at, { name: event.currentTarget.value })}
            />
            <SecretField
              vault={desk.vault}
              value={row().value}
              label={t("request.query.value", { name: row().name })}
              testid="query-value"
              field={row().name}
              onInput={(value) => change(at, { value })}
              onLeave={() => desk.asking.sealShown()}
            />
            <input
              type="checkbox"
              class="check"
              data-testid="query-on"
              aria-label={t("request.row.on", { name: row().name })}
              title={t(row().on ? "request.query.off.title" : "request.row.on.title")}
              checked={row().on}
              onChange={(event) => {
                const on = event.currentTarget.checked;
                write(rows().map((each, index) => (index === at ? { ...each, on } : each)));
              }}
            />
            <button
              type="button"
              class="remove"
              aria-label={t("request.row.remove", { name: row().name })}
              onClick={() => {
                write(rows().filter((_, index) => index !== at));
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
        data-testid="add-query"
        onClick={() => {
          write([...rows(), { raw: "", on: true }]);
          focusLast(table);
        }}
      >
        {t("request.query.add")}
      </button>
    </section>
  );
}

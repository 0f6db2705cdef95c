// A form as a table; the body holds it already written as forms are sent.

import { createMemo, Index, type JSX } from "solid-js";
import { t } from "../i18n";
import { formRows, withFormRows, writePair, type Pair } from "../model/pairs";
import { Cross } from "./icons";
import { focusAfterRemoval, focusLast, onPairKey } from "./rows";

export function FormTable(props: { value: string; onInput(value: string): void }): JSX.Element {
  let table!: HTMLDivElement;
  const rows = createMemo(() => formRows(props.value));

  function change(at: number, patch: Partial<Pair>): void {
    props.onInput(withFormRows(rows().map((row, each) => (each === at ? writePair(row.raw, patch, "form") : row.raw))));
  }

  return (
    <div ref={table} onKeyDown={(event) => onPairKey(table, event)} class="form" data-testid="body-form">
      <Index each={rows()}>
        {(row, at) => (
          <div class="pair" data-testid="form-row">
            <input
              class="field code"
              data-testid="form-name"
              aria-label={t("request.form.name")}
              spellcheck={false}
              autocomplete="off"
              autocapitalize="off"
              value={row().name}
              onInput={(event) => change(at, { name: event.currentTarget.value })}
            />
            <input
              class="field code"
              data-testid="form-value"
              aria-label={t("request.form.value", { name: row().name })}
              spellcheck={false}
              autocomplete="off"
              autocapitalize="off"
              value={row().value}
              onInput={(event) => change(at, { value: event.currentTarget.value })}
            />
            <button
              type="button"
              class="remove"
              aria-label={t("request.row.remove", { name: row().name })}
              onClick={() => {
                props.onInput(withFormRows(rows().flatMap((each, index) => (index === at ? [] : [each.raw]))));
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
        data-testid="add-form"
        onClick={() => {
          props.onInput(withFormRows([...rows().map((row) => row.raw), ""]));
          focusLast(table);
        }}
      >
        {t("request.form.add")}
      </button>
    </div>
  );
}

// A deletion is said twice: a tape's file does not come back. It stands in the place of the tape's row.

import { onMount, type JSX } from "solid-js";
import { fmt, t } from "../i18n";
import type { TapeInfo } from "../ipc/bindings";
import type { Desk } from "./desk";
import { isComposing } from "./keys";

export function TapeConfirm(props: { desk: Desk; tape: TapeInfo; done(): void }): JSX.Element {
  const { tapes } = props.desk;
  let cancel!: HTMLButtonElement;

  function leave(): void {
    tapes.setDoomed(null);
    props.done();
  }

  onMount(() => cancel.focus());

  return (
    <span
      class="confirm"
      role="alertdialog"
      aria-label={t("tapes.delete.label", { name: props.tape.name })}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || isComposing(event)) return;
        event.preventDefault();
        event.stopPropagation();
        leave();
      }}
    >
      <span class="question">{t("tapes.delete.question", { size: fmt.bytes(props.tape.bytes) })}</span>
      <button
        type="button"
        class="grave"
        data-testid="tape-delete-yes"
        onClick={() => {
          // With the question the tape goes that it was asked of.
          const { id } = props.tape;
          leave();
          tapes.remove(id);
        }}
      >
        {t("menu.delete")}
      </button>
      <button type="button" ref={cancel} data-testid="tape-delete-no" onClick={leave}>
        {t("request.cancel")}
      </button>
    </span>
  );
}

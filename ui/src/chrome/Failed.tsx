// What stands in the window when the engine does not answer, or has not what the window was opened for.

import { Show, type JSX } from "solid-js";
import { t } from "../i18n";

export function Failed(props: { title?: string; advice?: string; detail?: unknown }): JSX.Element {
  const detail = (): string => {
    const reason = props.detail;
    if (reason instanceof Error) return reason.message;
    if (typeof reason === "object" && reason !== null && "message" in reason) return String(reason.message);
    return typeof reason === "string" ? reason : "";
  };
  return (
    <main class="failed-start">
      <div class="card" role="alert" data-testid="error" data-code="start">
        <h1>
          <span class="dot" data-state="failed" />
          {props.title ?? t("app.failed")}
        </h1>
        <p>{props.advice ?? t("app.failed.advice")}</p>
        <Show when={detail()}>{(words) => <p class="mono selectable">{words()}</p>}</Show>
      </div>
    </main>
  );
}

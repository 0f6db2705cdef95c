// What can be done about a failure other than trying the same again.

import { Match, Switch, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Failure } from "../ipc/bindings";
import type { Desk } from "./desk";
import { hostOf } from "./SecretField";

type Lack = "secret-origin" | "secret-missing" | "variable-missing";

function lackOf(failure: Failure): Lack | null {
  const detail = failure.args["detail"];
  if (failure.code !== "url") return null;
  return detail === "secret-origin" || detail === "secret-missing" || detail === "variable-missing" ? detail : null;
}

/** Whether there is a remedy, beside trying again or instead of it. */
export function withRemedies(failure: Failure): "none" | "beside" | "instead" {
  if (lackOf(failure)) return "instead";
  return failure.code === "content-type" ? "beside" : "none";
}

export function Remedies(props: { desk: Desk; failure: Failure }): JSX.Element {
  const { asking, library, live } = props.desk;
  const arg = (name: string): string => props.failure.args[name] ?? "";

  function notNow(): void {
    const id = library.selectedId();
    if (id !== null) live.dropRefusal(id);
    props.desk.setRequestOpen(true);
  }

  return (
    <Switch>
      <Match when={props.failure.code === "content-type"}>
        <button type="button" class="button small" data-testid="read-anyway" onClick={() => props.desk.readAnyway()}>
          {t("fail.content-type.anyway")}
        </button>
      </Match>
      <Match when={lackOf(props.failure) === "secret-origin"}>
        <button type="button" class="button small" data-testid="allow-secret" onClick={() => asking.allow(arg("origin"))}>
          {t("fail.secret-origin.allow", { host: hostOf(arg("origin")) })}
        </button>
        <button type="button" class="button small" data-testid="not-now" onClick={notNow}>
          {t("fail.secret-origin.not-now")}
        </button>
      </Match>
      <Match when={lackOf(props.failure) === "secret-missing"}>
        <button
          type="button"
          class="button small"
          data-testid="type-again"
          onClick={() => asking.seekSecret(arg("where"))}
        >
          {t("fail.secret-missing.type")}
        </button>
      </Match>
      <Match when={lackOf(props.failure) === "variable-missing"}>
        <button
          type="button"
          class="button small"
          data-testid="give-variable"
          onClick={() => asking.openEnvironments(arg("name"))}
        >
          {t("fail.variable-missing.give")}
        </button>
      </Match>
    </Switch>
  );
}

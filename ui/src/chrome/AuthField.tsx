// Who asks, where it is not written as a header.

import { createMemo, Match, Show, Switch, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Auth } from "../ipc/bindings";
import type { Desk } from "./desk";
import { SecretField } from "./SecretField";
import { Segmented } from "./Segmented";

const EMPTY: { readonly [K in Auth["kind"]]: Extract<Auth, { kind: K }> } = {
  none: { kind: "none" },
  bearer: { kind: "bearer", token: "" },
  basic: { kind: "basic", user: "", password: "" },
};

/** What each kind held, in each stream, before another was chosen; it outlives the panel. */
const kept = new Map<string, Auth>();

export function AuthField(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const auth = createMemo((): Auth => desk.library.current()?.auth ?? { kind: "none" });
  const bearer = createMemo(() => as(auth(), "bearer"));
  const basic = createMemo(() => as(auth(), "basic"));

  /** A header that was written goes before what is said here. */
  const overruled = createMemo(
    () =>
      auth().kind !== "none" &&
      (desk.library.current()?.headers ?? []).some(
        (header) => !header.off && header.name.trim().toLowerCase() === "authorization",
      ),
  );

  function choose(kind: Auth["kind"]): void {
    const id = desk.library.selectedId() ?? "";
    if (auth().kind !== "none") kept.set(`${auth().kind} ${id}`, auth());
    desk.ask({ auth: kept.get(`${kind} ${id}`) ?? EMPTY[kind] });
  }

  const leave = (): void => desk.asking.sealShown();
  return (
    <section class="in-line" aria-label={t("request.auth")}>
      <h2>{t("request.auth")}</h2>
      <Segmented<Auth["kind"]>
        label={t("request.auth")}
        testid="auth-kind"
        value={auth().kind}
        options={[
          ["none", t("request.auth.none")],
          ["bearer", t("request.auth.bearer")],
          ["basic", t("request.auth.basic")],
        ]}
        onChange={choose}
      />
      <Switch>
        <Match when={bearer()}>
          {(now) => (
            <div class="auth-row">
              <SecretField
                vault={desk.vault}
                value={now().token}
                label={t("request.auth.token")}
                placeholder={t("request.auth.token")}
                testid="auth-token"
                field="auth"
                onInput={(token) => desk.ask({ auth: { kind: "bearer", token } })}
                onLeave={leave}
              />
            </div>
          )}
        </Match>
        <Match when={basic()}>
          {(now) => (
            <div class="auth-row">
              <SecretField
                vault={desk.vault}
                value={now().user}
                label={t("request.auth.user")}
                placeholder={t("request.auth.user")}
                testid="auth-user"
                onInput={(user) => desk.ask({ auth: { ...now(), user } })}
                onLeave={() => undefined}
              />
              <SecretField
                vault={desk.vault}
                value={now().password}
                label={t("request.auth.password")}
                placeholder={t("request.auth.password")}
                testid="auth-password"
                field="auth"
                onInput={(password) => desk.ask({ auth: { ...now(), password } })}
                onLeave={leave}
              />
            </div>
          )}
        </Match>
      </Switch>
      <Show when={overruled()}>
        <p class="body-note overruled">{t("request.auth.overruled")}</p>
      </Show>
    </section>
  );
}

function as<K extends Auth["kind"]>(auth: Auth, kind: K): Extract<Auth, { kind: K }> | null {
  return auth.kind === kind ? (auth as Extract<Auth, { kind: K }>) : null;
}

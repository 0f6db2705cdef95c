// The right column of the settings: the desktop, the way to servers, what new streams begin with, and streams as a file.

import { createMemo, createSignal, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Proxy } from "../ipc/bindings";
import { proxyFault } from "../model/settings";
import { limitWords } from "../model/tapes";
import { BoundsFigures } from "./BoundsFigures";
import type { Desk } from "./desk";
import { isComposing } from "./keys";
import { createSaying } from "./saying";
import { Choice, Switch } from "./Setting";
import type { Setter } from "./SettingsSheet";
import { exportStreams, importStreams, type Outcome } from "./streams-file";

export function SettingsForLines(props: { desk: Desk; setter: Setter }): JSX.Element {
  const { now, set } = props.setter;
  const { tapes } = props.desk;
  // What is being typed into one figure outlives a change of another setting.
  const bounds = createMemo(() => now().bounds, now().bounds, { equals: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
  const room = (): string => t("unit.gib", { n: limitWords(now()).unsaved });
  return (
    <div class="settings-column">
      <section>
        <h3>{t("settings.desktop")}</h3>
        <Switch
          label={t("settings.notifications")}
          testid="settings-notifications"
          checked={now().notifications}
          note={t(now().notifications ? "settings.notifications.on" : "settings.notifications.off")}
          onChange={(notifications) => void set({ notifications })}
        />
        <Show when={!props.desk.solo}>
          <div class="setting">
            <div class="row">
              <span class="label">{t("settings.record")}</span>
              <button
                type="button"
                class="quiet link"
                data-testid="settings-recording"
                aria-label={`${t("settings.record.change")} ${t("record.settings.title")}`}
                onClick={() => tapes.setSheet({ kind: "recording" })}
              >
                {t("settings.record.change")}
              </button>
            </div>
            <p class="sub">{now().record ? t("settings.record.on", { size: room() }) : t("settings.record.off")}</p>
          </div>
        </Show>
      </section>
      <section>
        <h3>{t("settings.network")}</h3>
        <ProxySetting setter={props.setter} />
        <Certificates desk={props.desk} setter={props.setter} />
      </section>
      <section>
        <h3>{t("settings.new-streams")}</h3>
        <BoundsFigures bounds={bounds()} testid="settings-" onChange={(patch) => void set({ bounds: { ...now().bounds, ...patch } })} />
      </section>
      <Show when={!props.desk.solo}>
        <StreamsFile desk={props.desk} />
      </Show>
    </div>
  );
}

function ProxySetting(props: { setter: Setter }): JSX.Element {
  const { now, set } = props.setter;
  /** An address is asked for before there is one. */
  const [asks, setAsks] = createSignal(false);
  const [fault, setFault] = createSignal<"password" | "wrong" | null>(null);
  /** The address before another way was chosen. */
  let kept = "";
  // A memo: what is being typed is written over only where the address itself has changed.
  const through = createMemo((): string | null => {
    const { proxy } = now();
    return proxy.kind === "through" ? proxy.url : null;
  });
  const kind = (): Proxy["kind"] => (asks() ? "through" : now().proxy.kind);

  function choose(next: Proxy["kind"]): void {
    kept = through() ?? kept;
    setFault(null);
    setAsks(next === "through" && kept === "");
    if (next === "through" && kept !== "") void set({ proxy: { kind: next, url: kept } });
    else if (next !== "through") void set({ proxy: { kind: next } });
  }

  function take(text: string): void {
    const url = text.trim();
    if (url === (through() ?? "")) {
      setFault(null);
      return;
    }
    const wrong = proxyFault(url);
    setFault(wrong);
    if (wrong !== null) return;
    setAsks(false);
    void set({ proxy: { kind: "through", url } });
  }

  return (
    <Choice<Proxy["kind"]>
      label={t("request.proxy")}
      testid="settings-proxy"
      value={kind()}
      note={fault() === null ? t("settings.network.note") : undefined}
      options={[
        ["system", t("request.proxy.system")],
        ["none", t("request.proxy.none")],
        ["through", t("request.proxy.through")],
      ]}
      onChange={choose}
    >
      <Show when={kind() === "through"}>
        <div class="below">
          <input
            class="field code"
            data-testid="settings-proxy-address"
            aria-label={t("request.proxy.address")}
            aria-invalid={fault() !== null}
            aria-describedby={fault() === null ? undefined : "settings-proxy-fault"}
            placeholder="socks5://127.0.0.1:1080"
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            value={through() ?? ""}
            onInput={() => setFault(null)}
            onChange={(event) => take(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && !isComposing(event)) take(event.currentTarget.value);
            }}
          />
        </div>
        <Show when={fault()}>
          {(why) => (
            <p class="sub grave" role="alert" id="settings-proxy-fault" data-testid="settings-proxy-fault">
              {t(`settings.proxy.${why()}`)}
            </p>
          )}
        </Show>
      </Show>
    </Choice>
  );
}

function Certificates(props: { desk: Desk; setter: Setter }): JSX.Element {
  const { now, set } = props.setter;

  async function choose(): Promise<void> {
    const path = await props.desk.asking.chooseFile();
    if (path !== null) await set({ ca_file: path });
  }

  return (
    <Choice<"system" | "file">
      label={t("request.certificates")}
      testid="settings-ca"
      value={now().ca_file === "" ? "system" : "file"}
      options={[
        ["system", t("request.certificates.system")],
        ["file", t("request.certificates.file")],
      ]}
      onChange={(kind) => {
        if (kind === "system") void set({ ca_file: "" });
        else void choose();
      }}
    >
      <Show when={now().ca_file}>
        {(path) => (
          <div class="below file-row">
            <span class="path mono selectable" title={path()} data-testid="settings-ca-file">
              <bdi dir="ltr">{path()}</bdi>
            </span>
            <button type="button" class="quiet link" onClick={() => void choose()}>
              {t("request.choose")}
            </button>
          </div>
        )}
      </Show>
    </Choice>
  );
}

function StreamsFile(props: { desk: Desk }): JSX.Element {
  const [said, setSaid] = createSaying(() => t("streams.about"));
  const [wrong, setWrong] = createSignal(false);
  const [busy, setBusy] = createSignal(false);

  async function trying(work: (desk: Desk) => Promise<Outcome | null>): Promise<void> {
    if (busy()) return;
    setBusy(true);
    const outcome = await work(props.desk);
    setBusy(false);
    setWrong(outcome?.failed ?? false);
    if (outcome) setSaid(outcome.words);
  }

  return (
    <section>
      <h3>{t("settings.streams")}</h3>
      <div class="setting">
        <div class="row streams-file">
          <button type="button" class="button small" data-testid="streams-export" disabled={busy()} onClick={() => void trying(exportStreams)}>
            {t("streams.export")}
          </button>
          <button type="button" class="button small" data-testid="streams-import" disabled={busy()} onClick={() => void trying(importStreams)}>
            {t("streams.import")}
          </button>
        </div>
        <p class="sub" classList={{ grave: wrong() }} role="status" data-testid="streams-said">
          {said()}
        </p>
      </div>
    </section>
  );
}

// The right column of the request panel: how the connection is made, and what bounds it has.

import { createMemo, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Bounds, Network, Proxy } from "../ipc/bindings";
import { blank } from "../model/stream";
import type { Desk } from "./desk";
import { BoundsFigures } from "./BoundsFigures";
import { SecretField } from "./SecretField";
import { Choice, Figure, Switch } from "./Setting";

/** An hour: what answers later than that is not waited for at a window. */
const WAIT_MAX_S = 3_600;
const REDIRECTS_MAX = 100;
const PLAIN = blank("");

/** The address of each stream's proxy before another way was chosen; it outlives the panel. */
const kept = new Map<string, string>();

export function NetworkSettings(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { library } = desk;
  const stream = createMemo(() => library.current() ?? PLAIN);
  const network = createMemo(() => stream().network);
  const bounds = createMemo(() => stream().bounds);
  const through = createMemo(() => {
    const { proxy } = network();
    return proxy.kind === "through" ? proxy : null;
  });

  const set = (patch: Partial<Network>): void => library.edit({ network: { ...network(), ...patch } });
  const bound = (patch: Partial<Bounds>): void => library.edit({ bounds: { ...bounds(), ...patch } });

  function setProxy(kind: Proxy["kind"]): void {
    const before = through();
    if (before) kept.set(stream().id, before.url);
    set({ proxy: kind === "through" ? { kind, url: kept.get(stream().id) ?? "" } : { kind } });
  }

  async function chooseCertificates(): Promise<void> {
    const path = await desk.asking.chooseFile();
    if (path !== null) set({ ca_file: path });
  }

  return (
    <>
      <section>
        <h2>{t("request.network")}</h2>
        <Choice<Proxy["kind"]>
          label={t("request.proxy")}
          testid="proxy"
          value={network().proxy.kind}
          options={[
            ["system", t("request.proxy.system")],
            ["none", t("request.proxy.none")],
            ["through", t("request.proxy.through")],
          ]}
          onChange={setProxy}
        >
          <Show when={through()}>
            {(proxy) => (
              <div class="below">
                <SecretField
                  vault={desk.vault}
                  value={proxy().url}
                  label={t("request.proxy.address")}
                  placeholder="socks5://127.0.0.1:1080"
                  testid="proxy-address"
                  field="proxy"
                  onInput={(url) => set({ proxy: { kind: "through", url } })}
                  onLeave={() => desk.asking.sealShown()}
                />
              </div>
            )}
          </Show>
        </Choice>
        <Choice<"system" | "file">
          label={t("request.certificates")}
          testid="certificates"
          value={network().ca_file === "" ? "system" : "file"}
          options={[
            ["system", t("request.certificates.system")],
            ["file", t("request.certificates.file")],
          ]}
          onChange={(kind) => {
            if (kind === "system") set({ ca_file: "" });
            else void chooseCertificates();
          }}
        >
          <Show when={network().ca_file}>
            {(path) => (
              <div class="below file-row">
                <span class="path mono selectable" title={path()} data-testid="ca-file">
                  <bdi dir="ltr">{path()}</bdi>
                </span>
                <button type="button" class="quiet link" onClick={() => void chooseCertificates()}>
                  {t("request.choose")}
                </button>
              </div>
            )}
          </Show>
        </Choice>
        <Switch
          label={t("request.insecure")}
          testid="insecure"
          checked={network().insecure}
          note={network().insecure ? t("request.insecure.note") : undefined}
          grave
          onChange={(insecure) => set({ insecure })}
        />
        <Switch
          label={t("request.compression")}
          testid="compression"
          checked={network().compression}
          onChange={(compression) => set({ compression })}
        />
        <Switch
          label={t("request.cookies")}
          testid="cookies"
          checked={network().cookies}
          onChange={(cookies) => set({ cookies })}
        />
        <Figure
          label={t("request.connect-s")}
          testid="connect-s"
          value={network().connect_s}
          min={0}
          max={WAIT_MAX_S}
          unit={t("request.unit.s")}
          note={network().connect_s === 0 ? t("request.connect-s.system") : undefined}
          onChange={(connect_s) => set({ connect_s })}
        />
        <Figure
          label={t("request.head-s")}
          testid="head-s"
          value={network().head_s}
          min={0}
          max={WAIT_MAX_S}
          unit={t("request.unit.s")}
          note={network().head_s === 0 ? t("request.head-s.never") : undefined}
          onChange={(head_s) => set({ head_s })}
        />
        <Figure
          label={t("request.redirects")}
          testid="redirects"
          value={network().max_redirects}
          min={0}
          max={REDIRECTS_MAX}
          onChange={(max_redirects) => set({ max_redirects })}
        />
      </section>
      <section>
        <h2>{t("request.limits")}</h2>
        <BoundsFigures bounds={bounds()} onChange={bound} />
      </section>
    </>
  );
}

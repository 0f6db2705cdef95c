// A tape as a local event stream: how fast, once or again and again, who may read it; then its address.

import { createEffect, createMemo, createSignal, onCleanup, Show, type JSX } from "solid-js";
import { t, tn } from "../i18n";
import type { Served } from "../ipc/bindings";
import { asFailure } from "../model/failure";
import { copyText } from "../scenes/copy";
import type { Desk } from "./desk";
import { failureWords, type FailureWords } from "./failure";
import { Segmented } from "./Segmented";
import { createSaying, NOTHING } from "./saying";
import { Switch } from "./Setting";
import { Sheet } from "./Sheet";

type Speed = "1" | "2" | "10" | "0";

export function ServeSheet(props: { desk: Desk }): JSX.Element {
  const { tapes } = props.desk;
  const tape = createMemo(() => {
    const sheet = tapes.sheet();
    return sheet?.kind === "serve" ? sheet.tape : null;
  });
  return (
    <Sheet
      open={tape() !== null}
      class="small-sheet"
      testid="serve"
      label={t("serve.title.plain")}
      onClose={() => {
        if (tape() !== null) tapes.setSheet(null);
      }}
    >
      <Show when={tape()} keyed>
        {(id) => <Serve desk={props.desk} tape={id} />}
      </Show>
    </Sheet>
  );
}

function Serve(props: { desk: Desk; tape: string }): JSX.Element {
  const { tapes } = props.desk;
  const { serving } = tapes;
  const [speed, setSpeed] = createSignal<Speed>("1");
  const [repeat, setRepeat] = createSignal(false);
  const [cors, setCors] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [refused, setRefused] = createSaying();

  const served = createMemo(() => serving.of(props.tape));
  const name = createMemo(() => tapes.find(props.tape)?.name ?? props.tape);

  // Who reads it is asked for as long as it can be seen.
  createEffect(() => onCleanup(serving.watch()));

  async function trying(work: () => Promise<unknown>): Promise<void> {
    setBusy(true);
    setRefused(NOTHING);
    try {
      await work();
    } catch (reason) {
      const words = (): FailureWords => failureWords(asFailure(reason), null);
      setRefused(() => t("sentences", { a: words().title, b: words().advice }));
    } finally {
      setBusy(false);
    }
  }

  const start = (): Promise<void> =>
    trying(() => serving.start({ tape: props.tape, speed: Number(speed()), repeat: repeat(), cors: cors() }));

  return (
    <>
      <header class="sheet-head">
        <h2>{t("serve.title", { name: name() })}</h2>
        <p>{t("serve.about")}</p>
      </header>
      <div class="sheet-page">
        <Show
          when={served()}
          fallback={
            <>
              <div class="setting">
                <div class="row">
                  <span class="label">{t("serve.speed")}</span>
                  <Segmented<Speed>
                    label={t("serve.speed")}
                    testid="serve-speed"
                    value={speed()}
                    options={[
                      ["1", "1×"],
                      ["2", "2×"],
                      ["10", "10×"],
                      ["0", t("serve.speed.most")],
                    ]}
                    onChange={setSpeed}
                  />
                </div>
              </div>
              <Switch
                label={t("serve.repeat")}
                testid="serve-repeat"
                checked={repeat()}
                note={t(repeat() ? "serve.repeat.on" : "serve.repeat.off")}
                onChange={setRepeat}
              />
              <Switch
                label={t("serve.cors")}
                testid="serve-cors"
                checked={cors()}
                note={t(cors() ? "serve.cors.on" : "serve.cors.off")}
                onChange={setCors}
              />
            </>
          }
        >
          {(now) => <Address served={now()} />}
        </Show>
      </div>
      <footer>
        <p classList={{ wrong: refused() !== "" }} role="status">
          {refused()}
        </p>
        <Show
          when={served()}
          fallback={
            <>
              <button type="button" class="button small" onClick={() => tapes.setSheet(null)}>
                {t("request.cancel")}
              </button>
              <button
                type="button"
                class="button small primary"
                data-testid="serve-start"
                disabled={busy()}
                onClick={() => void start()}
              >
                {t("serve.start")}
              </button>
            </>
          }
        >
          {(now) => (
            <>
              <button
                type="button"
                class="button small"
                data-testid="serve-stop"
                disabled={busy()}
                onClick={() => void trying(() => serving.stop(now().id))}
              >
                {t("serve.stop")}
              </button>
              <button type="button" class="button small primary" onClick={() => tapes.setSheet(null)}>
                {t("environments.done")}
              </button>
            </>
          )}
        </Show>
      </footer>
    </>
  );
}

function Address(props: { served: Served }): JSX.Element {
  return (
    <>
      <Copied label={t("serve.address")} testid="serve-url" text={props.served.url} />
      <Copied label="curl" testid="serve-curl" text={props.served.curl} />
      <p class="figures" data-testid="serve-clients" data-value={String(props.served.clients)}>
        <b>{tn("serve.clients", props.served.clients)}</b>
        <span>{tn("serve.requests", props.served.requests)}</span>
        <span>{speedWords(props.served)}</span>
        <Show when={props.served.cors}>
          <span>{t("serve.cors.short")}</span>
        </Show>
      </p>
      <p class="figures" data-testid="serve-chunks" data-chunks={String(props.served.chunks)}>
        {t(props.served.chunks ? "serve.chunks" : "serve.chunks.gone")}
      </p>
    </>
  );
}

function speedWords({ speed, repeat }: Served): string {
  const how = speed === 0 ? t("serve.speed.most") : `${speed}×`;
  return t("serve.how", { speed: how, repeat: t(repeat ? "serve.how.repeat" : "serve.how.once") });
}

function Copied(props: { label: string; testid: string; text: string }): JSX.Element {
  const [copied, setCopied] = createSignal(false);
  return (
    <div class="copied">
      <span class="label">{props.label}</span>
      <code class="mono selectable" tabIndex={0} role="group" aria-label={props.label} data-testid={props.testid}>
        {props.text}
      </code>
      <button
        type="button"
        class="button small"
        aria-label={copied() ? t("inspector.copied") : t("serve.copy", { what: props.label })}
        onClick={() => void copyText(props.text).then(setCopied)}
        onBlur={() => setCopied(false)}
      >
        {t(copied() ? "inspector.copied" : "inspector.copy")}
      </button>
    </div>
  );
}

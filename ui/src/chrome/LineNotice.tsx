// What the line has to say, where it happened: waiting, failed, silent, or ended.

import { createMemo, Match, Show, Switch, type JSX } from "solid-js";
import { fmt, t, tn } from "../i18n";
import type { Failure, Status } from "../ipc/bindings";
import { createNow } from "./beat";
import type { Desk } from "./desk";
import { endWords, failureWords, serverTold, serverWords, wasUp } from "./failure";
import { Remedies, withRemedies } from "./Remedies";
import { waitReason } from "../scenes/waits";

type View =
  | { kind: "failed"; failure: Failure; status: Status | null }
  | { kind: "waiting"; failure: Failure; status: Status }
  | { kind: "silent"; since: number }
  | { kind: "ended"; status: Status };

/** Longer ids (Wikimedia's are JSON of some hundred characters) would push the sentence away. */
const ID_CHARS = 32;

// An attempt that follows a wait has no failure of its own yet: the card stays until the line is up, else
// it would blink at every attempt. Kept here, since the notice moves between the page and the panel.
let last: { session: number; failure: Failure } | null = null;

/** `over`: it stands over something else than the page. Then it speaks only of what asks for an answer. */
export function LineNotice(props: { desk: Desk; over?: boolean }): JSX.Element {
  const { desk } = props;
  const { live, library } = desk;

  const view = createMemo((): View | null => {
    const id = library.selectedId();
    const status = live.status();
    const refusal = id === null ? null : live.refusal(id);
    if (refusal) return { kind: "failed", failure: refusal, status: null };
    // What happened on the line of a tape is told by its marks; there is nothing to try again.
    if (!status || status.stream !== id || status.replay) return null;
    if (status.failure) last = { session: status.session, failure: status.failure };
    switch (status.state) {
      case "failed":
        return status.failure ? { kind: "failed", failure: status.failure, status } : null;
      case "waiting":
        return status.failure ? { kind: "waiting", failure: status.failure, status } : null;
      case "connecting":
        return last?.session === status.session ? { kind: "waiting", failure: last.failure, status } : null;
      case "open":
        return status.silent_since_us === null ? null : { kind: "silent", since: status.silent_since_us };
      case "closed":
        // A conversation that goes on says under each turn how it ended.
        return props.over || (status.asks && status.failure?.code === "eof") ? null : { kind: "ended", status };
      default:
        return null;
    }
  });

  const as = <K extends View["kind"]>(kind: K): Extract<View, { kind: K }> | null => {
    const now = view();
    return now?.kind === kind ? (now as Extract<View, { kind: K }>) : null;
  };

  return (
    <Switch>
      <Match when={as("failed")}>{(v) => <Failed desk={desk} failure={v().failure} status={v().status} over={props.over ?? false} />}</Match>
      <Match when={as("waiting")}>{(v) => <Waiting desk={desk} failure={v().failure} status={v().status} />}</Match>
      <Match when={as("silent")}>{(v) => <Silent desk={desk} since={v().since} />}</Match>
      <Match when={as("ended")}>{(v) => <p class="ended">{both(endWords(v().status), total(v().status))}</p>}</Match>
    </Switch>
  );
}

/** Two sentences, with a space between them where the language has one. */
function both(a: string, b: string): string {
  return t("sentences", { a, b });
}

function total(status: Status): string {
  const time = fmt.ms(((status.ended_us ?? status.started_us) - status.started_us) / 1000);
  return status.events === 0 ? t("end.none", { time }) : tn("end.total", status.events, { time });
}

function Failed(props: { desk: Desk; failure: Failure; status: Status | null; over: boolean }): JSX.Element {
  const words = createMemo(() =>
    failureWords(props.failure, props.desk.library.current()?.method ?? null, props.status?.open_us ?? null),
  );
  const text = (): string => {
    const events = props.over ? 0 : (props.status?.events ?? 0);
    return events === 0 ? words().advice : both(words().advice, tn("fail.kept", events));
  };
  return (
    <div class="card" role="alert" data-testid="error" data-code={props.failure.code}>
      <h3>
        <span class="dot" data-state="failed" />
        <span class="selectable">{words().title}</span>
      </h3>
      <Told failure={props.failure} />
      <p class="selectable">{text()}</p>
      <Detail words={words().detail} />
      <Show when={serverWords(props.failure)}>
        {(words) => (
          <pre class="said selectable" tabIndex={0} aria-label={t("fail.said")}>
            {words()}
          </pre>
        )}
      </Show>
      <div class="actions">
        <Remedies desk={props.desk} failure={props.failure} />
        <Show when={withRemedies(props.failure) !== "instead"}>
          <button type="button" class="button small" data-testid="try-again" onClick={() => props.desk.tryAgain()}>
            {t("fail.again")}
          </button>
        </Show>
      </div>
    </div>
  );
}

/** Words of the machine, apart from the sentences of the window: they come in English only. */
function Detail(props: { words: string }): JSX.Element {
  return (
    <Show when={props.words}>
      <p class="detail mono selectable" lang="en">
        {props.words}
      </p>
    </Show>
  );
}

/** The server's own sentence about it, in whatever language it speaks. */
function Told(props: { failure: Failure }): JSX.Element {
  return (
    <Show when={serverTold(props.failure)}>
      {(told) => (
        <p class="told" data-testid="server-told">
          <span class="selectable" dir="auto">
            {told().words}
          </span>
          <Show when={told().label}>
            <code class="mono selectable" dir="auto">
              {told().label}
            </code>
          </Show>
        </p>
      )}
    </Show>
  );
}

function Waiting(props: { desk: Desk; failure: Failure; status: Status }): JSX.Element {
  const { desk } = props;
  const stream = (): string => props.status.stream;
  const waiting = createMemo(() => props.status.state === "waiting");
  const now = createNow(desk.live.now, waiting);
  const left = (): string => fmt.seconds(((props.status.waiting_until_us ?? 0) - now()) / 1000);

  const title = createMemo(() => {
    if (!waiting()) return t("wait.now");
    const { failure } = props;
    if (failure.code === "eof") return t("wait.eof", { s: left() });
    if (failure.code === "idle") return t("wait.idle", { s: left() });
    if (failure.code === "status") return t("wait.status", { s: left(), status: failure.args["status"] ?? "" });
    return t(wasUp(failure) ? "wait.drop" : "wait.never", { s: left() });
  });

  const words = createMemo(() => failureWords(props.failure, desk.library.current()?.method ?? null, props.status.open_us));
  // While it was up, what happened and where it goes on; while it never was, what to try.
  const text = createMemo(() => {
    const { failure, status } = props;
    if (failure.code === "status") return words().advice;
    if (!wasUp(failure)) return both(words().title, words().advice);
    return both(words().title, resume(status));
  });

  /** How long it waits, and why that long. */
  const reason = createMemo(() => {
    const { waiting_why: why, waiting_ms: ms } = props.status;
    return waiting() && why && ms !== null ? t("wait.reason", { time: fmt.ms(ms), why: waitReason(why, ms) }) : "";
  });

  return (
    <div class="card" data-testid="error" data-code={props.failure.code}>
      <h3>
        <span class="dot" data-state="waiting" />
        {title()}
      </h3>
      <Told failure={props.failure} />
      <p class="selectable">{text()}</p>
      <Show when={reason()}>{(words) => <p class="reason" data-testid="wait-reason">{words()}</p>}</Show>
      <Detail words={words().detail} />
      <div class="actions">
        <button
          type="button"
          class="button small"
          data-testid="reconnect-now"
          onClick={() => void desk.live.reconnectNow(stream())}
        >
          {t("wait.reconnect")}
        </button>
        <button type="button" class="button small" data-testid="stop-here" onClick={() => void desk.live.stop(stream())}>
          {t("wait.stop")}
        </button>
      </div>
    </div>
  );
}

function resume(status: Status): string {
  const id = status.last_event_id;
  if (id !== "") return t("wait.resume", { id: id.length > ID_CHARS ? `${id.slice(0, ID_CHARS - 1)}…` : id });
  return t(status.events > 0 ? "wait.restart" : "wait.restart.none");
}

function Silent(props: { desk: Desk; since: number }): JSX.Element {
  const now = createNow(props.desk.live.now, () => true);
  // Whole seconds: a silence is not a stopwatch.
  const time = (): string => fmt.ms(Math.floor((now() - props.since) / 1_000_000) * 1000);
  return (
    <div class="card" data-testid="error" data-code="idle">
      <h3>
        <span class="dot" data-state="waiting" />
        {t("silent.title", { time: time() })}
      </h3>
      <p>{t("silent.text")}</p>
      <Show when={props.desk.library.selectedId()}>
        {(id) => (
          <div class="actions">
            <button type="button" class="button small" onClick={() => void props.desk.live.stop(id())}>
              {t("wait.stop")}
            </button>
          </div>
        )}
      </Show>
    </div>
  );
}

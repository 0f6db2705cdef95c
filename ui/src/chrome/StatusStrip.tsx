// The state of the session on show, in one line of figures.

import { createEffect, createMemo, createSignal, on, Show, type JSX } from "solid-js";
import { fmt, t, tn, type Key } from "../i18n";
import type { Status } from "../ipc/bindings";
import { createNow } from "./beat";
import type { Desk } from "./desk";
import { isLive } from "./desk";
import { Dots, Play } from "./icons";
import { AnswerFigures } from "./AnswerFigures";
import { Recording } from "./Recording";
import { lossWords } from "../scenes/waits";

export function StatusStrip(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { live, library } = desk;

  const status = createMemo(() => {
    const found = live.status();
    return found && found.stream === library.selectedId() ? found : null;
  });
  const state = createMemo(desk.state);
  const now = createNow(live.now, () => isLive(state()));

  const figure = createMemo(() => {
    const found = status();
    if (!found) return "";
    // Where a replay stands is told by its own controls.
    if (found.replay) return "";
    if (found.state === "waiting") return fmt.seconds(((found.waiting_until_us ?? 0) - now()) / 1000);
    if (found.ended_us === null) return fmt.elapsed(now() - found.started_us);
    // A running clock shows what is past; a length that is final is rounded, as the page rounds it.
    return fmt.elapsed(Math.round((found.ended_us - found.started_us) / 100_000) * 100_000);
  });

  const saved = createMemo(() => {
    const id = library.selectedId();
    return id !== null && library.kind(id) === "saved" && !library.dirty(id);
  });

  // Said once at each change of state; the figures themselves are not for reading aloud.
  const announcement = createMemo(() => {
    const at = state();
    const stream = library.current();
    if (at === "idle" || !stream) return "";
    const replay = status()?.replay;
    if (replay) return t(replay.playing ? "status.announce.plays" : "status.announce.stands", { name: desk.nameOf(stream) });
    return t(`status.announce.${at}` as Key, { name: desk.nameOf(stream) });
  });

  /** Figures of a line that runs. A replay has none: what it plays came at its own time, and its bytes are the tape's. */
  const running = (found: Status): boolean => found.replay === null && isLive(found.state);
  /** What a replay has lost is told once all of it has been shown. */
  const told = (found: Status): boolean => found.replay === null || found.replay.at_us >= found.replay.end_us;
  const types = (found: Status): boolean => running(found) || (found.replay?.playing ?? false);
  const word = (): string => {
    const replay = status()?.replay;
    return replay ? t(replay.playing ? "status.replay.plays" : "status.replay.stands") : t(`status.${state()}`);
  };

  /** Where there is no room for all figures, those that are worth less are in rows that are not seen until they are wanted. */
  const [unfolded, setUnfolded] = createSignal(false);
  createEffect(on(library.selectedId, () => setUnfolded(false), { defer: true }));

  return (
    <footer class="status" classList={{ unfolded: unfolded() }} data-testid="status" data-state={state()}>
      <span class="state">
        <Show when={status()?.replay} fallback={<span class="dot" data-state={state()} />}>
          {(replay) => (
            <span class="glyph" classList={{ stands: !replay().playing }}>
              <Play />
            </span>
          )}
        </Show>
        <Show when={status()} fallback={<span>{word()}</span>}>
          <b>{word()}</b>
          <span class="figure">{figure()}</span>
        </Show>
      </span>
      <Show when={status()}>
        {(now) => (
          <>
            <span class="figures">
              <span data-testid="event-count" data-value={String(now().events)}>
                <b>{fmt.int(now().events)}</b>{" "}
                <Show when={now().replay} fallback={eventsWord(now().events)}>
                  {(replay) => tn("status.replay.events", replay().events)}
                </Show>
              </span>
              <Show when={running(now())}>
                <span class="rate" data-testid="rate">
                  <b>{fmt.rate(now().rate)}</b> {t("status.rate")}
                </span>
              </Show>
              <Show
                when={desk.scene() === "typewriter" && now().figures}
                fallback={
                  <Show when={desk.scene() === "typewriter" && now().first_event_us !== null && !now().replay}>
                    <span class="wide" data-testid="first-event">
                      {t("status.first")} <b>{fmt.ms((now().first_event_us ?? 0) / 1000)}</b>
                    </span>
                  </Show>
                }
              >
                {(figures) => <AnswerFigures figures={figures()} />}
              </Show>
              <Show when={desk.scene() === "typewriter" && types(now())}>
                <span class="wide lag" data-testid="typing-lag" data-value={Math.round(live.typingLag())}>
                  {t("status.lag")} <b>{fmt.ms(live.typingLag())}</b>
                </span>
              </Show>
              <Show when={desk.scene() !== "typewriter" && now().gap_p95_us !== null}>
                <span class="wide" data-testid="gap-p95" title={t("status.gap.title")}>
                  {t("status.gap")} <b>{fmt.ms((now().gap_p95_us ?? 0) / 1000)}</b>
                </span>
              </Show>
              <span class="space" />
              <Show when={now().replay === null}>
                <Show
                  when={running(now())}
                  fallback={<span class="wide">{t("status.total", { size: fmt.bytes(now().bytes) })}</span>}
                >
                  <span class="wide" data-testid="bytes-rate">
                    {fmt.bytesRate(now().bytes_rate)}
                  </span>
                </Show>
              </Show>
              <Show when={told(now()) && now().reconnects === 0}>
                <span class="wide" data-testid="reconnects" data-value="0">
                  {reconnects(now())}
                </span>
              </Show>
              <Show when={desk.scene() === "typewriter" && types(now())}>
                <span class="narrow">
                  {t("status.lag.short")} <b>{fmt.ms(live.typingLag())}</b>
                </span>
              </Show>
            </span>
            <Show when={told(now()) && now().reconnects > 0}>
              <span class="wide" data-testid="reconnects" data-value={String(now().reconnects)}>
                {reconnects(now())}
              </span>
            </Show>
          </>
        )}
      </Show>
      {/* Always there: what is added with its words is told by no screen reader. */}
      <span class="remark" role="status" data-testid="remark">
        {desk.remark.words()}
      </span>
      <Show when={status()}>
        {(now) => (
          <>
            <button
              type="button"
              class="status-more"
              data-testid="status-more"
              aria-expanded={unfolded()}
              aria-label={t("status.more")}
              title={t("status.more")}
              onClick={() => setUnfolded(!unfolded())}
            >
              <Dots />
            </button>
            <Recording desk={desk} status={now()} />
          </>
        )}
      </Show>
      <Show when={!status() && saved()}>
        <span class="space" />
        <span>{t("status.saved")}</span>
      </Show>
      <span class="hidden" role="status">
        {announcement()}
      </span>
    </footer>
  );
}

/** The word alone: the count beside it is set apart. */
function eventsWord(n: number): string {
  return tn("status.events", n);
}

function reconnects({ reconnects: n, lost, repeated }: Status): string {
  const words = tn("status.reconnects", n);
  return n > 0 ? t("status.lost", { reconnects: words, loss: lossWords(lost, repeated) }) : words;
}

// The controls of a replay, between the page and its tape.

import { createMemo, For, onCleanup, onMount, Show, type JSX } from "solid-js";
import { fmt, t } from "../i18n";
import type { Replay } from "../ipc/bindings";
import type { Desk } from "./desk";
import { Chevron } from "./icons";
import { isCommand, isComposing, isTyping } from "./keys";
import { BackStep, Pause, Play, Step, ToEnd, ToStart } from "./replay-icons";
import type { Replayer } from "./replayer";
import { counter } from "./tape-words";

/** Zero is as fast as possible. */
export const SPEEDS = [0.5, 1, 2, 10, 0] as const;
const SKIPS_S = [1, 3, 10] as const;

export function ReplayBar(props: { desk: Desk; replayer: Replayer; replay: Replay }): JSX.Element {
  const { replayer } = props;
  const step = (events: number): void => replayer.tell({ do: "step", events });

  /** Whether the focus is where it is by keys: Space then presses the button that has it. A mouse leaves the focus where
   *  it clicked last, which says nothing of what is meant. */
  let byKeys = false;
  const onPointer = (): void => void (byKeys = false);

  onMount(() => {
    addEventListener("keydown", onKey);
    addEventListener("pointerdown", onPointer, true);
    onCleanup(() => {
      removeEventListener("keydown", onKey);
      removeEventListener("pointerdown", onPointer, true);
    });
  });

  function onKey(event: KeyboardEvent): void {
    if (event.key === "Tab" || event.key.startsWith("Arrow")) byKeys = true;
    if (event.defaultPrevented || isComposing(event) || isCommand(event) || event.altKey || event.metaKey) return;
    if (isTyping(event.target) || isAside(event.target)) return;
    if (event.key === " ") {
      if (byKeys && event.target instanceof HTMLButtonElement) return;
      if (!event.repeat) replayer.toggle();
    } else if (event.key === ",") step(-1);
    else if (event.key === ".") step(1);
    else return;
    event.preventDefault();
  }

  const since = createMemo(() => replayer.atUs() - props.replay.start_us);
  const length = createMemo(() => props.replay.end_us - props.replay.start_us);
  const tape = createMemo(() => props.desk.tapes.find(props.replay.tape));
  const name = (): string => {
    const stream = props.desk.library.current();
    return tape()?.name || (stream ? props.desk.nameOf(stream) : "");
  };
  const when = (): string => {
    const us = tape()?.started_us ?? props.replay.start_us;
    return `${fmt.day(us)} ${fmt.clock(us).slice(0, 5)}`;
  };
  const skip = (): string => (props.replay.skip_us === null ? "" : String(props.replay.skip_us));

  return (
    <section class="replay" aria-label={t("replay.label")} data-testid="replay-bar" data-playing={props.replay.playing}>
      <div class="replay-keys">
        <button class="replay-key" type="button" data-testid="replay-start" aria-label={t("replay.start")} title={t("replay.start")} onClick={() => replayer.seek(props.replay.start_us)}>
          <ToStart />
        </button>
        <button class="replay-key" type="button" data-testid="replay-step-back" aria-label={t("replay.back")} title={t("replay.back")} onClick={() => step(-1)}>
          <BackStep />
        </button>
        <button
          class="replay-key replay-play"
          type="button"
          data-testid="replay-play"
          aria-label={t(props.replay.playing ? "replay.pause" : "replay.play")}
          title={t(props.replay.playing ? "replay.pause.hint" : "replay.play.hint")}
          onClick={() => replayer.toggle()}
        >
          <Show when={props.replay.playing} fallback={<Play />}>
            <Pause />
          </Show>
        </button>
        <button class="replay-key" type="button" data-testid="replay-step" aria-label={t("replay.step")} title={t("replay.step")} onClick={() => step(1)}>
          <Step />
        </button>
        <button class="replay-key" type="button" data-testid="replay-end" aria-label={t("replay.end")} title={t("replay.end")} onClick={() => replayer.seek(props.replay.end_us)}>
          <ToEnd />
        </button>
      </div>
      <span class="replay-time" data-testid="replay-time" data-at-us={replayer.atUs()}>
        <b>{counter(since())}</b> / {counter(length())}
      </span>
      <div class="replay-speeds" role="group" aria-label={t("replay.speed")}>
        <For each={SPEEDS}>
          {(speed) => (
            <button
              type="button"
              data-testid={`replay-speed-${speed === 0 ? "max" : speed}`}
              aria-pressed={props.replay.speed === speed}
              onClick={() => replayer.tell({ do: "speed", speed })}
            >
              {speedWords(speed)}
            </button>
          )}
        </For>
      </div>
      {/* The same in one word, for a narrow window. */}
      <span class="replay-skip-choice replay-speed-choice">
        <span aria-hidden="true">
          {speedWords(props.replay.speed)}
          <Chevron />
        </span>
        <select
          data-testid="replay-speed"
          aria-label={t("replay.speed")}
          value={String(props.replay.speed)}
          onChange={(event) => replayer.tell({ do: "speed", speed: Number(event.currentTarget.value) })}
        >
          <For each={SPEEDS}>{(speed) => <option value={String(speed)}>{speedWords(speed)}</option>}</For>
          <Show when={!SPEEDS.some((speed) => speed === props.replay.speed)}>
            <option value={String(props.replay.speed)}>{speedWords(props.replay.speed)}</option>
          </Show>
        </select>
      </span>
      <label class="replay-skip">
        <span class="wide">{t("replay.skip")}</span>
        <span class="narrow">{t("replay.skip.short")}</span>
        <span class="replay-skip-choice">
          <span aria-hidden="true">
            {props.replay.skip_us === null ? t("replay.skip.off") : lengthWords(props.replay.skip_us)}
            <Chevron />
          </span>
          {/* The native list lies invisibly over the word, so that the word alone gives the width. */}
          <select
            data-testid="replay-skip"
            value={skip()}
            onChange={(event) => {
              const { value } = event.currentTarget;
              replayer.tell({ do: "skip", longer_us: value === "" ? null : Number(value) });
            }}
          >
            <option value="">{t("replay.skip.off")}</option>
            <For each={SKIPS_S}>{(s) => <option value={String(s * 1e6)}>{lengthWords(s * 1e6)}</option>}</For>
            {/* Another window, or a script, may have set one of its own. */}
            <Show when={props.replay.skip_us !== null && !SKIPS_S.some((s) => s * 1e6 === props.replay.skip_us)}>
              <option value={skip()}>{lengthWords(props.replay.skip_us ?? 0)}</option>
            </Show>
          </select>
        </span>
      </label>
      <span class="replay-of" title={`${name()} · ${when()}`}>
        <span class="replay-name" data-testid="replay-name">
          {name()}
        </span>
        <span class="replay-when">{when()}</span>
      </span>
    </section>
  );
}

function speedWords(speed: number): string {
  return speed === 0 ? t("replay.speed.max") : t("replay.speed.times", { n: speed });
}

/** 3 s, 1.5 s. */
function lengthWords(us: number): string {
  return t("unit.s", { n: String(us / 1e6) });
}

/** Whether a key belongs to something that lies over the window. */
function isAside(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("dialog, [role=menu]") !== null;
}

// Whether the session on show is on tape, at the end of the status strip; and what can be done with its tape.

import { createEffect, createMemo, createSignal, on, onCleanup, Show, type JSX } from "solid-js";
import { fmt, t, tn, type Key } from "../i18n";
import type { Recording as State, Settings, Status } from "../ipc/bindings";
import { limitWords } from "../model/tapes";
import { copyText } from "../scenes/copy";
import type { Desk } from "./desk";
import { isComposing } from "./keys";
import { Rename } from "./Rename";

export function Recording(props: { desk: Desk; status: Status }): JSX.Element {
  const { desk } = props;
  const [open, setOpen] = createSignal(false);
  let button!: HTMLButtonElement;
  let host!: HTMLSpanElement;

  /** A replay is of a tape, which is whole. */
  const recording = createMemo((): State => {
    const { replay, recording: now } = props.status;
    if (!replay) return now;
    return { state: "done", tape: replay.tape, bytes: desk.tapes.find(replay.tape)?.bytes ?? 0, lost: 0, detail: "" };
  });

  // It speaks of the session that it was opened for.
  const session = createMemo(() => props.status.session);
  createEffect(on(session, () => setOpen(false)));

  createEffect(() => {
    if (!open()) return;
    const onPointer = (event: PointerEvent): void => {
      if (!host.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", onPointer, true);
    onCleanup(() => removeEventListener("pointerdown", onPointer, true));
  });

  return (
    <span
      class="recording"
      ref={host}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open() || isComposing(event)) return;
        event.preventDefault();
        event.stopPropagation();
        setOpen(false);
        button.focus();
      }}
    >
      <button
        type="button"
        ref={button}
        class="quiet"
        data-testid="recording"
        data-state={recording().state}
        data-lost={String(recording().lost)}
        aria-haspopup="dialog"
        aria-expanded={open()}
        onClick={() => setOpen(!open())}
      >
        <span class="record-dot" data-state={recording().state} />
        <span class="words">{recordingWords(recording(), desk.tapes.settings())}</span>
      </button>
      <Show when={open()}>
        <Popover desk={desk} recording={recording()} close={() => setOpen(false)} />
      </Show>
    </span>
  );
}

function recordingWords({ state, lost }: State, settings: Settings): string {
  const stopped = state === "no-room" || state === "failed";
  // The disk is not full then, unless it is to be filled to its end: it has less than is to be left free.
  const full = state === "no-room" && settings.free_mib === 0;
  const words = full ? t("record.no-room.full") : t(`record.${state}` as Key, { room: t("unit.gib", { n: limitWords(settings).free }) });
  return stopped && lost > 0 ? t("record.with-loss", { state: words, loss: tn("record.lost", lost) }) : words;
}

function Popover(props: { desk: Desk; recording: State; close(): void }): JSX.Element {
  const { desk } = props;
  const { tapes } = desk;
  const [naming, setNaming] = createSignal(false);
  const [copied, setCopied] = createSignal(false);
  let panel!: HTMLDivElement;

  const id = (): string | null => props.recording.tape;
  const info = createMemo(() => {
    const tape = id();
    return tape === null ? null : tapes.find(tape);
  });
  const kept = (): boolean => info()?.kept ?? false;
  const text = createMemo(() => {
    const { state } = props.recording;
    if (state === "on" || state === "done") return t(kept() ? "record.text.kept" : `record.text.${state}`);
    if (state === "off") return t(tapes.settings().record ? "record.text.off" : "record.text.off.all");
    return t(`record.text.${state}`);
  });

  function then(work: () => void): void {
    props.close();
    work();
  }

  return (
    <div class="popover" role="dialog" aria-label={t("record.label")} data-testid="recording-popover" ref={panel}>
      <Show when={naming()} fallback={<h3>{info()?.name ?? t(id() === null ? "record.none" : "record.label")}</h3>}>
        <div class="naming">
          <Rename
            name={info()?.name ?? ""}
            label={t("tapes.name.label")}
            takesSame
            done={(next, byKey) => {
              const tape = id();
              setNaming(false);
              if (tape !== null && next !== null && byKey) tapes.keep(tape, next);
              if (byKey) queueMicrotask(() => panel.querySelector("button")?.focus());
            }}
          />
          <p class="hint">{t("record.naming")}</p>
        </div>
      </Show>
      <p>{text()}</p>
      <Show when={props.recording.detail}>
        {(words) => (
          <p class="mono detail selectable" lang="en">
            {words()}
          </p>
        )}
      </Show>
      <Show when={id()}>
        {(tape) => (
          <dl>
            <dt>{t("record.size")}</dt>
            <dd data-testid="recording-size">{fmt.bytes(props.recording.bytes)}</dd>
            <Show when={props.recording.lost > 0}>
              <dt>{t("record.missing")}</dt>
              <dd class="wrong" data-testid="recording-lost">
                {tn("record.entries", props.recording.lost)}
              </dd>
            </Show>
            <dt>{t("record.where")}</dt>
            <dd class="where">
              <span class="mono selectable" title={tapes.pathOf(tape())}>
                {`${tape()}.tape`}
              </span>
              <button
                type="button"
                class="quiet link"
                onClick={() => void copyText(tapes.pathOf(tape())).then(setCopied)}
                onBlur={() => setCopied(false)}
              >
                {t(copied() ? "inspector.copied" : "tapes.copy-path")}
              </button>
            </dd>
          </dl>
        )}
      </Show>
      <div class="actions">
        <Show when={!naming() && info()}>
          {(tape) => (
            <Show
              when={kept()}
              fallback={
                <button type="button" class="button small" data-testid="keep-tape" onClick={() => setNaming(true)}>
                  {t("tapes.menu.keep")}
                </button>
              }
            >
              <button type="button" class="button small" data-testid="release-tape" onClick={() => tapes.release(tape().id)}>
                {t("tapes.menu.release")}
              </button>
            </Show>
          )}
        </Show>
        <button type="button" class="button small" data-testid="recording-export" onClick={() => then(() => tapes.exportShown())}>
          {t("tapes.menu.export")}
        </button>
        <Show when={!desk.solo}>
          <button
            type="button"
            class="quiet link"
            data-testid="recording-settings"
            onClick={() => then(() => tapes.setSheet({ kind: "recording" }))}
          >
            {t("record.settings")}
          </button>
        </Show>
      </div>
    </div>
  );
}

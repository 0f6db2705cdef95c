// What is recorded, and how much room tapes may take.

import { createMemo, createSignal, For, Show, type JSX } from "solid-js";
import { fmt, t, tn } from "../i18n";
import { asFailure } from "../model/failure";
import { goingWithin, limitWords, readLimits, type Limit } from "../model/tapes";
import type { Desk } from "./desk";
import { failureWords, type FailureWords } from "./failure";
import { isComposing } from "./keys";
import { createSaying } from "./saying";
import { Switch } from "./Setting";
import { Sheet } from "./Sheet";

const LIMITS: readonly Limit[] = ["session", "unsaved", "free"];

export function RecordingSheet(props: { desk: Desk }): JSX.Element {
  const { tapes } = props.desk;
  const open = (): boolean => tapes.sheet()?.kind === "recording";
  return (
    <Sheet
      open={open()}
      class="small-sheet"
      testid="recording-settings-sheet"
      label={t("record.settings.title")}
      onClose={() => {
        if (open()) tapes.setSheet(null);
      }}
    >
      <Form desk={props.desk} />
    </Sheet>
  );
}

function Form(props: { desk: Desk }): JSX.Element {
  const { tapes } = props.desk;
  const [record, setRecord] = createSignal(tapes.settings().record);
  const [typed, setTyped] = createSignal(limitWords(tapes.settings()));
  const [refused, setRefused] = createSaying();
  const read = createMemo(() => readLimits(record(), typed()));
  /** What goes with less room is asked about first: a tape's file does not come back. */
  const [asked, setAsked] = createSignal(false);
  const going = createMemo(() => {
    const { settings } = read();
    const less = settings !== null && settings.unsaved_mib < tapes.settings().unsaved_mib;
    return less ? goingWithin(tapes.all().tapes, settings.unsaved_mib) : { tapes: 0, bytes: 0 };
  });

  async function save(): Promise<void> {
    const { settings } = read();
    if (!settings) return;
    if (going().tapes > 0 && !asked()) {
      setAsked(true);
      return;
    }
    try {
      await tapes.saveSettings(settings);
      tapes.setSheet(null);
    } catch (reason) {
      const words = (): FailureWords => failureWords(asFailure(reason), null);
      setRefused(() => t("sentences", { a: t("record.settings.failed"), b: words().detail || words().title }));
    }
  }

  return (
    <>
      <header class="sheet-head">
        <h2>{t("record.settings.title")}</h2>
      </header>
      <div class="sheet-page">
        <Switch
          label={t("record.settings.record")}
          testid="settings-record"
          checked={record()}
          note={t(record() ? "record.settings.record.on" : "record.settings.record.off")}
          onChange={setRecord}
        />
        <For each={LIMITS}>
          {(limit) => (
            <div class="setting">
              <label>
                <span class="label">{t(`record.settings.${limit}`)}</span>
                <span class="number">
                  <input
                    type="text"
                    class="figure"
                    inputmode="decimal"
                    autocomplete="off"
                    data-testid={`settings-${limit}`}
                    aria-invalid={read().wrong[limit] !== undefined}
                    value={typed()[limit]}
                    onInput={(event) => {
                      const { value } = event.currentTarget;
                      setAsked(false);
                      setTyped((now) => ({ ...now, [limit]: value }));
                    }}
                    onKeyDown={(event) => {
                      if (event.key === "Enter" && !isComposing(event)) void save();
                    }}
                  />
                  <span>{t("unit.gib", { n: "" }).trim()}</span>
                </span>
              </label>
              <Show
                when={read().wrong[limit]}
                fallback={<p class="sub">{t(`record.settings.${limit}.note`)}</p>}
              >
                {(wrong) => <p class="sub grave">{t(`record.settings.wrong.${wrong()}`)}</p>}
              </Show>
            </div>
          )}
        </For>
      </div>
      <footer>
        <Show
          when={asked() && going().tapes > 0}
          fallback={
            <>
              <p classList={{ wrong: refused() !== "" }} role="status">
                {refused() || t("record.settings.note")}
              </p>
              <button type="button" class="button small" onClick={() => tapes.setSheet(null)}>
                {t("request.cancel")}
              </button>
              <button
                type="button"
                class="button small primary"
                data-testid="settings-save"
                disabled={read().settings === null}
                onClick={() => void save()}
              >
                {t("address.save")}
              </button>
            </>
          }
        >
          <p class="wrong" role="alert" data-testid="settings-question">
            {tn("record.settings.question", going().tapes, { size: fmt.bytes(going().bytes) })}
          </p>
          <button type="button" class="button small" data-testid="settings-question-no" ref={(button) => queueMicrotask(() => button.focus())} onClick={() => setAsked(false)}>
            {t("request.cancel")}
          </button>
          <button type="button" class="button small grave" data-testid="settings-question-yes" onClick={() => void save()}>
            {t("record.settings.question.yes")}
          </button>
        </Show>
      </footer>
    </>
  );
}

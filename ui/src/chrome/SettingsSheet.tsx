// What is set for the whole app. Each change counts at once; what is refused is said, and stays as it was.

import { createMemo, createSignal, Show, type Accessor, type JSX } from "solid-js";
import { fmt, list, t, tn, type Key } from "../i18n";
import type { Settings } from "../ipc/bindings";
import { asFailure } from "../model/failure";
import { changedSettings, DEFAULTS } from "../model/settings";
import { goingWithin } from "../model/tapes";
import type { Desk } from "./desk";
import { failureWords } from "./failure";
import { SettingsForLines } from "./SettingsForLines";
import { SettingsForReading } from "./SettingsForReading";
import { Sheet } from "./Sheet";

/** What the parts of the sheet set. */
export interface Setter {
  /** As they are, with the change that is on its way. */
  readonly now: Accessor<Settings>;
  /** Stores a change; where it is refused the controls go back. */
  set(patch: Partial<Settings>): Promise<void>;
}

export function SettingsSheet(props: { desk: Desk }): JSX.Element {
  const { home } = props.desk;
  const open = (): boolean => home.sheet() === "settings";
  return (
    <Sheet
      open={open()}
      class="settings-sheet"
      testid="settings-sheet"
      label={t("settings.title")}
      onClose={() => {
        if (open()) home.setSheet(null);
      }}
    >
      <Form desk={props.desk} />
    </Sheet>
  );
}

function Form(props: { desk: Desk }): JSX.Element {
  const { home, tapes } = props.desk;
  const { preferences } = home;
  const [changing, setChanging] = createSignal<Partial<Settings>>({});
  const [refused, setRefused] = createSignal<unknown>(null);
  const [asked, setAsked] = createSignal(false);
  const now = createMemo((): Settings => ({ ...preferences.settings(), ...changing() }));

  async function set(patch: Partial<Settings>): Promise<void> {
    setRefused(null);
    setAsked(false);
    setChanging((before) => ({ ...before, ...patch }));
    try {
      await preferences.save(patch);
    } catch (reason) {
      setRefused(reason ?? true);
    } finally {
      // Of the same setting a later change may be on its way.
      setChanging((before) => Object.fromEntries(Object.entries(before).filter(([name, value]) => patch[name as keyof Settings] !== value)));
    }
  }

  const refusal = (): string => {
    const { title, detail } = failureWords(asFailure(refused()), null);
    return t("sentences", { a: t("settings.failed"), b: detail || title });
  };

  const changed = createMemo(() => changedSettings(preferences.settings()));
  const what = (): string => list([...new Set(changed().map((name) => t(RESET_WORDS[name])))]);
  /** Less room for tapes deletes some, and a tape's file does not come back. */
  const going = createMemo(() =>
    preferences.settings().unsaved_mib > DEFAULTS.unsaved_mib ? goingWithin(tapes.all().tapes, DEFAULTS.unsaved_mib) : { tapes: 0, bytes: 0 },
  );
  const question = (): string => {
    if (going().tapes === 0) return t("settings.reset.question", { what: what() });
    const room = tn("record.settings.question", going().tapes, { size: fmt.bytes(going().bytes) });
    return t("sentences", { a: t("settings.reset.question.room", { what: what() }), b: room });
  };

  let resetButton!: HTMLButtonElement;
  let doneButton!: HTMLButtonElement;
  /** The buttons of the question go, and one of them has the focus. */
  function answered(): void {
    setAsked(false);
    queueMicrotask(() => (resetButton.disabled ? doneButton : resetButton).focus());
  }

  const setter: Setter = { now, set };
  return (
    <>
      <header class="sheet-head">
        <h2>{t("settings.title")}</h2>
      </header>
      <div class="sheet-page settings-page">
        <SettingsForReading setter={setter} />
        <SettingsForLines desk={props.desk} setter={setter} />
      </div>
      <footer>
        <Show
          when={asked()}
          fallback={
            <>
              <button
                type="button"
                class="button small"
                data-testid="settings-reset"
                ref={(button) => (resetButton = button)}
                disabled={changed().length === 0}
                title={changed().length === 0 ? t("settings.reset.none") : undefined}
                onClick={() => setAsked(true)}
              >
                {t("settings.reset")}
              </button>
              <p classList={{ wrong: refused() !== null }} role="status" data-testid="settings-said">
                {refused() === null ? t("settings.note") : refusal()}
              </p>
              <button type="button" class="quiet" data-testid="settings-about" onClick={() => home.setSheet("about")}>
                {t("about.title")}
              </button>
              <button type="button" class="button small primary" data-testid="settings-done" ref={(button) => (doneButton = button)} onClick={() => home.setSheet(null)}>
                {t("environments.done")}
              </button>
            </>
          }
        >
          <p classList={{ wrong: going().tapes > 0 }} role="alert" data-testid="settings-reset-question">
            {question()}
          </p>
          <button
            type="button"
            class="button small"
            data-testid="settings-reset-no"
            ref={(button) => queueMicrotask(() => button.focus())}
            onClick={answered}
          >
            {t("request.cancel")}
          </button>
          <button type="button" class="button small grave" data-testid="settings-reset-yes" onClick={() => void set(DEFAULTS).then(answered)}>
            {t(going().tapes > 0 ? "settings.reset.yes.room" : "settings.reset.yes")}
          </button>
        </Show>
      </footer>
    </>
  );
}

/** What each setting is called where all of them are named. */
const RESET_WORDS: Readonly<Record<keyof Settings, Key>> = {
  language: "settings.reset.language",
  theme: "settings.reset.theme",
  face: "settings.reset.face",
  face_px: "settings.reset.face_px",
  pace: "settings.reset.pace",
  zoom: "settings.reset.zoom",
  notifications: "settings.reset.notifications",
  proxy: "settings.reset.proxy",
  ca_file: "settings.reset.ca_file",
  bounds: "settings.reset.bounds",
  record: "settings.reset.recording",
  session_mib: "settings.reset.recording",
  unsaved_mib: "settings.reset.recording",
  free_mib: "settings.reset.recording",
};

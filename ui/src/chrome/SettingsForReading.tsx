// The left column of the settings: what the window and typed text look like.

import { createEffect, createMemo, createSignal, createUniqueId, For, type Accessor, type JSX } from "solid-js";
import { fmt, t } from "../i18n";
import type { LanguageChoice, Pace, Theme } from "../ipc/bindings";
import { FACE_PX, ZOOM_STEPS } from "../model/settings";
import { Segmented } from "./Segmented";
import { Choice } from "./Setting";
import type { Setter } from "./SettingsSheet";
import { FACE_NAMES, FACES } from "./type-look";

export function SettingsForReading(props: { setter: Setter }): JSX.Element {
  const { now, set } = props.setter;
  /** While the knob is held, the sample alone follows. */
  const [held, setHeld] = createSignal<number | null>(null);
  const px = createMemo(() => held() ?? now().face_px);
  const face = createUniqueId();
  const size = createUniqueId();
  /** A size that was set elsewhere stands among the others. */
  const zooms = (): number[] => [...new Set([...ZOOM_STEPS, now().zoom])].sort((a, b) => a - b);

  return (
    <div class="settings-column">
      <section>
        <h3>{t("settings.window")}</h3>
        <Choice<LanguageChoice>
          label={t("settings.language")}
          testid="settings-language"
          autofocus
          value={now().language}
          options={[
            ["system", t("settings.language.system")],
            // Each in its own words: who cannot read the others finds it.
            ["en", ENGLISH],
            ["zh-CN", CHINESE],
          ]}
          onChange={(language) => void set({ language })}
        />
        <div class="setting">
          <div class="row">
            <span class="label">{t("settings.theme")}</span>
            <Segmented<Theme>
              label={t("settings.theme")}
              testid="settings-theme"
              value={now().theme}
              options={[
                ["system", t("settings.theme.system")],
                ["light", t("settings.theme.light")],
                ["dark", t("settings.theme.dark")],
              ]}
              onChange={(theme) => void set({ theme })}
            />
          </div>
        </div>
        <Choice<string>
          label={t("settings.zoom")}
          testid="settings-zoom"
          value={String(now().zoom)}
          options={zooms().map((zoom) => [String(zoom), fmt.percent(zoom)] as const)}
          onChange={(zoom) => void set({ zoom: Number(zoom) })}
        />
      </section>
      <section>
        <h3>{t("settings.reading")}</h3>
        <div class="faces" role="radiogroup" aria-label={t("settings.face")} data-testid="settings-face" data-value={now().face}>
          <For each={FACES}>
            {(name) => (
              <label data-face={name}>
                <input type="radio" name={face} value={name} checked={now().face === name} onChange={() => void set({ face: name })} />
                <span aria-hidden="true">{SPECIMEN}</span>
                <b>{FACE_NAMES[name]}</b>
              </label>
            )}
          </For>
        </div>
        <div class="setting sampled">
          <div class="row">
            <label class="label" for={size}>
              {t("settings.size")}
            </label>
            <input
              id={size}
              type="range"
              class="slider"
              data-testid="settings-size"
              min={FACE_PX.least}
              max={FACE_PX.most}
              step="1"
              value={px()}
              aria-valuetext={t("settings.size.px", { n: fmt.int(px()) })}
              onInput={(event) => setHeld(event.currentTarget.valueAsNumber)}
              onChange={(event) => {
                void set({ face_px: event.currentTarget.valueAsNumber });
                setHeld(null);
              }}
            />
            {/* The slider says it itself. */}
            <span class="slider-at" aria-hidden="true">
              {t("settings.size.px", { n: fmt.int(px()) })}
            </span>
          </div>
          <p
            class="sample"
            role="img"
            aria-label={t("settings.sample.label")}
            data-testid="settings-sample"
            data-face={now().face}
            ref={(sample) => sized(sample, px)}
          >
            {t("settings.sample")}
          </p>
        </div>
        <div class="setting">
          <div class="row">
            <span class="label">{t("settings.pace")}</span>
            <Segmented<Pace>
              label={t("settings.pace")}
              testid="settings-pace"
              value={now().pace}
              options={[
                ["natural", t("settings.pace.natural")],
                ["brisk", t("settings.pace.brisk")],
                ["instant", t("settings.pace.instant")],
              ]}
              onChange={(pace) => void set({ pace })}
            />
          </div>
          <p class="sub">{t(`settings.pace.${now().pace}.note`)}</p>
        </div>
      </section>
    </div>
  );
}

/** The policy of the page forbids a style in its markup. */
function sized(element: HTMLElement, px: Accessor<number>): void {
  createEffect(() => element.style.setProperty("font-size", `${px()}px`));
}

const ENGLISH = "English";
const CHINESE = "简体中文";
/** A few letters of both scripts, as every face shows them. */
const SPECIMEN = "Ag 永";

// The right column of the request panel: what happens when the line ends, and how it is read.

import { createEffect, createMemo, createSignal, on, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Framing, OnEnd, OnIdle, OnStatus, PageForm, TextRule } from "../ipc/bindings";
import { blank, isUnsafe } from "../model/stream";
import type { Desk } from "./desk";
import { createSaying, NOTHING } from "./saying";
import { Choice, Figure, Switch } from "./Setting";
import { DIALECTS } from "./TextMenu";
import { tryPath } from "./TextPath";

/** A day: longer silences are nobody's worry. */
const IDLE_MAX_S = 86_400;
const PLAIN = blank("");

export function LineSettings(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { library } = desk;
  const stream = createMemo(() => library.current() ?? PLAIN);

  /** A path is asked for before there is one; and why the one that was typed is none. */
  const [asksPath, setAsksPath] = createSignal(false);
  const [wrong, setWrong] = createSaying();
  createEffect(on(library.selectedId, () => (setAsksPath(false), setWrong(NOTHING))));
  const rule = (): TextRule => (asksPath() ? "path" : stream().text_rule);

  async function setPath(path: string): Promise<void> {
    if (path === "") return;
    const id = library.selectedId();
    const words = await tryPath(desk, path);
    if (library.selectedId() !== id) return;
    setWrong(words ?? NOTHING);
    if (words === null) setAsksPath(false);
  }

  function setRule(next: TextRule): void {
    setWrong(NOTHING);
    setAsksPath(next === "path" && stream().text_rule !== "path");
    if (next !== "path") void desk.setTextRule(next);
    else if (stream().text_rule !== "path") void setPath(stream().text_path.trim());
  }

  /** What the switch alone does not say. */
  const recordNote = (): string | undefined => {
    if (!desk.tapes.settings().record) return t("request.record.note.all-off");
    return stream().record ? undefined : t("request.record.note.off");
  };

  return (
    <>
      <section>
        <h2>{t("request.ends")}</h2>
        <Choice<OnEnd>
          label={t("request.on-end")}
          testid="on-end"
          value={stream().on_end}
          options={[
            ["reconnect", t("request.on-end.reconnect")],
            ["stop", t("request.on-end.stop")],
          ]}
          onChange={(on_end) => library.edit({ on_end })}
        />
        <Choice<OnStatus>
          label={t("request.on-status")}
          testid="on-status"
          value={stream().on_status}
          options={[
            ["fail", t("request.on-status.fail")],
            ["retry", t("request.on-status.retry")],
          ]}
          note={t("request.on-status.note")}
          onChange={(on_status) => library.edit({ on_status })}
        />
        <Show when={isUnsafe(stream().method)}>
          <Switch
            label={t("request.repeat", { method: stream().method })}
            testid="repeat-unsafe"
            checked={stream().repeat_unsafe}
            note={t(stream().repeat_unsafe ? "request.repeat.note.on" : "request.repeat.note.off")}
            onChange={(repeat_unsafe) => library.edit({ repeat_unsafe })}
          />
        </Show>
        <Figure
          label={t("request.idle")}
          testid="idle-s"
          value={stream().idle_s}
          min={0}
          max={IDLE_MAX_S}
          unit={t("request.unit.s")}
          note={stream().idle_s === 0 ? t("request.idle.never") : undefined}
          onChange={(idle_s) => library.edit({ idle_s })}
        />
        <Show when={stream().idle_s > 0}>
          <Choice<OnIdle>
            label={t("request.on-idle")}
            testid="on-idle"
            value={stream().on_idle}
            options={[
              ["say", t("request.on-idle.say")],
              ["reconnect", t("request.on-idle.reconnect")],
            ]}
            onChange={(on_idle) => library.edit({ on_idle })}
          />
        </Show>
      </section>
      <section>
        <h2>{t("request.reading")}</h2>
        <Choice<Framing>
          label={t("request.framing")}
          testid="framing"
          value={stream().framing}
          options={[
            ["auto", t("request.framing.auto")],
            ["sse", t("request.framing.sse")],
            ["ndjson", "NDJSON"],
            ["lines", t("request.framing.lines")],
          ]}
          onChange={(framing) => library.edit({ framing })}
        />
        <Choice<TextRule>
          label={t("request.text")}
          testid="text-rule-setting"
          value={rule()}
          note={wrong() || undefined}
          grave
          options={[
            ["auto", t("text-rule.auto")],
            ["lines", t("request.text.lines")],
            ["joined", t("request.text.joined")],
            ["path", t("text-rule.path")],
            ...DIALECTS.map((dialect) => [dialect, t(`dialect.${dialect}`)] as const),
          ]}
          onChange={setRule}
        >
          <Show when={rule() === "path"}>
            <input
              class="field code"
              data-testid="text-path-setting"
              aria-label={t("text-rule.path.label")}
              placeholder="$.text"
              spellcheck={false}
              autocomplete="off"
              autocapitalize="off"
              value={stream().text_path}
              aria-invalid={wrong() !== ""}
              onInput={() => setWrong(NOTHING)}
              onChange={(event) => void setPath(event.currentTarget.value.trim())}
            />
          </Show>
        </Choice>
        <Choice<PageForm>
          label={t("text-rule.form")}
          testid="page-form-setting"
          value={stream().page_form}
          options={[
            ["auto", t("text-rule.form.auto")],
            ["plain", t("text-rule.form.plain")],
            ["markdown", t("text-rule.form.markdown")],
          ]}
          onChange={(page_form) => library.edit({ page_form })}
        />
        <Switch
          label={t("request.record")}
          testid="record"
          checked={stream().record}
          note={recordNote()}
          onChange={(record) => library.edit({ record })}
        />
      </section>
    </>
  );
}

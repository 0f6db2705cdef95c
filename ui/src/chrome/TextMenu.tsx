// How events become text, and how that text is set: the rule and the form of the stream on show, under one button.

import { createEffect, createMemo, createSignal, For, on, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Dialect, PageForm, TextRule } from "../ipc/bindings";
import type { Desk } from "./desk";
import { Check } from "./icons";
import { Menu, menuAt, type MenuAt } from "./Menu";
import { focusBack } from "./regions";
import { TextPath } from "./TextPath";

export const DIALECTS: readonly Dialect[] = ["openai-chat", "openai-responses", "anthropic", "gemini", "ollama"];
const FORMS: readonly PageForm[] = ["auto", "plain", "markdown"];

/** Its least width in the style sheet: it opens flush with its button. */
const WIDTH = 244;

export function TextMenu(props: { desk: Desk; hidden: boolean }): JSX.Element {
  const { desk } = props;
  const { library } = desk;
  const [menu, setMenu] = createSignal<MenuAt | null>(null);
  const [asksPath, setAsksPath] = createSignal(false);
  let button!: HTMLButtonElement;

  const rule = createMemo((): TextRule => library.current()?.text_rule ?? "auto");
  const form = createMemo((): PageForm => library.current()?.page_form ?? "auto");
  const detected = createMemo(() => {
    const status = desk.live.status();
    return status?.stream === library.selectedId() && status.text_rule === "auto" ? status.dialect : null;
  });

  /** What Auto has come to, as far as it is known. */
  const auto = (): string => {
    const dialect = detected();
    if (dialect) return t("text-rule.auto.detected", { dialect: t(`dialect.${dialect}`) });
    return (desk.live.status()?.events ?? 0) > 0 ? t("text-rule.auto.lines") : t("text-rule.auto");
  };
  const words = (of: TextRule): string => {
    if (of === "auto") return auto();
    return of === "lines" || of === "joined" || of === "path" ? t(`text-rule.${of}`) : t(`dialect.${of}`);
  };
  const short = (): string => {
    const dialect = detected();
    return rule() === "auto" ? t("text-rule.short", { rule: dialect ? t(`dialect.${dialect}`) : t("text-rule.auto") }) : t("text-rule.short", { rule: words(rule()) });
  };

  // It speaks of the stream that it was opened for.
  createEffect(on(library.selectedId, () => setAsksPath(false)));

  const close = (): void => void setMenu(null);
  const toggle = (): void => void setMenu(menu() ? null : { ...menuAt("text-rule", button), x: button.getBoundingClientRect().right - WIDTH });

  function choose(next: Exclude<TextRule, "path">): void {
    void desk.setTextRule(next);
    close();
    focusBack(button);
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        class="quiet"
        data-testid="text-rule"
        data-rule={rule()}
        data-form={form()}
        aria-haspopup="menu"
        aria-expanded={menu() !== null}
        title={t("text-rule.title")}
        hidden={props.hidden}
        onClick={toggle}
      >
        {short()}
      </button>
      <Show when={menu()}>
        {(at) => (
          <Menu at={at()} toggledBy={button} close={close}>
            <p class="menu-title">{t("text-rule.events")}</p>
            <Item testid="text-rule-auto" on={rule() === "auto"} words={auto()} onChoose={() => choose("auto")} />
            <Item testid="text-rule-lines" on={rule() === "lines"} words={t("text-rule.lines")} note={t("text-rule.lines.note")} onChoose={() => choose("lines")} />
            <Item testid="text-rule-joined" on={rule() === "joined"} words={t("text-rule.joined")} note={t("text-rule.joined.note")} onChoose={() => choose("joined")} />
            <For each={DIALECTS}>
              {(dialect) => <Item testid={`text-rule-${dialect}`} on={rule() === dialect} words={t(`dialect.${dialect}`)} onChoose={() => choose(dialect)} />}
            </For>
            <Item
              testid="text-rule-path"
              on={rule() === "path"}
              words={t("text-rule.path.more")}
              note={rule() === "path" ? library.current()?.text_path : undefined}
              onChoose={() => {
                // The rule says nothing without one.
                close();
                setAsksPath(true);
              }}
            />
            <div class="menu-rule" role="separator" />
            <p class="menu-title">{t("text-rule.form")}</p>
            <For each={FORMS}>
              {(each) => (
                <Item
                  testid={`page-form-${each}`}
                  on={form() === each}
                  words={t(`text-rule.form.${each}`)}
                  note={each === "auto" ? t("text-rule.form.auto.note") : undefined}
                  onChoose={() => {
                    library.edit({ page_form: each });
                    close();
                    focusBack(button);
                  }}
                />
              )}
            </For>
          </Menu>
        )}
      </Show>
      <Show when={asksPath() && !props.hidden}>
        <TextPath
          desk={desk}
          under={button}
          close={(back) => {
            setAsksPath(false);
            if (back) focusBack(button);
          }}
        />
      </Show>
    </>
  );
}

function Item(props: { testid: string; on: boolean; words: string; note?: string | undefined; onChoose(): void }): JSX.Element {
  return (
    <button type="button" class="menu-choice" role="menuitemradio" tabIndex={-1} aria-checked={props.on} data-testid={props.testid} onClick={() => props.onChoose()}>
      <span class="menu-check" aria-hidden="true">
        <Show when={props.on}>
          <Check />
        </Show>
      </span>
      {props.words}
      <Show when={props.note}>{(note) => <span class="menu-note">{note()}</span>}</Show>
    </button>
  );
}

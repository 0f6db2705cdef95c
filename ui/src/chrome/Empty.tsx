// The page of a stream that has no session: the first words, or one sentence and the thing to press.

import { createMemo, For, Match, Show, Switch, type JSX } from "solid-js";
import { t, type Key } from "../i18n";
import type { Demo } from "../ipc/bindings";
import { asksPrompt } from "../model/prompts";
import type { Desk } from "./desk";
import { demoName } from "./desk";
import { LineNotice } from "./LineNotice";

/** The demos offered on the first page, and the keys that play them. Enter is that of the first, unless the demo that is
 *  chosen has a composer, which then has it. */
const OFFERED: readonly { key: string; press: string; about: Key }[] = [
  { key: "message", press: "1", about: "demo.message.about" },
  { key: "answers", press: "2", about: "demo.answers.about" },
  { key: "flaky", press: "3", about: "demo.flaky.about" },
];

/** Whether the first page is up: a demo is chosen and nothing has been connected yet. */
export function isFirstPage(desk: Desk): boolean {
  const id = desk.library.selectedId();
  return !desk.started() && id !== null && desk.library.kind(id) === "demo";
}

/** The demo that a key plays on the first page. Enter plays the one that is chosen. */
export function offeredBy(desk: Desk, press: string): Demo | null {
  const key = press === "Enter" ? chosen(desk) : OFFERED.find((each) => each.press === press)?.key;
  if (key === undefined) return null;
  return desk.library.demos.find((demo) => demo.key === key) ?? null;
}

function chosen(desk: Desk): string {
  const id = desk.library.selectedId();
  return desk.library.demos.find((demo) => demo.stream.id === id)?.key ?? "message";
}

export function play(desk: Desk, demo: Demo): void {
  desk.select(demo.stream.id);
  desk.connect();
}

export function Empty(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const refused = (): boolean => {
    const id = desk.library.selectedId();
    return id !== null && desk.live.refusal(id) !== null;
  };
  const address = (): string => desk.library.current()?.url.trim() ?? "";

  /** One sentence and the thing to press. */
  const ready = (): string => {
    const stream = desk.library.current();
    if (!stream || address() === "") return t("empty.new", { key: t("first.key.enter") });
    return t(desk.isReplay() ? "empty.tape" : "empty.ready", { name: desk.nameOf(stream) });
  };

  return (
    <div class="empty">
      <Switch>
        <Match when={refused()}>
          <div class="ready">
            <LineNotice desk={desk} />
          </div>
        </Match>
        <Match when={isFirstPage(desk)}>
          <First desk={desk} />
        </Match>
        <Match when={true}>
          <p class="ready">
            {ready()}
          </p>
        </Match>
      </Switch>
    </div>
  );
}

function First(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const composes = createMemo(() => desk.scene() === "typewriter" && asksPrompt(desk.library.current()));
  const keyOf = (press: string): string => (press === OFFERED[0]?.press && !composes() ? t("first.key.enter") : press);
  return (
    <div class="first">
      <h2>{t("first.headline")}</h2>
      <p>{t("first.text")}</p>
      <ul role="list">
        <For each={OFFERED}>
          {(offer) => (
            <Show when={desk.library.demos.find((demo) => demo.key === offer.key)}>
              {(demo) => (
                <li>
                  <button type="button" data-testid={`first-${offer.key}`} onClick={() => play(desk, demo())}>
                    <b>{demoName(demo())}</b>
                    <span>{t(offer.about)}</span>
                    <kbd>{keyOf(offer.press)}</kbd>
                  </button>
                </li>
              )}
            </Show>
          )}
        </For>
      </ul>
    </div>
  );
}

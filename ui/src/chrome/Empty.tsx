// The page of a stream that has no session: the first words, or one sentence and the thing to press.

import { For, Match, Show, Switch, type JSX } from "solid-js";
import { t, type Key } from "../i18n";
import type { Demo } from "../ipc/bindings";
import type { Desk } from "./desk";
import { demoName } from "./desk";
import { LineNotice } from "./LineNotice";

/** The demos offered on the first page, and the keys that play them. */
const OFFERED: readonly { key: string; press: string; about: Key }[] = [
  { key: "message", press: "Enter", about: "demo.message.about" },
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
  const offer = OFFERED.find((each) => each.press === press);
  if (!offer) return null;
  const key = press === "Enter" ? chosen(desk) : offer.key;
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
  return (
    <div class="first">
      <h2>{t("first.headline")}</h2>
      <p>{t("first.text")}</p>
      <ul>
        <For each={OFFERED}>
          {(offer) => (
            <Show when={desk.library.demos.find((demo) => demo.key === offer.key)}>
              {(demo) => (
                <li>
                  <button type="button" data-testid={`first-${offer.key}`} onClick={() => play(desk, demo())}>
                    <b>{demoName(demo())}</b>
                    <span>{t(offer.about)}</span>
                    <kbd>{offer.press === "Enter" ? t("first.key.enter") : offer.press}</kbd>
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

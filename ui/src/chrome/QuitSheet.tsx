// Asks before live sessions are ended with the app: which they are, and what of them is on no tape.

import { createMemo, createSignal, For, onCleanup, Show, type JSX } from "solid-js";
import { t, tn } from "../i18n";
import { asFailure } from "../model/failure";
import { isOver } from "../model/jobs";
import { tapeOf } from "../model/tapes";
import { isLive, type Desk } from "./desk";
import { Sheet } from "./Sheet";

export function QuitSheet(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { home, library, live, tapes } = desk;
  const [said, setSaid] = createSignal("");

  onCleanup(
    home.onCommand((id) => {
      if (id === "ask-quit") home.setSheet("quit");
    }),
  );

  const open = (): boolean => home.sheet() === "quit";
  const lives = createMemo(() => (open() ? library.ids().filter((id) => tapeOf(id) === null && isLive(desk.stateOf(id))) : []));

  function taped(id: string): boolean {
    const brief = live.brief(id);
    return brief?.recording === "on" && brief.untaped === 0;
  }
  const untaped = createMemo(() => lives().filter((id) => !taped(id)).length);
  const working = createMemo(() => (open() ? tapes.jobs.all().filter((work) => !isOver(work)).length : 0));

  function stay(): void {
    setSaid("");
    if (open()) home.setSheet(null);
  }

  async function quit(): Promise<void> {
    setSaid("");
    try {
      await home.calls.quit();
    } catch (reason) {
      // What the machine said about it stays in its own language.
      setSaid(t("sentences", { a: t("quit.failed"), b: asFailure(reason).message }).trim());
    }
  }

  return (
    <Sheet open={open()} class="small-sheet quit-sheet" testid="quit-sheet" label={t("quit.title")} onClose={stay}>
      <header class="opening-head">
        <h2>{lives().length > 0 ? tn("quit.live", lives().length) : t("quit.title")}</h2>
      </header>
      <div class="opening-body">
        <Show when={lives().length > 0} fallback={<p>{t("quit.none")}</p>}>
          <ul role="list" class="quit-list">
            <For each={lives()}>
              {(id) => (
                <li>
                  <span class="dot" data-state={desk.stateOf(id)} />
                  <span class="name">{nameOf(id)}</span>
                  <span class="side">{tn("quit.events", live.brief(id)?.events ?? 0)}</span>
                  <span class="side" classList={{ wrong: !taped(id) }}>
                    {t(taped(id) ? "record.on" : "quit.untaped")}
                  </span>
                </li>
              )}
            </For>
          </ul>
          <p class="opening-what" data-testid="quit-tapes" data-untaped={untaped()}>
            {untaped() === 0 ? tn("quit.kept", lives().length) : tn("quit.lost", untaped())}
          </p>
        </Show>
        <Show when={working() > 0}>
          <p class="opening-warn" data-testid="quit-work">
            {tn("quit.work", working())}
          </p>
        </Show>
      </div>
      <footer>
        <p role="status">{said()}</p>
        <button type="button" class="button small" data-testid="quit-stay" autofocus onClick={stay}>
          {t("quit.stay")}
        </button>
        <button type="button" class="button small primary" data-testid="quit-go" onClick={() => void quit()}>
          {t("quit.go")}
        </button>
      </footer>
    </Sheet>
  );

  function nameOf(id: string): string {
    const stream = library.stream(id);
    return stream ? desk.nameOf(stream) : id;
  }
}

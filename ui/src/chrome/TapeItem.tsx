// One tape in the sidebar. Its row plays it; a name that is typed, or a deletion to be confirmed, takes its place.

import { createMemo, Match, Show, Switch, type JSX } from "solid-js";
import { fmt, t, tn } from "../i18n";
import type { TapeInfo } from "../ipc/bindings";
import { figureOf, replayId, type Figure } from "../model/tapes";
import type { Desk } from "./desk";
import { Dots, Play } from "./icons";
import { Rename } from "./Rename";
import { TapeConfirm } from "./TapeConfirm";

interface Props {
  desk: Desk;
  tape: string;
  menuOpen: boolean;
  onMenu(at: HTMLElement | { x: number; y: number }): void;
  focus(): void;
}

export function TapeItem(props: Props): JSX.Element {
  const { desk } = props;
  const { tapes, live, library } = desk;
  const id = props.tape;

  const info = createMemo(() => tapes.find(id));
  const name = createMemo(() => info()?.name ?? "");
  const selected = (): boolean => library.selectedId() === replayId(id);
  const naming = createMemo(() => {
    const now = tapes.naming();
    return now?.tape === id && now.at === "sidebar" ? now : null;
  });
  const doomed = (): boolean => tapes.doomed()?.tape === id && tapes.doomed()?.at === "sidebar";
  const served = (): boolean => tapes.serving.of(id) !== null;
  const figure = createMemo(() => {
    const tape = info();
    return tape ? figureOf(tape, live.now()) : null;
  });

  return (
    <li
      class="stream-item tape-item"
      classList={{ selected: selected() }}
      data-testid="tape-item"
      data-id={replayId(id)}
      data-tape={id}
      data-name={name()}
      data-kept={info()?.kept ? "true" : "false"}
      onContextMenu={(event) => {
        event.preventDefault();
        event.stopPropagation();
        props.onMenu({ x: event.clientX, y: event.clientY });
      }}
    >
      <Switch
        fallback={
          <>
            <button
              type="button"
              class="open"
              tabIndex={selected() ? 0 : -1}
              aria-current={selected() ? "true" : undefined}
              onClick={(event) => {
                tapes.open(id);
                event.currentTarget.focus({ preventScroll: true });
              }}
            >
              <span class="glyph">
                <Play />
              </span>
              <span class="name" title={title(info())}>
                {name()}
              </span>
              <Show when={served()} fallback={<span class="side">{figureWords(figure())}</span>}>
                <span class="side served">{t("tapes.served")}</span>
              </Show>
            </button>
            <button
              type="button"
              class="more"
              tabIndex={selected() ? 0 : -1}
              aria-label={t("sidebar.more", { name: name() })}
              aria-haspopup="menu"
              aria-expanded={props.menuOpen}
              onClick={(event) => props.onMenu(event.currentTarget)}
            >
              <Dots />
            </button>
          </>
        }
      >
        <Match when={naming()}>
          {(now) => (
            <>
              <span class="glyph">
                <Play />
              </span>
              <Rename
                name={name()}
                label={t("tapes.name.label")}
                takesSame={now().keep}
                done={(next, byKey) => {
                  const keep = naming()?.keep;
                  if (keep === undefined) return;
                  tapes.setNaming(null);
                  // A tape is kept by an answer, not by looking away from the question.
                  if (next !== null && keep && byKey) tapes.keep(id, next);
                  else if (next !== null && !keep) tapes.rename(id, next);
                  if (byKey) queueMicrotask(() => props.focus());
                }}
              />
            </>
          )}
        </Match>
        <Match when={doomed() && info()}>
          {(tape) => <TapeConfirm desk={desk} tape={tape()} done={() => queueMicrotask(() => props.focus())} />}
        </Match>
      </Switch>
    </li>
  );
}

function figureWords(figure: Figure | null): string {
  switch (figure?.kind) {
    case "events":
      return fmt.count(figure.events);
    case "time":
      return fmt.time(figure.us);
    case "day":
      return fmt.dayShort(figure.us);
    case "year":
      return fmt.day(figure.us);
    default:
      return "";
  }
}

function title(tape: TapeInfo | null): string {
  if (!tape) return "";
  return `${tape.name}\n${tape.url}\n${tn("tapes.events", tape.events)} · ${fmt.bytes(tape.bytes)}`;
}

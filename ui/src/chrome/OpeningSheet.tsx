// What another program asks to open, before anything is connected: one thing at a time, the oldest first, and all of it
// shown. A tape of the list is opened at once, for that connects to nothing.

import { createEffect, createMemo, createSignal, Show, Switch, Match, type JSX } from "solid-js";
import { isKey, t } from "../i18n";
import type { Opening, OpeningKind } from "../ipc/bindings";
import { readAsked, type Address } from "../model/address";
import type { Desk } from "./desk";
import { Sheet } from "./Sheet";
import { Stranger } from "./Stranger";

type Of<K extends OpeningKind["kind"]> = Extract<OpeningKind, { kind: K }>;

/** `turn` puts the other sheets away, for the page is to be seen. */
export function OpeningSheet(props: { desk: Desk; turn(): void }): JSX.Element {
  const { home, tapes } = props.desk;
  const first = createMemo(() => home.openings()[0] ?? null);
  const waiting = createMemo(() => home.openings().filter(({ what }) => what.kind !== "listed").length);
  /** How many were answered since there were none. */
  const [answered, setAnswered] = createSignal(0);

  createEffect(() => {
    if (waiting() === 0) setAnswered(0);
  });

  createEffect(() => {
    const opening = first();
    if (opening?.what.kind !== "listed") return;
    const { tape } = opening.what;
    home.settle(opening);
    props.turn();
    tapes.open(tape);
  });

  function settle(opening: Opening): void {
    // A sheet that closes tells of it, and may have been answered before.
    if (!home.openings().includes(opening)) return;
    setAnswered(answered() + 1);
    home.settle(opening);
  }

  return (
    // Each has a sheet of its own, so that its answer cannot be taken for the next one's.
    <Show when={first()?.what.kind === "listed" ? null : first()} keyed>
      {(opening) => (
        <Question
          desk={props.desk}
          what={opening.what}
          count={answered() + waiting() > 1 ? t("opening.count", { n: answered() + 1, of: answered() + waiting() }) : ""}
          settle={() => settle(opening)}
          turn={() => props.turn()}
        />
      )}
    </Show>
  );
}

interface Asked {
  desk: Desk;
  count: string;
  settle(): void;
  turn(): void;
}

/** What is asked about has the focus, and no button: a key that was meant for something else answers nothing. */
function Question(props: Asked & { what: OpeningKind }): JSX.Element {
  const asked = (): Address | null => (props.what.kind === "stream" ? readAsked(props.what.url) : null);
  const refused = (): Of<"refused"> | null => {
    const { what } = props;
    if (what.kind === "refused") return what;
    return what.kind === "stream" && asked() === null ? { kind: "refused", given: what.url, code: "url" } : null;
  };
  return (
    <Sheet open class="small-sheet opening-sheet" testid="opening-sheet" label={t("opening.title")} onClose={() => props.settle()}>
      <Switch>
        <Match when={asked()} keyed>
          {(address) => <StreamAsked {...props} address={address} />}
        </Match>
        <Match when={props.what.kind === "tape" ? props.what : null} keyed>
          {(file) => <FileAsked {...props} path={file.path} />}
        </Match>
        <Match when={refused()} keyed>
          {(what) => <Refused {...props} what={what} />}
        </Match>
      </Switch>
    </Sheet>
  );
}

function StreamAsked(props: Asked & { address: Address }): JSX.Element {
  const { desk, address } = props;
  const { library } = desk;

  /** A stream of the list that has this address already. */
  const known = createMemo(() => {
    const id = library.ids().find((each) => readAsked(library.shown(library.stream(each)?.url ?? ""))?.href === address.href);
    return (id !== undefined && library.stream(id)) || null;
  });

  function add(): void {
    props.settle();
    props.turn();
    desk.setRequestOpen(false);
    library.create();
    desk.ask({ url: library.typed(address.href) });
  }

  return (
    <>
      <Head title={t("opening.stream")} count={props.count} />
      <div class="opening-body">
        <p class="opening-given mono selectable" data-testid="opening-url" dir="ltr" tabIndex={0} autofocus role="group" aria-label={t("address.label")}>
          <Stranger text={address.before} />
          <b>
            <Stranger text={address.host} />
          </b>
          <Stranger text={address.after} />
        </p>
        <Show when={address.named}>
          <p class="opening-warn">{t("open.named", { host: address.host })}</p>
        </Show>
        <p class="opening-what">{t("opening.stream.what", { host: address.host })}</p>
        <Show when={known()}>
          {(stream) => (
            <p class="opening-known">
              {t("opening.known", { name: desk.nameOf(stream()) })}{" "}
              <button
                type="button"
                class="quiet link"
                data-testid="opening-known"
                onClick={once(() => {
                  const { id } = stream();
                  props.settle();
                  props.turn();
                  desk.setRequestOpen(false);
                  library.select(id);
                })}
              >
                {t("opening.known.show")}
              </button>
            </p>
          )}
        </Show>
      </div>
      <footer>
        <Cancel words={t("opening.cancel")} settle={() => props.settle()} />
        <button type="button" class="button small" data-testid="opening-add" onClick={once(add)}>
          {t("opening.add")}
        </button>
        <button
          type="button"
          class="button small primary"
          data-testid="opening-connect"
          onClick={once(() => {
            add();
            desk.connect();
          })}
        >
          {t("opening.connect")}
        </button>
      </footer>
    </>
  );
}

function FileAsked(props: Asked & { path: string }): JSX.Element {
  const { path } = props;
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1;
  return (
    <>
      <Head title={t("opening.tape")} count={props.count} />
      <div class="opening-body">
        <p class="opening-given mono selectable" data-testid="opening-path" dir="ltr" tabIndex={0} autofocus role="group" aria-label={t("opening.file")}>
          <Stranger text={path.slice(0, at)} />
          <b>
            <Stranger text={path.slice(at)} />
          </b>
        </p>
        <p class="opening-what">{t("opening.tape.what")}</p>
      </div>
      <footer>
        <Cancel words={t("opening.cancel")} settle={() => props.settle()} />
        <button
          type="button"
          class="button small primary"
          data-testid="opening-open"
          onClick={once(() => {
            props.settle();
            props.turn();
            props.desk.tapes.openFile(path);
          })}
        >
          {t("opening.open")}
        </button>
      </footer>
    </>
  );
}

function Refused(props: Asked & { what: Of<"refused"> }): JSX.Element {
  const words = (part: "why" | "advice"): string => {
    const key = `opening.refused.${props.what.code}.${part}`;
    return isKey(key) ? t(key) : t(`opening.refused.kind.${part}`);
  };
  return (
    <>
      <Head title={t("opening.refused")} count={props.count} />
      <div class="opening-body">
        <p>{words("why")}</p>
        <p class="opening-given mono selectable" data-testid="opening-refused" dir="ltr" tabIndex={0} autofocus role="group" aria-label={t("opening.given")}>
          <Stranger text={props.what.given} />
        </p>
        <p class="opening-what">{words("advice")}</p>
      </div>
      <footer>
        <Cancel words={t("opening.close")} settle={() => props.settle()} />
      </footer>
    </>
  );
}

function Head(props: { title: string; count: string }): JSX.Element {
  return (
    <header class="opening-head">
      <h2>{props.title}</h2>
      <Show when={props.count}>
        <span data-testid="opening-count">{props.count}</span>
      </Show>
    </header>
  );
}

function Cancel(props: { words: string; settle(): void }): JSX.Element {
  return (
    <button type="button" class="button small" data-testid="opening-cancel" onClick={() => props.settle()}>
      {props.words}
    </button>
  );
}

/** The second click of a double-click is not an answer: what it meets may be the next question. */
function once(work: () => void): (event: MouseEvent) => void {
  return (event) => {
    if (event.detail < 2) work();
  };
}

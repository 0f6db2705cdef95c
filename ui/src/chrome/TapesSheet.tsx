// All tapes, on a sheet above the window: found by a word, ordered by a column, with what can be done with each.

import { createEffect, createMemo, createSignal, For, Show, type JSX } from "solid-js";
import { fmt, t, tn, type Key } from "../i18n";
import { figureOf, firstOrder, lengthUs, limitWords, matching, ordered, sums, type Column, type Order } from "../model/tapes";
import { isOver } from "../model/jobs";
import { copyText } from "../scenes/copy";
import { createNow } from "./beat";
import type { Desk } from "./desk";
import { failureWords } from "./failure";
import { Chevron, Dots, Play } from "./icons";
import { JobLine } from "./JobLines";
import { isComposing } from "./keys";
import { createLetters } from "./letters";
import { menuAt, type MenuAt } from "./Menu";
import { Rename } from "./Rename";
import { Sheet } from "./Sheet";
import { TapeConfirm } from "./TapeConfirm";
import { TapeMenu } from "./TapeMenu";

const COLUMNS: readonly Column[] = ["name", "url", "started", "length", "events", "bytes", "kept"];
/** Rows that are drawn at first, and then each time that more are wanted: an hour of small sessions makes thousands. */
const ROWS = 200;
/** Rows that End draws at most, on its way to the last: each press goes as far again. */
const ROWS_TO_END = 1_000;
/** Rows that Page Up and Page Down pass over: about those that are seen at once. */
const PAGE = 10;
const MIB = 1 << 20;

export function TapesSheet(props: { desk: Desk }): JSX.Element {
  const { tapes } = props.desk;
  return (
    <Sheet
      open={tapes.listOpen()}
      class="tapes-sheet"
      testid="tapes"
      label={t("tapes.title")}
      onClose={() => tapes.setListOpen(false)}
    >
      <List desk={props.desk} />
    </Sheet>
  );
}

function List(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const { tapes } = desk;
  const [text, setText] = createSignal("");
  const [order, setOrder] = createSignal<Order>(firstOrder("started"));
  const [rows, setRows] = createSignal(ROWS);
  const [menu, setMenu] = createSignal<MenuAt | null>(null);
  const [copied, setCopied] = createSignal(false);

  const all = createMemo(() => tapes.all().tapes);
  // Lengths of what is still recorded grow; the order is looked at anew when the list changes, not ten times a second.
  const found = createMemo(() => ordered(matching(all(), text()), order(), desk.live.now()));
  const ids = createMemo(() => found().slice(0, rows()).map((tape) => tape.id));
  const total = createMemo(() => sums(all()));
  const budget = (): number => tapes.settings().unsaved_mib * MIB;

  createEffect(() => {
    text();
    setRows(ROWS);
  });

  function sortBy(by: Column): void {
    setOrder((now) => (now.by === by ? { by, down: !now.down } : firstOrder(by)));
  }

  /** One row is a stop for Tab, as in a native list; arrows go on from there. */
  const [here, setHere] = createSignal<string | null>(null);
  const stop = createMemo(() => {
    const at = here();
    return at !== null && ids().includes(at) ? at : (ids()[0] ?? null);
  });
  const letters = createLetters();
  let body: HTMLTableSectionElement | undefined;

  function rowOf(target: EventTarget | null): string | null {
    return target instanceof Element ? (target.closest<HTMLElement>("[data-tape]")?.dataset["tape"] ?? null) : null;
  }

  function onRowKey(event: KeyboardEvent): void {
    const { target } = event;
    if (!(target instanceof HTMLElement) || !target.matches(".open, .more") || event.ctrlKey || event.metaKey || event.altKey) return;
    const id = rowOf(target);
    if (id === null) return;
    if (event.key === "End") setRows((n) => Math.max(n, Math.min(found().length, n + ROWS_TO_END)));
    const last = ids().length - 1;
    const at = ids().indexOf(id);
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      PageUp: at - PAGE,
      PageDown: at + PAGE,
      Home: 0,
      End: last,
    };
    const to = moves[event.key] ?? letters.key(event, ids().map((each) => tapes.find(each)?.name ?? ""), at);
    if (to !== null) focusRow(Math.min(last, Math.max(0, to)));
    else if (event.key === "Delete" && target.matches(".open")) {
      if (!event.repeat && tapes.find(id)?.session === null) tapes.setDoomed({ tape: id, at: "sheet" });
    } else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) setMenu(menuAt(id, target));
    else return;
    event.preventDefault();
  }

  function focusRow(at: number): void {
    // The keys go on where the rows that are drawn end.
    if (at >= rows() - 1) setRows((n) => n + ROWS);
    const row = body?.children[at];
    // A tape that cannot be opened has its menu.
    (row?.querySelector<HTMLElement>(".open:not(:disabled)") ?? row?.querySelector<HTMLElement>(".more"))?.focus();
  }

  return (
    <>
      <header class="sheet-head tools-head">
        <h2>{t("tapes.title")}</h2>
        <input
          class="field"
          type="search"
          data-testid="tapes-filter"
          spellcheck={false}
          autocomplete="off"
          aria-label={t("tapes.filter")}
          placeholder={t("tapes.filter")}
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "ArrowDown" || isComposing(event)) return;
            event.preventDefault();
            focusRow(0);
          }}
        />
        <button type="button" class="button small" data-testid="tapes-import" onClick={() => tapes.importFile()}>
          {t("tapes.import")}
        </button>
        <button
          type="button"
          class="button small"
          data-testid="tapes-settings"
          onClick={() => tapes.setSheet({ kind: "recording" })}
        >
          {t("record.settings")}
        </button>
      </header>
      <For each={tapes.jobs.all().filter((work) => work.kind === "import" && (!isOver(work) || work.failure))}>
        {(work) => <JobLine desk={desk} work={work} />}
      </For>
      <Show when={tapes.trouble()}>
        <p class="trouble" role="alert">
          {tapes.trouble()}
        </p>
      </Show>
      <div class="tapes-table">
        <Show
          when={found().length > 0}
          fallback={<p class="nothing">{all().length === 0 ? t("tapes.empty") : t("tapes.none-found", { text: text() })}</p>}
        >
          <table>
            <thead>
              <tr>
                <For each={COLUMNS}>
                  {(column) => (
                    <th
                      class={column}
                      aria-sort={order().by !== column ? "none" : order().down ? "descending" : "ascending"}
                    >
                      <button type="button" data-testid={`tapes-by-${column}`} onClick={() => sortBy(column)}>
                        {t(`tapes.by.${column}`)}
                        <Show when={order().by === column}>
                          <span class="way" classList={{ up: !order().down }}>
                            <Chevron />
                          </span>
                        </Show>
                      </button>
                    </th>
                  )}
                </For>
                <th class="tools">
                  <span class="hidden">{t("tapes.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody ref={body} onKeyDown={onRowKey} onFocusIn={(event) => setHere(rowOf(event.target))}>
              <For each={ids()}>
                {(id) => (
                  <Row desk={desk} tape={id} stop={stop() === id} menuOpen={menu()?.id === id} onMenu={(at) => setMenu(menuAt(id, at))} />
                )}
              </For>
            </tbody>
          </table>
          <Show when={found().length > rows()}>
            <button type="button" class="quiet more-rows" data-testid="tapes-more" onClick={() => setRows((n) => n + ROWS)}>
              {tn("tapes.more", found().length - rows())}
            </button>
          </Show>
        </Show>
      </div>
      <TapeMenu desk={desk} at={menu()} where="sheet" close={() => setMenu(null)} />
      <footer>
        <div class="sums">
          <meter
            class="budget"
            min={0}
            max={budget()}
            value={Math.min(total().unsaved, budget())}
            aria-label={t("tapes.budget.label")}
          />
          <p data-testid="tapes-total" data-bytes={String(tapes.all().bytes)}>
            {t("tapes.budget", { unsaved: fmt.bytes(total().unsaved), most: t("unit.gib", { n: limitWords(tapes.settings()).unsaved }), kept: fmt.bytes(total().kept) })}
          </p>
          <p class="folder">
            <span class="mono selectable" title={tapes.all().folder}>
              {tapes.all().folder}
            </span>
            <button
              type="button"
              class="quiet link"
              onClick={() => void copyText(tapes.all().folder).then(setCopied)}
              onBlur={() => setCopied(false)}
            >
              {t(copied() ? "inspector.copied" : "tapes.copy-path")}
            </button>
          </p>
        </div>
        <button type="button" class="button small primary" data-testid="tapes-done" onClick={() => tapes.setListOpen(false)}>
          {t("environments.done")}
        </button>
      </footer>
    </>
  );
}

interface RowProps {
  desk: Desk;
  tape: string;
  /** Whether Tab stops here. */
  stop: boolean;
  menuOpen: boolean;
  onMenu(at: HTMLElement | { x: number; y: number }): void;
}

function Row(props: RowProps): JSX.Element {
  const { desk } = props;
  const { tapes, live } = desk;
  const id = props.tape;
  let more: HTMLButtonElement | undefined;

  const info = createMemo(() => tapes.find(id));
  const name = (): string => info()?.name ?? "";
  const naming = createMemo(() => {
    const now = tapes.naming();
    return now?.tape === id && now.at === "sheet" ? now : null;
  });
  const doomed = (): boolean => tapes.doomed()?.tape === id && tapes.doomed()?.at === "sheet";
  const failure = createMemo(() => {
    const wrong = info()?.failure;
    return wrong ? failureWords(wrong, null) : null;
  });
  const recorded = createMemo(() => info()?.session != null);
  const now = createNow(live.now, recorded);
  /** Of the tape on show, what else is worth a word. */
  const word = createMemo((): Key | null => {
    const tape = info();
    if (!tape) return null;
    if (tape.session !== null) return "tapes.recorded-now";
    if (tapes.serving.of(id)) return "tapes.served";
    return tape.origin === "recorded" ? null : `tapes.origin.${tape.origin}`;
  });

  return (
    <Show when={info()}>
      {(tape) => (
        <tr
          data-testid="tape-row"
          data-tape={id}
          data-name={name()}
          data-kept={tape().kept ? "true" : "false"}
          onContextMenu={(event) => {
            event.preventDefault();
            event.stopPropagation();
            props.onMenu({ x: event.clientX, y: event.clientY });
          }}
        >
          <Show
            when={!doomed()}
            fallback={
              <td colSpan={8}>
                <span class="doomed">
                  <span class="name">{name()}</span>
                  <TapeConfirm desk={desk} tape={tape()} done={() => queueMicrotask(() => more?.focus())} />
                </span>
              </td>
            }
          >
            <td class="name">
              <Show
                when={naming()}
                fallback={
                  <button
                    type="button"
                    class="open"
                    tabIndex={props.stop ? 0 : -1}
                    disabled={failure() !== null}
                    title={name()}
                    onClick={() => tapes.open(id)}
                    onKeyDown={(event) => {
                      if (event.key !== "F2") return;
                      event.preventDefault();
                      tapes.setNaming({ tape: id, keep: false, at: "sheet" });
                    }}
                  >
                    <span class="glyph">
                      <Play />
                    </span>
                    <span class="words">{name()}</span>
                    <Show when={word()}>
                      {(key) => (
                        <span class="side" classList={{ live: recorded() }}>
                          {t(key())}
                        </span>
                      )}
                    </Show>
                  </button>
                }
              >
                {(asked) => (
                  <Rename
                    name={name()}
                    label={t("tapes.name.label")}
                    takesSame={asked().keep}
                    done={(next, byKey) => {
                      const keep = naming()?.keep;
                      if (keep === undefined) return;
                      tapes.setNaming(null);
                      if (next !== null && keep && byKey) tapes.keep(id, next);
                      else if (next !== null && !keep) tapes.rename(id, next);
                      if (byKey) queueMicrotask(() => more?.focus());
                    }}
                  />
                )}
              </Show>
            </td>
            <Show
              when={failure()}
              fallback={
                <>
                  <td class="url mono" title={tape().url}>
                    {desk.library.shown(tape().url)}
                  </td>
                  <td class="started">{when(tape(), now())}</td>
                  <td class="length">{fmt.ms(lengthUs(tape(), now()) / 1000)}</td>
                  <td class="events">{fmt.int(tape().events)}</td>
                </>
              }
            >
              {(wrong) => (
                <td class="wrong" colSpan={4} title={wrong().detail}>
                  <div>
                    <span class="said">
                      {wrong().title} <span>{wrong().advice}</span>
                    </span>
                    <Show when={tape().failure?.args["what"] === "damaged"}>
                      <button type="button" class="quiet link" data-testid="tape-recover-row" onClick={() => tapes.recover(id)}>
                        {t("tapes.recover")}
                      </button>
                    </Show>
                  </div>
                </td>
              )}
            </Show>
            <td class="bytes">{fmt.bytes(tape().bytes)}</td>
            <td class="kept">{tape().kept ? t("tapes.kept") : ""}</td>
            <td class="tools">
              <button
                type="button"
                class="more"
                tabIndex={props.stop ? 0 : -1}
                ref={more}
                aria-label={t("sidebar.more", { name: name() })}
                aria-haspopup="menu"
                aria-expanded={props.menuOpen}
                onClick={(event) => props.onMenu(event.currentTarget)}
              >
                <Dots />
              </button>
            </td>
          </Show>
        </tr>
      )}
    </Show>
  );
}

function when(tape: Parameters<typeof figureOf>[0], nowUs: number): string {
  const { kind, us } = figureOf({ ...tape, kept: false }, nowUs) as { kind: string; us: number };
  if (kind === "time") return fmt.time(us);
  return kind === "day" ? fmt.moment(us) : fmt.day(us);
}

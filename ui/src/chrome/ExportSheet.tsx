// What is exported, as what, and where to; then how far it has come. It goes on when the sheet is closed.

import { createMemo, createSignal, createUniqueId, For, Match, onCleanup, onMount, Show, Switch, type JSX } from "solid-js";
import { fmt, t, tn } from "../i18n";
import type { ExportFormat } from "../ipc/bindings";
import type { Work } from "../model/jobs";
import { rowsThere } from "../model/rows";
import { fileName } from "../model/tapes";
import { copyText } from "../scenes/copy";
import type { Desk } from "./desk";
import { FORMATS, found, meant, OF_SCENES, type FormatChoice } from "./export-formats";
import { failureWords } from "./failure";
import { Segmented } from "./Segmented";
import { createSaying, NOTHING } from "./saying";
import { Progress, Sheet } from "./Sheet";
import type { ExportSource } from "./tape-desk";

/** What else it can be exported as is asked this often, and so many times. */
const LOOK_MS = 400;
const LOOKS = 30;

/** The next export begins with what the last one was. */
let lastFormat: ExportFormat = "jsonl";

export function ExportSheet(props: { desk: Desk }): JSX.Element {
  const { tapes } = props.desk;
  const source = createMemo(() => {
    const sheet = tapes.sheet();
    return sheet?.kind === "export" ? sheet.source : null;
  });
  return (
    <Sheet
      open={source() !== null}
      class="small-sheet"
      testid="export"
      label={t("export.title.plain")}
      onClose={() => {
        if (source()) tapes.setSheet(null);
      }}
    >
      <Show when={source()} keyed>
        {(from) => <Export desk={props.desk} source={from} />}
      </Show>
    </Sheet>
  );
}

function Export(props: { desk: Desk; source: ExportSource }): JSX.Element {
  const { tapes, live } = props.desk;
  const { source } = props;
  const [what, setWhat] = createSignal<"all" | "shown">(source.view ? "shown" : "all");
  const [chosen, setChosen] = createSignal<ExportFormat>(lastFormat);
  const [fitting, setFitting] = createSignal<ReadonlySet<ExportFormat>>(meant(source.stream));
  const ofScenes = createMemo(() => (what() === "shown" ? [] : OF_SCENES.filter((each) => fitting().has(each.format))));
  const choices = (): readonly FormatChoice[] => [...FORMATS, ...ofScenes()];
  /** One that does not fit is none. */
  const format = (): ExportFormat => choices().find((each) => each.format === chosen())?.format ?? "jsonl";
  const begun = tapes.seenWork;
  const setBegun = tapes.setSeenWork;
  const [refused, setRefused] = createSaying();
  const group = createUniqueId();
  onCleanup(() => setBegun(null));
  let gone = false;
  onCleanup(() => (gone = true));
  onMount(() => void look());

  /** A long session is read bit by bit: it is looked at again until all of it has been, or for so many times. */
  async function look(): Promise<void> {
    for (let round = 0; round < LOOKS; round += 1) {
      if (gone || live.status()?.session !== source.session) return;
      const { has, done } = await found(live);
      setFitting((now) => new Set([...now, ...has]));
      if (done) return;
      await new Promise((next) => setTimeout(next, LOOK_MS));
    }
  }

  // While the session goes on, so do its figures and those of the filter.
  const now = createMemo(() => {
    const status = live.status();
    const shown = status?.session === source.session ? status : null;
    const view = shown ? live.view() : null;
    return {
      events: shown ? (shown.replay?.events ?? shown.events) : source.events,
      rows: rowsThere((view?.view === source.view?.view ? view : null) ?? source.view),
    };
  });

  const work = createMemo(() => {
    const id = begun();
    return id === null ? null : tapes.jobs.find(id);
  });

  async function begin(): Promise<void> {
    lastFormat = format();
    setRefused(NOTHING);
    const ending = choices().find((each) => each.format === format())?.ending ?? "txt";
    try {
      const path = await tapes.choosePath(`${fileName(source.name)}.${ending}`);
      if (path === null) return;
      const view = what() === "shown" ? (source.view?.view ?? null) : null;
      setBegun(tapes.jobs.exportTo({ session: source.session, view, format: format(), path }));
    } catch (reason) {
      setRefused(() => t("sentences", { a: t("export.choose-failed"), b: String((reason as { message?: string }).message ?? reason) }));
    }
  }

  /** It has been seen to its end: the line above the page need not say it again. */
  function close(): void {
    const now = work();
    if (now) tapes.jobs.dismiss(now.id);
    tapes.setSheet(null);
  }

  function again(id: number): void {
    tapes.jobs.dismiss(id);
    setBegun(null);
  }

  return (
    <>
      <header class="sheet-head">
        <h2>{t("export.title", { name: source.name })}</h2>
      </header>
      <Show
        when={work()}
        fallback={
          <div class="sheet-page">
            <Show when={source.view} fallback={<p class="what">{tn("export.all", now().events)}</p>}>
              <Segmented
                label={t("export.what")}
                testid="export-what"
                value={what()}
                options={[
                  ["shown", tn("export.shown", now().rows)],
                  ["all", tn("export.all", now().events)],
                ]}
                onChange={setWhat}
              />
            </Show>
            <Formats label={t("export.format")} group={group} choices={FORMATS} value={format()} onChange={setChosen} />
            <Show when={ofScenes().length > 0}>
              <h3 class="formats-more">{t("export.of-scenes")}</h3>
              <Formats label={t("export.of-scenes")} group={group} choices={ofScenes()} value={format()} onChange={setChosen} />
            </Show>
          </div>
        }
      >
        {(now) => (
          <div class="sheet-page">
            <ExportState work={now()} />
          </div>
        )}
      </Show>
      <footer>
        <Switch>
          <Match when={work() === null}>
            <p classList={{ wrong: refused() !== "" }} role="status">
              {refused()}
            </p>
            <button type="button" class="button small" onClick={close}>
              {t("request.cancel")}
            </button>
            <button type="button" class="button small primary" data-testid="export-start" onClick={() => void begin()}>
              {t("export.start")}
            </button>
          </Match>
          <Match when={work()?.stage === "running" && work()}>
            {(now) => (
              <>
                <p>{t("export.goes-on")}</p>
                <button type="button" class="button small" data-testid="export-cancel" onClick={() => tapes.jobs.cancel(now().id)}>
                  {t("request.cancel")}
                </button>
                <button type="button" class="button small primary" onClick={() => tapes.setSheet(null)}>
                  {t("export.close")}
                </button>
              </>
            )}
          </Match>
          <Match when={work()}>
            {(now) => (
              <>
                <p />
                <Show when={now().stage !== "done"}>
                  <button type="button" class="button small" data-testid="export-again" onClick={() => again(now().id)}>
                    {t("fail.again")}
                  </button>
                </Show>
                <button type="button" class="button small primary" data-testid="export-done" onClick={close}>
                  {t("environments.done")}
                </button>
              </>
            )}
          </Match>
        </Switch>
      </footer>
    </>
  );
}

function Formats(props: {
  label: string;
  group: string;
  choices: readonly FormatChoice[];
  value: ExportFormat;
  onChange(format: ExportFormat): void;
}): JSX.Element {
  return (
    <div class="formats" role="radiogroup" aria-label={props.label}>
      <For each={props.choices}>
        {({ format, ending }) => (
          <label>
            <input
              type="radio"
              name={props.group}
              data-testid={`export-${format}`}
              checked={props.value === format}
              onChange={() => props.onChange(format)}
            />
            <span class="format">
              <b>{t(`export.${format}`)}</b>
              <span>{t(`export.${format}.about`)}</span>
            </span>
            <span class="mono ending">.{ending}</span>
          </label>
        )}
      </For>
    </div>
  );
}

function ExportState(props: { work: Work }): JSX.Element {
  const [copied, setCopied] = createSignal(false);
  const failure = createMemo(() => (props.work.failure ? failureWords(props.work.failure, null) : null));
  return (
    <div data-testid="export-state" data-state={props.work.stage}>
      <Switch>
        <Match when={props.work.stage === "running"}>
          <Progress done={props.work.done} total={props.work.total} label={t("export.title.plain")} />
          <p class="figures">{exportFigures(props.work)}</p>
        </Match>
        <Match when={props.work.stage === "done"}>
          <p class="what">{tn("export.done", props.work.done, { size: fmt.bytes(props.work.bytes) })}</p>
          <div class="copied">
            <code class="mono selectable" data-testid="export-path">
              {props.work.path}
            </code>
            <button
              type="button"
              class="button small"
              onClick={() => void copyText(props.work.path).then(setCopied)}
              onBlur={() => setCopied(false)}
            >
              {t(copied() ? "inspector.copied" : "tapes.copy-path")}
            </button>
          </div>
        </Match>
        <Match when={props.work.stage === "cancelled"}>
          <p class="what">{t("export.cancelled")}</p>
        </Match>
        <Match when={failure()}>
          {(words) => (
            <div role="alert">
              <p class="what wrong">{words().title}</p>
              <p class="figures">{words().advice}</p>
              <Show when={words().detail}>{(detail) => <p class="mono figures selectable">{detail()}</p>}</Show>
            </div>
          )}
        </Match>
      </Switch>
    </div>
  );
}

export function exportFigures(work: Work): string {
  const size = fmt.bytes(work.bytes);
  return work.total > 0
    ? t("export.figures", { done: fmt.int(work.done), total: fmt.int(work.total), size })
    : t("export.figures.open", { size });
}

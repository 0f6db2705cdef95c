// Work on files that goes on, a line for each above the page; and what became of it, until it is put away.

import { createMemo, createSignal, For, Match, Show, Switch, type JSX } from "solid-js";
import { fmt, t, tn } from "../i18n";
import { isOver, type Work } from "../model/jobs";
import { copyText } from "../scenes/copy";
import type { Desk } from "./desk";
import { exportFigures } from "./ExportSheet";
import { failureWords } from "./failure";
import { Progress } from "./Sheet";

export function JobLines(props: { desk: Desk }): JSX.Element {
  const { jobs, seenWork } = props.desk.tapes;
  // By number: a line stays the same while its figures change.
  const ids = createMemo(() => jobs.all().flatMap(({ id }) => (id === seenWork() ? [] : [id])), [], { equals: (a, b) => String(a) === String(b) });
  // The newest alone, and no figures: those change five times a second.
  const said = createMemo(() => {
    const work = jobs.all().filter(({ id }) => id !== seenWork()).at(-1);
    return work ? heard(work) : "";
  });
  return (
    <>
      <For each={ids()}>{(id) => <Show when={jobs.find(id)}>{(work) => <JobLine desk={props.desk} work={work()} />}</Show>}</For>
      <span class="hidden" role="status" data-testid="job-said">
        {said()}
      </span>
    </>
  );
}

/** What is heard of a piece of work: that it has begun and how it ended. A failure is an alert of its own. */
function heard(work: Work): string {
  const exports = work.kind === "export";
  if (!isOver(work)) return t(exports ? "job.exporting" : "job.importing", { name: work.name });
  if (work.stage === "cancelled") return t("job.cancelled", { name: work.name });
  if (work.stage === "failed") return "";
  return exports ? tn("export.done", work.done, { size: fmt.bytes(work.bytes) }) : t("job.imported", { name: work.name });
}

export function JobLine(props: { desk: Desk; work: Work }): JSX.Element {
  const { jobs } = props.desk.tapes;
  const [copied, setCopied] = createSignal(false);
  const exports = (): boolean => props.work.kind === "export";
  const failure = createMemo(() => (props.work.failure ? failureWords(props.work.failure, null) : null));

  return (
    <div
      class="job-line"
      classList={{ wrong: props.work.stage === "failed" }}
      data-testid="job"
      data-kind={props.work.kind}
      data-state={props.work.stage}
    >
      <Switch>
        <Match when={!isOver(props.work)}>
          <p class="words">{t(exports() ? "job.exporting" : "job.importing", { name: props.work.name })}</p>
          <Progress done={props.work.done} total={props.work.total} label={props.work.name} />
          <p class="figures">{exports() ? exportFigures(props.work) : importFigures(props.work)}</p>
          <button type="button" class="quiet" data-testid="job-cancel" onClick={() => jobs.cancel(props.work.id)}>
            {t("request.cancel")}
          </button>
        </Match>
        <Match when={failure()}>
          {(words) => (
            <>
              <p class="words selectable" role="alert">
                <b>{t(exports() ? "job.export-failed" : "job.import-failed", { name: props.work.name })}</b>{" "}
                {t("sentences", { a: words().title, b: words().advice })}
                <Show when={words().detail}>{(detail) => <span class="mono"> {detail()}</span>}</Show>
              </p>
              <Dismiss jobs={jobs} work={props.work} />
            </>
          )}
        </Match>
        <Match when={props.work.stage === "cancelled"}>
          <p class="words">{t("job.cancelled", { name: props.work.name })}</p>
          <Dismiss jobs={jobs} work={props.work} />
        </Match>
        <Match when={props.work.stage === "done"}>
          <p class="words">
            {exports()
              ? tn("export.done", props.work.done, { size: fmt.bytes(props.work.bytes) })
              : t("job.imported", { name: props.work.name })}
          </p>
          <Show when={exports()}>
            <code class="mono selectable" title={props.work.path}>
              {props.work.path}
            </code>
            <button
              type="button"
              class="quiet link"
              onClick={() => void copyText(props.work.path).then(setCopied)}
              onBlur={() => setCopied(false)}
            >
              {t(copied() ? "inspector.copied" : "tapes.copy-path")}
            </button>
          </Show>
          <Show when={props.work.kind === "import" ? props.work.tape : null}>
            {(tape) => (
              <button
                type="button"
                class="quiet link"
                data-testid="job-open"
                onClick={() => {
                  const id = tape();
                  jobs.dismiss(props.work.id);
                  props.desk.tapes.open(id);
                }}
              >
                {t("job.open")}
              </button>
            )}
          </Show>
          <Dismiss jobs={jobs} work={props.work} />
        </Match>
      </Switch>
    </div>
  );
}

function Dismiss(props: { jobs: Desk["tapes"]["jobs"]; work: Work }): JSX.Element {
  return (
    <button type="button" class="quiet" data-testid="job-dismiss" onClick={() => props.jobs.dismiss(props.work.id)}>
      {t("notice.dismiss")}
    </button>
  );
}

function importFigures({ done, total, bytes }: Work): string {
  return total > 0 ? t("job.bytes", { done: fmt.bytes(done), total: fmt.bytes(total) }) : fmt.bytes(bytes);
}

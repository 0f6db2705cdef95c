// How a stream like the one on show is made: the shortest server and client, to copy.

import { createMemo, createSignal, For, Show, type JSX } from "solid-js";
import { t, type Key } from "../i18n";
import type { Demo } from "../ipc/bindings";
import { colours } from "../made/colours";
import { recipeOf, type Recipe } from "../made/recipes";
import { copyText } from "../scenes/copy";
import { demoName, type Desk } from "./desk";
import { Sheet } from "./Sheet";

/** Where uvicorn serves unless it is told otherwise. */
const ORIGIN = "http://127.0.0.1:8000";

interface Made {
  readonly demo: Demo;
  readonly recipe: Recipe;
}

function madeOf(desk: Desk): Made | null {
  const id = desk.library.selectedId();
  const demo = desk.library.demos.find((each) => each.stream.id === id);
  const recipe = demo ? recipeOf(demo.key) : null;
  return demo && recipe ? { demo, recipe } : null;
}

/** Opens the sheet; there is none for a stream that is not a demo. */
export function MadeButton(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  return (
    <Show when={madeOf(desk)}>
      <button
        type="button"
        class="quiet"
        data-testid="made-open"
        title={t("made.open.title")}
        aria-haspopup="dialog"
        onClick={() => desk.setMadeOpen(true)}
      >
        {t("made.open")}
      </button>
    </Show>
  );
}

export function MadeSheet(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const made = createMemo(() => (desk.madeOpen() ? madeOf(desk) : null));
  return (
    <Sheet
      open={made() !== null}
      class="made-sheet"
      testid="made"
      label={t("made.open")}
      onClose={() => desk.setMadeOpen(false)}
    >
      <Show when={made()} keyed>
        {({ demo, recipe }) => (
          <>
            <header class="sheet-head">
              <h2>{t("made.title", { name: demoName(demo) })}</h2>
              <p>{t("made.about")}</p>
            </header>
            <div class="made-panes">
              <Pane file="server.py" about={t(recipe.server)} code={recipe.serverCode} language="python" />
              <Pane file="client.html" about={t(recipe.page)} code={recipe.pageCode} language="page" />
            </div>
            <footer>
              <p class="selectable">
                <For each={runWords(recipe)}>{(part) => (part.code ? <code class="mono">{part.text}</code> : part.text)}</For>
              </p>
              <button type="button" class="button small primary" onClick={() => desk.setMadeOpen(false)}>
                {t("environments.done")}
              </button>
            </footer>
          </>
        )}
      </Show>
    </Sheet>
  );
}

/** The sentence that says how to run it, and which parts of it are code. */
function runWords(recipe: Recipe): { text: string; code: boolean }[] {
  const codes: Readonly<Record<string, string>> = {
    command: "uvicorn server:app",
    page: `${ORIGIN}/`,
    stream: ORIGIN + recipe.path,
  };
  const parts = t(recipe.post ? "made.run.post" : "made.run").split(/\{(\w+)\}/);
  return parts.map((part, i) => (i % 2 === 1 ? { text: codes[part] ?? part, code: true } : { text: part, code: false }));
}

function Pane(props: { file: string; about: string; code: string; language: "python" | "page" }): JSX.Element {
  const [copied, setCopied] = createSignal<boolean | null>(null);
  const said = (): Key => (copied() === null ? "inspector.copy" : copied() ? "inspector.copied" : "md.copy.failed");
  const name = `made-${props.file}`;
  return (
    <section class="made-pane">
      <div class="made-head">
        <h3 class="mono">{props.file}</h3>
        <button
          type="button"
          class="button small"
          data-testid={`copy-${props.file}`}
          aria-label={copied() === null ? t("made.copy", { file: props.file }) : t(said())}
          onClick={() => void copyText(props.code).then(setCopied)}
          onBlur={() => setCopied(null)}
        >
          {t(said())}
        </button>
        <span class="hidden" role="status">
          {copied() === null ? "" : t(said())}
        </span>
      </div>
      <p>{props.about}</p>
      <pre class="mono selectable" tabindex="0" role="region" aria-label={props.file} data-testid={name}>
        <For each={colours(props.code, props.language)}>
          {({ kind, text }) => (kind === "plain" ? text : <span class={`made-${kind}`}>{text}</span>)}
        </For>
      </pre>
    </section>
  );
}

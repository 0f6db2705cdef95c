// The body of the request: what it is, and a word on what it is sent as.

import { createMemo, Match, Show, Switch, type JSX } from "solid-js";
import { fmt, t } from "../i18n";
import { bodyChoice, type BodyChoice } from "../model/body";
import { jsonFault } from "../model/json-fault";
import { withNumbers } from "../model/placeholders";
import { isJson } from "../model/stream";
import { CodeField } from "./CodeField";
import type { Desk } from "./desk";
import { FormTable } from "./FormTable";
import { Segmented } from "./Segmented";
import { Variables } from "./Variables";

/** What each kind held, in each stream, before another was chosen; it outlives the panel. JSON and text are two words
 *  for one text. */
const kept = new Map<string, string>();

export function BodyField(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const stream = desk.library.current;
  const body = createMemo(() => stream()?.body ?? "");
  const choice = createMemo((): BodyChoice => bodyChoice(stream()));
  const place = (of: BodyChoice): string => `${of === "json" ? "text" : of} ${stream()?.id ?? ""}`;

  function choose(next: BodyChoice): void {
    const before = choice();
    if (before !== "none") kept.set(place(before), body());
    const body_kind = next === "none" ? "auto" : next;
    const held = next === "none" ? "" : (kept.get(place(next)) ?? "");
    desk.ask({ body: held === "" ? null : held, body_kind });
  }

  function write(text: string): void {
    const kind = choice();
    desk.ask({ body: text === "" ? null : text, body_kind: kind === "none" ? "auto" : kind });
  }

  const verdict = createMemo((): [tone: string, words: string] => {
    const text = body();
    switch (choice()) {
      case "none":
        return ["", t("request.body.empty")];
      case "json":
        return json(text);
      case "form":
        return ["", text === "" ? t("request.body.empty") : t("request.body.form.sent")];
      case "text":
        return ["", text === "" ? t("request.body.empty") : t("request.body.text.sent")];
      case "file":
        return ["", text === "" ? t("request.body.file.none") : t("request.body.file.sent")];
    }
  });

  return (
    <section class="body-block" aria-label={t("request.body")}>
      <h2>{t("request.body")}</h2>
      <Segmented<BodyChoice>
        label={t("request.body.kind")}
        testid="body-kind"
        value={choice()}
        options={[
          ["none", t("request.body.kind.none")],
          ["json", "JSON"],
          ["form", t("request.body.kind.form")],
          ["text", t("request.body.kind.text")],
          ["file", t("request.body.kind.file")],
        ]}
        onChange={choose}
      />
      <Switch>
        <Match when={choice() === "json" || choice() === "text"}>
          <CodeField
            value={body()}
            json={choice() === "json"}
            label={t("request.body.label")}
            describedBy="body-note"
            onInput={write}
          />
        </Match>
        <Match when={choice() === "form"}>
          <FormTable value={body()} onInput={write} />
        </Match>
        <Match when={choice() === "file"}>
          <FileField desk={desk} value={body()} onInput={write} />
        </Match>
      </Switch>
      <p class="body-note" id="body-note" data-testid="body-note">
        <span class={verdict()[0]}>{verdict()[1]}</span>
        <Show when={choice() !== "none"}>
          <Variables desk={desk} texts={[body()]} />
        </Show>
      </p>
    </section>
  );
}

function FileField(props: { desk: Desk; value: string; onInput(value: string): void }): JSX.Element {
  return (
    <div class="file-row">
      <input
        class="field code"
        data-testid="body-file"
        aria-label={t("request.body.file.label")}
        placeholder={t("request.body.file.label")}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <button
        type="button"
        class="button small"
        data-testid="body-file-choose"
        onClick={() => void props.desk.asking.chooseFile().then((path) => path !== null && props.onInput(path))}
      >
        {t("request.choose")}
      </button>
    </div>
  );
}

function json(text: string): [tone: string, words: string] {
  if (text.trim() === "") return ["", t("request.body.empty")];
  // A value that is still to come is taken for a number, which may stand wherever a value may.
  const checked = withNumbers(text);
  if (isJson(checked)) return ["good", t("request.body.json")];
  const fault = jsonFault(checked);
  const place = { line: fmt.int(fault?.line ?? 1), column: fmt.int(fault?.column ?? 1) };
  return ["wrong", t("request.body.json.bad", place)];
}

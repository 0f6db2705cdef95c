// The body of the request, with a word on what it is sent as.

import { createMemo, type JSX } from "solid-js";
import { fmt, t } from "../i18n";
import { jsonFault } from "../model/json-fault";
import { looksLikeJson, isJson } from "../model/stream";

interface Props {
  value: string;
  onInput(value: string): void;
}

export function BodyField(props: Props): JSX.Element {
  const verdict = createMemo((): [tone: string, words: string, sent: string] => {
    const text = props.value;
    if (text === "") return ["", t("request.body.empty"), ""];
    if (isJson(text)) return ["good", t("request.body.json"), t("request.body.json.sent")];
    const fault = looksLikeJson(text) ? jsonFault(text) : null;
    if (!fault) return ["", t("request.body.text"), t("request.body.text.sent")];
    const place = { line: fmt.int(fault.line), column: fmt.int(fault.column) };
    return ["wrong", t("request.body.json.bad", place), t("request.body.bad.sent")];
  });

  return (
    <>
      <textarea
        class="body-text"
        data-testid="body"
        aria-label={t("request.body.label")}
        aria-describedby="body-note"
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <p class="body-note" id="body-note">
        <span class={verdict()[0]}>{verdict()[1]}</span>
        <span>{verdict()[2]}</span>
      </p>
    </>
  );
}

// A field for text of several lines, with the colours of JSON where it is JSON. The colours lie under the
// text field, in the same place letter by letter.

import { createMemo, Index, Show, type JSX } from "solid-js";
import { jsonTokens } from "../model/json-tokens";

/** Past this, colouring every keystroke would be felt. */
const COLOURED_CHARS = 8_000;

interface Props {
  value: string;
  label: string;
  json: boolean;
  describedBy: string;
  onInput(value: string): void;
}

export function CodeField(props: Props): JSX.Element {
  const coloured = createMemo(() => props.json && props.value.length <= COLOURED_CHARS);
  return (
    <div class="code-field" classList={{ coloured: coloured() }}>
      <pre aria-hidden="true">
        <Show when={coloured()} fallback={props.value}>
          <Index each={jsonTokens(props.value)}>{(token) => <span class={token().kind}>{token().text}</span>}</Index>
        </Show>
        {/* The last line counts also while it is empty. */}
        {"\n"}
      </pre>
      <textarea
        data-testid="body"
        aria-label={props.label}
        aria-describedby={props.describedBy}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </div>
  );
}

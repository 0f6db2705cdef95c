// The request as a command line of curl: taken from one, and given as one.

import { createSignal, onCleanup, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Desk } from "./desk";
import { isComposing } from "./keys";

/** The same in every language. */
const EXAMPLE = "curl -N https://api.example.com/v1/stream -H 'Authorization: Bearer …'";

export function Curl(props: { desk: Desk }): JSX.Element {
  const { asking } = props.desk;
  const { pasting: open, setPasting: setOpen } = asking;
  const [text, setText] = createSignal("");
  const [copied, setCopied] = createSignal(false);
  let opener!: HTMLButtonElement;
  onCleanup(() => setOpen(false));

  function begin(area: HTMLTextAreaElement): void {
    queueMicrotask(() => {
      area.focus();
      area.parentElement?.scrollIntoView({ block: "nearest" });
    });
  }

  function close(): void {
    setOpen(false);
    setText("");
    opener.focus();
  }

  async function take(from: string): Promise<void> {
    if (await asking.pasteCurl(from)) close();
  }

  return (
    <div class="curl">
      <Show when={open()}>
        <div class="curl-paste">
          <textarea
            ref={begin}
            class="field code"
            data-testid="curl-text"
            aria-label={t("request.curl.label")}
            placeholder={EXAMPLE}
            rows={4}
            spellcheck={false}
            autocomplete="off"
            autocapitalize="off"
            value={text()}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (isComposing(event)) return;
              if (event.key === "Escape") {
                event.stopPropagation();
                event.preventDefault();
                close();
              } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
                // Else it would connect.
                event.stopPropagation();
                event.preventDefault();
                void take(text());
              }
            }}
          />
          <div class="actions">
            <button
              type="button"
              class="button small"
              data-testid="curl-fill"
              disabled={text().trim() === ""}
              onClick={() => void take(text())}
            >
              {t("request.curl.fill")}
            </button>
            <button type="button" class="button small" onClick={close}>
              {t("request.cancel")}
            </button>
            <p>{t("request.curl.note")}</p>
          </div>
        </div>
      </Show>
      <div class="actions">
        <button
          ref={opener}
          type="button"
          class="button"
          data-testid="paste-curl"
          aria-expanded={open()}
          onClick={() => (open() ? close() : setOpen(true))}
        >
          {t("request.curl.paste")}
        </button>
        <button
          type="button"
          class="button"
          data-testid="copy-curl"
          onClick={() => void asking.copyCurl().then(setCopied)}
          onBlur={() => setCopied(false)}
        >
          {t(copied() ? "inspector.copied" : "request.curl.copy")}
        </button>
      </div>
    </div>
  );
}

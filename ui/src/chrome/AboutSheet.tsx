// What this program is, and what helps to find a fault in it.

import { createResource, createSignal, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import { copyText } from "../scenes/copy";
import type { Desk } from "./desk";
import { Mark } from "./icons";
import { Sheet } from "./Sheet";

export function AboutSheet(props: { desk: Desk }): JSX.Element {
  const { home } = props.desk;
  const open = (): boolean => home.sheet() === "about";
  return (
    <Sheet
      open={open()}
      class="small-sheet about-sheet"
      testid="about-sheet"
      label={t("about.title")}
      onClose={() => {
        if (open()) home.setSheet(null);
      }}
    >
      <About desk={props.desk} />
    </Sheet>
  );
}

function About(props: { desk: Desk }): JSX.Element {
  const { home, hello } = props.desk;
  const [diagnostics] = createResource(() => home.calls.diagnostics().catch(() => null));
  const [copied, setCopied] = createSignal<boolean | null>(null);
  const said = (): string => (copied() === null ? "" : t(copied() ? "about.copied" : "about.not-copied"));

  return (
    <>
      <div class="sheet-page">
        <header class="about-head">
          <Mark px={52} />
          <div>
            <h2>{t("app.name")}</h2>
            <p>{t("about.version", { version: hello.version })}</p>
          </div>
        </header>
        <p class="about-what">{t("about.what")}</p>
        <p class="about-licence">{t("about.licence")}</p>
        <h3>{t("about.diagnostics")}</h3>
        <pre class="about-diagnostics mono selectable" tabindex="0" role="region" aria-label={t("about.diagnostics")} data-testid="diagnostics">
          {diagnostics.loading ? "" : (diagnostics() ?? t("about.diagnostics.failed"))}
        </pre>
        <p class="about-note">{t("about.diagnostics.note")}</p>
      </div>
      <footer>
        <p classList={{ wrong: copied() === false }} role="status">
          {said()}
        </p>
        <Show when={diagnostics()}>
          {(text) => (
            <button
              type="button"
              class="button small"
              data-testid="copy-diagnostics"
              onClick={() => void copyText(text()).then(setCopied)}
              onBlur={() => setCopied(null)}
            >
              {t("about.copy")}
            </button>
          )}
        </Show>
        <button type="button" class="button small primary" data-testid="about-done" autofocus onClick={() => home.setSheet(null)}>
          {t("environments.done")}
        </button>
      </footer>
    </>
  );
}

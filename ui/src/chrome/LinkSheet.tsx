// Before an address is opened outside, all of it is shown: the host as it will be asked for, and what only looks like it.

import { createMemo, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import { readAddress } from "../model/address";
import { asFailure } from "../model/failure";
import { copyText } from "../scenes/copy";
import type { Desk } from "./desk";
import { createSaying, NOTHING } from "./saying";
import { Sheet } from "./Sheet";

export function LinkSheet(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const address = createMemo(() => {
    const href = desk.leaving();
    return href === null ? null : readAddress(href);
  });
  const [said, setSaid] = createSaying();

  function close(): void {
    setSaid(NOTHING);
    void desk.leave(false);
  }

  async function open(): Promise<void> {
    setSaid(NOTHING);
    try {
      await desk.leave(true);
    } catch (reason) {
      // What the machine said about it stays in its own language.
      setSaid(() => t("sentences", { a: t("open.failed"), b: asFailure(reason).args["detail"] ?? "" }).trim());
    }
  }

  async function copy(href: string): Promise<void> {
    const copied = await copyText(href);
    setSaid(() => t(copied ? "open.copied" : "open.not-copied"));
  }

  return (
    <Sheet open={address() !== null} class="link-sheet" testid="link-sheet" label={t("open.title")} onClose={close}>
      <Show when={address()}>
        {(to) => (
          <>
            <div class="link-body">
              <h2>{t(to().href.startsWith("mailto:") ? "open.mail" : "open.web")}</h2>
              <p class="link-address mono selectable" data-testid="link-address" dir="ltr">
                <span>{to().before}</span>
                <b>{to().host}</b>
                <span>{to().after}</span>
              </p>
              <Show when={to().named}>
                <p class="link-warn">{t("open.named", { host: to().host })}</p>
              </Show>
            </div>
            <footer>
              <p role="status">{said()}</p>
              <button type="button" class="button small" data-testid="link-cancel" autofocus onClick={close}>
                {t("open.cancel")}
              </button>
              <button type="button" class="button small" data-testid="link-copy" onClick={() => void copy(to().href)}>
                {t("open.copy")}
              </button>
              <button type="button" class="button small primary" data-testid="link-open" onClick={() => void open()}>
                {t("open.open")}
              </button>
            </footer>
          </>
        )}
      </Show>
    </Sheet>
  );
}

// Words of the program to the user, above the page, until they are put away.

import { For, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Desk } from "./desk";

export function NoticeBar(props: { desk: Desk }): JSX.Element {
  return (
    <div role="status">
      <For each={props.desk.notices()}>
        {(words) => (
          <div class="notice-bar" data-testid="notice">
            <p class="selectable">{words}</p>
            <button type="button" class="quiet" onClick={() => props.desk.dismiss(words)}>
              {t("notice.dismiss")}
            </button>
          </div>
        )}
      </For>
    </div>
  );
}

// Words of the program to the user, above the page, until they are put away; and the work that goes on.

import { For, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Desk } from "./desk";
import { JobLines } from "./JobLines";

export function NoticeBar(props: { desk: Desk }): JSX.Element {
  return (
    // One box: the window has one row for it, however much there is to say.
    <div class="above-page">
      <div role="status">
        <For each={props.desk.notices()}>
          {(notice) => (
            <div class="notice-bar" data-testid="notice">
              <div class="selectable">
                <p>{notice.words}</p>
                <Show when={notice.detail}>{(detail) => <p class="mono">{detail()}</p>}</Show>
              </div>
              <button type="button" class="quiet" onClick={() => props.desk.dismiss(notice)}>
                {t("notice.dismiss")}
              </button>
            </div>
          )}
        </For>
      </div>
      <JobLines desk={props.desk} />
    </div>
  );
}

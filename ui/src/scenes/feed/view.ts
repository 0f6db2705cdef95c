// The elements that the feed stands on.

import { t } from "../../i18n";
import { el, setText } from "../dom";

export interface View {
  readonly element: HTMLElement;
  readonly scroller: HTMLElement;
  readonly pill: HTMLButtonElement;
  readonly empty: HTMLElement;
  readonly list: HTMLElement;
  /** What is below the last card: what is not kept. */
  readonly start: HTMLElement;
  readonly foot: HTMLElement;
  readonly actions: HTMLButtonElement;
  readonly markRead: HTMLButtonElement;
  readonly spoken: HTMLElement;
}

export function createView(): View {
  const element = el("section", "feed");
  const scroller = el("div", "feed-scroll", { tabindex: "0", role: "region", "aria-label": t("feed.label") });
  const column = el("div", "feed-page");
  const pill = el("button", "feed-pill", { type: "button", "data-testid": "feed-new" });
  const empty = el("p", "feed-empty");
  const list = el("div", "feed-list", { "data-testid": "feed" });
  const start = el("p", "feed-start");
  const foot = el("div", "feed-foot");
  const actions = el("button", "quiet", { type: "button", "data-testid": "feed-actions" });
  const markRead = el("button", "quiet", { type: "button", "data-testid": "feed-mark-read" });
  const spoken = el("p", "hidden", { "aria-live": "polite" });
  setText(markRead, t("feed.mark-read"));
  for (const node of [pill, empty, start, actions, markRead]) node.hidden = true;
  // What the line has to say stands where the newest comes.
  column.append(foot, empty, list, start);
  scroller.append(column);
  element.append(scroller, pill, spoken);
  return { element, scroller, pill, empty, list, start, foot, actions, markRead, spoken };
}

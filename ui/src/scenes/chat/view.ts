// The elements that the chat stands on.

import { t } from "../../i18n";
import { el, setText } from "../dom";

export interface View {
  readonly element: HTMLElement;
  readonly scroller: HTMLElement;
  /** What is above the first row: what is not kept, or that nothing has come. */
  readonly start: HTMLElement;
  readonly empty: HTMLElement;
  readonly rows: HTMLElement;
  readonly pending: HTMLElement;
  readonly typing: HTMLElement;
  readonly foot: HTMLElement;
  readonly jump: HTMLButtonElement;
  readonly follow: HTMLButtonElement;
  /** What a screen reader is told of what comes. */
  readonly spoken: HTMLElement;
}

export function createView(): View {
  const element = el("section", "chat");
  const scroller = el("div", "chat-scroll", { tabindex: "0", role: "region", "aria-label": t("chat.label") });
  const column = el("div", "chat-page");
  const start = el("p", "chat-start");
  const empty = el("p", "chat-empty");
  // Older rows come into it too, which nobody wants read: what is new is told apart.
  const rows = el("div", "chat-rows", { "data-testid": "chat", role: "log", "aria-live": "off", "aria-label": t("chat.log") });
  const pending = el("div", "chat-pending");
  const typing = el("p", "chat-typing", { "data-testid": "chat-typing" });
  const foot = el("div", "chat-foot");
  const jump = el("button", "jump", { type: "button" });
  const follow = el("button", "quiet", { type: "button", "data-testid": "chat-follow" });
  const spoken = el("p", "hidden", { "aria-live": "polite" });
  for (const node of [start, empty, typing, jump]) node.hidden = true;
  setText(follow, t("follow.on"));
  column.append(start, empty, rows, pending, typing, foot);
  scroller.append(column);
  element.append(scroller, jump, spoken);
  return { element, scroller, start, empty, rows, pending, typing, foot, jump, follow, spoken };
}

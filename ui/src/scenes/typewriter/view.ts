// The elements that the typewriter stands on.

import { withKeys } from "../../chrome/commands/keymap";
import { t } from "../../i18n";
import { el, setText } from "../dom";

export interface View {
  readonly element: HTMLElement;
  readonly scroller: HTMLElement;
  /** Words above the text: what is not there any more. */
  readonly older: HTMLElement;
  /** The text and nothing else. */
  readonly text: HTMLElement;
  readonly foot: HTMLElement;
  readonly jump: HTMLButtonElement;
  /** What a screen reader is told; the text itself would be read letter by letter. */
  readonly spoken: HTMLElement;
}

export function createView(): View {
  const element = el("section", "tw");
  const scroller = el("div", "tw-scroll", { tabindex: "0", role: "region", "aria-label": t("typewriter.label") });
  const column = el("div", "tw-page");
  const older = el("p", "tw-older");
  const text = el("div", "tw-text selectable", {
    "data-testid": "typewriter",
    role: "log",
    "aria-live": "off",
    "aria-label": t("typewriter.text"),
  });
  const foot = el("div", "tw-foot");
  const jump = el("button", "jump", { type: "button" });
  const spoken = el("p", "hidden", { role: "status" });
  setText(jump, t("jump.newest"));
  jump.title = withKeys(t("jump.newest"), "newest");
  jump.hidden = true;
  older.hidden = true;
  column.append(older, text, foot);
  scroller.append(column);
  element.append(scroller, jump, spoken);
  return { element, scroller, older, text, foot, jump, spoken };
}

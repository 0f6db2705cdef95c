// The events scene: the table of entries, and beside it the inspector of the one that is selected.

import { forget, schedule, type Drawable } from "../../frame";
import { t } from "../../i18n";
import type { Live } from "../../model/api";
import type { Scene } from "../scene";
import { Disposal, el, setText } from "../dom";
import { Inspector } from "./inspector";
import { Table } from "./table";

export interface EventsScene extends Scene {
  /** Selects an entry and brings it into view. */
  jump(pos: number): void;
}

export interface EventsOptions {
  /** Where the scene puts its tools, right of the tabs; without it they stand over the table. */
  readonly tools?: HTMLElement;
}

export function createEvents(live: Live, options: EventsOptions = {}): EventsScene {
  const element = el("section", "ev");
  const left = el("div", "ev-left");
  const foot = el("div", "ev-foot");
  const empty = el("p", "ev-empty");
  const jump = el("button", "jump", { type: "button" });
  const tool = el("button", "quiet ev-follow", { type: "button" });
  setText(jump, t("jump.newest"));
  setText(empty, t("events.empty"));
  jump.hidden = true;

  const inspector = new Inspector(live, () => {
    table.select(null, false);
    table.element.focus({ preventScroll: true });
  });
  const table = new Table(live, {
    dirty: () => schedule(drawable),
    selected(pos) {
      if (pos === null) inspector.hide();
      else inspector.show(pos);
    },
    entered: () => inspector.element.focus(),
  });

  let visible = false;
  const drawable: Drawable = {
    draw(_now, unseen) {
      if (!visible || unseen) return visible;
      table.draw();
      jump.hidden = !table.scrolls;
      empty.hidden = (live.status()?.end_pos ?? 0) > 0;
      setText(tool, t(table.following ? "follow.on" : "follow.off"));
      tool.setAttribute("aria-pressed", String(table.following));
      return false;
    },
  };

  const disposal = new Disposal();
  disposal.add(live.onChange(() => schedule(drawable)));
  disposal.listen(jump, "click", () => table.follow(true));
  disposal.listen(tool, "click", () => table.follow(!table.following));
  disposal.listen(inspector.element, "keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    table.select(null, false);
    table.element.focus({ preventScroll: true });
  });
  const onVisibility = (): void => schedule(drawable);
  document.addEventListener("visibilitychange", onVisibility);
  disposal.add(() => document.removeEventListener("visibilitychange", onVisibility));

  const stage = el("div", "ev-stage");
  stage.append(table.element, empty, jump);
  left.append(stage, foot);
  if (options.tools) options.tools.append(tool);
  else stage.append(tool);
  element.append(left, inspector.element);

  return {
    element,
    foot,
    jump: (pos) => table.select(pos, true),
    show() {
      visible = true;
      tool.hidden = false;
      schedule(drawable);
    },
    hide() {
      visible = false;
      tool.hidden = true;
    },
    dispose() {
      disposal.end();
      table.dispose();
      tool.remove();
      forget(drawable);
      element.remove();
    },
  };
}

// The wire scene: what was sent, what was answered and every chunk as it came, and beside it what that tells.

import { withKeys } from "../../chrome/commands/keymap";
import { forget, schedule, type Drawable } from "../../frame";
import { fmt, t } from "../../i18n";
import type { WireForm } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import { copyText } from "../copy";
import { Disposal, el, setAttribute, setText } from "../dom";
import type { Scene } from "../scene";
import { hintsOf } from "./exchange";
import type { Asked, Remedy } from "./findings";
import { WireList } from "./list";
import { Why } from "./why";

export interface WireScene extends Scene {
  /** Brings into view what had come when an entry of the log did. */
  jump(pos: number): void;
}

export interface WireOptions {
  /** Where the scene puts its tools, right of the tabs. */
  readonly tools: HTMLElement;
  /** Does what a finding advises. */
  readonly remedies: Readonly<Record<Remedy, () => void>>;
  /** Who asks for compression. */
  readonly asked: () => Asked;
}

const FORMS: readonly WireForm[] = ["text", "hex"];
const SAID_MS = 2_400;

export function createWire(live: Live, { tools, remedies, asked }: WireOptions): WireScene {
  const element = el("section", "wi");
  const left = el("div", "wi-left");
  const stage = el("div", "wi-stage");
  const foot = el("div", "wi-foot");
  const empty = el("p", "wi-empty");
  const jump = el("button", "jump", { type: "button" });
  setText(jump, t("jump.newest"));
  jump.title = withKeys(t("jump.newest"), "newest");
  setText(empty, t("wire.waiting"));
  jump.hidden = true;

  let visible = false;
  const dirty = (): void => {
    if (visible) schedule(drawable);
  };
  const list = new WireList(live, hintsOf([]), dirty);
  const why = new Why(live, {
    asked,
    found: (findings) => list.setHints(hintsOf(findings)),
    show(no) {
      list.reveal(no);
      list.element.focus({ preventScroll: true });
    },
    remedy: (remedy) => remedies[remedy](),
  });
  const drawable: Drawable = {
    draw(_now, unseen) {
      if (!visible || unseen) return visible;
      list.draw();
      jump.hidden = !list.scrolls;
      empty.hidden = (live.status()?.wire.end ?? 0) > 0;
      return false;
    },
  };

  const forms = el("span", "wi-forms", { role: "group", "aria-label": t("wire.form") });
  const buttons = FORMS.map((form) => {
    const button = el("button", "quiet", { type: "button", "data-testid": "wire-form", "data-value": form });
    setText(button, t(`wire.form.${form}`));
    button.addEventListener("click", () => choose(form));
    forms.append(button);
    return button;
  });
  function choose(form: WireForm): void {
    list.setForm(form);
    element.dataset["form"] = form;
    buttons.forEach((button, at) => setAttribute(button, "aria-pressed", String(FORMS[at] === form)));
  }
  choose("text");

  const copy = el("button", "quiet", { type: "button", "data-testid": "wire-copy" });
  setText(copy, t("wire.copy"));
  const copied = el("span", "hidden", { role: "status" });
  copy.addEventListener("click", () => void copyRaw());
  let saying: ReturnType<typeof setTimeout> | null = null;
  async function copyRaw(): Promise<void> {
    const asked = live.wireRaw();
    const done = await copyText(asked.then((raw) => (raw && raw.bytes > 0 ? raw.text : Promise.reject(new Error("nothing to copy")))));
    const raw = await asked;
    const size = fmt.bytes(raw?.bytes ?? 0);
    let words = t("inspector.not-copied");
    if (!raw || raw.bytes === 0) words = t("wire.copied.none");
    else if (done) words = raw.left_out > 0 ? t("wire.copied.part", { size, left: fmt.bytes(raw.left_out) }) : t("wire.copied", { size });
    setText(copy, words);
    setText(copied, words);
    if (saying !== null) clearTimeout(saying);
    saying = setTimeout(() => {
      setText(copy, t("wire.copy"));
      setText(copied, "");
    }, SAID_MS);
  }
  const tool = el("div", "wi-tools");
  tool.append(forms, copy, copied);
  tools.append(tool);

  const disposal = new Disposal();
  disposal.add(
    live.onChange(() => {
      dirty();
      why.changed();
    }),
  );
  disposal.listen(jump, "click", () => {
    list.follow();
    list.element.focus({ preventScroll: true });
  });
  document.addEventListener("visibilitychange", dirty);
  disposal.add(() => document.removeEventListener("visibilitychange", dirty));
  void document.fonts.ready.then(() => list.remeasure());

  stage.append(list.element, empty, jump);
  left.append(stage, foot);
  element.append(left, why.element);

  return {
    element,
    foot,
    newest: () => list.follow(),
    jump(pos) {
      void live.entry(pos, 0).then((entry) => entry && list.revealAt(entry.row.at_us));
    },
    place: () => list.place,
    resume(place) {
      choose(place.form ?? "text");
      list.resume(place);
    },
    show() {
      visible = true;
      tool.hidden = false;
      schedule(drawable);
      why.visible(true);
    },
    hide() {
      visible = false;
      tool.hidden = true;
      why.visible(false);
    },
    dispose() {
      disposal.end();
      if (saying !== null) clearTimeout(saying);
      list.dispose();
      why.dispose();
      tool.remove();
      forget(drawable);
      element.remove();
    },
  };
}

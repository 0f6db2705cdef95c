// "Go to…": a field over the table that takes the number of an event or a time.

import { isComposing } from "../../chrome/keys";
import { t } from "../../i18n";
import type { Live } from "../../model/api";
import { Disposal, el, setText } from "../dom";
import { readGoal, targetOf } from "./target";

export interface GoToEvents {
  /** An entry was found, in this row. */
  go(pos: number, row: number): void;
  leave(): void;
}

export class GoTo {
  readonly element = el("form", "ev-goto", { role: "search" });
  readonly #field = el("input", "ev-input", { type: "text", "data-testid": "go-to", spellcheck: "false", autocomplete: "off" });
  readonly #said = el("p", "ev-goto-said", { role: "status" });
  readonly #live: Live;
  readonly #events: GoToEvents;
  readonly #disposal = new Disposal();
  #asked = 0;

  constructor(live: Live, events: GoToEvents) {
    this.#live = live;
    this.#events = events;
    this.#field.placeholder = t("goto.placeholder");
    this.#field.setAttribute("aria-label", t("goto.title"));
    this.#said.hidden = true;
    this.element.append(this.#field, this.#said);
    this.element.hidden = true;
    const on = this.#disposal;
    on.listen(this.element, "submit", (event) => {
      event.preventDefault();
      void this.#go();
    });
    on.listen(this.#field, "input", () => this.#say(""));
    on.listen(this.element, "keydown", (event) => {
      if (event.key !== "Escape" || isComposing(event)) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
      events.leave();
    });
    on.listen(this.element, "focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && this.element.contains(event.relatedTarget))) this.close();
    });
  }

  open(): void {
    this.element.hidden = false;
    this.#field.focus();
    this.#field.select();
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  close(): void {
    this.#asked += 1;
    this.#say("");
    this.element.hidden = true;
  }

  dispose(): void {
    this.#disposal.end();
  }

  async #go(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    const goal = readGoal(this.#field.value);
    const status = this.#live.status();
    if (!goal) this.#say(t("goto.unread"));
    else if (!status) this.#say(t("goto.none"));
    else {
      const said = await this.#find(goal, status, () => asked === this.#asked);
      if (asked !== this.#asked) return;
      if (said !== null) this.#say(said);
      else {
        this.close();
        this.#events.leave();
      }
    }
  }

  /** Goes there; answers with what there is to say, or null where it went without a word. */
  async #find(goal: NonNullable<ReturnType<typeof readGoal>>, status: NonNullable<ReturnType<Live["status"]>>, isNewest: () => boolean): Promise<string | null> {
    if (goal.by === "seq" && goal.seq < 1) return t("goto.first");
    if (goal.by === "seq" && goal.seq > status.events) {
      return status.events === 0 ? t("goto.none") : t("goto.no-event", { seq: goal.seq, last: status.events });
    }
    const start = status.replay?.start_us ?? status.started_us;
    const target = targetOf(goal, start, status.ended_us ?? this.#live.now());
    const located = await this.#live.locate(target);
    if (!isNewest()) return null;
    if (!located) return t("goto.none");
    const [page, detail] = await Promise.all([this.#live.entries(located.row, 1), this.#live.entry(located.pos, 0)]);
    if (!isNewest()) return null;
    if (target.by === "time" && detail && detail.row.at_us < target.at_us) return t("goto.late");
    const nearest = page?.rows[0];
    this.#events.go(located.pos, located.row);
    return nearest && nearest.pos !== located.pos ? t("goto.hidden") : null;
  }

  #say(words: string): void {
    setText(this.#said, words);
    this.#said.hidden = words === "";
  }
}

// The head of the table: the names of the columns that are shown, and the switch of how times are written.

import { t } from "../../i18n";
import { Disposal, el, setText } from "../dom";
import { COLUMNS, template, type Column, type Look } from "./columns";

export class TableHead {
  readonly element = el("div", "ev-head", { role: "row", "aria-rowindex": "1" });
  readonly #times = el("button", "ev-times", { type: "button" });
  readonly #cells = new Map<Column, HTMLElement>();
  readonly #disposal = new Disposal();

  constructor(turnTimes: () => void) {
    for (const name of COLUMNS) {
      const cell = el("div", `ev-${name}`, { role: "columnheader" });
      if (name === "arrived") cell.append(this.#times);
      else setText(cell, t(`events.col.${name}`));
      this.#cells.set(name, cell);
      this.element.append(cell);
    }
    this.#disposal.listen(this.#times, "click", turnTimes);
  }

  /** Shows the columns of a look; `table` hands their widths to the rows. */
  setLook(look: Look, table: HTMLElement): void {
    table.style.setProperty("--ev-columns", template(look.shown));
    // A narrow table leaves out what the inspector tells as well, but never its last column.
    table.dataset["last"] = look.shown.at(-1) ?? "";
    for (const [name, cell] of this.#cells) cell.hidden = !look.shown.includes(name);
    setText(this.#times, t(look.relative ? "events.col.since" : "events.col.arrived"));
    this.#times.title = t(look.relative ? "columns.to-clock" : "columns.to-since");
  }

  get height(): number {
    return this.element.offsetHeight;
  }

  /** Pixels that the data has. */
  get dataWidth(): number {
    return this.#cells.get("data")?.clientWidth ?? 0;
  }

  dispose(): void {
    this.#disposal.end();
  }
}

// Choosing the lines, and the settings of each: the list under Series, and the form under a tile.

import { t } from "../../i18n";
import type { ChartRule, SeriesKey, SeriesPage, SeriesRule } from "../../ipc/bindings";
import { limitsForm } from "./limits";
import { nameOf, ruleOf, titleOf } from "./lines";
import { Popover } from "./popover";
import { moved, SeriesList, type ListFacts } from "./series-list";
import type { Line } from "./stack";

export interface SettingsGround {
  /** The session on show. */
  session(): number | null;
  rule(): ChartRule;
  setRule(rule: ChartRule): void;
  lines(): readonly Line[];
  page(): SeriesPage | null;
  /** Other lines are asked for, or the same with other settings. */
  changed(): void;
}

export class Settings {
  readonly #on: SettingsGround;
  #list: SeriesList | null = null;

  constructor(on: SettingsGround) {
    this.#on = on;
  }

  /** The list of lines, or if it is open, its end. */
  openList(from: HTMLElement): void {
    if (Popover.opener() === from) {
      Popover.closeAll();
      return;
    }
    const list = new SeriesList({ choose: (keys) => this.#choose(keys) });
    this.#list = list;
    this.refresh();
    new Popover(from, t("chart.series"), [list.element], () => (this.#list = null));
  }

  /** Other lines were found, or counted on. */
  refresh(): void {
    this.#list?.set(this.#facts());
  }

  /** The form of a line under its tile; false where there is no such line. */
  openLine(name: string, tile: HTMLElement): boolean {
    const line = this.#line(name);
    if (!line) return false;
    const title = titleOf(line.key);
    const rules = this.#chosen();
    const at = rules.findIndex(({ key }) => nameOf(key) === name);
    // A field that is left tells what was typed into it, also when another session has come on show.
    const session = this.#on.session();
    const form = limitsForm(line, title, { left: at > 0, right: at < rules.length - 1 }, {
      change: (rule) => {
        if (this.#on.session() === session) this.change(rule);
      },
      move: (step) => {
        popover.close(true);
        this.#set(moved(this.#chosen(), at, step));
      },
      hide: () => {
        popover.close();
        const rest = this.#chosen().filter(({ key }) => nameOf(key) !== name);
        if (rest.length > 0) this.#set(rest);
      },
    });
    const popover = new Popover(tile, title, form);
    return true;
  }

  /** Sets the rule of a line; the first change writes down the lines that were found. */
  change(rule: SeriesRule): void {
    this.#set(this.#chosen().map((each) => (nameOf(each.key) === nameOf(rule.key) ? rule : each)));
  }

  #facts(): ListFacts {
    const { series } = this.#on.rule();
    const auto = series.length === 0;
    return { shown: auto ? this.#on.lines().map(({ data }) => data.key) : series.map(({ key }) => key), found: this.#on.page()?.found ?? [], auto };
  }

  #choose(keys: readonly SeriesKey[]): void {
    const { series } = this.#on.rule();
    this.#set(keys.map((key) => ruleOf(series, key)));
    this.refresh();
  }

  #set(series: readonly SeriesRule[]): void {
    this.#on.setRule({ ...this.#on.rule(), series: [...series] });
    this.#on.changed();
  }

  #chosen(): SeriesRule[] {
    const { series } = this.#on.rule();
    return series.length > 0 ? [...series] : this.#on.lines().map(({ rule }) => rule);
  }

  /** Its rule, also while it has no value. */
  #line(name: string): SeriesRule | null {
    const line = this.#on.lines().find((each) => each.name === name);
    const data = this.#on.page()?.series.find(({ key }) => nameOf(key) === name);
    return line?.rule ?? (data ? ruleOf(this.#on.rule().series, data.key) : null);
  }
}

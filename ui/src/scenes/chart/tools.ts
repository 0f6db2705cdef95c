// The chart's tools, right of the tabs: pause, the time shown, the lines, the export.

import { t, tn } from "../../i18n";
import { el, setAttribute, setText } from "../dom";
import { Menu, type MenuItem } from "../events/menu";
import { WINDOWS } from "./span";

export interface ToolsEvents {
  pause(): void;
  /** Seconds that are shown; 0 for all. */
  window(seconds: number): void;
  series(from: HTMLElement): void;
  export(): void;
}

export interface ToolsFacts {
  readonly windowS: number;
  readonly paused: boolean;
}

export class ChartTools {
  readonly element = el("div", "ev-tools");
  readonly #pause = tool("chart-pause");
  readonly #window = tool("chart-window");
  readonly #menu: Menu;
  #facts: ToolsFacts = { windowS: 0, paused: false };

  /** `fixed`: the lines are chosen elsewhere. */
  constructor(fixed: boolean, events: ToolsEvents) {
    const [series, exports] = [tool("chart-series"), tool("chart-export")];
    setText(series, t("chart.series"));
    setText(exports, t("chart.export"));
    series.setAttribute("aria-haspopup", "dialog");
    series.hidden = fixed;
    this.#menu = new Menu(this.#window, t("chart.window"), () =>
      WINDOWS.map(
        (each): MenuItem => ({
          words: windowWords(each),
          kind: "radio",
          on: each === this.#facts.windowS,
          value: String(each),
          choose: () => {
            this.#menu.close();
            events.window(each);
          },
        }),
      ),
    );
    this.#pause.addEventListener("click", () => events.pause());
    series.addEventListener("click", () => events.series(series));
    exports.addEventListener("click", () => events.export());
    this.element.append(this.#pause, this.#window, series, exports);
  }

  set(facts: ToolsFacts): void {
    this.#facts = facts;
    setText(this.#window, windowWords(facts.windowS));
    setText(this.#pause, t(facts.paused ? "chart.go-on" : "chart.pause"));
    setAttribute(this.#pause, "aria-pressed", String(facts.paused));
  }

  close(): void {
    this.#menu.close();
  }
}

function windowWords(seconds: number): string {
  if (seconds === 0) return t("chart.window.all");
  return t("chart.window.last", { length: seconds < 3600 ? tn("chart.minutes", seconds / 60) : tn("chart.hours", seconds / 3600) });
}

function tool(id: string): HTMLButtonElement {
  return el("button", "quiet", { type: "button", "data-testid": id });
}

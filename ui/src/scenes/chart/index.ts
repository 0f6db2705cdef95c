// The chart scene: numbers in events as live lines.

import type { Live } from "../../model/api";
import { el } from "../dom";
import type { Scene } from "../scene";

export interface ChartScene extends Scene {
  /** Brings into view what an entry of the log became. */
  jump(pos: number): void;
}

export interface ChartOptions {
  /** Where the scene puts its tools, right of the tabs. */
  readonly tools: HTMLElement;
}

export function createChart(_live: Live, _options: ChartOptions): ChartScene {
  const element = el("section", "chart");
  const foot = el("div", "chart-foot");
  element.append(foot);
  return {
    element,
    foot,
    jump: () => undefined,
    show: () => undefined,
    hide: () => undefined,
    dispose: () => element.remove(),
  };
}

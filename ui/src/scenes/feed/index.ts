// The feed scene: cards, newest on top.

import type { Live } from "../../model/api";
import { el } from "../dom";
import type { Scene } from "../scene";

export interface FeedScene extends Scene {
  /** Brings into view what an entry of the log became. */
  jump(pos: number): void;
}

export interface FeedOptions {
  /** Where the scene puts its tools, right of the tabs. */
  readonly tools: HTMLElement;
}

export function createFeed(_live: Live, _options: FeedOptions): FeedScene {
  const element = el("section", "feed");
  const foot = el("div", "feed-foot");
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

// The chat scene: bubbles by sender.

import type { Live } from "../../model/api";
import { el } from "../dom";
import type { Scene } from "../scene";

export interface ChatScene extends Scene {
  /** Brings into view what an entry of the log became. */
  jump(pos: number): void;
}

export interface ChatOptions {
  /** Where the scene puts its tools, right of the tabs. */
  readonly tools: HTMLElement;
}

export function createChat(_live: Live, _options: ChatOptions): ChatScene {
  const element = el("section", "chat");
  const foot = el("div", "chat-foot");
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

// The typewriter's tools, right of the tabs: the face of the letters, the pace of the typing, and whether the page follows.

import { FACE_NAMES, FACES } from "../../chrome/type-look";
import { t } from "../../i18n";
import type { Pace, Settings } from "../../ipc/bindings";
import { el, setAttribute, setText } from "../dom";
import { Menu, type MenuItem } from "../events/menu";

/** What is chosen here: settings of the whole app. */
export type TypeFacts = Pick<Settings, "face" | "pace">;

export interface TypeChoice {
  now(): TypeFacts;
  set(patch: Partial<TypeFacts>): void;
}

const PACES: readonly Pace[] = ["natural", "brisk", "instant"];

export class TypeTools {
  readonly element = el("div", "ev-tools");
  readonly follow = tool("tw-follow");
  readonly #face = tool("tw-face");
  readonly #pace = tool("tw-pace");
  readonly #menus: readonly Menu[];
  readonly #choice: TypeChoice | null;

  constructor(choice: TypeChoice | null) {
    this.#choice = choice;
    this.element.append(...(choice ? [this.#face, this.#pace] : []), this.follow);
    this.#menus = choice
      ? [
          this.#menu(this.#face, t("settings.face"), () =>
            FACES.map((face) => ({ words: t(`type.face.${face}`), note: FACE_NAMES[face], value: face, on: choice.now().face === face, choose: () => choice.set({ face }) })),
          ),
          this.#menu(this.#pace, t("settings.pace"), () =>
            PACES.map((pace) => ({ words: t(`settings.pace.${pace}`), value: pace, on: choice.now().pace === pace, choose: () => choice.set({ pace }) })),
          ),
        ]
      : [];
    this.tell();
  }

  /** Says what is set now. */
  tell(): void {
    if (!this.#choice) return;
    const { face, pace } = this.#choice.now();
    setText(this.#face, t(`type.face.${face}`));
    setAttribute(this.#face, "title", t("type.face.title", { name: FACE_NAMES[face] }));
    setText(this.#pace, t(`type.pace.${pace}`));
  }

  set hidden(hidden: boolean) {
    this.element.hidden = hidden;
    if (hidden) this.close();
  }

  close(): void {
    for (const menu of this.#menus) menu.close();
  }

  #menu(button: HTMLButtonElement, label: string, items: () => readonly Omit<MenuItem, "kind">[]): Menu {
    const menu: Menu = new Menu(button, label, () =>
      items().map((item): MenuItem => ({
        ...item,
        kind: "radio",
        choose() {
          menu.close();
          item.choose();
        },
      })),
    );
    return menu;
  }
}

function tool(id: string): HTMLButtonElement {
  return el("button", "quiet", { type: "button", "data-testid": id });
}

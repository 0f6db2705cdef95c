// What the pretended desktop keeps: settings, the menu, what is asked to be opened. A test looks at it and plays the rest.

import type { Backend } from "./backend";
import type { Language, MenuPart, Opening, Settings, Stream } from "./bindings";
import { DEFAULTS } from "../model/settings";
import { demosIn } from "./fake-scripts";

type Calls = Pick<
  Backend,
  "saveSettings" | "painted" | "setMenu" | "settleOpening" | "stay" | "quit" | "exportStreams" | "importStreams" | "diagnostics"
>;

export { DEFAULTS as defaults };

export interface FakeDesktop extends Calls {
  /** What the system speaks. */
  readonly system: Language;
  readonly settings: Settings;
  readonly language: Language;
  readonly openings: readonly Opening[];
  /** The menu bar as it was last wanted. */
  readonly menu: readonly MenuPart[];
  /** How often the page said that it had painted, and that the user stays, and whether the app was ended. */
  readonly paints: number;
  readonly stays: number;
  readonly ended: boolean;
  /** Asks the page to open something. */
  open(opening: Opening): void;
}

export interface FakeDesktopGround {
  system: Language;
  streams(): readonly Stream[];
  add(stream: Stream): void;
  /** Has the next tick tell of an opening. */
  tell(opening: Opening): void;
}

export function createFakeDesktop(ground: FakeDesktopGround): FakeDesktop {
  let settings: Settings = DEFAULTS;
  let openings: readonly Opening[] = [];
  let menu: readonly MenuPart[] = [];
  let paints = 0;
  let stays = 0;
  let ended = false;
  const language = (): Language => (settings.language === "system" ? ground.system : settings.language);
  return {
    system: ground.system,
    get settings() {
      return settings;
    },
    get language() {
      return language();
    },
    get openings() {
      return openings;
    },
    get menu() {
      return menu;
    },
    get paints() {
      return paints;
    },
    get stays() {
      return stays;
    },
    get ended() {
      return ended;
    },
    open(opening) {
      openings = [...openings, opening];
      ground.tell(opening);
    },
    async saveSettings(next) {
      settings = structuredClone(next);
      return structuredClone({ settings, language: language(), demos: [...demosIn(language())] });
    },
    async painted() {
      paints += 1;
    },
    async setMenu(parts) {
      menu = structuredClone(parts) as MenuPart[];
    },
    async settleOpening(id) {
      openings = openings.filter((opening) => opening.id !== id);
    },
    async stay() {
      stays += 1;
    },
    async quit() {
      ended = true;
    },
    exportStreams: async (_, ids) => ids?.length ?? ground.streams().length,
    async importStreams() {
      const [first] = ground.streams();
      if (first) ground.add({ ...first, id: crypto.randomUUID(), name: `${first.name} (imported)` });
      return { streams: [...ground.streams()], added: first ? 1 : 0, same: 0, unreadable: 0, secrets: 0, withheld: 0 };
    },
    diagnostics: async () => "Tapewriter 0.0.0\nA pretended desktop\n",
  };
}

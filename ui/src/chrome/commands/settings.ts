// Each value of each setting that is a choice of a few, as a command of the palette.

import { t, type Key } from "../../i18n";
import type { LanguageChoice, Settings } from "../../ipc/bindings";
import type { Command, CommandGround } from "../commands";
import { FACE_NAMES, FACES } from "../type-look";

/** What a setting may be, and its words. The theme is in the menu, and so among the commands already. */
type Choices = { readonly [K in keyof Settings]?: { readonly of: Key; readonly values: readonly (readonly [Settings[K], Key])[] } };

/** Each by its own name; only the system's has none. */
const LANGUAGES: readonly (readonly [LanguageChoice, string | null])[] = [
  ["system", null],
  ["en", "English"],
  ["zh-CN", "简体中文"],
];

const CHOICES: Choices = {
  pace: {
    of: "set.pace",
    values: [
      ["natural", "settings.pace.natural"],
      ["brisk", "settings.pace.brisk"],
      ["instant", "settings.pace.instant"],
    ],
  },
  notifications: {
    of: "settings.notifications",
    values: [
      [true, "set.on"],
      [false, "set.off"],
    ],
  },
  record: {
    of: "record.settings.record",
    values: [
      [true, "set.on"],
      [false, "set.off"],
    ],
  },
};

export function settingCommands({ desk }: CommandGround): Command[] {
  const { settings, save } = desk.home.preferences;
  const set = (patch: Partial<Settings>): void => void save(patch).catch((reason: unknown) => desk.say(() => t("command.settings-failed"), reason));
  const faces = FACES.map(
    (face): Command => ({
      id: `set-face-${face}`,
      words: "set.face",
      name: FACE_NAMES[face],
      menu: null,
      group: 0,
      within: "set.face",
      checked: () => settings().face === face,
      run: () => set({ face }),
    }),
  );
  const languages = LANGUAGES.map(
    ([language, name]): Command => ({
      id: `set-language-${language}`,
      words: "settings.language.system",
      ...(name === null ? {} : { name }),
      menu: null,
      group: 0,
      within: "settings.language",
      checked: () => settings().language === language,
      run: () => set({ language }),
    }),
  );
  const others = (Object.keys(CHOICES) as (keyof typeof CHOICES)[]).flatMap((name) => {
    const choice = CHOICES[name];
    if (!choice) return [];
    return choice.values.map(
      ([value, words]): Command => ({
        id: `set-${name}-${String(value)}`,
        words,
        menu: null,
        group: 0,
        within: choice.of,
        checked: () => settings()[name] === value,
        run: () => set({ [name]: value }),
      }),
    );
  });
  return [...languages, ...faces, ...others];
}

// Each value of each setting that is a choice of a few, as a command of the palette.

import { t, type Key } from "../../i18n";
import type { Settings } from "../../ipc/bindings";
import type { Command, CommandGround } from "../commands";

/** What a setting may be, and its words. The theme is in the menu, and so among the commands already. */
type Choices = { readonly [K in keyof Settings]?: { readonly of: Key; readonly values: readonly (readonly [Settings[K], Key])[] } };

const CHOICES: Choices = {
  language: {
    of: "set.language",
    values: [
      ["system", "command.theme.system"],
      ["en", "set.language.en"],
      ["zh-CN", "set.language.zh-CN"],
    ],
  },
  face: {
    of: "set.face",
    values: [
      ["serif", "set.face.serif"],
      ["sans", "set.face.sans"],
      ["mono", "set.face.mono"],
      ["typewriter", "set.face.typewriter"],
    ],
  },
  pace: {
    of: "set.pace",
    values: [
      ["natural", "set.pace.natural"],
      ["brisk", "set.pace.brisk"],
      ["instant", "set.pace.instant"],
    ],
  },
  notifications: {
    of: "set.notifications",
    values: [
      [true, "set.on"],
      [false, "set.off"],
    ],
  },
  record: {
    of: "set.record",
    values: [
      [true, "set.on"],
      [false, "set.off"],
    ],
  },
};

export function settingCommands({ desk }: CommandGround): Command[] {
  const { settings, save } = desk.home.preferences;
  return (Object.keys(CHOICES) as (keyof typeof CHOICES)[]).flatMap((name) => {
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
        run: () => void save({ [name]: value }).catch((reason: unknown) => desk.say(() => t("command.settings-failed"), reason)),
      }),
    );
  });
}

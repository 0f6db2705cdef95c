// Every action of the window as a command: what it is called, where it stands in the menu bar, which keys it has, and
// whether it can be done now. The menu bar, the keys, the palette and the sheet of shortcuts are all made of this one table.

import { batch } from "solid-js";
import { t, type Args, type Key } from "../i18n";
import { matches, type Chord } from "./commands/chords";
import { KEYMAP } from "./commands/keymap";
import { editCommands, fileCommands } from "./commands/file";
import { settingCommands } from "./commands/settings";
import { streamCommands, tapeCommands } from "./commands/stream";
import { helpCommands, viewCommands } from "./commands/view";
import type { Desk } from "./desk";
import { isComposing, isTyping } from "./keys";
import type { Regions } from "./regions";
import type { Replayer } from "./replayer";
import { openSheets } from "./sheets";

/** The menus of the bar, from left to right. */
export const MENUS = ["file", "edit", "view", "stream", "tape", "help"] as const;
export type MenuName = (typeof MENUS)[number];

export interface Command {
  /** Stable: the desktop's menu tells it back, and the palette remembers it. */
  readonly id: string;
  readonly words: Key;
  /** A name that is the same in every language, in their place. */
  readonly name?: string;
  readonly args?: () => Args;
  /** None: only the palette has it. */
  readonly menu: MenuName | null;
  /** A line stands between two groups of a menu. */
  readonly group: number;
  /** The menu within the menu that it stands in. */
  readonly within?: Key;
  /** Keys that do it only where the focus is, and that are listened to there. */
  readonly local?: Chord;
  /** The desktop may take its keys before the page sees them. Only where nothing else has a use for them, and where a
   *  key that is held down does no harm: the desktop's menu knows nothing of that. */
  readonly native?: true;
  /** Held down, its keys go on. */
  readonly repeats?: true;
  /** Its keys belong to a field while something is typed there. */
  readonly outside?: true;
  /** Works over an open sheet too. */
  readonly above?: true;
  /** The palette leaves it out: it moves on by one, or stands there by another name. */
  readonly silent?: true;
  readonly enabled?: () => boolean;
  readonly checked?: () => boolean;
  run(): void;
}

/** What of the scene on show the commands need. */
export interface Stage {
  /** Whether a scene is on show. */
  there(): boolean;
  find(): void;
  goTo(): void;
  newest(): void;
  fields(): void;
  /** The entry that is selected in it. */
  selected(): number | null;
}

export interface CommandGround {
  readonly desk: Desk;
  readonly stage: Stage;
  readonly replayer: Replayer;
  readonly regions: Regions;
}

/** A command with its keys; the first are shown. */
export type Keyed = Command & { readonly chords: readonly Chord[] };

export interface Commands {
  /** In the order of the menus. */
  readonly all: readonly Keyed[];
  find(id: string): Keyed | null;
  /** Whether it can be done now; nothing but what stands above can while a sheet is open. */
  can(command: Command): boolean;
  /** Does it if it can be done; an id that is not known does nothing. */
  run(id: string): void;
  /** Does what a key stands for; answers with the id of it, or null where it stands for nothing here. */
  press(event: KeyboardEvent): string | null;
}

export function wordsOf(command: Command): string {
  return command.name ?? t(command.words, command.args?.());
}

/** Laid over it: words that change are read from it each time. */
function keyed(command: Command): Keyed {
  return Object.assign(Object.create(command) as Command, { chords: KEYMAP[command.id] ?? [] });
}

export function createCommands(ground: CommandGround): Commands {
  const all = [fileCommands, editCommands, viewCommands, streamCommands, tapeCommands, helpCommands, settingCommands].flatMap((of) => of(ground).map(keyed));
  const byId = new Map(all.map((command) => [command.id, command]));

  const can = (command: Command): boolean => (command.above === true || openSheets() === 0) && (command.enabled?.() ?? true);

  function run(id: string): void {
    const command = byId.get(id);
    if (command && can(command)) command.run();
  }

  function press(event: KeyboardEvent): string | null {
    if (event.defaultPrevented || isComposing(event)) return null;
    const meant = all.filter(({ chords }) => chords.some((chord) => matches(event, chord)));
    const command = meant.find(can) ?? meant[0];
    if (!command) return null;
    // Behind a sheet nothing is pressed, and what a field or the page does with such a key it goes on doing.
    if (openSheets() > 0 && command.above !== true) return null;
    if (command.outside && (isTyping(event.target) || !can(command))) return null;
    event.preventDefault();
    // A key that is held down is one press.
    if (!event.repeat || command.repeats) run(command.id);
    return command.id;
  }

  return { all, find: (id) => byId.get(id) ?? null, can, run, press };
}

/** Turns the window to a scene. */
export function turnTo(desk: Desk, scene: Parameters<Desk["setScene"]>[0]): void {
  batch(() => {
    desk.setScene(scene);
    desk.setRequestOpen(false);
  });
}

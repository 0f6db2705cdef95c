// The menu bar of the desktop: made of the table of commands, told anew when something in it changes, and what was chosen
// in it is done.

import { createEffect, createMemo, onCleanup } from "solid-js";
import { t, type Key } from "../i18n";
import type { Edit, MenuPart } from "../ipc/bindings";
import { MENUS, wordsOf, type Commands, type Keyed, type MenuName } from "./commands";
import { menuKeys } from "./commands/chords";
import type { HomeDesk } from "./home-desk";

/** What the platform does with whatever has the focus; a line stands before each group. */
const EDITS: readonly (readonly Edit[])[] = [["undo", "redo"], ["cut", "copy", "paste"], ["select-all"]];
/** The desktop may tell what the page has done already, where its keys reach both. Nobody presses a key and then chooses the
 *  same from a menu within this. */
const BOTH_MS = 150;

export interface MenuBar {
  /** When the first bar stands, or is known not to. */
  readonly first: Promise<void>;
  /** A key has done this already. */
  pressed(id: string): void;
}

/** `failed` is told why there is none; the page's own keys and the palette do the same. */
export function createMenuBar(home: Pick<HomeDesk, "calls" | "preferences" | "onCommand">, commands: Commands, failed: (reason: unknown) => void): MenuBar {
  let told = "";
  let wanted: readonly MenuPart[] = [];
  let telling = false;
  let soon = false;
  let stands = (): void => undefined;
  const first = new Promise<void>((done) => (stands = done));
  let byKey = { id: "", at: -Infinity };

  // What changes in a menu: far less often than what it is read from.
  const state = createMemo(() => {
    home.preferences.language();
    return JSON.stringify(partsOf(commands));
  });

  createEffect(() => {
    state();
    if (soon) return;
    soon = true;
    // After all that changes with it, among it the language.
    queueMicrotask(() => {
      soon = false;
      wanted = partsOf(commands);
      void tell();
    });
  });

  async function tell(): Promise<void> {
    if (telling) return;
    telling = true;
    for (let next = JSON.stringify(wanted); next !== told; next = JSON.stringify(wanted)) {
      told = next;
      await home.calls.setMenu(wanted).catch(failed);
      stands();
    }
    telling = false;
  }

  onCleanup(
    home.onCommand((id) => {
      if (byKey.id === id && performance.now() - byKey.at < BOTH_MS) return;
      commands.run(id);
    }),
  );

  return { first, pressed: (id) => void (byKey = { id, at: performance.now() }) };
}

/** The whole bar; a menu without anything in it is left away. */
export function partsOf(commands: Commands): MenuPart[] {
  return MENUS.map((menu) => ({ kind: "menu" as const, label: t(`commands.${menu}`), parts: menuOf(commands, menu) })).filter(({ parts }) => parts.length > 0);
}

function menuOf(commands: Commands, menu: MenuName): MenuPart[] {
  const groups = new Map<number, MenuPart[]>();
  const within = new Map<Key, MenuPart[]>();
  for (const command of commands.all) {
    if (command.menu !== menu) continue;
    const group = groups.get(command.group) ?? [];
    groups.set(command.group, group);
    if (!command.within) {
      group.push(partOf(commands, command));
      continue;
    }
    const inner = within.get(command.within) ?? [];
    if (inner.length === 0) {
      within.set(command.within, inner);
      group.push({ kind: "menu", label: t(command.within), parts: inner });
    }
    inner.push(partOf(commands, command));
  }
  const edits = menu === "edit" ? EDITS.map((group) => group.map((edit): MenuPart => ({ kind: "edit", edit, label: t(`command.edit.${edit}`) }))) : [];
  const parts = [...edits, ...[...groups].sort(([a], [b]) => a - b).map(([, group]) => group)];
  return parts.flatMap((group, at): MenuPart[] => (at === 0 ? group : [{ kind: "line" }, ...group]));
}

function partOf(commands: Commands, command: Keyed): MenuPart {
  const chord = command.native ? command.chords[0] : undefined;
  return {
    kind: "command",
    id: command.id,
    label: wordsOf(command),
    keys: chord === undefined ? null : menuKeys(chord),
    enabled: commands.can(command),
    checked: command.checked?.() ?? null,
  };
}

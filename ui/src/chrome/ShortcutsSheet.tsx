// Which keys do what: those of the commands, from their table, and those of each part of the window.

import { createMemo, For, type JSX } from "solid-js";
import { t, type Key } from "../i18n";
import { MENUS, wordsOf, type Commands } from "./commands";
import { capsOf, chordWords, type Chord } from "./commands/chords";
import type { Desk } from "./desk";
import { isMac } from "./keys";
import { Sheet } from "./Sheet";

interface Line {
  readonly words: string;
  /** Each stands for the same, or they go in pairs. */
  readonly chords: readonly Chord[];
}

interface Group {
  readonly head: string;
  readonly lines: readonly Line[];
}

/** What is listened to where the focus is. */
const PARTS: readonly (readonly [head: Key, lines: readonly (readonly [words: Key, ...chords: Chord[]])[], main?: true])[] = [
  [
    "keys.lists",
    [
      ["keys.lists.move", "ArrowUp", "ArrowDown"],
      ["keys.lists.ends", "Home", "End"],
      ["keys.lists.letters", "A–Z"],
      ["keys.lists.open", "Enter"],
      ["menu.rename", "F2"],
      ["menu.delete", "Delete"],
      ["keys.lists.menu", "Shift+F10"],
    ],
    true,
  ],
  [
    "tabs.events",
    [
      ["keys.events.move", "ArrowUp", "ArrowDown", "PageUp", "PageDown"],
      ["keys.events.newest", "End"],
      ["keys.events.inspect", "Enter"],
      ["keys.events.back", "Escape"],
      ["keys.events.copy", "Mod+C"],
      ["command.bookmark", "B"],
      ["keys.events.bookmarks", "Alt+ArrowUp", "Alt+ArrowDown"],
    ],
  ],
  [
    "keys.pages",
    [
      ["keys.pages.move", "PageUp", "PageDown"],
      ["jump.newest", "End"],
    ],
  ],
  [
    "tabs.chart",
    [
      ["keys.chart.move", "ArrowLeft", "ArrowRight"],
      ["keys.zoom", "+", "-"],
      ["keys.chart.live", "Escape"],
    ],
  ],
  [
    "keys.strip",
    [
      ["keys.strip.move", "ArrowLeft", "ArrowRight"],
      ["keys.strip.select", "Shift+ArrowLeft", "Shift+ArrowRight"],
      ["keys.strip.jump", "Enter"],
      ["keys.zoom", "+", "-"],
      ["keys.strip.whole", "0"],
      ["keys.strip.up", "Escape"],
    ],
  ],
  [
    "tapes.menu.replay",
    [
      ["command.replay-toggle", " "],
      ["keys.replay.step", ",", "."],
    ],
  ],
  [
    "keys.composer",
    [
      ["composer.send", "Enter"],
      ["keys.composer.line", "Shift+Enter"],
      ["keys.composer.before", "ArrowUp", "ArrowDown"],
      ["composer.stop", "Escape"],
    ],
  ],
  [
    "keys.anywhere",
    [
      ["command.next-region", "F6"],
      ["command.previous-region", "Shift+F6"],
      ["keys.anywhere.close", "Escape"],
    ],
  ],
];

export function ShortcutsSheet(props: { desk: Desk; commands: Commands }): JSX.Element {
  const { home, solo } = props.desk;
  let page!: HTMLDivElement;
  const close = (): void => {
    if (home.sheet() === "shortcuts") home.setSheet(null);
  };
  /** The button has the focus at first, and the keys that scroll a page scroll this one. */
  function onKeyDown(event: KeyboardEvent): void {
    const high = page.clientHeight;
    const by = { ArrowDown: 40, ArrowUp: -40, PageDown: high * 0.9, PageUp: high * -0.9, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    page.scrollTop = Math.max(0, Math.min(page.scrollHeight, page.scrollTop + by));
  }

  const groups = createMemo((): Group[] => {
    const ofCommands = MENUS.map((menu) => ({
      head: t(`commands.${menu}`),
      lines: props.commands.all
        .filter((command) => command.menu === menu && command.chords.length > 0)
        .map((command) => ({ words: wordsOf(command).replace(/…$/, ""), chords: command.chords.slice(0, command.id === "shortcuts" ? 2 : 1) })),
    }));
    const ofParts = PARTS.filter(([, , main]) => !main || !solo).map(([head, lines]) => ({
      head: t(head),
      lines: lines.map(([words, ...chords]) => ({ words: t(words), chords })),
    }));
    return [...ofCommands, ...ofParts].filter(({ lines }) => lines.length > 0);
  });
  return (
    <Sheet open={home.sheet() === "shortcuts"} class="shortcuts" testid="shortcuts" label={t("command.shortcuts")} onClose={close}>
      <header class="sheet-head">
        <h2>{t("command.shortcuts")}</h2>
      </header>
      <div class="shortcuts-page" ref={page} tabIndex={0} role="group" aria-label={t("command.shortcuts")}>
        <div class="shortcuts-columns">
          <For each={groups()}>
            {(group) => (
              <section>
                <h3>{group.head}</h3>
                <dl>
                  <For each={group.lines}>
                    {(line) => (
                      <div>
                        <dt>{line.words}</dt>
                        <dd>
                          <Keys chords={line.chords} />
                        </dd>
                      </div>
                    )}
                  </For>
                </dl>
              </section>
            )}
          </For>
        </div>
      </div>
      <footer>
        <p>{t("keys.note", { keys: chordWords("Mod+K") })}</p>
        <button type="button" class="button small primary" data-testid="shortcuts-done" autofocus onKeyDown={onKeyDown} onClick={close}>
          {t("environments.done")}
        </button>
      </footer>
    </Sheet>
  );
}

/** A cap for each key; a Mac writes its signs together. */
function Keys(props: { chords: readonly Chord[] }): JSX.Element {
  return (
    <For each={props.chords}>
      {(chord) => (
        <span class="chord">
          <For each={isMac ? [capsOf(chord).join("")] : capsOf(chord)}>{(cap) => <kbd>{cap}</kbd>}</For>
        </span>
      )}
    </For>
  );
}

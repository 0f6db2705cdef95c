// Which keys do which command, each platform by its own habit. Tooltips and menus name them from here too.

import { isMac } from "../keys";
import { ariaChord, chordWords, type Chord } from "./chords";

/** By the id of the command. Of several the first is shown. */
export const KEYMAP: Readonly<Record<string, readonly Chord[]>> = {
  "new-stream": ["Mod+N"],
  "open-file": ["Mod+O"],
  save: ["Mod+S"],
  duplicate: ["Mod+Shift+D"],
  rename: ["F2"],
  export: ["Mod+E"],
  "copy-curl": ["Mod+Shift+C"],
  settings: ["Mod+,"],
  quit: ["Mod+Q"],

  "undo-delete": ["Mod+Z"],
  find: ["Mod+F"],
  "go-to": ["Mod+G"],

  "scene-typewriter": ["Mod+1"],
  "scene-events": ["Mod+2"],
  "scene-chart": ["Mod+3"],
  "scene-chat": ["Mod+4"],
  "scene-feed": ["Mod+5"],
  "scene-wire": ["Mod+6"],
  request: ["Mod+I"],
  "toggle-sidebar": ["Mod+B"],
  newest: ["Mod+J"],
  // The plus is typed with Shift or without, or on the block of digits.
  "zoom-in": ["Mod+=", "Mod++"],
  "zoom-out": ["Mod+-"],
  "zoom-reset": ["Mod+0"],
  palette: ["Mod+K", "Mod+Shift+P"],
  "next-region": ["F6"],
  "previous-region": ["Shift+F6"],

  // One key for whichever can be done.
  connect: ["Mod+Enter"],
  stop: ["Mod+Enter"],
  "replay-toggle": ["Mod+Enter"],
  reconnect: ["Mod+Shift+Enter"],
  "next-stream": [isMac ? "Mod+Alt+ArrowDown" : "Mod+PageDown"],
  "previous-stream": [isMac ? "Mod+Alt+ArrowUp" : "Mod+PageUp"],
  address: ["Mod+L"],
  actions: ["Mod+Shift+A"],
  "open-window": ["Mod+Shift+N"],

  "all-tapes": ["Mod+Shift+T"],
  bookmark: ["Mod+D"],

  shortcuts: ["Mod+/", "F1"],
};

/** The keys of a command in one word; empty where it has none. */
export function keysOf(id: string): string {
  const chord = KEYMAP[id]?.[0];
  return chord === undefined ? "" : chordWords(chord);
}

/** As assistive tools are told. */
export function ariaKeys(id: string): string | undefined {
  return KEYMAP[id]?.map((chord) => ariaChord(chord)).join(" ");
}

/** What a tooltip says: the words, and the keys that do the same. */
export function withKeys(words: string, id: string): string {
  const keys = keysOf(id);
  return keys === "" ? words : `${words} (${keys})`;
}

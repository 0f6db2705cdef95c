// Chords: how they are written in the table of commands, matched to what was pressed, shown, and told to the desktop's menu.

import { isMac } from "../keys";

/** As `Mod+Shift+K`; `Mod` is Ctrl, and Command on a Mac. The last part is a key as the browser names it, letters in
 *  capitals. */
export type Chord = string;

export interface ChordParts {
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly key: string;
}

export function partsOf(chord: Chord): ChordParts {
  // The key may be the plus itself.
  const at = chord.lastIndexOf("+", chord.length - 2);
  const held = at < 0 ? [] : chord.slice(0, at).split("+");
  return { mod: held.includes("Mod"), shift: held.includes("Shift"), alt: held.includes("Alt"), key: chord.slice(at + 1) };
}

type Pressed = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

export function matches(event: Pressed, chord: Chord, mac = isMac): boolean {
  const { mod, shift, alt, key } = partsOf(chord);
  const [wanted, other] = mac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
  if (wanted !== mod || other || event.altKey !== alt) return false;
  if (/^[A-Z]$/.test(key)) return event.shiftKey === shift && letterOf(event) === key;
  // Named keys are the same with Shift; which signs need it is the layout's affair.
  if (key.length > 1) return event.shiftKey === shift && event.key === key;
  return event.key === key || (mod && /^\d$/.test(key) && !event.shiftKey && digitOf(event) === key);
}

/** Under a layout of another script the letter is what the same key writes in Latin. */
function letterOf({ key, code }: Pressed): string {
  if (key.length === 1 && key.charCodeAt(0) < 0x80) return key.toUpperCase();
  return /^Key([A-Z])$/.exec(code)?.[1] ?? "";
}

/** Where digits need Shift (AZERTY), a chord does without. Signs that have a chord of their own keep it. */
function digitOf({ key, code }: Pressed): string {
  if ("-=+,./".includes(key)) return "";
  return /^Digit(\d)$/.exec(code)?.[1] ?? "";
}

const CAPS: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "PgUp",
  PageDown: "PgDn",
  Escape: "Esc",
  Delete: "Del",
  " ": "Space",
  "-": "−",
  // Both are on one key, and what it does is said by the other.
  "=": "+",
};

/** The keys one by one, as they are drawn. */
export function capsOf(chord: Chord, mac = isMac): string[] {
  const { mod, shift, alt, key } = partsOf(chord);
  const caps = mac
    ? [alt && "⌥", shift && "⇧", mod && "⌘"]
    : [mod && "Ctrl", alt && "Alt", shift && "Shift"];
  return [...caps.filter((each) => each !== false), CAPS[key] ?? key];
}

/** In one word: ⇧⌘K, or Ctrl+Shift+K. */
export function chordWords(chord: Chord, mac = isMac): string {
  return capsOf(chord, mac).join(mac ? "" : "+");
}

/** As assistive tools are told (aria-keyshortcuts). */
export function ariaChord(chord: Chord, mac = isMac): string {
  return chord.replace("Mod", mac ? "Meta" : "Control");
}

/** As the desktop's menu is told. */
export function menuKeys(chord: Chord): string {
  return chord.replace("Mod", "CmdOrCtrl");
}

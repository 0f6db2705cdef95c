// What the palette finds: commands, streams, tapes, and each value of a setting. Bounded, however many tapes there are.

import { english, fmt, t, type Key } from "../i18n";
import type { State } from "../ipc/bindings";
import { replayId, tapeOf } from "../model/tapes";
import { wordsOf, type Commands, type Keyed } from "./commands";
import { chordWords } from "./commands/chords";
import { isLive, type Desk } from "./desk";
import { folded, match } from "./palette-match";

export type Section = "recent" | "streams" | "commands" | "settings" | "tapes";

export interface Item {
  /** Of all that can be found; what was chosen is remembered by it. */
  readonly key: string;
  readonly words: string;
  /** What else it is found by: its English name, its address. */
  readonly also: readonly string[];
  /** Beside its name. */
  readonly note: string;
  /** Its keys. */
  readonly keys: string;
  /** That of a stream; it goes on changing while the palette is open. */
  readonly state: (() => State) | null;
  readonly checked: boolean;
  readonly demo?: boolean;
  /** It is played, and not connected. */
  readonly tape?: true;
  run(): void;
}

export interface Found {
  readonly item: Item;
  /** The places of the letters that were found in its words. */
  readonly at: readonly number[];
}

export interface Group {
  readonly section: Section;
  readonly found: readonly Found[];
}

/** Rows of each section; more are found by another letter. Without a query a few of each tell what can be found. */
const MOST: Readonly<Record<Section, number>> = { recent: 5, streams: 8, commands: 12, settings: 8, tapes: 8 };
const MOST_BARE: Readonly<Record<Section, number>> = { recent: 5, streams: 5, commands: 6, settings: 3, tapes: 3 };
/** What is wanted most, before anything is typed: those of them that can be done now. */
const COMMONEST: readonly string[] = ["connect", "stop", "reconnect", "new-stream", "save", "find", "bookmark", "export", "all-tapes", "actions", "environments", "settings", "shortcuts", "theme-system", "theme-light", "theme-dark"];
/** What is found by another name than the one that is shown comes after what is found by that. */
const OTHER_NAME = 4;

export type Sources = Readonly<Record<Exclude<Section, "recent">, readonly Item[]>>;

export function sourcesOf(desk: Desk, commands: Commands): Sources {
  const usable = commands.all.filter((command) => !command.silent && (command.enabled?.() ?? true));
  const items = usable.map((command) => ({ command, item: commandItem(command, commands) }));
  return {
    commands: items.filter(({ command }) => command.within === undefined).map(({ item }) => item),
    settings: items.filter(({ command }) => command.within !== undefined).map(({ item }) => item),
    streams: desk.solo ? [] : streamItems(desk),
    tapes: desk.solo ? [] : tapeItems(desk),
  };
}

function commandItem(command: Keyed, commands: Commands): Item {
  const chord = command.local ?? command.chords[0];
  const { within } = command;
  const name = (say: (key: Key) => string, words: string): string => (within ? fillWithin(say, within, words) : words);
  return {
    key: `command:${command.id}`,
    words: name(t, wordsOf(command)).replace(/…$/, ""),
    also: [name(english, command.name ?? english(command.words, command.args?.()))],
    note: "",
    keys: chord === undefined ? "" : chordWords(chord),
    state: null,
    checked: command.checked?.() ?? false,
    run: () => commands.run(command.id),
  };
}

/** "Theme: Dark" */
function fillWithin(say: (key: Key) => string, within: Key, words: string): string {
  return say("palette.within").replace("{of}", say(within)).replace("{words}", words);
}

function streamItems(desk: Desk): Item[] {
  const { library } = desk;
  return library
    .ids()
    .filter((id) => tapeOf(id) === null)
    .flatMap((id) => {
      const stream = library.stream(id);
      if (!stream) return [];
      const address = library.kind(id) === "demo" ? t("address.note.demo") : library.shown(stream.url);
      return [
        {
          key: `stream:${id}`,
          words: desk.nameOf(stream),
          also: [address, stream.name],
          note: address,
          keys: "",
          state: () => desk.stateOf(id),
          checked: false,
          demo: library.kind(id) === "demo",
          run() {
            desk.setRequestOpen(false);
            desk.select(id);
          },
        },
      ];
    });
}

function tapeItems(desk: Desk): Item[] {
  const { tapes } = desk;
  return [...tapes.all().tapes]
    .filter((tape) => tape.failure === null)
    .sort((a, b) => b.started_us - a.started_us)
    .map((tape) => ({
      key: `stream:${replayId(tape.id)}`,
      words: tape.name,
      also: [tape.url],
      note: fmt.moment(tape.started_us),
      keys: "",
      state: null,
      checked: false,
      tape: true,
      run: () => tapes.open(tape.id),
    }));
}

/** What was typed, found in all of it; with nothing typed, what was chosen before and then everything in its order. */
export function search(sources: Sources, query: string, recent: readonly string[]): Group[] {
  const wanted = folded(query.trim());
  if (wanted === "") return bare(sources, recent);
  const groups = (["commands", "streams", "settings", "tapes"] as const).map((section) => {
    const scored = sources[section].flatMap((item) => {
      const hit = hitOf(item, wanted);
      if (!hit) return [];
      // Of two that are found alike, the one that was chosen before.
      return [{ item, at: hit.at, score: hit.score + (recent.includes(item.key) ? 1 : 0) }];
    });
    scored.sort((a, b) => b.score - a.score);
    return { section, found: scored.slice(0, MOST[section]), best: scored[0]?.score ?? -Infinity };
  });
  return groups.filter(({ found }) => found.length > 0).sort((a, b) => b.best - a.best);
}

function bare(sources: Sources, recent: readonly string[]): Group[] {
  const all = new Map(Object.values(sources).flatMap((items) => items.map((item) => [item.key, item] as const)));
  const again = recent.flatMap((key) => all.get(key) ?? []).slice(0, MOST_BARE.recent);
  const groups: [Section, readonly Item[]][] = [
    ["recent", again],
    ["streams", sources.streams.toSorted((a, b) => nearness(b) - nearness(a))],
    ["commands", commonest(sources.commands)],
    ["settings", commonest(sources.settings)],
    ["tapes", sources.tapes],
  ];
  const found = groups.map(([section, items]) => ({
    section,
    found: items
      .filter((item) => section === "recent" || !again.includes(item))
      .slice(0, MOST_BARE[section])
      .map((item) => ({ item, at: [] })),
  }));
  return found.filter(({ found }) => found.length > 0);
}

/** Streams that run come first, and then the user's own. */
function nearness(item: Item): number {
  return (item.state && isLive(item.state()) ? 2 : 0) + (item.demo ? 0 : 1);
}

/** The commonest in their order, and then the others. */
function commonest(items: readonly Item[]): Item[] {
  const place = ({ key }: Item): number => {
    const at = COMMONEST.indexOf(key.replace(/^command:/, ""));
    return at < 0 ? COMMONEST.length : at;
  };
  return items.toSorted((a, b) => place(a) - place(b));
}

function hitOf(item: Item, wanted: string): { score: number; at: readonly number[] } | null {
  const [name = "", ...others] = foldedOf(item);
  const own = match(wanted, name);
  let score = own?.score ?? -Infinity;
  let at = own?.at ?? [];
  for (const other of others) {
    const hit = other === name ? null : match(wanted, other);
    if (!hit || hit.score - OTHER_NAME <= score) continue;
    score = hit.score - OTHER_NAME;
    // Nothing of what is shown stands for it.
    at = own?.at ?? [];
  }
  return score === -Infinity ? null : { score, at };
}

/** Thousands of names are not to be folded anew at each letter. */
const foldings = new WeakMap<Item, readonly string[]>();
function foldedOf(item: Item): readonly string[] {
  const known = foldings.get(item) ?? [item.words, ...item.also].map(folded);
  foldings.set(item, known);
  return known;
}

const SHELF = "palette.recent";
const MOST_KEPT = 12;

/** What was chosen, newest first. */
export function readRecent(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(SHELF) ?? "[]");
    return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

export function keepRecent(key: string): void {
  try {
    localStorage.setItem(SHELF, JSON.stringify([key, ...readRecent().filter((each) => each !== key)].slice(0, MOST_KEPT)));
  } catch {
    // A page without storage remembers nothing.
  }
}

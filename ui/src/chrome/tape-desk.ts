// What is done with tapes: opened, named, exported, served again, taken in; and which of their sheets is open.

import { createSignal, type Accessor } from "solid-js";
import { currentLanguage, t, type Key } from "../i18n";
import type { TapeCalls } from "../model/calls";
import type { Found, Hello, Language, Settings, Stream, TapeInfo, Tapes, ViewState } from "../ipc/bindings";
import type { Live } from "../model/api";
import { asFailure } from "../model/failure";
import { createJobs, isOver, type DroppedFile, type Jobs } from "../model/jobs";
import type { Library } from "../model/library";
import { createServing, type Serving } from "../model/serving";
import type { Preferences } from "../model/settings";
import { fileName, replayId, tapeOf, type Limits } from "../model/tapes";
import { failureWords, type FailureWords } from "./failure";
import { createSaying, NOTHING } from "./saying";

/** What an export is made of. */
export interface ExportSource {
  readonly session: number;
  readonly name: string;
  readonly events: number;
  /** The definition it runs by. */
  readonly stream: Stream | null;
  /** The filter that is on, if the session is on show. */
  readonly view: ViewState | null;
}

/** The sheet above the window, or above the list of all tapes. */
export type TapeSheet =
  | { readonly kind: "export"; readonly source: ExportSource }
  | { readonly kind: "serve"; readonly tape: string }
  | { readonly kind: "recording" };

/** A name that is being typed in place, and whether the tape is kept with it. */
export interface Naming {
  readonly tape: string;
  readonly keep: boolean;
  readonly at: "sidebar" | "sheet";
}

export interface TapeDesk {
  readonly all: Accessor<Tapes>;
  /** A tape of the list; reactive. */
  find(tape: string): TapeInfo | null;
  readonly jobs: Jobs;
  readonly serving: Serving;
  readonly settings: Accessor<Settings>;
  /** Rejects where they could not be stored. */
  saveSettings(limits: Limits): Promise<void>;

  /** Shows a tape in the window: plays it again, or turns to the session that records it. */
  open(tape: string): void;
  /** Opens the stream that a replay was recorded of. */
  openOriginal(stream: string): void;
  openInWindow(tape: string): void;
  /** Opens the session of a stream in a window of its own. */
  openSessionInWindow(session: number): void;
  keep(tape: string, name: string): void;
  release(tape: string): void;
  rename(tape: string, name: string): void;
  remove(tape: string): void;
  /** Reads what can still be read of a damaged tape into a new one. */
  recover(tape: string): void;
  /** Where its file is. */
  pathOf(tape: string): string;

  readonly naming: Accessor<Naming | null>;
  setNaming(naming: Naming | null): void;
  /** The tape that is to be deleted, once it is said again. */
  readonly doomed: Accessor<{ readonly tape: string; readonly at: "sidebar" | "sheet" } | null>;
  setDoomed(doomed: { readonly tape: string; readonly at: "sidebar" | "sheet" } | null): void;

  /** Whether the list of all is open. */
  readonly listOpen: Accessor<boolean>;
  setListOpen(open: boolean): void;
  readonly sheet: Accessor<TapeSheet | null>;
  setSheet(sheet: TapeSheet | null): void;
  /** The work that the open sheet shows: a line above the page would say it twice. */
  readonly seenWork: Accessor<number | null>;
  setSeenWork(work: number | null): void;
  /** What went wrong while the list of all was open; it would hide a notice above the page. */
  readonly trouble: Accessor<string>;
  exportShown(): void;
  /** Asks where to, and writes the numbers of the session on show as CSV. */
  exportSeries(): void;
  exportTape(tape: string): void;
  choosePath(name: string): Promise<string | null>;
  /** Asks for a file to read into a tape. */
  importFile(): Promise<void>;
  /** Reads a file into a tape, and plays it once it is there. */
  openFile(path: string): void;
  drop(files: Iterable<DroppedFile>): void;
}

interface Surroundings {
  readonly backend: TapeCalls;
  readonly live: Live;
  readonly library: Library;
  readonly hello: Hello;
  readonly preferences: Preferences;
  say(words: () => string, detail?: () => string): void;
  /** What a stream is called in the window. */
  nameOf(stream: Stream): string;
  /** What a stream without a name of its own is called, by its address. */
  nameOfAddress(address: string): string;
  /** Told before another stream comes on show. */
  turning(): void;
}

/** Replays that stay open with their playheads: each holds a session of the 64 that there can be. */
const MOST_REPLAYS = 16;
/** Sessions that are known to stand in other windows: as many as there can be. */
const MOST_IN_WINDOWS = 64;

export function createTapeDesk({ backend, preferences, live, library, hello, say, nameOf: streamName, nameOfAddress, turning }: Surroundings): TapeDesk {
  const jobs = createJobs(backend, undefined, hello.jobs);
  const serving = createServing(backend);
  const [naming, setNaming] = createSignal<Naming | null>(null);
  const [doomed, setDoomed] = createSignal<ReturnType<TapeDesk["doomed"]>>(null);
  const [listOpen, setListOpen] = createSignal(false);
  const [sheet, setSheet] = createSignal<TapeSheet | null>(null);
  const [seenWork, setSeenWork] = createSignal<number | null>(null);
  const [trouble, setTrouble] = createSaying();
  /** Sessions that another window shows: they are not to end here. */
  const inWindows = new Set<number>();
  /** Sessions that are being exported, by the number of the work. */
  const exporting = new Map<number, number>();
  /** Replays that played when they were last on show, by their streams. */
  const playing = new Set<string>();
  /** What was on show when an import began that somebody waits for, and whether it is to play, by the number of the work. */
  const awaited = new Map<number, { readonly shown: string | null; readonly play: boolean }>();
  /** Replays, the one shown last at the end. */
  let opened: string[] = library.replays().map((stream) => stream.id);

  let listed: { readonly from: Tapes; readonly language: Language; readonly named: Tapes } | null = null;
  /** The list, with a name for each: a demo's tape has none on the disk, because it has one in each language. */
  function all(): Tapes {
    const from = live.tapes();
    if (listed?.from !== from || listed.language !== currentLanguage()) {
      const tapes = from.tapes.map((tape) => (tape.name.trim() === "" ? { ...tape, name: nameOfAddress(tape.url) } : tape));
      listed = { from, language: currentLanguage(), named: { ...from, tapes } };
    }
    return listed.named;
  }

  const find = (tape: string): TapeInfo | null => all().tapes.find((each) => each.id === tape) ?? null;
  const nameOf = (tape: string): string => find(tape)?.name ?? tape;

  function pathOf(tape: string): string {
    const { folder } = live.tapes();
    return `${folder}${folder.includes("\\") ? "\\" : "/"}${tape}.tape`;
  }

  /** Says what the backend refused, where it can be read. */
  function sayRefusal(key: Key, tape: string, reason: unknown): void {
    const failed = (): FailureWords => failureWords(asFailure(reason), null);
    const words = (): string => t("sentences", { a: t(key, { name: nameOf(tape) }), b: t("sentences", { a: failed().title, b: failed().advice }) });
    if (listOpen()) setTrouble(words);
    else say(words, () => failed().detail);
  }

  async function trying<T>(key: Key, tape: string, work: () => Promise<T>): Promise<T | null> {
    setTrouble(NOTHING);
    try {
      return await work();
    } catch (reason) {
      sayRefusal(key, tape, reason);
      return null;
    }
  }

  async function sessionOf(tape: string): Promise<Found> {
    const found = await backend.openTape(tape);
    library.adopt(found.stream);
    live.adopt(found);
    const { id } = found.stream;
    if (tapeOf(id) !== null) {
      opened = [...opened.filter((each) => each !== id), id];
      closeOldest();
    }
    return found;
  }

  function closeOldest(): void {
    const busy = new Set([...exporting].flatMap(([work, session]) => (jobs.all().some((each) => each.id === work && !isOver(each)) ? [session] : [])));
    for (const id of opened.slice(0, -1)) {
      if (opened.length <= MOST_REPLAYS) return;
      const session = live.brief(id)?.session ?? 0;
      if (id === library.selectedId() || inWindows.has(session) || busy.has(session) || plays(id)) continue;
      closeReplay(id);
    }
  }

  /** Whether a replay that is not on show may still play: its playhead moves on, and in another window it may be seen. */
  function plays(id: string): boolean {
    const brief = live.brief(id);
    if (!brief) return false;
    const events = find(tapeOf(id) ?? "")?.events ?? 0;
    return brief.rate > 0 || (playing.has(id) && brief.events < events);
  }

  // What is on show is what was shown last, however it came there.
  live.onChange(() => {
    const status = live.status();
    if (!status?.replay) return;
    const { stream } = status;
    if (status.replay.playing) playing.add(stream);
    else playing.delete(stream);
    if (opened.at(-1) !== stream && opened.includes(stream)) opened = [...opened.filter((each) => each !== stream), stream];
  });

  function closeReplay(id: string): void {
    opened = opened.filter((each) => each !== id);
    playing.delete(id);
    inWindows.delete(live.brief(id)?.session ?? 0);
    library.dropReplay(id);
    void live.close(id);
  }

  async function open(tape: string, play = true): Promise<void> {
    const known = live.brief(replayId(tape)) !== null;
    const found = await trying("tapes.open-failed", tape, () => sessionOf(tape));
    if (!found) return;
    setListOpen(false);
    turning();
    library.select(found.stream.id);
    // Its row is a play button. One that is open already stands where it was left.
    if (play && !known && tapeOf(found.stream.id) !== null) {
      await trying("tapes.open-failed", tape, () => backend.replay(found.session, { do: "play" }));
    }
  }

  async function openInWindow(session: number, tape: string): Promise<void> {
    inWindows.delete(session);
    inWindows.add(session);
    const [oldest] = inWindows;
    if (inWindows.size > MOST_IN_WINDOWS && oldest !== undefined) inWindows.delete(oldest);
    await trying("tapes.window-failed", tape, () => backend.openWindow(session));
  }

  /** An import that is the only one, and that whoever began it is still waiting for, is shown; it stands at its start,
   *  unless it was opened to be played. Of any other the line says that it is done, with a way to it. */
  jobs.onTape((tape, work) => {
    const wanted = awaited.get(work.id);
    const waits = wanted !== undefined && wanted.shown === library.selectedId();
    const alone = !jobs.all().some((each) => each.kind === "import" && each.id !== work.id);
    awaited.delete(work.id);
    if (!waits || !alone) return;
    jobs.dismiss(work.id);
    void open(tape, wanted.play);
  });

  /** Notes what was on show when an import began. */
  function wait(work: number, play = false): void {
    awaited.set(work, { shown: library.selectedId(), play });
    for (const id of awaited.keys()) if (jobs.find(id) === null) awaited.delete(id);
  }

  return {
    all,
    find,
    jobs: {
      ...jobs,
      exportTo(request) {
        const work = jobs.exportTo(request);
        for (const id of exporting.keys()) if (jobs.find(id) === null) exporting.delete(id);
        exporting.set(work, request.session);
        return work;
      },
      dismiss(work) {
        exporting.delete(work);
        jobs.dismiss(work);
      },
    },
    serving,
    settings: preferences.settings,
    saveSettings: (limits) => preferences.save(limits),

    open: (tape) => void open(tape),
    openOriginal(stream) {
      turning();
      library.openOriginal(stream);
    },
    openInWindow: (tape) =>
      void trying("tapes.open-failed", tape, () => sessionOf(tape)).then((found) => {
        if (found) void openInWindow(found.session, tape);
      }),
    openSessionInWindow: (session) => void openInWindow(session, ""),
    keep: (tape, name) => void trying("tapes.keep-failed", tape, () => backend.keepTape(tape, name.trim() || nameOf(tape), true)),
    release: (tape) => void trying("tapes.keep-failed", tape, () => backend.keepTape(tape, nameOf(tape), false)),
    rename(tape, name) {
      const now = find(tape);
      const next = name.trim();
      if (!now || next === "" || next === now.name) return;
      void trying("tapes.rename-failed", tape, () => backend.keepTape(tape, next, now.kept));
    },
    async remove(tape) {
      const served = serving.of(tape);
      await trying("tapes.delete-failed", tape, async () => {
        if (served) await serving.stop(served.id);
        if (library.kind(replayId(tape)) === "tape") closeReplay(replayId(tape));
        await backend.deleteTape(tape);
      });
    },
    recover(tape) {
      setTrouble(NOTHING);
      wait(jobs.importFile(pathOf(tape)));
    },
    pathOf,

    naming,
    setNaming,
    doomed,
    setDoomed,
    listOpen,
    setListOpen(open) {
      setTrouble(NOTHING);
      // What was begun in it is not begun any more.
      if (naming()?.at === "sheet") setNaming(null);
      if (doomed()?.at === "sheet") setDoomed(null);
      setListOpen(open);
    },
    sheet,
    setSheet,
    seenWork,
    setSeenWork,
    trouble,
    exportShown() {
      const status = live.status();
      const stream = library.current();
      if (!status || !stream) return;
      const events = status.replay?.events ?? status.events;
      setSheet({ kind: "export", source: { session: status.session, name: streamName(stream), events, stream, view: live.view() } });
    },
    exportSeries() {
      const status = live.status();
      const stream = library.current();
      if (!status || !stream) return;
      const name = fileName(t("chart.export.name", { name: streamName(stream) }));
      backend.choosePath(`${name}.csv`).then(
        (path) => {
          if (path !== null) jobs.exportTo({ session: status.session, view: null, format: "series", path });
        },
        (reason: unknown) => say(() => t("chart.export.failed"), () => String((reason as { message?: string }).message ?? reason)),
      );
    },
    exportTape: (tape) =>
      void trying("tapes.open-failed", tape, () => sessionOf(tape)).then((found) => {
        if (!found) return;
        setSheet({ kind: "export", source: { session: found.session, name: nameOf(tape), events: find(tape)?.events ?? 0, stream: found.stream, view: null } });
      }),
    choosePath: (name) => backend.choosePath(name),
    importFile: () =>
      trying("tapes.import-failed", "", () => backend.chooseFile()).then((path) => {
        if (path !== null) wait(jobs.importFile(path));
      }),
    openFile: (path) => wait(jobs.importFile(path), true),
    drop(files) {
      for (const file of files) wait(jobs.drop(file));
    },
  };
}

// What the parts of the chrome share: the model, the streams, and the few things that are open or chosen.

import { batch, createEffect, createRoot, createSignal, on, type Accessor } from "solid-js";
import { isKey, t, type Key } from "../i18n";
import { readAddress } from "../model/address";
import type { HomeCalls, TapeCalls } from "../model/calls";
import type { Action, Demo, Failure, Hello, Notice, SceneKind, Scenes, SeriesKey, State, Stream, TextRule } from "../ipc/bindings";
import type { Live } from "../model/api";
import type { Library } from "../model/library";
import { SERIES } from "../model/series";
import { nameFrom } from "../model/stream";
import { tapeOf } from "../model/tapes";
import type { Vault } from "../model/vault";
import { createPreferences } from "../model/settings";
import { createOutbox, type Postbox } from "../model/outbox";
import { asksPrompt, createPrompts, streamOf, type Prompts } from "../model/prompts";
import { createAsking, type Asking } from "./asking";
import { createConnected } from "./connected";
import { failureWords } from "./failure";
import { createHomeDesk, type HomeDesk } from "./home-desk";
import { createReading, type Reading } from "./reading";
import { createRemark, type Remark } from "./remark";
import { createSceneChoice } from "./scene-choice";
import { createSidebarFold } from "./sidebar-fold";
import { TapeAxis } from "./tape-axis";
import { createTapeDesk, type TapeDesk } from "./tape-desk";

export type SceneName = SceneKind;

export interface Desk {
  readonly live: Live;
  readonly library: Library;
  readonly hello: Hello;
  readonly vault: Vault;
  /** What is done with the request of the stream on show. */
  readonly asking: Asking;
  /** What belongs to the app and to no stream. */
  readonly home: HomeDesk;
  /** What is done with tapes. */
  readonly tapes: TapeDesk;
  /** How the scenes read the stream on show, and its actions. */
  readonly reading: Reading;
  /** What a key has just done, where nothing else shows it. */
  readonly remark: Remark;
  /** What the tape strip and the chart tell each other. */
  readonly axis: TapeAxis;
  /** What is asked of streams, and what is being written to them. */
  readonly prompts: Prompts;
  /** What was said to rooms and not said back yet. */
  readonly outbox: Postbox;
  /** Whether this window shows one session and nothing else. */
  readonly solo: boolean;
  readonly scene: Accessor<SceneName>;
  setScene(name: SceneName): void;
  readonly requestOpen: Accessor<boolean>;
  setRequestOpen(open: boolean): void;
  /** Whether the sidebar is seen; in a narrow window it lies over the page then. */
  readonly sidebarOpen: Accessor<boolean>;
  setSidebarOpen(open: boolean): void;
  readonly sidebarOver: Accessor<boolean>;
  /** The stream whose name is being edited in the sidebar, which opens for it. */
  readonly renaming: Accessor<string | null>;
  setRenaming(id: string | null): void;
  readonly notices: Accessor<readonly NoticeWords[]>;
  dismiss(notice: NoticeWords): void;
  /** Says above the page what came of something, and what the machine said about it where it went wrong. */
  say(words: () => string, reason?: unknown): void;
  /** What the window is called, by the page and by the system. */
  setTitle(title: string): void;
  /** Whether the sheet is open that tells how the demo on show is made. */
  readonly madeOpen: Accessor<boolean>;
  setMadeOpen(open: boolean): void;
  /** Whether anything has been connected since the window opened: the first words are then over. */
  readonly started: Accessor<boolean>;

  /** The state of the stream on show; idle when it has no session. */
  readonly state: Accessor<State>;
  /** The state of any stream. One that was refused has failed, though it never had a session. */
  stateOf(id: string): State;
  nameOf(stream: Stream): string;
  select(id: string): void;
  /** Opens the line; of a stream that asks, with what stands in its composer, or else with its own prompt. */
  connect(): void;
  /** The same, and answers whether the line was opened. */
  opened(): Promise<boolean>;
  /** Whether what is asked next goes on with the conversation on show. A changed request begins another, and so does the
   *  first question where it had no answer. */
  goesOn(): boolean;
  /** Asks what stands in the composer, in the conversation on show or in a new one; answers whether it was taken. */
  asked(): Promise<boolean>;
  /** Asks once more what had no answer, or what stands in the composer instead. Of a stream that asks nothing it opens the
   *  line again. */
  tryAgain(): void;
  stop(): void;
  /** What the one button does. */
  toggle(): void;
  /** Whether what is on show is a tape that is played again. */
  isReplay(): boolean;
  /** Connects anew without asking for compression. */
  withoutCompression(): void;
  /** Who asks for compression in the stream on show. */
  compressionAsked(): "setting" | "header" | "nobody";
  /** Connects anew and reads the answer as an event stream, whatever its type. */
  readAnyway(): void;
  /** Changes how events become text, in the session on show before it is kept. A path that cannot be read is the caller's to
   *  say: it rejects with a `Failure`, and everything stays as it was. */
  setTextRule(rule: TextRule, path?: string): Promise<void>;
  /** Changes how the scenes read the stream on show, and its actions. Rejects with a `Failure`; nothing has changed then. */
  setScenes(scenes: Partial<Scenes>, actions?: readonly Action[]): Promise<void>;
  /** Has the stream on show open in the scene that is on. */
  keepScene(): void;
  /** The address that is asked about before it is opened outside. */
  readonly leaving: Accessor<string | null>;
  /** Asks whether an address is to be opened; anything but http, https and mailto is not even asked about. */
  openLink(address: string): void;
  /** Opens it, or with false leaves it. Rejects where nothing opens it. */
  leave(open: boolean): Promise<void>;
  save(): void;
  rename(id: string, name: string): void;
  duplicate(id: string): void;
  remove(id: string): void;
  undo(): void;
  /** Draws a number in events as a line, and shows the chart. */
  chartValue(key: SeriesKey): void;
  /** Changes what the stream on show asks for. */
  ask(patch: Partial<Omit<Stream, "id">>): void;
  /** Puts the caret into the address. */
  focusAddress(): void;
  onFocusAddress(focus: () => void): void;
  /** Called when a stream left the list or came back to it, for what had the focus may be gone. */
  onListChanged(changed: () => void): void;
}

/** A sentence of the window, and what the machine said about it in its own language; both are read in the language that the
 *  window speaks by then. */
export interface NoticeWords {
  readonly words: string;
  readonly detail: string;
}

const LIVE_STATES: ReadonlySet<State> = new Set(["connecting", "open", "waiting"]);

export function isLive(state: State): boolean {
  return LIVE_STATES.has(state);
}

export function demoName(demo: Demo): string {
  const key = `demo.${demo.key}`;
  return isKey(key) ? t(key) : demo.stream.name;
}

export interface DeskParts {
  readonly backend: TapeCalls & HomeCalls;
  readonly live: Live;
  readonly library: Library;
  readonly hello: Hello;
  readonly vault: Vault;
  readonly solo: boolean;
}

export function createDesk({ backend, live, library, hello, vault, solo }: DeskParts): Desk {
  const scenes = createSceneChoice(library);
  const [leaving, setLeaving] = createSignal<string | null>(null);
  const [requestOpen, setRequestOpen] = createSignal(false);
  const [madeOpen, setMadeOpen] = createSignal(false);
  const [renaming, setRenaming] = createSignal<string | null>(null);
  const sidebar = createSidebarFold();
  const [notices, setNotices] = createSignal<readonly NoticeWords[]>(hello.notices.map(noticeWords));
  const [started, setStarted] = createSignal(hello.sessions.length > 0);
  let focusAddress = (): void => undefined;
  let listChanged = (): void => undefined;
  /** Streams whose Connect has not been answered yet. */
  const connecting = new Set<string>();

  function say(words: () => string, detail: () => string = () => ""): void {
    const notice = spoken(words, detail);
    setNotices((list) =>
      list.some((each) => each.words === notice.words && each.detail === notice.detail) ? list : [...list, notice],
    );
  }

  const asking = createAsking({
    library,
    vault,
    connect,
    ask,
    openRequest: () => setRequestOpen(true),
    focusAddress: () => focusAddress(),
    say: (words, reason) => say(words, () => (reason === undefined ? "" : reasonWords(reason))),
  });

  const preferences = createPreferences(backend, live, hello);
  const home = createHomeDesk(backend, live, hello, preferences);
  createRoot(() => {
    createEffect(on(preferences.demos, (demos) => library.takeDemos(demos), { defer: true }));
    createEffect(on(() => preferences.settings().bounds, (bounds) => library.takeBounds(bounds), { defer: true }));
  });
  const tapes = createTapeDesk({ backend, preferences, live, library, hello, say, nameOf, nameOfAddress, turning: () => setRequestOpen(false) });

  const axis = new TapeAxis();
  const remark = createRemark();
  const reading = createReading({ live, library, say: (reason) => say(() => t("chart.refused"), () => reasonWords(reason)) });
  const prompts = createPrompts();
  const outbox = createOutbox(live);
  const connected = createConnected(hello.sessions, vault.environments);

  // What was asked of a stream goes when it can no longer be brought back; another window knows of streams that this one
  // has not.
  const isThere = (id: string): boolean => library.kind(id) !== null || library.removed()?.stream.id === id;
  if (!solo) createRoot(() => createEffect(on(library.removed, () => prompts.keepOnly((id) => isThere(streamOf(id))))));

  const isReplay = (): boolean => tapeOf(library.selectedId() ?? "") !== null;

  function nameOf(stream: Stream): string {
    const tape = tapeOf(stream.id);
    const taped = tape === null ? "" : (tapes.find(tape)?.name.trim() ?? "");
    if (taped !== "") return taped;
    const demo = library.demos.find((each) => each.stream.id === stream.id);
    if (demo) return demoName(demo);
    return stream.name.trim() || nameOfAddress(stream.url);
  }

  function nameOfAddress(address: string): string {
    const demo = library.demos.find((each) => each.stream.url === address);
    return (demo && demoName(demo)) || nameFrom(library.shown(address)) || t("stream.unnamed");
  }

  /** Runs what the store may refuse; a refusal is said above the page. */
  async function trying(
    key: "notice.save-failed" | "notice.delete-failed",
    id: string,
    work: () => Promise<unknown>,
  ): Promise<void> {
    const stream = library.stream(id);
    try {
      await work();
    } catch (reason) {
      say(() => t(key, { name: stream ? nameOf(stream) : id }), () => reasonWords(reason));
    }
  }

  function stateOf(id: string): State {
    const known = live.brief(id)?.state ?? "idle";
    // A refused Connect leaves the session that was there as it was.
    return live.refusal(id) && !isLive(known) ? "failed" : known;
  }

  function state(): State {
    const id = library.selectedId();
    return id === null ? "idle" : stateOf(id);
  }

  function connect(): void {
    void opened();
  }

  async function opened(): Promise<boolean> {
    const stream = library.current();
    // What is on tape has been asked for already.
    if (isReplay()) return false;
    // The state turns only when the engine has answered; until then a second press would open a second session.
    if (!stream || connecting.has(stream.id)) return false;
    if (stream.url.trim() === "") {
      focusAddress();
      return false;
    }
    const draft = asksPrompt(stream) ? prompts.draft(stream) : "";
    const prompt = draft.trim() === "" ? null : draft;
    batch(() => {
      setStarted(true);
      setRequestOpen(false);
    });
    connecting.add(stream.id);
    try {
      const open = await openLine(stream.id, prompt);
      if (open && asksPrompt(stream)) {
        prompts.remember(stream.id, prompt ?? stream.prompt);
        // What was written in the meantime is the next one.
        if (prompts.draft(stream) === draft) prompts.setDraft(stream.id, "");
      }
      return open;
    } finally {
      connecting.delete(stream.id);
      // Removed in the meantime: nothing in the window would lead to the session.
      if (library.kind(stream.id) === null) closeGone(stream.id);
    }
  }

  function closeGone(id: string): void {
    connected.forget(id);
    void live.close(id);
  }

  function goesOn(): boolean {
    const stream = library.current();
    const status = live.status();
    if (!stream || !status?.asks || status.stream !== stream.id) return false;
    // A window of one session opens no other.
    return solo || (status.events > 0 && !connected.differs(library.outgoing(stream)));
  }

  async function asked(): Promise<boolean> {
    const stream = library.current();
    if (!stream || !goesOn()) return opened();
    const text = prompts.draft(stream);
    if (text.trim() === "") return false;
    await live.ask(stream.id, text);
    if (live.refusal(stream.id) !== null) return false;
    prompts.remember(stream.id, text);
    // What was written in the meantime is the next one.
    if (prompts.draft(stream) === text) prompts.setDraft(stream.id, "");
    return true;
  }

  /** What is secret goes to the vault first, and the line is opened with placeholders. */
  async function openLine(id: string, prompt: string | null): Promise<boolean> {
    if (!(await asking.seal(id))) return false;
    // The sheet of environments may have been closed with a new value a moment ago.
    await vault.settled();
    const stream = library.stream(id);
    if (!stream) return false;
    const outgoing = library.outgoing(stream);
    await live.connect(outgoing, prompt);
    if (live.refusal(id) !== null) return false;
    connected.note(outgoing);
    return true;
  }

  function ask(patch: Partial<Omit<Stream, "id">>): void {
    const id = library.selectedId();
    batch(() => {
      library.edit(patch);
      // The refusal spoke of the request as it was.
      if (id !== null && live.refusal(id)) live.dropRefusal(id);
    });
  }

  function stop(): void {
    const id = library.selectedId();
    if (id !== null && !isReplay()) void live.stop(id);
  }

  return {
    live,
    library,
    hello,
    vault,
    asking,
    home,
    tapes,
    reading,
    remark,
    axis,
    prompts,
    outbox,
    solo,
    scene: scenes.scene,
    setScene: scenes.choose,
    requestOpen,
    setRequestOpen,
    madeOpen,
    setMadeOpen,
    sidebarOpen: sidebar.open,
    setSidebarOpen: sidebar.setOpen,
    sidebarOver: sidebar.over,
    renaming,
    setRenaming(id) {
      if (id !== null) sidebar.setOpen(true);
      setRenaming(id);
    },
    notices,
    say: (words, reason) => say(words, () => (reason === undefined ? "" : reasonWords(reason))),
    dismiss: (notice) => setNotices((list) => list.filter((each) => each !== notice)),
    setTitle(title) {
      if (document.title === title) return;
      document.title = title;
      // Where the system shows none there is nothing to follow.
      backend.setTitle(title).catch(() => undefined);
    },
    started,

    state,
    stateOf,
    nameOf,
    select: (id) => library.select(id),
    connect,
    opened,
    goesOn,
    asked,
    tryAgain() {
      const stream = library.current();
      // What was refused still stands there.
      if (stream && asksPrompt(stream) && live.refusal(stream.id) === null && prompts.draft(stream).trim() === "") {
        prompts.setDraft(stream.id, prompts.history(stream.id).at(-1) ?? "");
      }
      void asked();
    },
    stop,
    toggle() {
      const replay = live.status()?.replay;
      const tape = tapeOf(library.selectedId() ?? "");
      // Its session may have gone: the backend keeps a bounded number of them.
      if (tape !== null && !replay) tapes.open(tape);
      else if (tape !== null) void live.replay({ do: replay?.playing ? "pause" : "play" });
      else if (isLive(state())) stop();
      else connect();
    },
    isReplay,
    withoutCompression() {
      const stream = library.current();
      if (!stream) return;
      library.edit({ network: { ...stream.network, compression: false } });
      connect();
    },
    compressionAsked() {
      const stream = library.current();
      if (stream?.network.compression) return "setting";
      const written = stream?.headers.some(({ name, off }) => !off && name.trim().toLowerCase() === "accept-encoding");
      return written ? "header" : "nobody";
    },
    readAnyway() {
      library.edit({ framing: "sse" });
      connect();
    },
    async setTextRule(rule, path) {
      const id = library.selectedId();
      const stream = library.current();
      if (id === null || !stream) return;
      const text_path = path ?? stream.text_path;
      try {
        await live.setTextRule(id, rule, text_path);
      } catch (reason) {
        if (rule === "path") throw reason;
        say(() => t("text-rule.refused"), () => reasonWords(reason));
        return;
      }
      // Where another was chosen meanwhile, it is not the one to be changed.
      if (library.selectedId() === id) library.edit({ text_rule: rule, text_path });
    },
    setScenes: reading.setScenes,
    keepScene: () => library.edit({ scene: scenes.scene() }),
    leaving,
    openLink: (address) => setLeaving(readAddress(address)?.href ?? null),
    async leave(open) {
      const address = leaving();
      if (open && address !== null) await backend.openUrl(address);
      setLeaving(null);
    },
    save() {
      const before = library.current();
      if (!before) return;
      const isNew = library.kind(before.id) !== "saved";
      void trying("notice.save-failed", before.id, async () => {
        if (!(await asking.seal(before.id))) return;
        const kept = await library.save();
        if (kept && isNew && library.selectedId() === kept.id && sidebar.open()) setRenaming(kept.id);
      });
    },
    rename: (id, name) => void trying("notice.save-failed", id, () => library.rename(id, name)),
    duplicate: (id) =>
      void trying("notice.save-failed", id, async () => {
        const copy = await library.duplicate(id);
        if (copy !== null && sidebar.open()) setRenaming(copy);
      }),
    remove(id) {
      void trying("notice.delete-failed", id, async () => {
        await library.remove(id);
        // Its session would go on without a place in the window, and come back as a draft after a reload.
        if (library.kind(id) === null) closeGone(id);
      }).then(() => listChanged());
    },
    undo() {
      const removal = library.removed();
      if (!removal) return;
      void trying("notice.save-failed", removal.stream.id, () => library.undo()).then(() => listChanged());
    },
    chartValue(key) {
      void reading.chartValue(key).then((there) => {
        if (there) scenes.choose("chart");
        else say(() => t("inspector.chart.full", { n: SERIES }));
      });
    },
    ask,
    focusAddress: () => focusAddress(),
    onFocusAddress(focus) {
      focusAddress = focus;
    },
    onListChanged(changed) {
      listChanged = changed;
    },
  };
}

const NOTICE_KEYS: Readonly<Record<string, Key>> = {
  "store-set-aside": "notice.store-set-aside",
  "store-read-only": "notice.store-read-only",
  "demo-off": "notice.demo-off",
  "tapes-off": "notice.tapes-off",
  "drawing-fallback": "notice.drawing-fallback",
  beside: "notice.beside",
  "keychain-off": "notice.keychain-off",
  "environments-unreadable": "notice.environments-unreadable",
  "settings-unreadable": "notice.settings-unreadable",
};

function noticeWords(notice: Notice): NoticeWords {
  const key = NOTICE_KEYS[notice.code];
  if (!key) return spoken(() => t("notice.unknown", { code: notice.code }), () => Object.values(notice.args).join(", "));
  return spoken(() => t(key, notice.args), () => notice.args["detail"] ?? "");
}

function spoken(words: () => string, detail: () => string): NoticeWords {
  return {
    get words() {
      return words();
    },
    get detail() {
      return detail();
    },
  };
}

function reasonWords(reason: unknown): string {
  if (typeof reason === "object" && reason !== null && "code" in reason) {
    const failure = reason as Failure;
    return failure.args?.["detail"] ?? failureWords(failure, null).title;
  }
  return String(reason);
}

// What the parts of the chrome share: the model, the streams, and the few things that are open or chosen.

import { batch, createSignal, type Accessor } from "solid-js";
import { isKey, t, type Key } from "../i18n";
import type { Demo, Failure, Hello, Notice, State, Stream, TextRule } from "../ipc/bindings";
import type { Live } from "../model/api";
import type { Library } from "../model/library";
import { nameFrom } from "../model/stream";
import { failureWords } from "./failure";

export type SceneName = "typewriter" | "events";

export interface Desk {
  readonly live: Live;
  readonly library: Library;
  readonly hello: Hello;
  readonly scene: Accessor<SceneName>;
  setScene(name: SceneName): void;
  readonly requestOpen: Accessor<boolean>;
  setRequestOpen(open: boolean): void;
  /** The stream whose name is being edited in the sidebar. */
  readonly renaming: Accessor<string | null>;
  setRenaming(id: string | null): void;
  readonly notices: Accessor<readonly string[]>;
  dismiss(notice: string): void;
  /** Whether anything has been connected since the window opened: the first words are then over. */
  readonly started: Accessor<boolean>;

  /** The state of the stream on show; idle when it has no session. */
  readonly state: Accessor<State>;
  /** The state of any stream. One that was refused has failed, though it never had a session. */
  stateOf(id: string): State;
  nameOf(stream: Stream): string;
  select(id: string): void;
  connect(): void;
  stop(): void;
  /** What the one button does. */
  toggle(): void;
  setTextRule(rule: TextRule): void;
  save(): void;
  rename(id: string, name: string): void;
  duplicate(id: string): void;
  remove(id: string): void;
  undo(): void;
  /** Puts the caret into the address. */
  focusAddress(): void;
  onFocusAddress(focus: () => void): void;
}

const LIVE_STATES: ReadonlySet<State> = new Set(["connecting", "open", "waiting"]);

export function isLive(state: State): boolean {
  return LIVE_STATES.has(state);
}

export function demoName(demo: Demo): string {
  const key = `demo.${demo.key}`;
  return isKey(key) ? t(key) : demo.stream.name;
}

export function createDesk(live: Live, library: Library, hello: Hello): Desk {
  const [scene, setScene] = createSignal<SceneName>("typewriter");
  const [requestOpen, setRequestOpen] = createSignal(false);
  const [renaming, setRenaming] = createSignal<string | null>(null);
  const [notices, setNotices] = createSignal<readonly string[]>(hello.notices.map(noticeWords));
  const [started, setStarted] = createSignal(hello.sessions.length > 0);
  let focusAddress = (): void => undefined;

  function say(words: string): void {
    setNotices((list) => (list.includes(words) ? list : [...list, words]));
  }

  function nameOf(stream: Stream): string {
    const demo = library.demos.find((each) => each.stream.id === stream.id);
    if (demo) return demoName(demo);
    return stream.name.trim() || nameFrom(library.shown(stream.url)) || t("stream.unnamed");
  }

  /** Runs what the store may refuse; a refusal is said above the page. */
  function trying(key: "notice.save-failed" | "notice.delete-failed", id: string, work: () => Promise<unknown>): void {
    const stream = library.stream(id);
    work().catch((reason: unknown) => {
      say(t(key, { name: stream ? nameOf(stream) : id, detail: reasonWords(reason) }));
    });
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
    const stream = library.current();
    if (!stream) return;
    if (stream.url.trim() === "") {
      focusAddress();
      return;
    }
    batch(() => {
      setStarted(true);
      setRequestOpen(false);
    });
    void live.connect(library.outgoing(stream));
  }

  function stop(): void {
    const id = library.selectedId();
    if (id !== null) void live.stop(id);
  }

  return {
    live,
    library,
    hello,
    scene,
    setScene,
    requestOpen,
    setRequestOpen,
    renaming,
    setRenaming,
    notices,
    dismiss: (notice) => setNotices((list) => list.filter((each) => each !== notice)),
    started,

    state,
    stateOf,
    nameOf,
    select: (id) => library.select(id),
    connect,
    stop,
    toggle: () => (isLive(state()) ? stop() : connect()),
    setTextRule(rule) {
      const id = library.selectedId();
      if (id === null) return;
      library.edit({ text_rule: rule });
      void live.setTextRule(id, rule);
    },
    save() {
      const before = library.current();
      if (!before) return;
      const isNew = library.kind(before.id) !== "saved";
      trying("notice.save-failed", before.id, async () => {
        const kept = await library.save();
        if (kept && isNew && library.selectedId() === kept.id) setRenaming(kept.id);
      });
    },
    rename: (id, name) => trying("notice.save-failed", id, () => library.rename(id, name)),
    duplicate: (id) =>
      trying("notice.save-failed", id, async () => {
        const copy = await library.duplicate(id);
        if (copy !== null) setRenaming(copy);
      }),
    remove(id) {
      // Its session would go on without a place in the window.
      void live.stop(id);
      trying("notice.delete-failed", id, () => library.remove(id));
    },
    undo() {
      const removal = library.removed();
      if (removal) trying("notice.save-failed", removal.stream.id, () => library.undo());
    },
    focusAddress: () => focusAddress(),
    onFocusAddress(focus) {
      focusAddress = focus;
    },
  };
}

const NOTICE_KEYS: Readonly<Record<string, Key>> = {
  "store-set-aside": "notice.store-set-aside",
  "store-read-only": "notice.store-read-only",
  "demo-off": "notice.demo-off",
};

function noticeWords(notice: Notice): string {
  const key = NOTICE_KEYS[notice.code];
  return key
    ? t(key, notice.args)
    : t("notice.unknown", { code: notice.code, detail: Object.values(notice.args).join(", ") });
}

function reasonWords(reason: unknown): string {
  if (typeof reason === "object" && reason !== null && "code" in reason) {
    const failure = reason as Failure;
    return failure.args?.["detail"] ?? failureWords(failure, null).title;
  }
  return String(reason);
}

// A backend in memory, for tests and for looking at the window in a browser (`?fake` under `make dev`).
// It keeps the real one's promises: ticks at most once a frame, two on their way, bounded text.

import type { Backend } from "./backend";
import type { Brief, Opening, Stream, Tick } from "./bindings";
import { createFakeDesktop, type FakeDesktop } from "./fake-desktop";
import { demos, demosIn, saved, scriptOf, takes, type Script } from "./fake-scripts";
import { FakeSession, failure } from "./fake-session";
import { FakeVault } from "./fake-vault";
import { createFakeReplay, recordTape, type FakeReplays } from "./fake-replay";
import { createFakeAnswers } from "./fake-answers";
import { createFakeActions } from "./fake-actions";
import { createFakeRooms } from "./fake-rooms";
import { createFakeSeries } from "./fake-series";
import { createFakeTapes } from "./fake-tapes";
import { createFakeViews } from "./fake-views";

const TICK_MS = 16;
const UNSEEN_MS = 1_000;
/** Text that a page begins with. */
const NEWEST_CHARS = 16 << 10;
const MOST_SESSIONS = 64;

interface Window {
  readonly epoch: number;
  readonly onTick: (tick: Tick) => void;
  shown: FakeSession | null;
  view: number | null;
  visible: boolean;
  no: number;
  unacknowledged: number;
  sentAt: number;
}

export interface Fake extends Backend {
  /** The session of this number, for tests that play a line by hand. */
  session(number: number): FakeSession;
  readonly replays: FakeReplays;
  readonly desktop: FakeDesktop;
  /** Has the next tick tell that a command was chosen in the menu. */
  choose(command: string): void;
  /** Addresses that were opened outside. */
  readonly opened: readonly string[];
}

export interface FakeOptions {
  /** Plays nothing by itself: a test moves the sessions. */
  readonly byHand?: boolean;
}

export function createFake(options: FakeOptions = {}): Fake {
  const begun = performance.now();
  const wall = Date.now();
  const nowUs = (): number => Math.round((wall + performance.now() - begun) * 1000);

  const sessions = new Map<number, FakeSession>();
  const keys = new Map<string, number>();
  const vault = new FakeVault(!new URLSearchParams(globalThis.location?.search).has("no-keychain"));
  const streams = new Map<string, Stream>(saved.map((stream) => [stream.id, stream]));
  const removed = new Map<string, Stream>();
  const dirty = new Set<FakeSession>();
  const opened: string[] = [];
  const actions = createFakeActions(find, (session) => mark(session));
  const rooms = createFakeRooms({ find, mark: (session) => mark(session) });
  const views = createFakeViews({ find, changed: (number) => mark(find(number)), hides: actions.hides });
  let page: Window | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let last = 0;
  /** The generation of the list of tapes, where the next tick is to tell it. */
  let tapesTold: number | null = null;
  let commands: string[] = [];
  let openings: Opening[] = [];
  const desktop = createFakeDesktop({
    system: new URLSearchParams(globalThis.location?.search).get("lang") === "zh-CN" ? "zh-CN" : "en",
    streams: () => [...streams.values()],
    add: (stream) => streams.set(stream.id, stream),
    tell(opening) {
      openings.push(opening);
      wake();
    },
  });
  function pump(): void {
    timer = null;
    const to = page;
    if (!to || to.unacknowledged >= 2 || (dirty.size === 0 && tapesTold === null && commands.length === 0 && openings.length === 0)) return;
    if (!to.visible && performance.now() - to.sentAt < UNSEEN_MS) {
      wake(UNSEEN_MS);
      return;
    }
    const briefs: Brief[] = [];
    for (const session of dirty) {
      session.settle();
      actions.note(session);
      briefs.push(session.brief());
    }
    const { shown } = to;
    const text = shown && to.visible ? shown.since() : null;
    for (const session of dirty) {
      const behind = session === shown && to.visible && session.cursor < session.status.end_pos;
      if (!session.live && !behind) dirty.delete(session);
    }
    to.no += 1;
    to.unacknowledged += 1;
    to.sentAt = performance.now();
    const listed = tapesTold;
    tapesTold = null;
    to.onTick({
      no: to.no,
      now_us: nowUs(),
      sessions: briefs,
      shown: shown ? { ...shown.status, wire: { ...shown.status.wire } } : null,
      text,
      view: shown && to.view !== null ? views.state(shown.number, to.view) : null,
      tapes: listed,
      ...(commands.length > 0 ? { commands } : {}),
      ...(openings.length > 0 ? { openings } : {}),
    });
    commands = [];
    openings = [];
    if (dirty.size > 0) wake(TICK_MS);
  }

  function wake(ms = TICK_MS): void {
    timer ??= setTimeout(pump, ms);
  }

  function mark(session: FakeSession): void {
    tapes.note(session);
    dirty.add(session);
    wake();
  }

  function play(session: FakeSession, script: Script): void {
    const step = (): void => {
      if (!session.live) return;
      const next = script.next();
      if (!next.done) setTimeout(step, next.value);
    };
    step();
  }

  function find(number: number): FakeSession {
    const session = sessions.get(number);
    if (!session) throw failure("stopped", { detail: `no session ${number}` });
    return session;
  }

  function add(session: FakeSession): void {
    session.changed = () => mark(session);
    sessions.set(session.number, session);
    mark(session);
  }

  const answer = async <T>(value: () => T): Promise<T> => {
    await Promise.resolve();
    return structuredClone(value());
  };

  const replays = createFakeReplay({
    nowUs,
    nextNumber: () => (last += 1),
    add,
    find,
    sessions: () => sessions.values(),
    byHand: options.byHand ?? false,
  });
  const tapes = createFakeTapes({
    find,
    nowUs,
    replays,
    listed(generation) {
      tapesTold = generation;
      wake();
    },
  });
  // A window that opens on a replay.
  const take = takes.find((each) => each.id === new URLSearchParams(globalThis.location?.search).get("replay"));
  if (take) replays.open(recordTape(take.id, take.stream, nowUs() - 86_400_000_000, take.script));

  return {
    ...tapes.backend,
    ...views.backend,
    // Its figures are read as they are when they are read.
    saveSettings: (settings) => desktop.saveSettings(settings),
    painted: () => desktop.painted(),
    setMenu: (parts) => desktop.setMenu(parts),
    settleOpening: (id) => desktop.settleOpening(id),
    stay: () => desktop.stay(),
    quit: () => desktop.quit(),
    exportStreams: (path, ids) => desktop.exportStreams(path, ids),
    importStreams: (path) => desktop.importStreams(path),
    diagnostics: () => desktop.diagnostics(),
    desktop,
    choose(command) {
      commands.push(command);
      wake();
    },
    ...createFakeAnswers({ find, play: (session, script) => options.byHand || play(session, script) }),
    ...createFakeSeries({ find, scenes: actions.scenes }),
    ...rooms,
    ...actions.backend,
    async setScenes(number, scenes, set) {
      await rooms.setScenes(number, scenes, set);
      await actions.backend.setScenes(number, scenes, set);
    },
    session: find,
    replays,
    opened,
    async openUrl(url) {
      if (!/^(?:https?:\/\/|mailto:)/i.test(url)) throw failure("url", { detail: url });
      opened.push(url);
    },

    hello(epoch, onTick) {
      // A window of one session has something to show in a browser too, where each page has a backend of its own.
      const demo = demos.find(({ key }) => key === "longread");
      if (demo && sessions.size === 0 && new URLSearchParams(globalThis.location?.search).get("session") === "1") {
        void this.connect("solo", demo.stream);
      }
      page = { epoch, onTick, shown: null, view: null, visible: true, no: 0, unacknowledged: 0, sentAt: 0 };
      return answer(() => ({
        version: "0.0.0",
        language: desktop.language,
        demo_origin: "http://127.0.0.1:4737",
        demos: [...demosIn(desktop.language)],
        streams: [...streams.values()],
        sessions: [...sessions.values()].map(({ number, stream }) => ({ session: number, stream })),
        environments: vault.environments,
        secrets: vault.secrets,
        keychain: vault.keychain,
        settings: desktop.settings,
        openings: [...desktop.openings],
        tapes: tapes.list(),
        jobs: tapes.running(),
        notices: vault.keychain ? [] : [{ code: "keychain-off", args: {} }],
      }));
    },
    async ack(epoch, no) {
      if (page?.epoch !== epoch || no > page.no) return;
      page.unacknowledged = page.no - no;
      wake();
    },
    async watch(epoch, session, view, visible) {
      if (page?.epoch !== epoch) return;
      const next = session === null ? null : find(session);
      if (next && next !== page.shown) next.cursor = next.newest(NEWEST_CHARS);
      page.shown = next;
      page.view = view;
      page.visible = visible;
      if (next) mark(next);
    },

    async connect(key, stream, prompt) {
      const before = keys.get(key);
      if (before !== undefined) return before;
      if (!/^[\w.+-]+:|^\w+$/.test(stream.url)) throw failure("url", { detail: stream.url });
      const refusal = vault.refusal(stream);
      if (refusal) throw refusal;
      for (const other of sessions.values()) {
        if (other.stream.id !== stream.id) continue;
        if (other.live) other.end("stopped");
        sessions.delete(other.number);
      }
      if (sessions.size >= MOST_SESSIONS) throw failure("limit", { sessions: String(MOST_SESSIONS) });
      last += 1;
      const session = new FakeSession(last, stream, nowUs);
      if (stream.body?.includes("{{prompt}}")) session.prompt = prompt || stream.prompt;
      add(session);
      keys.set(key, last);
      if (!options.byHand) play(session, scriptOf(session));
      return last;
    },
    async stop(number) {
      const session = find(number);
      if (session.live) session.end("stopped");
    },
    async closeSession(number) {
      const session = sessions.get(number);
      if (!session) return;
      if (session.live) session.end("stopped");
      sessions.delete(number);
      dirty.delete(session);
      if (page?.shown === session) page.shown = null;
    },
    async reconnectNow(number) {
      const session = find(number);
      if (session.status.state === "waiting") session.resume();
    },
    async setTextRule(number, rule, path) {
      const session = find(number);
      // Of the paths that there are, as much as is ever typed here.
      if (rule === "path" && !/^\$(?:\.[\w-]+|\[(?:\d+|'[^']*'|\*)\])*$/.test(path)) {
        throw failure("filter", { what: "path", detail: "expected a name or an index", at: "2" });
      }
      session.status.text_rule = rule;
      session.status.text_path = path;
      session.cursor = session.newest(NEWEST_CHARS);
      mark(session);
    },

    entries: (number, view, from, len) => answer(() => (view === null ? views.marked(number, find(number).page(from, len)) : views.page(number, view, from, len))),
    entry: (number, pos, from) =>
      answer(() => {
        const detail = find(number).detail(pos, from);
        if (!detail) throw failure("limit", { detail: `no entry ${pos}` });
        return detail;
      }),
    text: (number, before, chars) => answer(() => find(number).before(before, chars)),
    async strip(number, from, to, bins) {
      const strip = find(number).strip(from, to, bins);
      const marks = await views.backend.bookmarks(number);
      const bookmarks = marks.map((mark) => ({ ...mark, at_us: mark.at_us || (find(number).kept()[mark.pos]?.row.at_us ?? 0) }));
      return answer(() => ({ ...strip, bookmarks }));
    },

    wire: (number, from, len, form) => answer(() => find(number).wire.page(from, len, form)),
    wireBytes: (number, no, from, form) => answer(() => find(number).wire.bytes(no, from, form)),
    wireRaw: (number) => answer(() => find(number).wire.raw()),
    findings: (number) => answer(() => find(number).wire.findings),
    sealStream: (stream) => answer(() => vault.seal(stream)),
    pasteCurl: (text) => answer(() => vault.paste(text)),
    copyCurl: (stream) => answer(() => `curl -N '${stream.url}'`),
    allowSecrets: (stream, origin) => answer(() => vault.allow(stream, origin)),
    saveEnvironments: (environments) => answer(() => vault.save(environments)),
    chooseFile: () => answer(() => "/tmp/yesterday.sse"),

    async saveStream(stream) {
      const kept = { ...stream, id: stream.id || crypto.randomUUID() };
      streams.set(kept.id, kept);
      return kept;
    },
    async deleteStream(id) {
      const stream = streams.get(id);
      if (stream) removed.set(id, stream);
      streams.delete(id);
    },
    async restoreStream(id) {
      const stream = removed.get(id);
      if (stream) streams.set(id, stream);
      return [...streams.values()];
    },
  };
}


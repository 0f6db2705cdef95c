// The sessions as the window sees them: takes the backend's ticks, keeps what the chrome and the scenes
// may ask, and acknowledges a tick once it has been drawn. Text and rows pass through, they are not kept.

import { createSignal } from "solid-js";
import { createStore, produce, reconcile } from "solid-js/store";
import { scheduleLast, type Drawable } from "../frame";
import type { Backend } from "../ipc/backend";
import type { Bookmark, Brief, Failure, Filter, Hello, Reveal, Status, Tapes, TextTick, Tick, ViewState } from "../ipc/bindings";
import type { Live, TextListener, Told } from "./api";
import { BackendClock } from "./clock";
import { asFailure } from "./failure";
import { createPace, DECAYS_MS, FIGURES_MS, isDecay, isStatusDecay, PLAIN_FACTS } from "./pace";

export interface LiveModel extends Live {
  /** Says hello; ticks come from then on. */
  start(): Promise<Hello>;
}

/** What the model needs of its surroundings; tests give their own. */
export interface LiveHost {
  /** `performance.now()` */
  pageMs(): number;
  /** `Date.now()` */
  wallMs(): number;
  hidden(): boolean;
  onVisibility(listener: () => void): void;
  /** The last epoch that this window used, kept over reloads. */
  lastEpoch(): number;
  keepEpoch(epoch: number): void;
  newKey(): string;
  scheduleLast(drawable: Drawable): void;
}

export function createLive(backend: Backend, host: LiveHost = browser()): LiveModel {
  const clock = new BackendClock(host.wallMs() * 1000, host.pageMs());
  const [told, tellStatus] = createSignal<Status | null>(null, { equals: false });
  const [typingLag, setTypingLag] = createSignal(0);
  const [briefs, setBriefs] = createStore<Record<string, Brief>>({});
  const [refusals, setRefusals] = createStore<Record<string, Failure | null>>({});

  /** The newest session of each stream. */
  const sessions = new Map<string, number>();
  /** The last status seen of each of those, so that switching back shows something at once. */
  const seen = new Map<number, Status>();
  /** Sessions that were closed, or that the backend has let go; ticks that were already on their way may
   *  still name them. */
  const closed = new Set<number>();
  /** Streams that are being connected. */
  const opening = new Set<string>();
  const textListeners = new Set<TextListener>();
  const changeListeners = new Set<() => void>();
  const revealListeners = new Set<(stream: string, pos: number) => void>();
  const toldListeners = new Set<(told: Told) => void>();
  /** What was told before anybody listened: a tick may come before the answer to hello. */
  const early: Told[] = [];

  const [view, setView] = createSignal<ViewState | null>(null);
  const [bookmarks, setBookmarks] = createSignal<readonly Bookmark[]>([]);
  const [tapes, setTapes] = createSignal<Tapes>({ tapes: [], bytes: 0, generation: 0, folder: "" });
  /** The newest view of each session. */
  const views = new Map<number, ViewState>();
  /** Filters are set one after another: of two in a hurry the later one stays. */
  let filtering: Promise<unknown> = Promise.resolve();

  let epoch = 0;
  let shownStream: string | null = null;
  let shown: number | null = null;
  /** Entry up to which the page has text; null when the page has none of this session. */
  let textEnd: number | null = null;
  let unacknowledged: number | null = null;
  /** The session that ticks tell of. */
  let toldOf: number | null = null;
  /** The call that tells what is on show, while it is on its way; and whether that has changed since. */
  let watching: Promise<void> | null = null;
  let rewatch = false;
  /** The newest status, which the signal follows at the pace of a reader's eye. */
  let newest: Status | null = null;
  const waitingBriefs = new Map<string, Brief>();
  const tellFigures = (): void => {
    tellStatus(newest);
    for (const [stream, brief] of waitingBriefs) setBriefs(stream, reconcile(brief));
    waitingBriefs.clear();
  };
  const figures = createPace(FIGURES_MS, tellFigures);
  /** Rates that go down while nothing comes: each change would repaint the window for a figure after the comma. */
  const decays = createPace(DECAYS_MS, tellFigures);
  let readings = 0;
  /** Read anywhere it is the newest; what depends on it is told at the pace. */
  const status = (): Status | null => {
    told();
    return newest;
  };

  // One drawable for all ticks: the acknowledgement goes out in the frame that shows what they brought.
  const acknowledge: Drawable = {
    draw() {
      // A number acknowledges those before it too.
      if (unacknowledged !== null) quietly(backend.ack(epoch, unacknowledged));
      unacknowledged = null;
      return false;
    },
  };

  function onTick(tick: Tick): void {
    clock.note(tick.now_us, host.pageMs());
    for (const brief of tick.sessions) takeBrief(brief);
    if (tick.shown) takeShown(tick.shown, tick.text);
    // A view is of the session whose status came last: with the turn to another session its status comes first.
    toldOf = tick.shown?.session ?? toldOf;
    if (tick.view) takeView(toldOf, tick.view);
    if (tick.reveal) tellReveal(tick.reveal);
    tellDesktop(tick);
    if (tick.tapes !== null && tick.tapes !== tapes().generation) void pullTapes();

    unacknowledged = tick.no;
    if (host.hidden()) acknowledge.draw(0, true);
    else host.scheduleLast(acknowledge);
  }

  /** One whose session is gone leads nowhere. */
  function tellReveal({ session, pos }: Reveal): void {
    for (const [stream, known] of sessions) {
      if (known === session) for (const listener of revealListeners) listener(stream, pos);
    }
  }

  function tellDesktop({ commands = [], openings = [], settled }: Tick): void {
    if (commands.length === 0 && openings.length === 0 && !settled) return;
    const told: Told = { commands, openings, settled: settled ?? null };
    if (toldListeners.size === 0) early.push(told);
    for (const listener of toldListeners) listener(told);
  }

  function takeBrief(brief: Brief): void {
    // A session that Connect has replaced may still send its end.
    if (closed.has(brief.session) || brief.session < (sessions.get(brief.stream) ?? 0)) return;
    adopt(brief.stream, brief.session);
    waitingBriefs.set(brief.stream, brief);
    const before = briefs[brief.stream];
    if (before && isDecay(before, brief)) decays(false);
    else figures(before?.state !== brief.state || before.session !== brief.session);
  }

  function takeShown(next: Status, text: TextTick | null): void {
    if (closed.has(next.session) || next.session !== (sessions.get(next.stream) ?? next.session)) return;
    seen.set(next.session, next);
    if (next.session !== shown) return;
    // Another window may have set them.
    if (next.bookmarks !== bookmarks().length) void pullBookmarks();
    setStatus(next);
    if (text) takeText(text);
    tellChange();
  }

  function takeView(session: number | null, next: ViewState): void {
    // A view that was left may still send its progress; those of another session have the same numbers.
    if (session === null || session !== shown || views.get(session)?.view !== next.view) return;
    views.set(session, next);
    setView(next);
    tellChange();
  }

  /** Sets the filter of a session, whichever is on show by now. */
  async function setFilter(session: number, filter: Filter | null): Promise<void> {
    const before = views.get(session) ?? null;
    let next: ViewState | null;
    try {
      next = filter === null ? null : await backend.openView(session, filter);
    } catch (reason) {
      isGone(session, reason);
      throw reason;
    }
    if (next && (closed.has(session) || ![...sessions.values()].includes(session))) {
      // It went while it was asked.
      quietly(backend.closeView(session, next.view));
      return;
    }
    if (next) views.set(session, next);
    else views.delete(session);
    if (session === shown) {
      setView(next);
      watch();
      tellChange();
    }
    if (before) quietly(backend.closeView(session, before.view));
  }

  async function pullTapes(): Promise<void> {
    try {
      const next = await backend.tapes();
      if (next.generation >= tapes().generation) setTapes(next);
    } catch {
      // The next change asks again.
    }
  }

  async function pullBookmarks(): Promise<void> {
    const all = await ask((session) => backend.bookmarks(session));
    if (all) takeBookmarks(all);
  }

  function takeBookmarks(all: readonly Bookmark[]): void {
    setBookmarks(all);
    tellChange();
  }

  function takeText(text: TextTick): void {
    if (text.pos !== textEnd) {
      for (const listener of textListeners) listener.restart(text.pos, text.skipped);
    }
    textEnd = text.end;
    if (text.runs.length === 0) return;
    for (const listener of textListeners) listener.runs(text.runs);
  }

  function setStatus(next: Status | null): void {
    const before = newest;
    newest = next;
    if (before && next && isStatusDecay(before, next)) decays(false);
    else figures(!before || !next || PLAIN_FACTS.some((fact) => before[fact] !== next[fact]));
  }

  /** Makes `session` the one that its stream has. */
  function adopt(stream: string, session: number): void {
    const before = sessions.get(stream);
    // An answer that was overtaken may still speak of the one before.
    if (before !== undefined && session <= before) return;
    if (before !== undefined) {
      seen.delete(before);
      views.delete(before);
    }
    sessions.set(stream, session);
    if (stream === shownStream) look(session);
  }

  /** Turns the window to a session, or to none. */
  function look(session: number | null): void {
    if (session === shown) return;
    const again = shown !== null && session !== null && newest?.stream === shownStream;
    shown = session;
    textEnd = null;
    // Under a new Connect the old figures stay for the frame or two until the new ones come.
    if (!again) setStatus(session === null ? null : (seen.get(session) ?? null));
    setView(session === null ? null : (views.get(session) ?? null));
    setBookmarks([]);
    for (const listener of textListeners) listener.restart(0, 0);
    tellChange();
    watch();
  }

  function forget(session: number): void {
    closed.add(session);
    const [oldest] = closed;
    if (closed.size > MOST_CLOSED && oldest !== undefined) closed.delete(oldest);
    seen.delete(session);
    views.delete(session);
    for (const [stream, known] of sessions) {
      if (known !== session) continue;
      sessions.delete(stream);
      waitingBriefs.delete(stream);
      setBriefs(produce((all) => void delete all[stream]));
    }
    if (session === shown) look(null);
  }

  /** Whether a call failed because its session is no longer there (the backend keeps a bounded number of
   *  ended ones); what was known of it is then forgotten. */
  function isGone(session: number, reason: unknown): boolean {
    const gone = asFailure(reason).code === "stopped";
    // Under a new Connect the old one stays on show until the new one is there.
    if (gone && ![...opening].some((stream) => sessions.get(stream) === session)) forget(session);
    return gone;
  }

  /** Tells what is on show. One call is on its way at a time: two could overtake each other, and the window would be
   *  told of a session that it has left. */
  function watch(): void {
    if (!epoch) return;
    if (watching) rewatch = true;
    else void tellWatch(shown, view()?.view ?? null);
  }

  function tellWatch(session: number | null, filter: number | null): Promise<void> {
    const told = backend
      .watch(epoch, session, filter, !host.hidden())
      // The next one carries the same facts.
      .catch(() => undefined)
      .then(() => {
        watching = null;
        if (!rewatch) return;
        rewatch = false;
        watch();
      });
    watching = told;
    return told;
  }

  function tellChange(): void {
    for (const listener of changeListeners) listener();
  }

  /** Asks about the session on show; null if it failed, or if another is shown by the time it answers. */
  async function ask<T>(call: (session: number) => Promise<T>): Promise<T | null> {
    const session = shown;
    if (session === null) return null;
    try {
      const answer = await call(session);
      return session === shown ? answer : null;
    } catch (reason) {
      isGone(session, reason);
      return null;
    }
  }

  /** Asks about the session on show something whose failure is the caller's to show. */
  function onShow<T>(call: (session: number) => Promise<T>): Promise<T> {
    return shown === null ? Promise.reject(new Error("no session is on show")) : call(shown);
  }

  /** Tells the session of a stream something; a refusal stands with the stream. */
  async function tell(streamId: string, call: (session: number) => Promise<void>): Promise<void> {
    const session = sessions.get(streamId);
    if (session === undefined) return;
    try {
      await call(session);
    } catch (reason) {
      if (!isGone(session, reason)) setRefusals(streamId, asFailure(reason));
    }
  }

  /** Turning away and back has the backend tell the text from the newest screens on. */
  async function retell(): Promise<void> {
    const session = shown;
    if (!epoch || session === null) return;
    textEnd = null;
    while (watching) await watching;
    await tellWatch(null, null);
    // Whoever turned the window to another session meanwhile has said so themselves.
    if (session === shown) watch();
  }

  host.onVisibility(() => {
    if (host.hidden()) acknowledge.draw(0, true);
    watch();
  });

  return {
    async start() {
      // Fifty milliseconds a step lets the number outgrow any reload within 32 bits; the one that was
      // kept guards against a wall clock that was set back.
      epoch = Math.max(Math.floor(host.wallMs() / 50) % 2 ** 32, host.lastEpoch() + 1);
      host.keepEpoch(epoch);
      const hello = await backend.hello(epoch, onTick);
      setTapes(hello.tapes);
      for (const found of hello.sessions) {
        if (found.session >= (sessions.get(found.stream.id) ?? 0)) adopt(found.stream.id, found.session);
      }
      // A page that can be seen and shows nothing yet is what the backend takes it for.
      if (shown !== null || host.hidden()) watch();
      return hello;
    },

    status,
    session() {
      told();
      return shown;
    },
    typingLag,
    setTypingLag,
    refusal: (streamId) => refusals[streamId] ?? null,
    dropRefusal: (streamId) => setRefusals(streamId, null),
    dropRefusals: () => setRefusals(reconcile({})),
    brief: (streamId) => briefs[streamId] ?? null,
    now: () => clock.now(host.pageMs()),

    show(streamId) {
      shownStream = streamId;
      look(streamId === null ? null : (sessions.get(streamId) ?? null));
    },

    async connect(stream, prompt = null) {
      setRefusals(stream.id, null);
      opening.add(stream.id);
      try {
        adopt(stream.id, await backend.connect(host.newKey(), stream, prompt));
      } catch (reason) {
        setRefusals(stream.id, asFailure(reason));
      } finally {
        opening.delete(stream.id);
      }
    },
    adopt: (found) => adopt(found.stream.id, found.session),
    stop: (streamId) => tell(streamId, (session) => backend.stop(session)),
    async close(streamId) {
      setRefusals(streamId, null);
      const session = sessions.get(streamId);
      if (session === undefined) return;
      forget(session);
      // A page that is loaded again finds it if this fails; there is nothing to do about it here.
      await backend.closeSession(session).catch(() => undefined);
    },
    reconnectNow: (streamId) => tell(streamId, (session) => backend.reconnectNow(session)),
    async setTextRule(streamId, rule, path) {
      const session = sessions.get(streamId);
      if (session === undefined) return;
      try {
        await backend.setTextRule(session, rule, path);
      } catch (reason) {
        if (!isGone(session, reason)) throw reason;
      }
    },
    ask(streamId, prompt) {
      setRefusals(streamId, null);
      return tell(streamId, (session) => backend.ask(session, prompt));
    },
    async setScenes(streamId, scenes, actions) {
      const session = sessions.get(streamId);
      if (session !== undefined) await backend.setScenes(session, scenes, actions);
      readings += 1;
      tellChange();
    },
    readings: () => readings,

    onText(listener) {
      textListeners.add(listener);
      return () => void textListeners.delete(listener);
    },
    onReveal(listener) {
      revealListeners.add(listener);
      return () => void revealListeners.delete(listener);
    },
    onTold(listener) {
      toldListeners.add(listener);
      for (const told of early) listener(told);
      // All who listen from the start come in one go.
      queueMicrotask(() => early.splice(0));
      return () => void toldListeners.delete(listener);
    },
    onChange(listener) {
      changeListeners.add(listener);
      return () => void changeListeners.delete(listener);
    },
    entries: (from, len) => ask((session) => backend.entries(session, view()?.view ?? null, from, len)),
    entry: (pos, from) => ask((session) => backend.entry(session, pos, from)),
    text: (beforePos, maxChars) => ask((session) => backend.text(session, beforePos, maxChars)),
    strip: (fromUs, toUs, bins) => ask((session) => backend.strip(session, fromUs, toUs, bins)),

    view,
    filter(filter, asked) {
      const session = asked ?? shown;
      if (session === null) return Promise.resolve();
      const set = filtering.then(() => setFilter(session, filter));
      filtering = set.catch(() => undefined);
      return set;
    },
    async cancelFilter() {
      const on = view();
      if (on) await ask((session) => backend.cancelView(session, on.view));
    },
    facets: (path) => ask((session) => backend.facets(session, path)),
    locate: (target) => ask((session) => backend.locate(session, view()?.view ?? null, target)),
    send: (id, text) => onShow((session) => backend.send(session, id, text)),
    chat: (from, len) => ask((session) => backend.chat(session, from, len)),
    feed: (from, len) => ask((session) => backend.feed(session, from, len)),
    series: (query) => ask((session) => backend.series(session, query)),
    tryAction: (action) => onShow((session) => backend.tryAction(session, action)),
    bookmarks,
    async bookmark(pos, note) {
      const all = await ask((session) => backend.bookmark(session, pos, note));
      if (all) takeBookmarks(all);
    },
    exportTo(format, path, whole) {
      if (shown === null) return Promise.reject(new Error("no session is on show"));
      return backend.exportTo({ session: shown, view: whole ? null : (view()?.view ?? null), format, path });
    },
    async replay(command) {
      await ask((session) => backend.replay(session, command));
    },
    tapes,
    wire: (from, len, form) => ask((session) => backend.wire(session, from, len, form)),
    wireBytes: (no, from, form) => ask((session) => backend.wireBytes(session, no, from, form)),
    wireRaw: () => ask((session) => backend.wireRaw(session)),
    findings: () => ask((session) => backend.findings(session)),
    retell,
  };
}

/** Sessions that were closed and may still be named by a tick: two of those are on their way at most, so that this is
 *  more than enough. */
const MOST_CLOSED = 256;
/** Calls whose failure changes nothing that the user could act on: the next one carries the same facts. */
function quietly(call: Promise<void>): void {
  call.catch(() => undefined);
}

const EPOCH_KEY = "epoch";

function browser(): LiveHost {
  return {
    pageMs: () => performance.now(),
    wallMs: () => Date.now(),
    hidden: () => document.hidden,
    onVisibility: (listener) => document.addEventListener("visibilitychange", listener),
    lastEpoch: () => Number(sessionStorage.getItem(EPOCH_KEY) ?? 0),
    keepEpoch: (epoch) => sessionStorage.setItem(EPOCH_KEY, String(epoch)),
    newKey: () => crypto.randomUUID(),
    scheduleLast,
  };
}

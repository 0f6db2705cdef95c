// The streams as the window holds them: the demos, the saved ones, drafts that are not saved yet, and a
// working copy of each that was edited, so that moving to another stream loses nothing. No DOM here.

import { batch, createSignal, type Accessor } from "solid-js";
import type { Backend } from "../ipc/backend";
import type { Bounds, Demo, Hello, Stream } from "../ipc/bindings";
import type { Parked } from "./pairs";
import { sealedOver } from "./seal";
import { tapeOf } from "./tapes";
import { asksOtherwise, blank, demoPath, nameFrom, newId, outgoing, rebased, resettle, same } from "./stream";

export interface Library {
  /** The demo streams, in the language of the window; reactive. */
  readonly demos: readonly Demo[];
  readonly saved: Accessor<readonly Stream[]>;
  readonly drafts: Accessor<readonly Stream[]>;
  /** The streams of the tapes that are open. They are played again, and neither edited nor saved. */
  readonly replays: Accessor<readonly Stream[]>;
  readonly selectedId: Accessor<string | null>;
  /** The stream on show as it is being edited. */
  readonly current: Accessor<Stream | null>;
  /** The newest removal that can still be undone. */
  readonly removed: Accessor<Removal | null>;

  kind(id: string): Kind | null;
  /** The working copy of any stream. */
  stream(id: string): Stream | null;
  /** Whether Save would change anything. */
  dirty(id: string): boolean;
  /** All ids in the order in which they are listed. */
  ids(): string[];
  select(id: string): void;

  /** Changes the stream on show. A demo whose request changes becomes a draft of its own. */
  edit(patch: Partial<Omit<Stream, "id">>): void;
  /** Changes how a stream is read and what it does, also one that is not on show. */
  reread(id: string, patch: Partial<Pick<Stream, "scenes" | "actions">>): void;
  /** Lays what the vault answered to `sent` over the stream; what was typed meanwhile stays. */
  takeSealed(id: string, sent: Stream, answer: Stream): void;
  /** Rows of a stream's query that are off. They are no part of the definition and last as long as the window. */
  parked(id: string): readonly Parked[];
  park(id: string, rows: readonly Parked[]): void;
  /** Takes the stream of a session that was found: a replay, or one whose definition is not there any more. */
  adopt(stream: Stream): void;
  /** Forgets a replay, and moves the selection off it. */
  dropReplay(id: string): void;
  /** Selects the stream that a replay was recorded of: what asks for the same, else a draft of it. */
  openOriginal(id: string): void;
  /** Selects an empty draft, the one that is there if nobody has touched it. */
  create(): string;
  /** Saves the stream on show; a demo or a draft as a new one. Answers with what was stored. */
  save(): Promise<Stream | null>;
  rename(id: string, name: string): Promise<void>;
  duplicate(id: string): Promise<string | null>;
  remove(id: string): Promise<void>;
  undo(): Promise<void>;
  /** Takes the demos in another language; what was changed of one stays changed. */
  takeDemos(demos: readonly Demo[]): void;
  /** What new streams begin with from now on, and those that nobody has touched. */
  takeBounds(bounds: Bounds): void;
  /** Takes the saved streams as they are stored by now. */
  takeSaved(streams: readonly Stream[]): void;
  /** The time for undoing is over. */
  forget(): void;

  /** `demo:/path` as an address that can be read; anything else as it is. */
  shown(url: string): string;
  /** What is stored for an address that was typed. */
  typed(address: string): string;
  /** What goes to the engine: the body only where the method carries one, and its type. */
  outgoing(stream: Stream): Stream;
}

export type Kind = "demo" | "saved" | "draft" | "tape";

export interface Removal {
  readonly kind: "saved" | "draft";
  readonly stream: Stream;
  /** The edits that were lost with it. */
  readonly working: Stream | null;
}

export interface Words {
  /** `name` with a word for "copy". */
  copyOf(name: string): string;
  unnamed(): string;
  demoName(demo: Demo): string;
}

/** Where the id of the stream on show outlives a reload of the page. */
export interface Bookmark {
  read(): string | null;
  write(id: string | null): void;
}

/** A new stream's settings. */
const PLAIN = blank("");
const NO_BOOKMARK: Bookmark = { read: () => null, write: () => undefined };

/** What only says how events are read, and nothing of what is asked for. */
const READING: ReadonlySet<string> = new Set(["text_rule", "text_path", "page_form", "scene", "scenes", "actions"]);

export function createLibrary(
  backend: Backend,
  hello: Hello,
  words: Words,
  bookmark: Bookmark = NO_BOOKMARK,
): Library {
  const origin = hello.demo_origin;
  const [demos, setDemos] = createSignal<readonly Demo[]>(hello.demos);
  const demoOf = (id: string): Demo | undefined => demos().find((demo) => demo.stream.id === id);
  /** What new streams begin with. */
  let { bounds } = hello.settings;

  const [saved, setSaved] = createSignal<readonly Stream[]>(hello.streams);
  const [drafts, setDrafts] = createSignal<readonly Stream[]>([]);
  const [replays, setReplays] = createSignal<readonly Stream[]>([]);
  const [working, setWorking] = createSignal<Readonly<Record<string, Stream>>>({});
  const [selectedId, tellSelectedId] = createSignal<string | null>(null);
  const [removed, setRemoved] = createSignal<Removal | null>(null);
  const [parked, setParked] = createSignal<Readonly<Record<string, readonly Parked[]>>>({});
  /** The demo, as it was edited, that a draft was made of. */
  const madeOf = new Map<string, Stream>();
  /** What was on show before a tape was. */
  let lastStream: string | null = null;
  /** Saves on their way, by the id of what is being saved. */
  const saving = new Map<string, Promise<Stream>>();

  // A page that was loaded again finds its sessions still running, by definitions that it may have lost.
  for (const { stream } of hello.sessions) {
    const stored = demoOf(stream.id)?.stream ?? saved().find((each) => each.id === stream.id);
    if (!stored) adopt(stream);
    else if (!same(stored, stream)) setWorking((copies) => ({ ...copies, [stream.id]: stream }));
  }
  const marked = bookmark.read();
  // The first page is about the smallest stream there is, wherever it stands in the list.
  const smallest = demos().find(({ key }) => key === "message") ?? demos()[0];
  setSelectedId(
    marked !== null && stored(marked)
      ? marked
      : (hello.sessions[0]?.stream.id ?? smallest?.stream.id ?? saved()[0]?.id ?? null),
  );

  function setSelectedId(id: string | null): void {
    if (id !== null && tapeOf(id) === null) lastStream = id;
    tellSelectedId(id);
    bookmark.write(id);
  }

  function stored(id: string): Stream | null {
    return (
      demoOf(id)?.stream ??
      saved().find((each) => each.id === id) ??
      drafts().find((each) => each.id === id) ??
      replays().find((each) => each.id === id) ??
      null
    );
  }

  function adopt(found: Stream): void {
    if (tapeOf(found.id) === null) {
      if (!stored(found.id)) setDrafts((list) => [...list, found]);
    } else {
      // The text rule of one that is open already is the window's own by now.
      setReplays((list) => (list.some((each) => each.id === found.id) ? list : [...list, found]));
    }
  }

  function dropReplay(id: string): void {
    batch(() => {
      if (selectedId() === id) setSelectedId(lastStream !== null && stored(lastStream) ? lastStream : (ids()[0] ?? null));
      setReplays((list) => list.filter((each) => each.id !== id));
      dropWorking(id);
    });
  }

  function openOriginal(id: string): void {
    const replay = replays().find((each) => each.id === id);
    if (!replay) return;
    const known = ids().find((each) => {
      const other = stored(each);
      return other !== null && same({ ...other, name: "" }, { ...replay, name: "" });
    });
    if (known !== undefined) setSelectedId(known);
    else addDraft({ ...replay, id: newId() });
  }

  function kind(id: string): Kind | null {
    if (demoOf(id)) return "demo";
    if (saved().some((each) => each.id === id)) return "saved";
    if (drafts().some((each) => each.id === id)) return "draft";
    return replays().some((each) => each.id === id) ? "tape" : null;
  }

  function stream(id: string): Stream | null {
    return working()[id] ?? stored(id);
  }

  function current(): Stream | null {
    const id = selectedId();
    return id === null ? null : stream(id);
  }

  function dirty(id: string): boolean {
    const now = stream(id);
    const of = kind(id);
    if (!now || of === "tape") return false;
    if (of === "draft") return !same(now, fresh(id));
    const before = stored(id);
    return before !== null && !same(now, before);
  }

  function ids(): string[] {
    return [...demos().map((demo) => demo.stream.id), ...saved().map((s) => s.id), ...drafts().map((s) => s.id)];
  }

  function dropWorking(id: string): void {
    setWorking((copies) => {
      const { [id]: _, ...rest } = copies;
      return rest;
    });
  }

  function addDraft(draft: Stream): void {
    batch(() => {
      setDrafts((list) => [...list, draft]);
      setSelectedId(draft.id);
    });
  }

  /** How a demo is read and ended suits the demo, whatever its query; an address of one's own begins as any
   *  new stream does. What the user set in the draft itself stays. */
  function moved(now: Stream, next: Stream): Stream {
    if (demoPath(now.url) === demoPath(next.url)) return next;
    const from = madeOf.get(now.id) ?? settingsOf(now.url);
    madeOf.delete(now.id);
    return resettle(next, from, settingsOf(next.url));
  }

  function settingsOf(url: string): Stream {
    const path = demoPath(url);
    return demos().find(({ stream }) => path !== null && demoPath(stream.url) === path)?.stream ?? PLAIN;
  }

  function edit(patch: Partial<Omit<Stream, "id">>): void {
    const now = current();
    if (!now) return;
    const next = { ...now, ...patch };
    const of = kind(now.id);
    // What is on tape was asked for already; only how it is read can change.
    if (of === "tape" && Object.keys(patch).some((field) => !READING.has(field))) return;
    // A demo stays what it is. Its settings can be played with, but another request is another stream.
    if (of === "demo" && asksOtherwise(next, now)) {
      const id = newId();
      const stays = demoPath(next.url) === demoPath(now.url);
      if (stays) madeOf.set(id, now);
      // Another address begins another stream, with the bounds of a new one but for those that were set in the demo.
      const untouched = JSON.stringify(next.bounds) === JSON.stringify(stored(now.id)?.bounds);
      const other = untouched ? { ...next, bounds } : next;
      const draft = stays ? next : resettle(other, other, settingsOf(other.url));
      batch(() => {
        dropWorking(now.id);
        setParked(({ [now.id]: rows, ...rest }) => (rows ? { ...rest, [id]: rows } : rest));
        addDraft({ ...draft, id, name: patch.name ?? "" });
      });
    } else if (of === "draft") {
      const kept = moved(now, next);
      setDrafts((list) => list.map((each) => (each.id === now.id ? kept : each)));
    } else {
      setWorking((copies) => ({ ...copies, [now.id]: next }));
    }
  }

  function reread(id: string, patch: Partial<Pick<Stream, "scenes" | "actions">>): void {
    const now = stream(id);
    if (now) lay({ ...now, ...patch });
  }

  function lay(next: Stream): void {
    if (kind(next.id) === "draft") setDrafts((list) => list.map((each) => (each.id === next.id ? next : each)));
    else setWorking((copies) => ({ ...copies, [next.id]: next }));
  }

  function takeSealed(id: string, sent: Stream, answer: Stream): void {
    const now = stream(id);
    if (!now || kind(id) === "tape") return;
    const next = sealedOver(now, sent, answer);
    if (!same(next, now)) lay(next);
  }

  function create(): string {
    const untouched = drafts().find((each) => same(each, fresh(each.id)));
    if (untouched) {
      setSelectedId(untouched.id);
      return untouched.id;
    }
    const draft = fresh(newId());
    addDraft(draft);
    return draft.id;
  }

  function shown(url: string): string {
    return origin !== null && url.startsWith("demo:/") ? origin + url.slice("demo:".length) : url;
  }

  function typed(address: string): string {
    const trimmed = address.trim();
    return origin !== null && trimmed.startsWith(`${origin}/`) ? `demo:${trimmed.slice(origin.length)}` : address;
  }

  function unusedName(wanted: string, except: string): string {
    const taken = new Set(saved().flatMap((each) => (each.id === except ? [] : [each.name])));
    if (!taken.has(wanted)) return wanted;
    let n = 2;
    while (taken.has(`${wanted} ${n}`)) n += 1;
    return `${wanted} ${n}`;
  }

  function put(kept: Stream): void {
    setSaved((list) =>
      list.some((each) => each.id === kept.id) ? list.map((each) => (each.id === kept.id ? kept : each)) : [...list, kept],
    );
  }

  async function save(): Promise<Stream | null> {
    const now = current();
    if (!now || kind(now.id) === "tape") return null;
    // A second Save while the first is on its way would make a second stream of a demo.
    const pending = saving.get(now.id) ?? store(now).finally(() => saving.delete(now.id));
    saving.set(now.id, pending);
    return pending;
  }

  async function store(now: Stream): Promise<Stream> {
    const of = kind(now.id);
    const name = (of === "demo" ? "" : now.name.trim()) || nameFrom(shown(now.url)) || words.unnamed();
    const wanted: Stream = {
      ...now,
      url: now.url.trim(),
      // A draft keeps its id, so that its session stays with it; a demo's session stays with the demo.
      id: of === "demo" ? newId() : now.id,
      name: of === "saved" ? name : unusedName(name, now.id),
    };
    const kept = await backend.saveStream(wanted);
    batch(() => {
      // Edits made while it was being saved stay edits.
      const later = of === "demo" ? null : stream(now.id);
      const moved = later !== null && !same(later, now);
      put(kept);
      setDrafts((list) => list.filter((each) => each.id !== now.id));
      dropWorking(now.id);
      if (moved) setWorking((copies) => ({ ...copies, [kept.id]: { ...later, id: kept.id, name: kept.name } }));
      if (selectedId() === now.id) setSelectedId(kept.id);
    });
    return kept;
  }

  async function rename(id: string, name: string): Promise<void> {
    const trimmed = name.trim();
    const before = stored(id);
    if (!before || trimmed === "" || (trimmed === before.name && trimmed === stream(id)?.name)) return;
    if (kind(id) === "draft") {
      setDrafts((list) => list.map((each) => (each.id === id ? { ...each, name: trimmed } : each)));
      return;
    }
    if (kind(id) !== "saved") return;
    const kept = await backend.saveStream({ ...before, name: trimmed });
    batch(() => {
      put(kept);
      const copy = working()[id];
      if (copy) setWorking((copies) => ({ ...copies, [id]: { ...copy, name: kept.name } }));
    });
  }

  async function duplicate(id: string): Promise<string | null> {
    const now = stream(id);
    if (!now || kind(id) === "tape") return null;
    const demo = demoOf(id);
    const name = unusedName(words.copyOf(demo ? words.demoName(demo) : label(now)), "");
    const kept = await backend.saveStream({ ...now, id: newId(), name });
    batch(() => {
      put(kept);
      setSelectedId(kept.id);
    });
    return kept.id;
  }

  function label(of: Stream): string {
    return of.name.trim() || nameFrom(shown(of.url)) || words.unnamed();
  }

  /** Moves the selection off a stream that goes away: to the one after it, else the one before. */
  function leave(id: string): void {
    if (selectedId() !== id) return;
    const all = ids();
    const at = all.indexOf(id);
    const after = all[at + 1];
    setSelectedId(after ?? all[at - 1] ?? null);
  }

  async function remove(id: string): Promise<void> {
    const of = kind(id);
    const before = stored(id);
    if (!before || (of !== "saved" && of !== "draft")) return;
    if (of === "saved") await backend.deleteStream(id);
    batch(() => {
      leave(id);
      setRemoved({ kind: of, stream: before, working: working()[id] ?? null });
      dropWorking(id);
      if (of === "saved") setSaved((list) => list.filter((each) => each.id !== id));
      else setDrafts((list) => list.filter((each) => each.id !== id));
    });
  }

  async function undo(): Promise<void> {
    const last = removed();
    if (!last) return;
    const { stream: back, working: copy } = last;
    const list = last.kind === "saved" ? await backend.restoreStream(back.id) : null;
    batch(() => {
      setRemoved(null);
      if (list) setSaved(list);
      else setDrafts((some) => [...some, back]);
      if (copy) setWorking((copies) => ({ ...copies, [back.id]: copy }));
      setSelectedId(back.id);
    });
  }

  /** A new stream by what the user has set. */
  function fresh(id: string): Stream {
    return { ...blank(id), bounds };
  }

  function takeDemos(next: readonly Demo[]): void {
    const before = new Map(demos().map(({ stream }) => [stream.id, stream]));
    batch(() => {
      setDemos(next);
      setWorking((copies) => {
        const moved = next.flatMap(({ stream }) => {
          const copy = copies[stream.id];
          const old = before.get(stream.id);
          return copy && old ? [[stream.id, rebased(copy, old, stream)] as const] : [];
        });
        return { ...copies, ...Object.fromEntries(moved) };
      });
    });
  }

  function takeBounds(next: Bounds): void {
    const before = bounds;
    if (JSON.stringify(next) === JSON.stringify(before)) return;
    bounds = next;
    setDrafts((list) => list.map((each) => (same(each, { ...blank(each.id), bounds: before }) ? fresh(each.id) : each)));
  }

  return {
    get demos() {
      return demos();
    },
    saved,
    drafts,
    replays,
    selectedId,
    current,
    removed,
    kind,
    stream,
    dirty,
    ids,
    select: (id) => {
      if (stored(id)) setSelectedId(id);
    },
    edit,
    reread,
    takeSealed,
    parked: (id) => parked()[id] ?? [],
    park: (id, rows) => setParked((all) => ({ ...all, [id]: rows })),
    adopt,
    dropReplay,
    openOriginal,
    create,
    save,
    rename,
    duplicate,
    remove,
    undo,
    takeDemos,
    takeBounds,
    takeSaved: (streams) => setSaved(streams),
    forget: () => setRemoved(null),
    shown,
    typed,
    outgoing,
  };
}

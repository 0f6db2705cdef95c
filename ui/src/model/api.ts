// What the model offers to the chrome and the scenes. Signals hold counters and state only; text and
// rows never pass through one.

import type { Accessor } from "solid-js";
import type {
  Action,
  Bookmark,
  Brief,
  ChatPage,
  Detail,
  ExportFormat,
  Facets,
  Failure,
  FeedPage,
  Filter,
  Finding,
  Found,
  Job,
  Located,
  Opening,
  Page,
  ReplayCommand,
  Run,
  Scenes,
  Sent,
  SeriesPage,
  SeriesQuery,
  Settled,
  Status,
  Stream,
  Strip,
  Tapes,
  Target,
  TextPage,
  TextRule,
  Trial,
  ViewState,
  WireBytes,
  WireForm,
  WirePage,
  WireRaw,
} from "../ipc/bindings";

/** The sessions as the window sees them (model/live.ts). */
export interface Live {
  /** The session on show; null when its stream has none. */
  readonly status: Accessor<Status | null>;
  /** The id of the session on show, which a status may be a moment behind; reactive. */
  session(): number | null;
  /** Why the newest Connect was refused before it became a session (bad address, 64 sessions), by stream id. */
  refusal(streamId: string): Failure | null;
  /** Forgets that refusal: what it spoke of has changed. */
  dropRefusal(streamId: string): void;
  /** Forgets all of them: what every request may stand on has changed. */
  dropRefusals(): void;
  /** Newest brief of a stream's session; reactive. */
  brief(streamId: string): Brief | null;
  /** Shows the session of this stream (or none). */
  show(streamId: string | null): void;
  /** `prompt` stands for `{{prompt}}` in its body; without one the stream's own does. */
  connect(stream: Stream, prompt?: string | null): Promise<void>;
  /** Asks on in the session of this stream, which waits for a prompt. A refusal stands with the stream. */
  ask(streamId: string, prompt: string): Promise<void>;
  /** Changes how the scenes read the events of the stream's session, and its actions. Rejects with a `Failure`. */
  setScenes(streamId: string, scenes: Scenes, actions: readonly Action[]): Promise<void>;
  /** Grows with each change of how a session's events are read: rows that were pulled before may be others. */
  readings(): number;
  /** Takes a session that was opened elsewhere for the newest of its stream. */
  adopt(found: Found): void;
  stop(streamId: string): Promise<void>;
  /** Ends the session of a stream that goes away, and forgets it. */
  close(streamId: string): Promise<void>;
  reconnectNow(streamId: string): Promise<void>;
  /** Rejects with a `Failure` of code `filter` where the path cannot be read; the session then reads as before. */
  setTextRule(streamId: string, rule: TextRule, path: string): Promise<void>;
  /** The backend's clock, microseconds since the epoch. */
  now(): number;
  /** Age of the oldest grapheme not yet shown, ms; the typewriter writes it at most four times a second. */
  readonly typingLag: Accessor<number>;
  setTypingLag(ms: number): void;

  // For scenes. All of these speak of the session on show.
  /** Told when text arrived (`runs`), or when the page must start anew (`restart`). */
  onText(listener: TextListener): () => void;
  /** Told when the desktop turns the window to an entry of a stream's session: a notification was clicked. */
  onReveal(listener: (streamId: string, pos: number) => void): () => void;
  /** Told what the desktop has for this window: commands of its menu, what is asked to be opened, what another window set. */
  onTold(listener: (told: Told) => void): () => void;
  /** Told after each tick that changed the session on show, and when another session is shown. */
  onChange(listener: () => void): () => void;
  /** Rows of the view that is on, or of all entries. */
  entries(from: number, len: number): Promise<Page | null>;
  entry(pos: number, from: number): Promise<Detail | null>;
  text(beforePos: number | null, maxChars: number): Promise<TextPage | null>;
  /** Has the text told anew, from the newest screens on: `restart` follows, and what comes after adjoins.
   *  Text that was pulled cannot be joined to what is told, because a run may span several entries. */
  retell(): Promise<void>;
  strip(fromUs: number | null, toUs: number | null, bins: number): Promise<Strip | null>;

  /** The filter that is on in the session on show, and how far its search has come; null for none. The view is kept
   *  with its session: coming back finds it again. */
  readonly view: Accessor<ViewState | null>;
  /** Sets the filter of a session, of the one on show unless another is named; none with null. Rejects with a `Failure` of code `filter` where its query cannot be read; the
   *  filter that was on then stays. */
  filter(filter: Filter | null, session?: number): Promise<void>;
  cancelFilter(): Promise<void>;
  facets(path: string | null): Promise<Facets | null>;
  /** As a row of the view that is on, or of all entries. */
  locate(target: Target): Promise<Located | null>;
  /** Sends a message to the room of the session on show; rejects with a `Failure`. */
  send(id: string, text: string): Promise<Sent>;
  /** Rows of chat from `from` on, or the newest with null. */
  chat(from: number | null, len: number): Promise<ChatPage | null>;
  /** Cards from row `from` on, or the newest with null. */
  feed(from: number | null, len: number): Promise<FeedPage | null>;
  series(query: SeriesQuery): Promise<SeriesPage | null>;
  /** What an action would have matched so far; rejects with a `Failure`. */
  tryAction(action: Action): Promise<Trial>;
  /** Bookmarks of the session on show, in order. */
  readonly bookmarks: Accessor<readonly Bookmark[]>;
  /** Sets (a note) or takes away (null). */
  bookmark(pos: number, note: string | null): Promise<void>;
  /** Exports what the view shows, or all (`whole`); rejects with a `Failure`. */
  exportTo(format: ExportFormat, path: string, whole: boolean): Promise<Job>;
  /** Moves the session on show, which is a replay. */
  replay(command: ReplayCommand): Promise<void>;
  /** The list of tapes as it is now. */
  readonly tapes: Accessor<Tapes>;
  /** At most 100 rows of the wire, fewer where they are long. */
  wire(from: number, len: number, form: WireForm): Promise<WirePage | null>;
  /** At most 16 KiB of a chunk from byte `from` on; null too once it is no longer kept. */
  wireBytes(no: number, from: number, form: WireForm): Promise<WireBytes | null>;
  /** The newest 8 MiB of what came. */
  wireRaw(): Promise<WireRaw | null>;
  /** What the facts of the wire tell, gravest first. */
  findings(): Promise<Finding[] | null>;
}

export interface Told {
  readonly commands: readonly string[];
  readonly openings: readonly Opening[];
  readonly settled: Settled | null;
}

export interface TextListener {
  /** New text, in order, adjoining what came before. */
  runs(runs: Run[]): void;
  /** Forget the page. What follows begins at entry `pos`; `skipped` events were passed over. */
  restart(pos: number, skipped: number): void;
}

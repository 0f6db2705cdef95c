// What the window asks of the backend. `tauri.ts` speaks to the real one, `fake.ts` plays it in tests
// and in a plain browser; nothing else in the window knows which of them is there.

import type {
  Action,
  Bookmark,
  ChatPage,
  Detail,
  Environments,
  ExportRequest,
  Facets,
  FeedPage,
  Filter,
  Finding,
  Found,
  Hello,
  ImportedStreams,
  Job,
  Located,
  MenuPart,
  Page,
  ReplayCommand,
  Scenes,
  Sealed,
  SealedEnvironments,
  SecretInfo,
  Sent,
  SeriesPage,
  SeriesQuery,
  Served,
  ServeRequest,
  Settings,
  Settled,
  Stream,
  Strip,
  Tapes,
  Target,
  TextPage,
  TextRule,
  Tick,
  Trial,
  ViewState,
  WireBytes,
  WireForm,
  WirePage,
  WireRaw,
} from "./bindings";

/** Every call that can fail rejects with a `Failure` of the bindings. Calls are idempotent: a page that
 *  reloads may send one twice. */
export interface Backend {
  /** Registers this page load. Ticks come to `onTick` until another hello with a higher epoch. */
  hello(epoch: number, onTick: (tick: Tick) => void): Promise<Hello>;
  /** At most two ticks are on their way without an acknowledgement. */
  ack(epoch: number, no: number): Promise<void>;
  /** Which session is on show, which of its views, and whether the page can be seen. Unseen pages get counters, once a
   *  second. */
  watch(epoch: number, session: number | null, view: number | null, visible: boolean): Promise<void>;

  /** Opens a session, ending the one that the same stream had; `key` is the caller's, so that a repeated call opens one.
   *  `prompt` stands for `{{prompt}}` in its body; with null the stream's own does. */
  connect(key: string, stream: Stream, prompt?: string | null): Promise<number>;
  stop(session: number): Promise<void>;
  /** Ends a session and forgets it; one that is gone is no error. */
  closeSession(session: number): Promise<void>;
  reconnectNow(session: number): Promise<void>;
  /** `path` counts under the rule `path`. */
  setTextRule(session: number, rule: TextRule, path: string): Promise<void>;

  /** At most 200 rows; of a view, `from` numbers its rows, else it is an entry. */
  entries(session: number, view: number | null, from: number, len: number): Promise<Page>;
  /** At most 1 MiB of data from byte `from` on. */
  entry(session: number, pos: number, from: number): Promise<Detail>;
  /** Text before an entry, or the newest with null; at most `maxChars` characters, cut at entries. */
  text(session: number, beforePos: number | null, maxChars: number): Promise<TextPage>;
  /** The whole with null, or the part between two times; at most `bins` (and at most 2,048) bins. */
  strip(session: number, fromUs: number | null, toUs: number | null, bins: number): Promise<Strip>;

  /** Begins a filter of a session's entries. Its progress comes with the ticks while it is watched. At most eight a
   *  session. Refused with code `filter` where the query cannot be read. */
  openView(session: number, filter: Filter): Promise<ViewState>;
  /** Ends the search where it is; new entries join all the same. */
  cancelView(session: number, view: number): Promise<void>;
  closeView(session: number, view: number): Promise<void>;
  /** How events can be told apart: by type with null, else by a JSON path. Counts go on while it is asked again. */
  facets(session: number, path: string | null): Promise<Facets>;
  /** Where an event, a time or an entry is, as a row of the view or of all. Null in an empty session or view. */
  locate(session: number, view: number | null, target: Target): Promise<Located | null>;
  bookmarks(session: number): Promise<Bookmark[]>;
  /** Sets (a note, also an empty one) or takes away (null); answers with all of them, in order. */
  bookmark(session: number, pos: number, note: string | null): Promise<Bookmark[]>;

  /** Asks on in a session that waits for a prompt (`Status.asks`): the next turn of the same conversation. */
  ask(session: number, prompt: string): Promise<void>;
  /** Sends a message to the room by the session's chat rule; `id` is the caller's own for it. Rejects with a `Failure`. */
  send(session: number, id: string, text: string): Promise<Sent>;
  /** At most 100 rows of chat from row `from` on, or the newest with null. */
  chat(session: number, from: number | null, len: number): Promise<ChatPage>;
  /** At most 100 cards from row `from` on, or the newest with null. */
  feed(session: number, from: number | null, len: number): Promise<FeedPage>;
  series(session: number, query: SeriesQuery): Promise<SeriesPage>;
  /** Changes how the scenes of a session read its events, and its actions. Rejects with code `filter` for what cannot be
   *  read. */
  setScenes(session: number, scenes: Scenes, actions: readonly Action[]): Promise<void>;
  /** What an action would have matched so far. */
  tryAction(session: number, action: Action): Promise<Trial>;

  tapes(): Promise<Tapes>;
  /** Opens a tape as a session that replays it, its playhead at the start. The session that is already there for this
   *  tape, live or a replay, is answered again. */
  openTape(tape: string): Promise<Found>;
  /** Names a tape and protects it, or with `kept` false gives it up to the budget. */
  keepTape(tape: string, name: string, kept: boolean): Promise<void>;
  /** Removes the file; refused while the tape is recorded. */
  deleteTape(tape: string): Promise<void>;
  replay(session: number, command: ReplayCommand): Promise<void>;
  /** The title of this window, where the system shows it. */
  setTitle(title: string): Promise<void>;
  /** Opens an address outside. Rejects with code `url` for any but http, https and mailto. */
  openUrl(url: string): Promise<void>;
  /** Opens the session in a window of its own. */
  openWindow(session: number): Promise<void>;

  /** Asks where to save; null if nothing was chosen. */
  choosePath(name: string): Promise<string | null>;
  exportTo(request: ExportRequest): Promise<Job>;
  /** Reads a .tape, .sse or .jsonl into a new tape. */
  importFile(path: string): Promise<Job>;
  /** The same for a file that was dropped, a part at a time: `begin` answers with a number for the others. */
  dropBegin(name: string): Promise<number>;
  dropPart(drop: number, bytes: Uint8Array): Promise<void>;
  dropEnd(drop: number): Promise<Job>;
  /** Ends a drop that is not to become a tape, and removes what came of it; one that has ended is no error. */
  dropAbandon(drop: number): Promise<void>;
  job(job: number): Promise<Job>;
  cancelJob(job: number): Promise<void>;

  /** Serves a tape as a local SSE endpoint. */
  serve(request: ServeRequest): Promise<Served>;
  served(): Promise<Served[]>;
  stopServing(id: number): Promise<void>;

  /** Stores what the user has set, and puts it into force; other windows are told with their ticks. */
  saveSettings(settings: Settings): Promise<Settled>;
  /** The page has painted in its theme: the window may be seen. */
  painted(): Promise<void>;
  /** The menu bar, with words in the window's language; what is chosen comes with a tick. */
  setMenu(parts: readonly MenuPart[]): Promise<void>;
  /** The user has answered what was asked to be opened. */
  settleOpening(id: number): Promise<void>;
  /** The user was asked whether to quit, and stays: closing the window asks again. */
  stay(): Promise<void>;
  /** Ends the app, with every session. */
  quit(): Promise<void>;
  /** Writes streams, all with null, without their secrets; answers with how many. */
  exportStreams(path: string, ids: readonly string[] | null): Promise<number>;
  /** Adds the streams of a file. Nothing is connected. */
  importStreams(path: string): Promise<ImportedStreams>;
  /** What helps to find a fault, without secrets or addresses, as text to copy. */
  diagnostics(): Promise<string>;

  /** At most 100 rows of the wire. */
  wire(session: number, from: number, len: number, form: WireForm): Promise<WirePage>;
  /** At most 16 KiB of a chunk from byte `from` on; null once it is no longer kept. */
  wireBytes(session: number, no: number, from: number, form: WireForm): Promise<WireBytes | null>;
  /** The newest 8 MiB of the body as text. */
  wireRaw(session: number): Promise<WireRaw>;
  /** What the facts of the wire tell, gravest first. */
  findings(session: number): Promise<Finding[]>;

  /** Moves what is secret in a definition into the keychain; answers with placeholders in its place. */
  sealStream(stream: Stream): Promise<Sealed>;
  /** A command line of curl as a definition, sealed; its id and name are empty. */
  pasteCurl(text: string): Promise<Sealed>;
  /** A definition as a command line of curl, with placeholders for its secrets. */
  copyCurl(stream: Stream): Promise<string>;
  /** Lets the secrets that a definition would send to an origin go there; others of it are left as they are. */
  allowSecrets(stream: Stream, origin: string): Promise<SecretInfo[]>;
  /** Stores all environments; secret values go into the keychain. */
  saveEnvironments(environments: Environments): Promise<SealedEnvironments>;
  /** Asks for a file; null if none was chosen. */
  chooseFile(): Promise<string | null>;

  /** Creates (empty id) or replaces; answers with the stream as stored. */
  saveStream(stream: Stream): Promise<Stream>;
  deleteStream(id: string): Promise<void>;
  /** Undoes a deletion; answers with all saved streams in order. */
  restoreStream(id: string): Promise<Stream[]>;
}

// What the window asks of the backend. `tauri.ts` speaks to the real one, `fake.ts` plays it in tests
// and in a plain browser; nothing else in the window knows which of them is there.

import type {
  Detail,
  Environments,
  Finding,
  Hello,
  Page,
  Sealed,
  SealedEnvironments,
  SecretInfo,
  Stream,
  Strip,
  TextPage,
  TextRule,
  Tick,
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
  /** Which session is on show, and whether the page can be seen. Unseen pages get counters, once a second. */
  watch(epoch: number, session: number | null, visible: boolean): Promise<void>;

  /** Opens a session, ending the one that the same stream had; `key` is the caller's, so that a repeated call opens one. */
  connect(key: string, stream: Stream): Promise<number>;
  stop(session: number): Promise<void>;
  /** Ends a session and forgets it; one that is gone is no error. */
  closeSession(session: number): Promise<void>;
  reconnectNow(session: number): Promise<void>;
  setTextRule(session: number, rule: TextRule): Promise<void>;

  /** At most 200 rows. */
  entries(session: number, fromPos: number, len: number): Promise<Page>;
  /** At most 1 MiB of data from byte `from` on. */
  entry(session: number, pos: number, from: number): Promise<Detail>;
  /** Text before an entry, or the newest with null; at most `maxChars` characters, cut at entries. */
  text(session: number, beforePos: number | null, maxChars: number): Promise<TextPage>;
  /** At most 2,048 bins. */
  strip(session: number): Promise<Strip>;

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

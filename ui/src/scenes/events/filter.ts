// What the filter of a session is made of, and how it is set: typing waits a moment, everything else is set at once,
// and of a query that cannot be read the filter before it stays.

import type { Failure, Filter } from "../../ipc/bindings";

/** A part of the session's time, microseconds; `toUs` is no longer in it. */
export interface Range {
  readonly fromUs: number;
  readonly toUs: number;
}

export interface Parts {
  /** As it stands in the field. */
  readonly query: string;
  /** The JSON path that `values` are values of; null for the type. */
  readonly facet: string | null;
  readonly values: readonly string[];
  readonly range: Range | null;
  readonly bookmarked: boolean;
}

export const NOTHING: Parts = { query: "", facet: null, values: [], range: null, bookmarked: false };

/** The filter that is asked of the engine; null where the parts ask for nothing. `unhidden` leaves out what actions
 *  hide. */
export function compose(parts: Parts, unhidden = false): Filter | null {
  const query = parts.query.trim();
  if (query === "" && parts.values.length === 0 && parts.range === null && !parts.bookmarked && !unhidden) return null;
  return {
    query,
    // The facet alone asks for nothing, and two filters that ask for the same are to be the same.
    facet: parts.values.length > 0 ? parts.facet : null,
    values: [...parts.values],
    from_us: parts.range?.fromUs ?? null,
    to_us: parts.range?.toUs ?? null,
    bookmarked: parts.bookmarked,
    unhidden,
  };
}

/** A pause between two keys that is shorter is still typing. */
export const TYPING_MS = 120;
/** Sessions whose filters are remembered: as many as the engine has. */
const SESSIONS = 64;

interface Memory {
  parts: Parts;
  /** What is on, as it was composed. */
  on: Filter | null;
  /** The query of `on`; with a refused one in the field the chips go on with this. */
  query: string;
  refused: Failure | null;
  /** Counts what was asked for. */
  asked: number;
  /** What the actions hide; empty for nothing. */
  hides: string;
  /** Whether what they hide is shown all the same. */
  bared: boolean;
}

const fresh = (): Memory => ({ parts: NOTHING, on: null, query: "", refused: null, asked: 0, hides: "", bared: false });

export interface FilteringHost {
  /** Sets the filter of a session; rejects with a `Failure`. */
  set(filter: Filter | null, session: number): Promise<void>;
  /** The parts, or what is said of them, are others. */
  changed(): void;
}

/** What was asked for in each session, which outlives the scene that asked. */
export type FilterMemory = Map<number, Memory>;

export class Filtering {
  readonly #host: FilteringHost;
  readonly #sessions: FilterMemory;
  #now = fresh();
  #session: number | null = null;
  #stream: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(host: FilteringHost, memory: FilterMemory = new Map()) {
    this.#host = host;
    this.#sessions = memory;
  }

  get parts(): Parts {
    return this.#now.parts;
  }

  /** Why the query in the field is not what is on. */
  get refused(): Failure | null {
    return this.#now.refused;
  }

  /** The query that is on. */
  get query(): string {
    return this.#now.on?.query ?? "";
  }

  /** Whether what actions hide is left out. */
  get unhidden(): boolean {
    return this.#now.hides !== "" && !this.#now.bared;
  }

  /** Whether the reader has asked for nothing: what is on leaves out what actions hide, or is none. */
  get bare(): boolean {
    return compose({ ...this.#now.parts, query: this.#now.on?.query ?? "" }) === null;
  }

  /** What the actions of the stream hide, in any words that differ where it does; empty for nothing. */
  hiding(what: string): void {
    const now = this.#now;
    if (now.hides === what) return;
    // The same filter finds something else now.
    if (this.unhidden && what !== "") now.on = null;
    now.hides = what;
    void this.apply();
  }

  /** Shows what the actions hide, or leaves it out again. */
  showHidden(bared: boolean): void {
    this.#now.bared = bared;
    this.#host.changed();
    void this.apply();
  }

  /** Turns to the filter of another session. A new one of the same stream goes on with what was asked for, save what
   *  spoke of the session before: its times and its bookmarks. */
  turn(session: number | null, stream: string | null): void {
    if (session === this.#session) return;
    this.#hold();
    const again = stream !== null && stream === this.#stream;
    const { parts } = this.#now;
    this.#session = session;
    this.#stream = stream;
    const known = session === null ? undefined : this.#sessions.get(session);
    this.#now = known ?? fresh();
    if (session !== null && !known) {
      this.#sessions.set(session, this.#now);
      const oldest = this.#sessions.keys().next();
      if (this.#sessions.size > SESSIONS && !oldest.done) this.#sessions.delete(oldest.value);
    }
    this.#host.changed();
    if (known || !again) return;
    this.#put({ query: parts.query, facet: parts.facet, values: parts.values });
    void this.apply();
  }

  /** The field holds another query. */
  type(query: string): void {
    this.#put({ query });
    this.#hold();
    this.#timer = setTimeout(() => void this.apply(), TYPING_MS);
  }

  /** Puts a query into the field and sets it. */
  ask(query: string): void {
    this.#put({ query });
    void this.apply();
  }

  /** Switches one value of a facet on or off. */
  toggle(facet: string | null, value: string): void {
    const values = facet === this.parts.facet ? this.parts.values : [];
    this.#put({ facet, values: values.includes(value) ? values.filter((each) => each !== value) : [...values, value] });
    void this.apply();
  }

  /** Shows all values again. */
  all(): void {
    this.#put({ values: [] });
    void this.apply();
  }

  /** Chips by another facet; values of the one before mean nothing there. */
  by(facet: string | null): void {
    if (facet === this.parts.facet) return;
    this.#put({ facet, values: [] });
    void this.apply();
  }

  range(range: Range | null): void {
    this.#put({ range });
    void this.apply();
  }

  bookmarked(only: boolean): void {
    this.#put({ bookmarked: only });
    void this.apply();
  }

  /** Asks for nothing any more; the facet stays chosen. */
  clear(): void {
    this.#put({ ...NOTHING, facet: this.parts.facet });
    void this.apply();
  }

  /** Sets what the parts ask for, at once. */
  async apply(): Promise<void> {
    this.#hold();
    const now = this.#now;
    const session = this.#session;
    if (session === null) return;
    const parts = now.refused === null ? now.parts : { ...now.parts, query: now.query };
    const filter = compose(parts, this.unhidden);
    if (same(filter, now.on)) return;
    now.asked += 1;
    const { asked } = now;
    const before = now.on;
    now.on = filter;
    try {
      await this.#host.set(filter, session);
      now.query = parts.query;
    } catch (reason) {
      // Where a later one has been asked for in this session, what is on is its affair.
      if (asked === now.asked) {
        now.on = before;
        now.refused = asFailure(reason);
      }
    }
    if (now === this.#now) this.#host.changed();
  }

  dispose(): void {
    this.#hold();
  }

  #put(patch: Partial<Parts>): void {
    const now = this.#now;
    if (patch.query !== undefined && patch.query !== now.parts.query) now.refused = null;
    now.parts = { ...now.parts, ...patch };
    this.#host.changed();
  }

  #hold(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function same(a: Filter | null, b: Filter | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function asFailure(reason: unknown): Failure {
  if (typeof reason === "object" && reason !== null && "code" in reason) return { message: "", args: {}, ...reason } as Failure;
  return { code: "limit", message: String(reason), args: { detail: String(reason) } };
}

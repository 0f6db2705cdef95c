// The counts of the chips, followed as the session grows: asked for at most four times a second, quicker while the
// engine is still counting what was there, and never while nobody sees them.

import type { Facets } from "../../ipc/bindings";

/** Faster than this nobody reads a count. */
export const LIVE_MS = 250;
/** While it counts, it counts only as long as it is asked. */
export const COUNTING_MS = 60;

/** Sessions whose choice is remembered: as many as the engine has. */
const SESSIONS = 64;

export interface FacetHost {
  ask(path: string | null): Promise<Facets | null>;
  /** New counts, or none: another session. */
  changed(): void;
}

export class FacetFeed {
  readonly #host: FacetHost;
  #facets: Facets | null = null;
  #suggested: readonly string[] = [];
  /** What the user chose, by session; without a choice it goes by what is suggested. */
  readonly #chosen = new Map<number, string | null>();
  #path: string | null = null;
  #session: number | null = null;
  #visible = false;
  #stale = false;
  /** What the counts depend on, as it was last told. */
  #content = "";
  #busy = false;
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(host: FacetHost) {
    this.#host = host;
  }

  get facets(): Facets | null {
    return this.#facets;
  }

  /** The path that the values are values of; null for the type. */
  get path(): string | null {
    return this.#path;
  }

  get suggested(): readonly string[] {
    return this.#suggested;
  }

  /** The session on show has changed, or is another one; `content` tells whether what is counted has. */
  note(session: number | null, content: string): void {
    const turned = session !== this.#session;
    if (session !== this.#session) {
      this.#session = session;
      this.#suggested = [];
      this.#restart(this.#choice() ?? null);
    }
    if (turned || content !== this.#content) this.#stale = session !== null;
    this.#content = content;
    this.#arm(0);
  }

  /** Counts by what the user chose from now on. */
  by(path: string | null): void {
    if (this.#session === null) return;
    this.#chosen.delete(this.#session);
    this.#chosen.set(this.#session, path);
    const oldest = this.#chosen.keys().next();
    if (this.#chosen.size > SESSIONS && !oldest.done) this.#chosen.delete(oldest.value);
    if (path !== this.#path) this.#restart(path);
    this.#stale = true;
    this.#arm(0);
  }

  see(visible: boolean): void {
    this.#visible = visible;
    if (visible) this.#arm(0);
    else this.#hold();
  }

  dispose(): void {
    this.#generation += 1;
    this.#visible = false;
    this.#hold();
  }

  #choice(): string | null | undefined {
    return this.#session === null ? undefined : this.#chosen.get(this.#session);
  }

  #restart(path: string | null): void {
    this.#generation += 1;
    this.#busy = false;
    this.#hold();
    this.#path = path;
    this.#facets = null;
    this.#host.changed();
  }

  #arm(ms: number): void {
    if (!this.#visible || !this.#stale || this.#busy || this.#timer !== null) return;
    if (ms === 0) void this.#pull();
    else {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        void this.#pull();
      }, ms);
    }
  }

  #hold(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #pull(): Promise<void> {
    if (!this.#visible) return;
    this.#busy = true;
    this.#stale = false;
    const generation = this.#generation;
    const facets = await this.#host.ask(this.#path);
    if (generation !== this.#generation) return;
    this.#busy = false;
    if (facets) this.#take(facets);
    const counting = facets !== null && facets.scanned < facets.end;
    this.#stale ||= counting;
    this.#pause(counting ? COUNTING_MS : LIVE_MS);
  }

  /** Waits, and asks again if anything has changed by then. */
  #pause(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#arm(0);
    }, ms);
  }

  #take(facets: Facets): void {
    if (facets.suggested.length > 0) this.#suggested = facets.suggested;
    const best = facets.suggested[0];
    if (this.#choice() === undefined && this.#path === null && best !== undefined) {
      // By type they cannot be told apart: they go by what is suggested, unless the user says otherwise.
      this.#path = best;
      this.#stale = true;
    } else this.#facets = facets;
    this.#host.changed();
  }
}

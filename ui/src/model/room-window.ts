// A window of rows that the backend numbers in the order they came: chat and cards. It is one contiguous run of at most
// MOST rows, pulled a page at a time, one call on its way. It follows the newest, or stands still while a reader is
// elsewhere; then it only asks how many there are.

export interface RoomPage<R> {
  readonly rows: readonly R[];
  readonly from: number;
  readonly gone: number;
  readonly total: number;
  /** The rule they were read by, as text: another one makes other rows. */
  readonly rule: string;
  /** Whether all entries have been looked at. */
  readonly done: boolean;
}

export interface RoomHost<R> {
  /** At most `len` rows from `from` on, or the newest with null; null where that failed. */
  ask(from: number | null, len: number): Promise<RoomPage<R> | null>;
  /** The rows, or what is known of them, changed; `anew` if nothing of what was there holds. */
  changed(anew: boolean): void;
}

/** The backend's own bound of a page (scene.rs, SCENE_ROWS). */
export const PAGE = 100;
/** Rows that are held, and stand in the page: some thirty screens. More would cost each layout. */
export const MOST = 400;
/** Between two pulls of what is new. Sooner nobody reads them. */
export const LIVE_MS = 120;
/** While the backend still looks through what was there, it looks only as long as it is asked. */
export const SCAN_MS = 60;
/** Steps of a search for an entry's row: enough for as many rows as a number can count. */
const STEPS = 54;

interface Row {
  readonly pos: number;
}

type Wanted = { readonly at: "newest" } | { readonly at: "row"; readonly row: number };

export class RoomWindow<R extends Row> {
  readonly #host: RoomHost<R>;
  #rows: readonly R[] = [];
  #from = 0;
  #total = 0;
  #gone = 0;
  #done = false;
  #known = false;
  #rule: string | null = null;
  #following = true;
  #visible = false;
  /** Something may have come since the newest answer. */
  #stale = false;
  /** The window is to begin anew there. */
  #restart: Wanted | null = null;
  #older = false;
  /** Newer rows are wanted, up to this one. */
  #newer = 0;
  #busy = false;
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(host: RoomHost<R>) {
    this.#host = host;
  }

  get rows(): readonly R[] {
    return this.#rows;
  }

  /** Number of the first row held. */
  get from(): number {
    return this.#from;
  }

  /** One past the last row held. */
  get end(): number {
    return this.#from + this.#rows.length;
  }

  /** One past the last row that there is. */
  get total(): number {
    return this.#total;
  }

  /** First row that can be read. */
  get gone(): number {
    return this.#gone;
  }

  get done(): boolean {
    return this.#done;
  }

  /** Whether an answer has come for what is on show. */
  get known(): boolean {
    return this.#known;
  }

  get following(): boolean {
    return this.#following;
  }

  /** Another session is on show. */
  begin(): void {
    this.#clear();
    this.#known = false;
    this.#anew();
  }

  /** The events are read in another way: what is there stays in sight until the first rows of that are here. */
  again(): void {
    this.#older = false;
    this.#newer = 0;
    this.#anew();
  }

  #anew(): void {
    this.#generation += 1;
    this.#busy = false;
    this.#hold();
    this.#rule = null;
    this.#following = true;
    this.#restart = { at: "newest" };
    this.#host.changed(true);
    this.#arm(0);
  }

  /** Something may have come, or gone. */
  note(): void {
    this.#stale = true;
    this.#arm(0);
  }

  see(visible: boolean): void {
    this.#visible = visible;
    if (visible) this.#arm(0);
    else this.#hold();
  }

  /** Takes the newest rows as they come, or no longer. */
  follow(on: boolean): void {
    if (this.#following === on) return;
    this.#following = on;
    if (on) {
      // Two pages further the rows between would only be passed by.
      if (this.#total - this.end > 2 * PAGE) this.#restart = { at: "newest" };
      this.#newer = Infinity;
      this.#soon();
    } else this.#newer = 0;
  }

  /** One page of older rows, if there are any. */
  older(): void {
    if (!this.#known || this.#restart !== null || this.#older || this.#from <= this.#gone) return;
    this.#older = true;
    this.#soon();
  }

  /** One page of newer rows, but none from `before` on. */
  newer(before = Infinity): void {
    const to = Math.min(before, this.#total, this.end + PAGE);
    if (!this.#known || this.#restart !== null || to <= this.end) return;
    this.#newer = Math.max(this.#newer, to);
    this.#soon();
  }

  /** Begins anew with the rows around one, and stands still there. */
  around(row: number): void {
    this.#following = false;
    this.#restart = { at: "row", row };
    this.#soon();
  }

  /** The row that an entry became, or the last one before it; null where there is none, or it could not be found out. */
  async rowOf(pos: number): Promise<number | null> {
    const generation = this.#generation;
    const first = this.#rows[0];
    const last = this.#rows.at(-1);
    if (first && last && pos >= first.pos && pos <= last.pos) {
      return this.#from + Math.max(0, this.#rows.findLastIndex((row) => row.pos <= pos));
    }
    const newest = await this.#host.ask(null, 1);
    if (!newest || generation !== this.#generation || newest.total <= newest.gone) return null;
    let low = newest.gone;
    let high = newest.total;
    for (let step = 0; high - low > 1 && step < STEPS; step += 1) {
      const middle = Math.floor((low + high) / 2);
      const answer = await this.#host.ask(middle, 1);
      const row = answer?.rows[0];
      if (!row || generation !== this.#generation) return null;
      if (row.pos <= pos) low = middle;
      else high = middle;
    }
    return low;
  }

  dispose(): void {
    this.#generation += 1;
    this.see(false);
  }

  #clear(): void {
    this.#rows = [];
    this.#from = 0;
    this.#total = 0;
    this.#gone = 0;
    this.#done = false;
    this.#older = false;
    this.#newer = 0;
  }

  get #wanting(): boolean {
    const newer = this.#newer > this.end && this.#total > this.end;
    return this.#restart !== null || this.#older || newer || this.#stale;
  }

  /** What a reader waits for does not wait for the pace of the line. */
  #soon(): void {
    if (this.#timer !== null) this.#hold();
    this.#arm(0);
  }

  #arm(ms: number): void {
    if (!this.#visible || this.#busy || this.#timer !== null || !this.#wanting) return;
    if (ms === 0) void this.#pull();
    else this.#pause(ms);
  }

  #pause(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#arm(0);
    }, ms);
  }

  #hold(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #pull(): Promise<void> {
    this.#busy = true;
    const generation = this.#generation;
    const anew = this.#restart !== null;
    const [ask, take] = this.#next();
    const { from, end } = this;
    const answer = await this.#host.ask(...ask);
    if (generation !== this.#generation) return;
    this.#busy = false;
    if (!answer && anew) this.#clear();
    let moved = false;
    if (answer) {
      const replaced = this.#take(answer, take, anew);
      this.#known = true;
      this.#host.changed(replaced);
      this.#stale ||= !answer.done;
      moved = this.from !== from || this.end !== end;
    }
    // An answer that failed is asked for again with the next change only; one that brought nothing, at the line's pace.
    const begins = this.#restart !== null && answer?.done === true;
    if (answer && (begins || (moved && (this.#older || (this.#newer > this.end && this.#total > this.end))))) this.#arm(0);
    else if (this.#visible) this.#pause(answer && !answer.done ? SCAN_MS : LIVE_MS);
  }

  #next(): [[number | null, number], (page: RoomPage<R>) => boolean] {
    const restart = this.#restart;
    if (restart) {
      this.#restart = null;
      this.#stale = false;
      this.#older = false;
      const from = restart.at === "row" ? Math.max(0, restart.row - PAGE / 2) : null;
      return [[from, PAGE], (page) => this.#replace(page)];
    }
    if (this.#older) {
      this.#older = false;
      const from = Math.max(this.#gone, this.#from - PAGE);
      return [[from, this.#from - from], (page) => this.#prepend(page)];
    }
    // The last row held is asked for again: if it is another one, the rows have been numbered anew.
    const from = Math.max(this.end - 1, this.#from);
    const many = this.#following || (this.#newer > this.end && this.#total > this.end);
    const len = !many ? 1 : Math.max(1, Math.min(PAGE, (this.#following ? Infinity : this.#newer) - from));
    this.#stale = false;
    return [[this.#rows.length === 0 ? null : from, this.#rows.length === 0 ? PAGE : len], (page) => this.#append(page)];
  }

  /** Answers whether all is new. `anew`: it was asked for to stand in the place of what is there. */
  #take(page: RoomPage<R>, take: (page: RoomPage<R>) => boolean, anew: boolean): boolean {
    const held = this.#rows.length > 0;
    if (anew && held && page.rows.length === 0 && !page.done) {
      // It still looks for them. What is there stays in sight meanwhile.
      this.#restart = { at: "newest" };
      return false;
    }
    const otherwise = this.#rule !== null && this.#rule !== page.rule;
    this.#rule = page.rule;
    // A playhead that went back, or another way of reading.
    if (!anew && (otherwise || (held && page.total <= this.#from))) {
      // What a reader was at is about there still where only the way of reading is another.
      const row = this.#from + (this.#rows.length >> 1);
      this.#restart = !this.#following && row < page.total ? { at: "row", row } : { at: "newest" };
      return true;
    }
    this.#total = page.total;
    this.#gone = page.gone;
    this.#done = page.done;
    if (anew) return take(page);
    if (page.total < this.end) this.#rows = this.#rows.slice(0, page.total - this.#from);
    if (page.gone > this.#from) {
      this.#rows = this.#rows.slice(page.gone - this.#from);
      this.#from = page.gone;
    }
    return take(page);
  }

  #replace(page: RoomPage<R>): boolean {
    this.#rows = page.rows;
    this.#from = page.from;
    this.#newer = this.#following ? Infinity : 0;
    return true;
  }

  #prepend(page: RoomPage<R>): boolean {
    // Others may have been put in its place meanwhile.
    if (page.from + page.rows.length !== this.#from) return false;
    const all = [...page.rows, ...this.#rows];
    this.#from = page.from;
    // What goes at the end comes back when the reader does.
    this.#rows = all.length > MOST ? all.slice(0, MOST) : all;
    return false;
  }

  #append(page: RoomPage<R>): boolean {
    if (this.#rows.length === 0) return this.#replace(page);
    const at = page.from - this.#from;
    const known = this.#rows[at];
    const again = page.rows[0];
    if (known && again && known.pos !== again.pos) {
      this.#restart = this.#following ? { at: "newest" } : { at: "row", row: this.#from + (this.#rows.length >> 1) };
      return false;
    }
    // It may have been given another colour, or more text.
    if (known && again && !equal(known, again)) this.#rows = this.#rows.with(at, again);
    const news = page.rows.slice(this.end - page.from);
    if (page.from > this.end || (this.#following && page.total - this.end > 2 * PAGE)) {
      // It cannot be joined, or is too far behind to be caught up with by pages.
      if (this.#following) this.#restart = { at: "newest" };
      return false;
    }
    if (news.length === 0) return false;
    const all = [...this.#rows, ...news];
    const over = Math.max(0, all.length - MOST);
    this.#rows = over > 0 ? all.slice(over) : all;
    this.#from += over;
    if (!this.#following && this.end >= this.#newer) this.#newer = 0;
    return false;
  }
}

function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

// Rows of the session on show that the window holds, of its log or of its wire: a bounded number of pages,
// pulled as they are looked at. Pages fall out oldest use first.

import type { ViewState } from "../ipc/bindings";

/** How many rows a filter's view has now: those that have gone with the oldest entries keep their numbers. */
export function rowsThere(view: Pick<ViewState, "rows" | "gone"> | null): number {
  return view === null ? 0 : view.rows - view.gone;
}

/** Pages held: of the log that is 4,800 rows, hundreds of screens of scrolling back and forth. */
const HELD = 24;

/** Rows as they were pulled, in order; `first` is the oldest that there is. */
export interface Fetched<R> {
  readonly first: number;
  /** Number of the first of them, where rows are numbered by their place and not by what they are. */
  readonly from?: number;
  readonly rows: readonly R[];
}

export interface RowSource<R> {
  /** The most rows that the backend gives at once. */
  readonly page: number;
  fetch(from: number, len: number): Promise<Fetched<R> | null>;
  /** The number that a row is known by. */
  number(row: R): number;
  /** Told after rows came. */
  changed(): void;
}

export class RowCache<R> {
  /** Page number to its rows by place; in order of use, oldest first. */
  #pages = new Map<number, (R | undefined)[]>();
  /** Rows that are held and to be pulled once more. */
  readonly #again = new Set<number>();
  #busy = false;
  #generation = 0;
  #first = 0;
  #end = 0;
  readonly #source: RowSource<R>;
  readonly #page: number;

  constructor(source: RowSource<R>) {
    this.#source = source;
    this.#page = source.page;
  }

  /** Oldest entry that the backend still had when it last answered. */
  get first(): number {
    return this.#first;
  }

  /** One past the newest row that was ever pulled. */
  get end(): number {
    return this.#end;
  }

  /** Forgets everything: another session is on show. */
  clear(): void {
    this.#generation += 1;
    this.#busy = false;
    this.#first = 0;
    this.#end = 0;
    this.#pages.clear();
    this.#again.clear();
  }

  row(pos: number): R | undefined {
    return this.#pages.get(Math.floor(pos / this.#page))?.[pos % this.#page];
  }

  /** Has a row that is held pulled once more when it is next wanted; until then it stays as it is, and after
   *  that too where it came back as it was. */
  renew(pos: number): void {
    if (this.row(pos)) this.#again.add(pos);
  }

  /** The same for every row that is held. */
  renewAll(): void {
    for (const [number, page] of this.#pages) {
      for (const at of page.keys()) if (page[at]) this.#again.add(number * this.#page + at);
    }
  }

  /** Whether all of [from, to) is held. */
  has(from: number, to: number): boolean {
    for (let pos = from; pos < to; pos += 1) if (!this.row(pos)) return false;
    return true;
  }

  /** Pulls what is missing of [from, to). One call at a time: by the time it is back the reader may want
   *  something else, and asks again in the next frame. With `around`, whole pages are pulled where `end`
   *  says that they are full, for a reader who is going to look at their other rows too. */
  want(from: number, to: number, end: number, around: boolean): void {
    let start = -1;
    for (let pos = from; pos < to; pos += 1) {
      if (this.row(pos) && !this.#again.has(pos)) continue;
      start = pos;
      break;
    }
    if (start < 0) {
      this.#use(from, to);
      return;
    }
    if (this.#busy) return;
    let stop = Math.min(to, start + this.#page);
    if (around && !this.row(start)) {
      const page = Math.floor(start / this.#page) * this.#page;
      if (page + this.#page <= end) {
        start = page;
        stop = page + this.#page;
      }
    }
    void this.#pull(start, stop - start);
  }

  async #pull(from: number, len: number): Promise<void> {
    const generation = this.#generation;
    this.#busy = true;
    // What is to be renewed from here on is not in the answer yet.
    const again = new Set<number>();
    for (let pos = from; pos < from + len; pos += 1) if (this.#again.delete(pos)) again.add(pos);
    const page = await this.#source.fetch(from, len);
    if (generation !== this.#generation) return;
    this.#busy = false;
    if (!page) {
      for (const pos of again) this.#again.add(pos);
      return;
    }
    this.#first = page.first;
    for (const [at, row] of page.rows.entries()) {
      const pos = page.from === undefined ? this.#source.number(row) : page.from + at;
      this.#keep(row, pos, again.has(pos));
    }
    this.#source.changed();
  }

  #keep(row: R, pos: number, again: boolean): void {
    const number = Math.floor(pos / this.#page);
    let page = this.#pages.get(number);
    if (!page) {
      page = new Array<R | undefined>(this.#page);
      this.#pages.set(number, page);
      if (this.#pages.size > HELD) {
        const oldest = this.#pages.keys().next();
        if (!oldest.done) this.#drop(oldest.value);
      }
    }
    this.#end = Math.max(this.#end, pos + 1);
    const held = page[pos % this.#page];
    // Pulled once more and no other than it was: who shows it need not draw it anew.
    if (again && held && JSON.stringify(held) === JSON.stringify(row)) return;
    page[pos % this.#page] = row;
  }

  #drop(number: number): void {
    this.#pages.delete(number);
    const from = number * this.#page;
    for (const pos of this.#again) if (pos >= from && pos < from + this.#page) this.#again.delete(pos);
  }

  /** Moves the pages of [from, to) to the young end. */
  #use(from: number, to: number): void {
    for (let number = Math.floor(from / this.#page); number * this.#page < to; number += 1) {
      const page = this.#pages.get(number);
      if (!page) continue;
      this.#pages.delete(number);
      this.#pages.set(number, page);
    }
  }
}

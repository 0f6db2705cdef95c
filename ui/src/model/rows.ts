// The rows of the session on show that the window holds: a bounded number of pages, pulled as they are
// looked at. An entry never changes, so a row once held stays right; pages fall out oldest use first.

import type { Page, Row } from "../ipc/bindings";

/** The most that the backend gives at once. */
const PAGE = 200;
/** Pages held: 4,800 rows are hundreds of screens of scrolling back and forth, a few MiB at worst. */
const HELD = 24;

export type FetchRows = (fromPos: number, len: number) => Promise<Page | null>;

export class RowCache {
  /** Page number to its rows by place; in order of use, oldest first. */
  #pages = new Map<number, (Row | undefined)[]>();
  #busy = false;
  #generation = 0;
  #first = 0;
  #end = 0;
  readonly #fetch: FetchRows;
  readonly #changed: () => void;

  /** `changed` is told after rows came. */
  constructor(fetch: FetchRows, changed: () => void) {
    this.#fetch = fetch;
    this.#changed = changed;
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
  }

  row(pos: number): Row | undefined {
    return this.#pages.get(Math.floor(pos / PAGE))?.[pos % PAGE];
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
      if (this.row(pos)) continue;
      start = pos;
      break;
    }
    if (start < 0) {
      this.#use(from, to);
      return;
    }
    if (this.#busy) return;
    let stop = Math.min(to, start + PAGE);
    if (around) {
      const page = Math.floor(start / PAGE) * PAGE;
      if (page + PAGE <= end) {
        start = page;
        stop = page + PAGE;
      }
    }
    void this.#pull(start, stop - start);
  }

  async #pull(from: number, len: number): Promise<void> {
    const generation = this.#generation;
    this.#busy = true;
    const page = await this.#fetch(from, len);
    if (generation !== this.#generation) return;
    this.#busy = false;
    if (!page) return;
    this.#first = page.first_pos;
    for (const row of page.rows) this.#keep(row);
    this.#changed();
  }

  #keep(row: Row): void {
    const number = Math.floor(row.pos / PAGE);
    let page = this.#pages.get(number);
    if (!page) {
      page = new Array<Row | undefined>(PAGE);
      this.#pages.set(number, page);
      if (this.#pages.size > HELD) {
        const oldest = this.#pages.keys().next();
        if (!oldest.done) this.#pages.delete(oldest.value);
      }
    }
    page[row.pos % PAGE] = row;
    this.#end = Math.max(this.#end, row.pos + 1);
  }

  /** Moves the pages of [from, to) to the young end. */
  #use(from: number, to: number): void {
    for (let number = Math.floor(from / PAGE); number * PAGE < to; number += 1) {
      const page = this.#pages.get(number);
      if (!page) continue;
      this.#pages.delete(number);
      this.#pages.set(number, page);
    }
  }
}

// Messages of one's own that the room has not echoed yet, and which row is whose echo. Pure.

import type { Bubble } from "../../ipc/bindings";
import type { Pending } from "../../model/outbox";

/** Messages whose echo is looked out for at once; more are not on their way at a time. */
const MOST = 256;
/** The page's clock may be this much ahead of the line's. */
const EARLY_US = 100_000;

/** Finds the rows that are echoes: by the message's id, else the first own row with its text that came after it. */
export class Echoes {
  /** The first row that can be a message's echo. */
  readonly #since = new Map<string, number>();
  /** Rows that have been taken for an echo: two messages of the same text have two. */
  readonly #taken = new Map<number, string>();

  clear(): void {
    this.#since.clear();
    this.#taken.clear();
  }

  /** Messages that stand in the log by now. `from` numbers the first of `rows`; `total` is how many there are in all. */
  match(items: readonly Pending[], rows: readonly Bubble[], from: number, total: number): Pending[] {
    const ids = new Set(items.map(({ id }) => id));
    for (const id of this.#since.keys()) if (!ids.has(id)) this.#since.delete(id);
    for (const item of items.slice(0, MOST)) {
      if (this.#since.has(item.id)) continue;
      // Its echo may have been there before anybody looked.
      const at = rows.findIndex((row) => row.at_us >= item.atMs * 1000 - EARLY_US);
      this.#since.set(item.id, at === -1 ? total : from + at);
    }
    const found: Pending[] = [];
    for (const item of items) {
      const since = this.#since.get(item.id);
      if (since === undefined) continue;
      const at = this.#echoOf(item, rows, from, since);
      if (at === -1) continue;
      this.#taken.set(from + at, item.id);
      found.push(item);
    }
    if (this.#taken.size > MOST) for (const row of [...this.#taken.keys()].slice(0, -MOST)) this.#taken.delete(row);
    return found;
  }

  #echoOf(item: Pending, rows: readonly Bubble[], from: number, since: number): number {
    const free = (at: number): boolean => (this.#taken.get(from + at) ?? item.id) === item.id;
    const byId = rows.findLastIndex((row) => row.kind === "message" && row.id !== "" && row.id === item.id);
    if (byId !== -1) return byId;
    const first = Math.max(0, since - from);
    const byText = rows.slice(first).findIndex(
      (row, at) => row.kind === "message" && row.own && sameText(row, item.text) && free(first + at),
    );
    return byText === -1 ? -1 : first + byText;
  }
}

/** A row carries the beginning of a long text. */
function sameText(row: Bubble, text: string): boolean {
  return row.cut ? row.text !== "" && text.startsWith(row.text) : row.text.trim() === text.trim();
}

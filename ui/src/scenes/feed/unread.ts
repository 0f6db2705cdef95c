// Which cards have been read. A card is known again by its event id, or else by what it says, so that neither a
// reconnect nor a new start makes it unread. Kept for each stream, and bounded.

import type { Card } from "../../ipc/bindings";

/** Where what was read outlives the window. */
export interface ReadStore {
  read(): string | null;
  write(text: string): void;
}

export const READ_KEY = "feed-read";

/** Cards of one stream that are known as read: a day of a busy newswire, 12 bytes each. */
export const MOST_READ = 2_000;
/** Streams that are kept, the last looked at. */
export const MOST_STREAMS = 32;

interface Kept {
  /** Cards that arrived up to this time are read. */
  before: number;
  /** Read beyond that, oldest first. */
  keys: string[];
}

export function browserStore(): ReadStore {
  return {
    read() {
      try {
        return localStorage.getItem(READ_KEY);
      } catch {
        // Refused: nothing is known as read.
        return null;
      }
    },
    write(text) {
      try {
        localStorage.setItem(READ_KEY, text);
      } catch {
        // Full or refused: it lasts as long as the window.
      }
    },
  };
}

export class Unread {
  readonly #store: ReadStore;
  /** By stream, the one looked at last at the end. */
  #streams: Map<string, Kept>;
  #stream = "";
  #kept: Kept = { before: 0, keys: [] };
  #keys = new Set<string>();

  constructor(store: ReadStore) {
    this.#store = store;
    this.#streams = readAll(store.read());
  }

  /** Another stream is on show. */
  turn(stream: string): void {
    if (stream === this.#stream) return;
    // Another window may have read meanwhile.
    this.#streams = readAll(this.#store.read());
    this.#stream = stream;
    this.#kept = this.#streams.get(stream) ?? { before: 0, keys: [] };
    this.#keys = new Set(this.#kept.keys);
  }

  isRead(card: Card): boolean {
    return card.at_us <= this.#kept.before || this.#keys.has(keyOf(card));
  }

  /** Answers whether any of them was unread. */
  read(cards: readonly Card[]): boolean {
    const fresh = cards.filter((card) => !this.isRead(card));
    if (fresh.length === 0) return false;
    for (const card of fresh) this.#keys.add(keyOf(card));
    this.#keep();
    return true;
  }

  /** All that has arrived by now is read, also what is not held here. `cards` are known again after a new start. */
  readAll(nowUs: number, cards: readonly Card[]): void {
    for (const card of cards) this.#keys.add(keyOf(card));
    this.#kept.before = Math.max(this.#kept.before, nowUs);
    this.#keep();
  }

  #keep(): void {
    // Another window may have read meanwhile, in this stream and in others.
    this.#streams = readAll(this.#store.read());
    const there = this.#streams.get(this.#stream);
    const keys = [...new Set([...(there?.keys ?? []), ...this.#keys])].slice(-MOST_READ);
    this.#keys = new Set(keys);
    this.#kept = { before: Math.max(this.#kept.before, there?.before ?? 0), keys };
    this.#streams.delete(this.#stream);
    this.#streams.set(this.#stream, this.#kept);
    while (this.#streams.size > MOST_STREAMS) {
      const oldest = this.#streams.keys().next();
      if (oldest.done) break;
      this.#streams.delete(oldest.value);
    }
    this.#store.write(JSON.stringify([...this.#streams].map(([stream, { before, keys }]) => [stream, before, keys])));
  }
}

/** What was stored may be of another version, or damaged: what cannot be read is forgotten. */
function readAll(text: string | null): Map<string, Kept> {
  const streams = new Map<string, Kept>();
  try {
    const all: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(all)) return streams;
    for (const each of all.slice(-MOST_STREAMS) as unknown[]) {
      if (!Array.isArray(each)) continue;
      const [stream, before, keys] = each as unknown[];
      if (typeof stream !== "string" || typeof before !== "number" || !Array.isArray(keys)) continue;
      streams.set(stream, { before, keys: keys.filter((key): key is string => typeof key === "string").slice(-MOST_READ) });
    }
  } catch {
    // Nothing is known as read.
  }
  return streams;
}

export function keyOf(card: Pick<Card, "id" | "title" | "link" | "said_us">): string {
  return hash(card.id !== "" ? `i${card.id}` : `t${card.said_us ?? ""}\n${card.title}\n${card.link}`);
}

/** 53 bits of a text (cyrb53): two of two thousand meet by chance once in billions. */
function hash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

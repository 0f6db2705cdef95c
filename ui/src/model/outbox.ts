// What the user said to a room and the room has not said back yet. A message stands here from the moment it is sent until
// its echo comes, or until it has failed and is sent again or given up.

import { createSignal, type Accessor } from "solid-js";
import type { Failure } from "../ipc/bindings";
import type { Live } from "./api";
import { asFailure } from "./failure";

export type PendingState = "sending" | "sent" | "failed";

export interface Pending {
  /** The caller's own, which goes with the message and may come back with its echo. */
  readonly id: string;
  readonly text: string;
  readonly state: PendingState;
  /** Why it was not taken, where it has failed. */
  readonly failure: Failure | null;
  /** When it was sent first, milliseconds since the epoch. */
  readonly atMs: number;
}

/** What a room does with them. */
export interface Outbox {
  /** What waits in the session on show, in the order it was sent; reactive. */
  items(): readonly Pending[];
  /** Sends a failed one again, under its own id. */
  retry(id: string): void;
  /** Gives one up. */
  drop(id: string): void;
  /** The room has said a message of the user's own: the one with this id, or, where rooms give ids of their own, the
   *  oldest with this text. */
  echoed(id: string, text: string): void;
}

/** The same, with what the composer and the model do. */
export interface Postbox extends Outbox {
  /** Answers whether it was taken: without a session, or of nothing but space, it is not. */
  send(text: string): boolean;
  /** The room has said all of these. */
  settle(ids: Iterable<string>): void;
}

/** Messages of one session that wait, at most: more is a room that never says them back. */
const WAITING = 200;
/** Sessions whose messages are kept. */
const SESSIONS = 64;

export interface OutboxHost {
  newId(): string;
  nowMs(): number;
}

export function createOutbox(
  live: Pick<Live, "send" | "session">,
  host: OutboxHost = { newId: () => crypto.randomUUID(), nowMs: () => Date.now() },
): Postbox {
  const bySession = new Map<number, Accessor<readonly Pending[]>>();
  const setters = new Map<number, (change: (list: readonly Pending[]) => readonly Pending[]) => void>();
  const shown = live.session;

  function listOf(of: number): Accessor<readonly Pending[]> {
    const there = bySession.get(of);
    if (there) return there;
    const [list, setList] = createSignal<readonly Pending[]>([]);
    bySession.set(of, list);
    setters.set(of, (change) => void setList(change));
    const [oldest] = bySession.keys();
    if (bySession.size > SESSIONS && oldest !== undefined) {
      bySession.delete(oldest);
      setters.delete(oldest);
    }
    return list;
  }

  const change = (of: number, how: (list: readonly Pending[]) => readonly Pending[]): void => setters.get(of)?.(how);
  const patch = (of: number, id: string, next: Partial<Pending>): void =>
    change(of, (list) => list.map((each) => (each.id === id ? { ...each, ...next } : each)));

  async function post(of: number, id: string, text: string): Promise<void> {
    try {
      await live.send(id, text);
      // Its echo may have been faster.
      change(of, (list) => list.map((each) => (each.id === id && each.state === "sending" ? { ...each, state: "sent" } : each)));
    } catch (reason) {
      patch(of, id, { state: "failed", failure: asFailure(reason) });
    }
  }

  function without(of: number, gone: (each: Pending) => boolean): void {
    change(of, (list) => (list.some(gone) ? list.filter((each) => !gone(each)) : list));
  }

  return {
    items: () => {
      const of = shown();
      return of === null ? [] : listOf(of)();
    },
    send(text) {
      const of = shown();
      if (of === null || text.trim() === "") return false;
      listOf(of);
      const id = host.newId();
      change(of, (list) => [...list.slice(1 - WAITING), { id, text, state: "sending", failure: null, atMs: host.nowMs() }]);
      void post(of, id, text);
      return true;
    },
    retry(id) {
      const of = shown();
      const item = of === null ? undefined : listOf(of)().find((each) => each.id === id);
      if (of === null || item?.state !== "failed") return;
      patch(of, id, { state: "sending", failure: null });
      void post(of, id, item.text);
    },
    drop(id) {
      const of = shown();
      if (of !== null) without(of, (each) => each.id === id);
    },
    echoed(id, text) {
      const of = shown();
      if (of === null) return;
      const list = listOf(of)();
      const found = list.find((each) => id !== "" && each.id === id) ?? list.find((each) => each.state !== "failed" && each.text === text);
      if (found) without(of, (each) => each === found);
    },
    settle(ids) {
      const of = shown();
      const set = new Set(ids);
      if (of !== null && set.size > 0) without(of, (each) => set.has(each.id));
    },
  };
}

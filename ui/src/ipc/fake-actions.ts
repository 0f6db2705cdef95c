// What actions find in pretended sessions: colours, counts, and what is hidden.

import type { Backend } from "./backend";
import type { Action, Scenes } from "./bindings";
import { matcherOf, type Matcher } from "./fake-query";
import { failure, type FakeSession } from "./fake-session";

/** Entries that one trial looks at, so that a long one can be seen on its way. */
const TRIED = 20_000;

interface Held {
  scenes: Scenes;
  actions: readonly Action[];
  matchers: readonly { readonly action: Action; readonly matcher: Matcher }[];
  hidden: Set<number>;
  next: number;
}

export interface FakeActions {
  readonly backend: Pick<Backend, "setScenes" | "tryAction">;
  /** Looks at what is new in a session. */
  note(session: FakeSession): void;
  hides(session: number, pos: number): boolean;
  scenes(session: FakeSession): Scenes;
}

export function createFakeActions(find: (session: number) => FakeSession, mark: (session: FakeSession) => void): FakeActions {
  const all = new Map<number, Held>();

  function held(session: FakeSession): Held {
    let found = all.get(session.number);
    if (!found) all.set(session.number, (found = fresh(session.stream.scenes, session.stream.actions)));
    return found;
  }

  function fresh(scenes: Scenes, actions: readonly Action[]): Held {
    const matchers = actions.filter(({ off }) => !off).map((action) => ({ action, matcher: matcherOf(action.query) }));
    return { scenes, actions, matchers, hidden: new Set(), next: 0 };
  }

  function note(session: FakeSession): void {
    const now = held(session);
    const { end_pos } = session.status;
    if (now.next === 0) session.status.actions = now.actions.map(({ id }) => ({ id, matched: 0, pos: null }));
    if (now.actions.length > 0) {
      for (const { row, data } of session.entries(now.next, end_pos)) {
        delete row.colour;
        if (row.kind !== "event") continue;
        const { type } = row;
        const action = now.matchers.find((each) => (each.action.event_type === "" || each.action.event_type === type) && each.matcher.matches(data))?.action;
        if (!action) continue;
        if (action.highlight) row.colour = action.highlight;
        if (action.hide) now.hidden.add(row.pos);
        session.status.actions = session.status.actions.map((each) => (each.id === action.id ? { ...each, matched: each.matched + 1, pos: row.pos } : each));
      }
    } else for (const { row } of session.entries(0, now.next === 0 ? end_pos : 0)) delete row.colour;
    now.next = end_pos;
  }

  return {
    note,
    hides: (session, pos) => all.get(session)?.hidden.has(pos) ?? false,
    scenes: (session) => held(session).scenes,
    backend: {
      async setScenes(number, scenes, actions) {
        const session = find(number);
        all.set(number, fresh(scenes, actions));
        mark(session);
      },
      async tryAction(number, action) {
        const session = find(number);
        const matcher = matcherOf(action.query);
        const { first_pos, end_pos } = session.status;
        if (action.event_type.length > 256) throw failure("limit", { detail: "type" });
        let matched = 0;
        let events = 0;
        for (const { row, data } of session.entries(Math.max(first_pos, end_pos - TRIED), end_pos)) {
          if (row.kind !== "event") continue;
          events += 1;
          if ((action.event_type === "" || action.event_type === row.type) && matcher.matches(data)) matched += 1;
        }
        await new Promise((done) => setTimeout(done, 60));
        return { matched, events, done: end_pos - first_pos <= TRIED };
      },
    },
  };
}

// Filters, facets and bookmarks of the pretended backend.

import type { Backend } from "./backend";
import type { Bookmark } from "./bindings";
import { failure, type FakeSession } from "./fake-session";

type Part = "openView" | "cancelView" | "closeView" | "facets" | "locate" | "bookmarks" | "bookmark";

export interface FakeHost {
  find(session: number): FakeSession;
}

export function createFakeViews({ find }: FakeHost): Pick<Backend, Part> {
  const marked = new Map<number, Bookmark[]>();
  return {
    openView: async () => {
      throw failure("filter", { what: "regex" });
    },
    cancelView: async () => undefined,
    closeView: async () => undefined,
    facets: async (session, path) => {
      const { events, end_pos } = find(session).status;
      return { path, values: [], other: events, events, scanned: end_pos, end: end_pos, suggested: [] };
    },
    locate: async () => null,
    bookmarks: async (session) => marked.get(session) ?? [],
    bookmark: async (session, pos, note) => {
      const rest = (marked.get(session) ?? []).filter((each) => each.pos !== pos);
      if (note !== null) rest.push({ pos, at_us: 0, note });
      marked.set(session, rest.sort((a, b) => a.pos - b.pos));
      return rest;
    },
  };
}

// Filters, facets and bookmarks of the pretended backend. A search goes over the entries in slices, so that it can be
// seen on its way, and counts go on while they are asked for, as the engine's do.

import type { Backend } from "./backend";
import type { Bookmark, Facets, Filter, Located, Page, Row, Target, ViewState } from "./bindings";
import { matcherOf, valueAt, type Matcher } from "./fake-query";
import { failure, type FakeSession } from "./fake-session";

type Part = "openView" | "cancelView" | "closeView" | "facets" | "locate" | "bookmarks" | "bookmark";

/** The engine's own figures (contract/view.rs, contract/pages.rs). */
const FACET_VALUES = 24;
const PAGE_ROWS = 200;
const VIEWS = 8;
/** Entries that a search looks at before it lets others go on, and how long it then waits: some 20,000 in a second,
 *  or as the address of the page says. */
const SLICE = 400;
const PAUSE_MS = 20;
/** Entries that one question for facets counts. */
const COUNTED = 20_000;

export interface FakeHost {
  find(session: number): FakeSession;
  /** What a tick tells of a session is another. */
  changed(session: number): void;
  /** Whether an action hides this entry. */
  hides(session: number, pos: number): boolean;
}

export interface FakeViews {
  readonly backend: Pick<Backend, Part>;
  state(session: number, view: number): ViewState | null;
  page(session: number, view: number, from: number, len: number): Page;
  /** The same page with its bookmarks. */
  marked(session: number, page: Page): Page;
}

interface View {
  readonly session: number;
  readonly filter: Filter;
  readonly matcher: Matcher;
  readonly state: ViewState;
  /** Entries that match, in order. */
  readonly rows: number[];
  /** Entries up to which it is known. */
  next: number;
}

interface Count {
  next: number;
  readonly counts: Map<string, number>;
}

export function createFakeViews({ find, changed, hides }: FakeHost): FakeViews {
  const marks = new Map<number, Bookmark[]>();
  const views = new Map<number, View>();
  const counted = new Map<string, Count>();
  const slice = Number(new URLSearchParams(globalThis.location?.search).get("slice") ?? SLICE);
  let last = 0;

  function viewOf(session: number, number: number): View {
    const view = views.get(number);
    if (!view || view.session !== session) throw failure("limit", { detail: `no view ${number}` });
    return view;
  }

  function fits(view: View, row: Row, data: string): boolean {
    const { query, facet, values, from_us, to_us, bookmarked, unhidden } = view.filter;
    if (unhidden && hides(view.session, row.pos)) return false;
    // By itself it leaves marks and comments in.
    const alone = unhidden && query === "" && values.length === 0 && from_us === null && to_us === null && !bookmarked;
    if (row.kind !== "event") return alone;
    if (from_us !== null && row.at_us < from_us) return false;
    if (to_us !== null && row.at_us >= to_us) return false;
    if (bookmarked && !marks.get(view.session)?.some(({ pos }) => pos === row.pos)) return false;
    if (values.length > 0) {
      const value = facet === null ? row.type : valueAt(data, facet);
      if (value === null || !values.includes(value)) return false;
    }
    return view.matcher.matches(data);
  }

  function scan(view: View, to: number): void {
    for (const { row, data } of find(view.session).entries(view.next, to)) {
      if (fits(view, row, data)) view.rows.push(row.pos);
    }
    view.next = Math.max(view.next, to);
  }

  function settle(view: View): void {
    const { end_pos } = find(view.session).status;
    view.state.end = end_pos;
    // What comes after the search joins at once.
    if (view.state.done || view.state.cancelled) scan(view, end_pos);
    if (view.state.done) view.state.scanned = end_pos;
    view.state.rows = view.rows.length;
    view.state.gone = goneOf(view);
  }

  /** Rows whose entries have been dropped keep their numbers. */
  function goneOf(view: View): number {
    const { first_pos } = find(view.session).status;
    const there = view.rows.findIndex((pos) => pos >= first_pos);
    return there < 0 ? view.rows.length : there;
  }

  function search(view: View): void {
    const step = (): void => {
      if (views.get(view.state.view) !== view || view.state.cancelled) return;
      const { end_pos } = find(view.session).status;
      scan(view, Math.min(end_pos, view.next + slice));
      view.state.scanned = view.next;
      view.state.done = view.next >= end_pos;
      changed(view.session);
      if (!view.state.done) setTimeout(step, PAUSE_MS);
    };
    setTimeout(step, PAUSE_MS);
  }

  function marked(session: number, page: Page): Page {
    const all = new Set(marks.get(session)?.map(({ pos }) => pos));
    return { ...page, rows: page.rows.map((row) => (all.has(row.pos) ? { ...row, bookmarked: true } : row)) };
  }

  function facetsOf(number: number, path: string | null): Facets {
    const session = find(number);
    const { end_pos, events } = session.status;
    const key = `${number} ${path ?? ""}`;
    const count: Count = counted.get(key) ?? { next: 0, counts: new Map() };
    counted.set(key, count);
    const to = Math.min(end_pos, count.next + COUNTED);
    for (const { row, data } of session.entries(count.next, to)) {
      if (row.kind !== "event") continue;
      const value = path === null ? row.type : valueAt(data, path);
      if (value !== null) count.counts.set(value, (count.counts.get(value) ?? 0) + 1);
    }
    count.next = to;
    const values = [...count.counts]
      .map(([value, n]) => ({ value, count: n }))
      .sort((a, b) => b.count - a.count)
      .slice(0, FACET_VALUES);
    const listed = values.reduce((sum, each) => sum + each.count, 0);
    const suggested = path !== null || count.counts.size > 1 ? [] : suggest(session);
    return { path, values, other: events - listed, events, scanned: count.next, end: end_pos, suggested };
  }

  function locate(number: number, viewNumber: number | null, target: Target): Located | null {
    const session = find(number);
    const { first_pos, end_pos } = session.status;
    if (end_pos === first_pos) return null;
    let pos = end_pos - 1;
    if (target.by === "pos") pos = Math.min(Math.max(first_pos, target.pos), end_pos - 1);
    else {
      for (const { row } of session.entries(first_pos, end_pos)) {
        const there = target.by === "seq" ? row.kind === "event" && row.seq >= target.seq : row.at_us >= target.at_us;
        if (!there) continue;
        pos = row.pos;
        break;
      }
    }
    if (viewNumber === null) return { pos, row: pos };
    const view = viewOf(number, viewNumber);
    settle(view);
    if (view.rows.length === goneOf(view)) return null;
    const after = view.rows.findIndex((each) => each >= pos);
    return { pos, row: after < 0 ? view.rows.length - 1 : Math.max(goneOf(view), after) };
  }

  const backend: Pick<Backend, Part> = {
    async openView(session, filter) {
      find(session);
      const matcher = matcherOf(filter.query);
      const open = [...views.values()].filter((each) => each.session === session);
      if (open.length >= VIEWS) throw failure("limit", { detail: `${VIEWS} views` });
      last += 1;
      const { first_pos, end_pos } = find(session).status;
      const state = { view: last, scanned: 0, end: end_pos, gone: 0, rows: 0, done: false, cancelled: false };
      const view: View = { session, filter, matcher, state, rows: [], next: first_pos };
      views.set(last, view);
      search(view);
      return { ...state };
    },
    async cancelView(session, number) {
      const view = viewOf(session, number);
      if (view.state.done) return;
      view.state.cancelled = true;
      view.next = find(session).status.end_pos;
      changed(session);
    },
    async closeView(session, number) {
      if (views.get(number)?.session === session) views.delete(number);
    },
    facets: async (session, path) => facetsOf(session, path),
    locate: async (session, view, target) => locate(session, view, target),
    bookmarks: async (session) => structuredClone(marks.get(session) ?? []),
    async bookmark(number, pos, note) {
      const session = find(number);
      const rest = (marks.get(number) ?? []).filter((each) => each.pos !== pos);
      const detail = session.detail(pos, 0);
      if (note !== null && detail) rest.push({ pos, at_us: detail.row.at_us, note });
      marks.set(number, rest.sort((a, b) => a.pos - b.pos));
      session.status.bookmarks = rest.length;
      changed(number);
      return structuredClone(rest);
    },
  };

  return {
    backend,
    marked,
    state(session, number) {
      const view = views.get(number);
      if (!view || view.session !== session) return null;
      settle(view);
      return { ...view.state };
    },
    page(session, number, asked, len) {
      const view = viewOf(session, number);
      settle(view);
      const from = Math.min(Math.max(asked, view.state.gone), view.rows.length);
      const rows: Row[] = [];
      for (const pos of view.rows.slice(from, from + Math.min(len, PAGE_ROWS))) {
        const entry = find(session).page(pos, 1).rows[0];
        if (!entry) continue;
        const hits = entry.kind === "event" ? view.matcher.hits(entry.data) : [];
        rows.push(hits.length > 0 ? { ...entry, hits } : entry);
      }
      const { first_pos, end_pos } = find(session).status;
      return marked(session, { first_pos, end_pos, from, end: view.rows.length, rows });
    },
  };
}

/** Paths by which the newest events can be told apart: words of few letters that come again. */
function suggest(session: FakeSession): string[] {
  const { end_pos } = session.status;
  const seen = new Map<string, Set<string>>();
  let events = 0;
  for (const { row, data } of session.entries(end_pos - 200, end_pos)) {
    if (row.kind !== "event" || !data.startsWith("{")) continue;
    events += 1;
    for (const [name, value] of Object.entries(JSON.parse(data) as Record<string, unknown>)) {
      if (typeof value !== "string" && typeof value !== "boolean") continue;
      const path = `$.${name}`;
      const values = seen.get(path) ?? new Set();
      seen.set(path, values.add(String(value)));
    }
  }
  return [...seen]
    .filter(([, values]) => values.size > 1 && values.size <= 12 && values.size * 3 < events)
    .sort(([, a], [, b]) => b.size - a.size)
    .map(([path]) => path)
    .slice(0, 6);
}

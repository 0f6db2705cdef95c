// Pretended lines of numbers: what the sessions' JSON holds, thinned as the engine thins it.

import type { Backend } from "./backend";
import type { Scenes, SeriesAlert, SeriesData, SeriesKey, SeriesPage, SeriesQuery, SeriesRule } from "./bindings";
import type { FakeSession } from "./fake-session";

export interface SeriesParts {
  find(session: number): FakeSession;
  scenes(session: FakeSession): Scenes;
}

/** The engine's own figures (scene.rs). */
const SERIES = 16;
const FOUND = 64;
const POINTS = 4_096;
/** Entries that one question reads. */
const READ = 60_000;
const MINUTE_US = 60_000_000;

class Numbers {
  at = new Float64Array(1_024);
  value = new Float64Array(1_024);
  pos = new Float64Array(1_024);
  length = 0;
  readonly key: SeriesKey;
  constructor(key: SeriesKey) {
    this.key = key;
  }

  push(at: number, value: number, pos: number): void {
    if (this.length === this.at.length) {
      for (const name of ["at", "value", "pos"] as const) {
        const wider = new Float64Array(this.length * 2);
        wider.set(this[name]);
        this[name] = wider;
      }
    }
    this.at[this.length] = at;
    this.value[this.length] = value;
    this.pos[this.length] = pos;
    this.length += 1;
  }

  /** Index of the first that came at this time or later. */
  from(us: number): number {
    let low = 0;
    for (let high = this.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.at[middle] ?? 0) < us) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface Read {
  next: number;
  readonly lines: Map<string, Numbers>;
}

export function createFakeSeries(parts: SeriesParts): Pick<Backend, "series"> {
  const sessions = new Map<number, Read>();

  function read(session: FakeSession): Read {
    const { number, status } = session;
    const known = sessions.get(number) ?? { next: 0, lines: new Map<string, Numbers>() };
    sessions.set(number, known);
    const to = Math.min(status.end_pos, known.next + READ);
    for (const { row, data } of session.entries(known.next, to)) {
      if (row.kind === "event") collect(known.lines, row.type, data, row.at_us, row.pos);
    }
    known.next = Math.max(known.next, to);
    return known;
  }

  return {
    async series(number, query) {
      const session = parts.find(number);
      const { status } = session;
      const { next, lines } = read(session);
      const head = status.replay?.at_us ?? Number.POSITIVE_INFINITY;
      const fromUs = query.from_us ?? status.started_us;
      const toUs = Math.min(query.to_us ?? head, head);
      const rules = parts.scenes(session).chart.series;
      const keys = keysOf(query, rules, lines);
      const series = keys.flatMap((key) => {
        const numbers = lines.get(nameOf(key));
        return numbers ? [pictureOf(numbers, fromUs, toUs, head, query.points, rules)] : [];
      });
      const found = [...lines.values()]
        .map((each) => ({ key: each.key, points: each.length }))
        .sort((a, b) => b.points - a.points)
        .slice(0, FOUND);
      const gaps = session.strip(null, null, 1).breaks;
      const page: SeriesPage = { from_us: fromUs, to_us: toUs, series, found, gaps, scanned: next, end: status.end_pos, done: next >= status.end_pos };
      return page;
    },
  };
}

function keysOf(query: SeriesQuery, rules: readonly SeriesRule[], lines: ReadonlyMap<string, Numbers>): readonly SeriesKey[] {
  if (query.keys.length > 0) return query.keys.slice(0, SERIES);
  if (rules.length > 0) return rules.map(({ key }) => key);
  return [...lines.values()].slice(0, SERIES).map(({ key }) => key);
}

function pictureOf(numbers: Numbers, fromUs: number, toUs: number, head: number, points: number, rules: readonly SeriesRule[]): SeriesData {
  const { key, at, value, pos } = numbers;
  const last = Math.min(numbers.length, head === Number.POSITIVE_INFINITY ? numbers.length : numbers.from(head + 1)) - 1;
  const [begin, end] = [numbers.from(fromUs), Math.min(numbers.from(toUs + 1), last + 1)];
  const data: SeriesData = {
    key,
    at_us: [],
    value: [],
    points: last + 1,
    newest: value[last] ?? 0,
    newest_us: at[last] ?? 0,
    pos: pos[last] ?? 0,
    least: Number.POSITIVE_INFINITY,
    most: Number.NEGATIVE_INFINITY,
    change: 0,
    alert: null,
  };
  const step = Math.max(1, (toUs - fromUs) / Math.max(1, Math.min(points, POINTS) / 2));
  for (let n = begin; n < end; ) {
    const until = fromUs + (Math.floor(((at[n] ?? 0) - fromUs) / step) + 1) * step;
    let [low, high] = [n, n];
    for (; n < end && (at[n] ?? 0) < until; n += 1) {
      if ((value[n] ?? 0) < (value[low] ?? 0)) low = n;
      if ((value[n] ?? 0) > (value[high] ?? 0)) high = n;
    }
    for (const each of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      data.at_us.push(at[each] ?? 0);
      data.value.push(value[each] ?? 0);
    }
    data.least = Math.min(data.least, value[low] ?? 0);
    data.most = Math.max(data.most, value[high] ?? 0);
  }
  if (data.at_us.length === 0) data.least = data.most = data.newest;
  const before = Math.max(0, numbers.from(data.newest_us - MINUTE_US) - 1);
  data.change = data.newest - (value[before] ?? data.newest);
  const rule = rules.find((each) => nameOf(each.key) === nameOf(key));
  if (rule) data.alert = alertOf(numbers, last, rule);
  return data;
}

function alertOf({ at, value }: Numbers, last: number, { above, below, hysteresis }: SeriesRule): SeriesAlert | null {
  let alert: SeriesAlert | null = null;
  for (let n = 0; n <= last; n += 1) {
    const now = value[n] ?? 0;
    if (alert && (alert.over ? now <= alert.limit - hysteresis : now >= alert.limit + hysteresis)) alert = null;
    if (alert) continue;
    if (above !== null && now > above) alert = { over: true, limit: above, since_us: at[n] ?? 0 };
    else if (below !== null && now < below) alert = { over: false, limit: below, since_us: at[n] ?? 0 };
  }
  return alert;
}

function collect(lines: Map<string, Numbers>, type: string, data: string, at: number, pos: number): void {
  if (!/^\s*[[{]/.test(data)) return;
  let parsed: unknown;
  try {
    parsed = JSON.parse(data);
  } catch {
    return;
  }
  const walk = (value: unknown, path: string, depth: number): void => {
    if (typeof value === "number") {
      const key = { type, path };
      const name = nameOf(key);
      let numbers = lines.get(name);
      if (!numbers) lines.set(name, (numbers = new Numbers(key)));
      numbers.push(at, value, pos);
    } else if (depth < 8 && Array.isArray(value)) value.slice(0, 16).forEach((each, n) => walk(each, `${path}[${n}]`, depth + 1));
    else if (depth < 8 && typeof value === "object" && value !== null) {
      for (const [name, each] of Object.entries(value)) walk(each, /^[A-Za-z_]\w*$/.test(name) ? `${path}.${name}` : `${path}['${name}']`, depth + 1);
    }
  };
  walk(parsed, "$", 0);
}

function nameOf({ type, path }: SeriesKey): string {
  return `${type}\u0000${path}`;
}

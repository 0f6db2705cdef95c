// Pretended rooms and newswires, and what actions find: rows made of a session's events by the rule that is set.

import type { Backend } from "./backend";
import type { Bubble, Card, ChatRule, FeedRule, Scenes } from "./bindings";
import { failure, type FakeSession } from "./fake-session";
import { blankScenes } from "../model/stream";
import { parsed, stepsOf, valueAt } from "../scenes/fields/paths";

export interface RoomParts {
  find(session: number): FakeSession;
  mark(session: FakeSession): void;
}

/** The engine's own figures (scene.rs). */
const BUBBLE_CHARS = 8_192;
const SCENE_ROWS = 100;
const TYPING_US = 6_000_000;

const FOUND: Readonly<Record<string, readonly string[]>> = {
  sender: ["user", "sender", "from"],
  text: ["text", "message", "content"],
  time: ["at", "time", "published"],
  id: ["id"],
  title: ["title", "headline"],
  summary: ["summary", "description"],
  source: ["source", "publisher"],
  link: ["url", "link"],
};

interface Read {
  readonly scenes: string;
  scanned: number;
  bubbles: Bubble[];
  cards: Card[];
  typing: { who: string; pos: number; at: number; on: boolean }[];
  found: Map<string, string>;
}

export function createFakeRooms(parts: RoomParts): Pick<Backend, "chat" | "feed" | "send" | "setScenes" | "tryAction"> {
  const scenes = new WeakMap<FakeSession, Scenes>();
  const reads = new WeakMap<FakeSession, Read>();
  const mine = new WeakMap<FakeSession, Set<string>>();

  function read(session: FakeSession): Read {
    const rules = scenes.get(session) ?? session.stream.scenes ?? blankScenes();
    const key = JSON.stringify(rules);
    let known = reads.get(session);
    // A tape's playhead may go back: what is on tape stays read.
    if (known?.scenes !== key) {
      known = { scenes: key, scanned: session.status.first_pos, bubbles: [], cards: [], typing: [], found: new Map() };
      reads.set(session, known);
    }
    for (const { row, data } of session.entries(known.scanned, session.status.end_pos)) {
      known.scanned = row.pos + 1;
      if (row.kind === "event") take(session, known, rules, row, data);
    }
    return known;
  }

  function take(session: FakeSession, into: Read, { chat, feed }: Scenes, row: { pos: number; at_us: number; type: string; id: string }, data: string): void {
    const value = parsed(data, Infinity);
    const field = (rule: ChatRule | FeedRule, name: string): string | null => {
      const own = (rule as unknown as Record<string, string>)[name] ?? "";
      const path = own || `$.${FOUND[name]?.find((key) => valueAt(value, [key]) !== undefined) ?? ""}`;
      const steps = path === "$." ? null : stepsOf(path);
      const at = steps === null ? undefined : valueAt(value, steps);
      if (at === undefined) return null;
      into.found.set(name, path);
      return typeof at === "string" ? at : JSON.stringify(at);
    };
    const { pos, at_us } = row;
    const said = (time: string | null): number | null => {
      const us = time === null ? Number.NaN : Date.parse(time) * 1000;
      return Number.isFinite(us) && session.status.replay === null ? us : null;
    };
    const title = field(feed, "title");
    if (title !== null || row.type === "headline" || row.type === "breaking") {
      const cut = (name: string): string => (field(feed, name) ?? "").slice(0, BUBBLE_CHARS);
      into.cards.push({ pos, at_us, said_us: said(field(feed, "time")), title: (title ?? data.split("\n")[0] ?? "").slice(0, BUBBLE_CHARS), summary: cut("summary"), source: cut("source"), link: cut("link"), breaking: row.type === "breaking", id: row.id, colour: null });
      return;
    }
    const sender = field(chat, "sender");
    if (row.type === "typing") {
      into.typing.push({ who: sender ?? "", pos, at: at_us, on: true });
      return;
    }
    if (row.type === "join" || row.type === "leave") {
      into.bubbles.push({ pos, at_us, said_us: null, kind: row.type, sender: sender ?? "", text: "", cut: false, id: "", own: false, colour: null });
      return;
    }
    const text = field(chat, "text");
    if (text === null) return;
    into.typing.push({ who: sender ?? "", pos, at: at_us, on: false });
    const id = field(chat, "id") ?? "";
    const own = (chat.me !== "" && sender === chat.me) || (mine.get(session)?.has(id) ?? false);
    into.bubbles.push({ pos, at_us, said_us: said(field(chat, "time")), kind: "message", sender: sender ?? "", text: text.slice(0, BUBBLE_CHARS), cut: text.length > BUBBLE_CHARS, id, own, colour: null });
  }

  function page<R extends { pos: number }>(session: FakeSession, all: readonly R[], from: number | null, len: number): { rows: R[]; from: number; gone: number; total: number } {
    const { first_pos, end_pos } = session.status;
    const count = all.findIndex((row) => row.pos >= end_pos);
    const total = count === -1 ? all.length : count;
    const gone = Math.max(0, all.findIndex((row) => row.pos >= first_pos));
    const most = Math.min(len, SCENE_ROWS);
    const start = Math.min(total, Math.max(gone, from ?? total - most));
    return { rows: all.slice(start, Math.min(total, start + most)), from: start, gone, total };
  }

  function withFound<R extends object>(rule: R, found: ReadonlyMap<string, string>): R {
    return Object.fromEntries(Object.entries(rule).map(([name, own]) => [name, own || (name in FOUND ? (found.get(name) ?? "") : "")])) as R;
  }

  const rulesOf = (session: FakeSession): Scenes => scenes.get(session) ?? session.stream.scenes ?? blankScenes();

  return {
    async chat(number, from, len) {
      const session = parts.find(number);
      const known = read(session);
      const { rows, total, gone, from: start } = page(session, known.bubbles, from, len);
      const newest = session.kept().at(session.status.end_pos - 1 - session.status.first_pos)?.row.at_us ?? 0;
      const typing = new Map<string, boolean>();
      for (const each of known.typing) {
        if (each.pos < session.status.end_pos && newest - each.at < TYPING_US) typing.set(each.who, each.on);
      }
      return structuredClone({
        bubbles: rows,
        from: start,
        gone,
        rows: total,
        typing: [...typing].filter(([, on]) => on).map(([who]) => who),
        rule: withFound(rulesOf(session).chat, known.found),
        done: true,
      });
    },
    async feed(number, from, len) {
      const session = parts.find(number);
      const known = read(session);
      const { rows, total, gone, from: start } = page(session, known.cards, from, len);
      return structuredClone({ cards: rows, from: start, gone, rows: total, rule: withFound(rulesOf(session).feed, known.found), done: true });
    },
    async send(number, id, text) {
      const session = parts.find(number);
      await new Promise((done) => setTimeout(done, 300));
      if (text.includes("fail")) {
        const error = "The room is full, try again in a minute";
        throw failure("status", { status: "503", host: "room.example", error, error_type: "room_full", body: JSON.stringify({ error: { message: error, type: "room_full" } }) });
      }
      if (text.includes("secret")) throw failure("url", { detail: "secret-origin", origin: "https://room.example", given: "https://news.example" });
      const ids = mine.get(session) ?? new Set<string>();
      mine.set(session, ids.add(id));
      setTimeout(() => {
        if (session.live) session.event(JSON.stringify({ id, user: rulesOf(session).chat.me || "You", text }), "message");
      }, 250);
      return { status: 202 };
    },
    async setScenes(number, next) {
      const session = parts.find(number);
      for (const of of ["chat", "feed"] as const) {
        for (const [key, path] of Object.entries(next[of])) {
          if (path.startsWith("$") && stepsOf(path) === null) throw failure("filter", { what: "path", detail: path, field: `${of}.${key}` });
        }
      }
      scenes.set(session, structuredClone(next));
      parts.mark(session);
    },
    async tryAction(session) {
      return { matched: 0, events: parts.find(session).status.events, done: true };
    },
  };
}

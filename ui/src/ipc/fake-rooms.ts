// Pretended rooms and newswires, and what actions find.

import type { Backend } from "./backend";
import type { FakeSession } from "./fake-session";
import { blankScenes } from "../model/stream";

export interface RoomParts {
  find(session: number): FakeSession;
  mark(session: FakeSession): void;
}

export function createFakeRooms(parts: RoomParts): Pick<Backend, "chat" | "feed" | "send" | "setScenes" | "tryAction"> {
  const { chat, feed } = blankScenes();
  return {
    async chat() {
      return { bubbles: [], from: 0, gone: 0, rows: 0, typing: [], rule: chat, done: true };
    },
    async feed() {
      return { cards: [], from: 0, gone: 0, rows: 0, rule: feed, done: true };
    },
    async send() {
      return { status: 202 };
    },
    async setScenes(session) {
      parts.mark(parts.find(session));
    },
    async tryAction(session) {
      return { matched: 0, events: parts.find(session).status.events, done: true };
    },
  };
}

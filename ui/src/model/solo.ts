// Which session a window of its own shows. Its address names the one that it was opened for; a new Connect gives the
// stream another session, and a page that is loaded again is to find that.

import type { Found } from "../ipc/bindings";

/** What a page remembers over being loaded again. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const KEY = "solo";

/** The session that a window with this address shows: null in the main window, undefined where it is gone. */
export function soloSession(search: string, sessions: readonly Found[], shelf: Shelf): Found | null | undefined {
  const asked = new URLSearchParams(search).get("session");
  if (asked === null || !/^\d+$/.test(asked)) return null;
  const stream = streamOf(asked, shelf.getItem(KEY));
  const newest = sessions.filter((each) => each.stream.id === stream).sort((a, b) => b.session - a.session)[0];
  const found = newest ?? sessions.find(({ session }) => session === Number(asked));
  if (found) shelf.setItem(KEY, JSON.stringify([asked, found.stream.id]));
  return found;
}

/** The stream that was shown at this address; a window that is taken to another address begins anew. */
function streamOf(asked: string, kept: string | null): string | null {
  if (kept === null) return null;
  try {
    const [session, stream] = JSON.parse(kept) as unknown[];
    return session === asked && typeof stream === "string" ? stream : null;
  } catch {
    return null;
  }
}

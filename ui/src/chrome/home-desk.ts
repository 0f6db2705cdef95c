// What belongs to the app and to no stream: its settings, the sheets that speak of it, and what other programs ask it to open.

import { createSignal, type Accessor } from "solid-js";
import type { Hello, Opening } from "../ipc/bindings";
import type { Live } from "../model/api";
import type { HomeCalls } from "../model/calls";
import type { Preferences } from "../model/settings";

export type HomeSheet = "settings" | "palette" | "shortcuts" | "about" | "quit";

export interface HomeDesk {
  readonly preferences: Preferences;
  readonly calls: HomeCalls;
  /** The sheet that is open, one at a time. */
  readonly sheet: Accessor<HomeSheet | null>;
  setSheet(sheet: HomeSheet | null): void;
  /** What waits for an answer, oldest first. */
  readonly openings: Accessor<readonly Opening[]>;
  /** The user has answered: it is asked no more. */
  settle(opening: Opening): void;
  /** Told of each command that was chosen in the menu of the desktop. */
  onCommand(listener: (id: string) => void): () => void;
}

export function createHomeDesk(calls: HomeCalls, live: Live, hello: Hello, preferences: Preferences): HomeDesk {
  const [sheet, setSheet] = createSignal<HomeSheet | null>(null);
  const [openings, setOpenings] = createSignal<readonly Opening[]>(hello.openings);
  const listeners = new Set<(id: string) => void>();

  live.onTold((told) => {
    // A page that was loaded in between knows some of them from its hello.
    const news = told.openings.filter((opening) => !openings().some((known) => known.id === opening.id));
    if (news.length > 0) setOpenings((list) => [...list, ...news]);
    for (const id of told.commands) for (const listener of listeners) listener(id);
  });

  return {
    preferences,
    calls,
    sheet,
    setSheet(next) {
      // Whatever comes in place of the question, the user has not gone.
      if (sheet() === "quit" && next !== "quit") void calls.stay();
      setSheet(next);
    },
    openings,
    settle(opening) {
      setOpenings((list) => list.filter((each) => each.id !== opening.id));
      void calls.settleOpening(opening.id);
    },
    onCommand(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

// The replay on show, as its controls and the scrubber see it: where it stands, and where the user has just put it.

import { createMemo, createSignal, onCleanup, type Accessor } from "solid-js";
import type { Replay, ReplayCommand } from "../ipc/bindings";
import type { Live } from "../model/api";
import { createReplayQueue } from "./replay-queue";

export interface Replayer {
  /** The replay on show; null for a live session. What does not move in it is told at once. */
  readonly replay: Accessor<Replay | null>;
  /** The playhead: where the user put it, until the engine has it there. */
  readonly atUs: Accessor<number>;
  /** The same, but null when the user has no hand in it. */
  readonly aimUs: Accessor<number | null>;
  tell(command: ReplayCommand): void;
  seek(atUs: number): void;
  toggle(): void;
}

/** What is told of a replay as soon as it changes; the playhead only while it stands, else at the pace of figures. */
const TURNS = ["tape", "playing", "speed", "skip_us", "start_us", "end_us", "events", "seeks"] as const satisfies readonly (keyof Replay)[];

function alike(a: Replay | null, b: Replay | null): boolean {
  if (a === null || b === null) return a === b;
  return TURNS.every((each) => a[each] === b[each]) && (a.playing || a.at_us === b.at_us);
}

export function createReplayer(live: Live): Replayer {
  const newest = (): Replay | null => live.status()?.replay ?? null;
  const [replay, setReplay] = createSignal<Replay | null>(newest(), { equals: alike });
  const [aimUs, setAim] = createSignal<number | null>(null);
  let session = live.status()?.session ?? null;
  /** Seeks that the replay had counted when the newest one was sent. */
  let seeksBefore = 0;

  const queue = createReplayQueue(
    (command) => {
      seeksBefore = newest()?.seeks ?? 0;
      return live.replay(command);
    },
    // The answer may come before the tick that shows what it did: until then the aim stands.
    () => {
      if (newest()?.seeks !== seeksBefore) setAim(null);
    },
  );

  onCleanup(
    live.onChange(() => {
      const status = live.status();
      const now = status?.session ?? null;
      if (now !== session) queue.clear();
      if (now !== session || !queue.busy) setAim(null);
      session = now;
      setReplay(status?.replay ?? null);
    }),
  );

  // At the pace of the model's figures, and at once where the user moves it.
  const atUs = createMemo(() => {
    replay();
    return aimUs() ?? newest()?.at_us ?? 0;
  });

  return {
    replay,
    atUs,
    aimUs,
    tell: queue.send,
    seek(atUs) {
      const on = newest();
      if (!on) return;
      const to = Math.round(Math.min(on.end_us, Math.max(on.start_us, atUs)));
      setAim(to);
      queue.send({ do: "seek", at_us: to });
    },
    toggle() {
      const on = newest();
      if (on) queue.send({ do: on.playing ? "pause" : "play" });
    },
  };
}

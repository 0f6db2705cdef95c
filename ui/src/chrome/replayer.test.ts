import { createRoot, createSignal } from "solid-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Replay, ReplayCommand, Status } from "../ipc/bindings";
import type { Live } from "../model/api";
import { createReplayer, type Replayer } from "./replayer";

const still: Replay = { tape: "t", playing: false, speed: 1, skip_us: null, at_us: 100, start_us: 100, end_us: 900, entries: 9, events: 9, seeks: 0 };

let sent: ReplayCommand[];
let answer: () => Promise<void>;
let tick: (replay: Replay | null, session?: number) => void;
let replayer: Replayer;
let end: () => void;

beforeEach(() => {
  sent = [];
  let done = (): void => undefined;
  answer = async () => {
    done();
    for (let n = 0; n < 4; n += 1) await Promise.resolve();
  };
  // Only what a replayer asks of the model.
  let status = { session: 1, replay: still } as Status;
  const [told, tell] = createSignal(0);
  const listeners = new Set<() => void>();
  const live = {
    status: () => (told(), status),
    onChange: (listener: () => void) => (listeners.add(listener), () => void listeners.delete(listener)),
    replay: (command: ReplayCommand) => (sent.push(command), new Promise<void>((resolve) => (done = resolve))),
  } as unknown as Live;
  tick = (replay, session = 1) => {
    status = { session, replay } as Status;
    for (const listener of listeners) listener();
    tell((n) => n + 1);
  };
  createRoot((dispose) => {
    end = dispose;
    replayer = createReplayer(live);
  });
});

afterEach(() => end());

describe("a replay under the hand", () => {
  it("stands where it was put at once, and until the engine has it there", async () => {
    replayer.seek(500);
    expect([replayer.atUs(), replayer.aimUs()]).toEqual([500, 500]);
    // A tick from before the seek does not throw it back.
    tick({ ...still, at_us: 130 });
    expect(replayer.atUs()).toBe(500);
    tick({ ...still, at_us: 500, seeks: 1 });
    await answer();
    expect([replayer.atUs(), replayer.aimUs()]).toEqual([500, null]);
    tick({ ...still, at_us: 620, seeks: 1 });
    expect(replayer.atUs()).toBe(620);
  });

  it("keeps standing there when the answer comes before the tick", async () => {
    replayer.seek(500);
    await answer();
    expect(replayer.atUs()).toBe(500);
    tick({ ...still, at_us: 500, seeks: 1 });
    expect(replayer.aimUs()).toBeNull();
  });

  it("sends one seek at a time, of many the newest, and none beyond the tape", async () => {
    for (const at of [200, 300.4, 5_000]) replayer.seek(at);
    expect(sent).toEqual([{ do: "seek", at_us: 200 }]);
    await answer();
    expect(sent).toEqual([{ do: "seek", at_us: 200 }, { do: "seek", at_us: 900 }]);
    expect(replayer.atUs()).toBe(900);
  });

  it("plays what stands and holds what plays", () => {
    replayer.toggle();
    tick({ ...still, playing: true });
    expect(replayer.replay()?.playing).toBe(true);
    replayer.toggle();
    expect(sent).toEqual([{ do: "play" }]);
  });

  it("takes its aim from no other session", async () => {
    replayer.seek(500);
    replayer.seek(600);
    tick({ ...still, at_us: 300 }, 2);
    await answer();
    // Nor does what waited for the one go to the other.
    expect(sent).toEqual([{ do: "seek", at_us: 500 }]);
    expect([replayer.atUs(), replayer.aimUs()]).toEqual([300, null]);
    tick(null, 3);
    replayer.seek(400);
    expect([replayer.replay(), replayer.aimUs(), sent.length]).toEqual([null, null, 1]);
  });
});

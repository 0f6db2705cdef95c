import { describe, expect, it } from "vitest";
import type { ReplayCommand } from "../ipc/bindings";
import { createReplayQueue, type ReplayQueue } from "./replay-queue";

function played(): { queue: ReplayQueue; sent: ReplayCommand[]; answer(): Promise<void>; idles(): number } {
  const sent: ReplayCommand[] = [];
  let done: (() => void) | null = null;
  let idles = 0;
  const queue = createReplayQueue(
    (command) => {
      // Never two at once.
      expect(done).toBeNull();
      sent.push(command);
      return new Promise((resolve) => (done = resolve));
    },
    () => (idles += 1),
  );
  return {
    queue,
    sent,
    async answer() {
      const now = done;
      done = null;
      now?.();
      await Promise.resolve();
      await Promise.resolve();
    },
    idles: () => idles,
  };
}

const seek = (at_us: number): ReplayCommand => ({ do: "seek", at_us });

describe("the queue of a replay", () => {
  it("sends the first at once, and of those that came meanwhile the newest", async () => {
    const { queue, sent, answer, idles } = played();
    for (const at of [1, 2, 3, 4]) queue.send(seek(at));
    expect(sent).toEqual([seek(1)]);
    await answer();
    expect(sent).toEqual([seek(1), seek(4)]);
    expect([queue.busy, idles()]).toEqual([true, 0]);
    await answer();
    expect([queue.busy, idles()]).toEqual([false, 1]);
  });

  it("adds steps up", async () => {
    const { queue, sent, answer } = played();
    queue.send(seek(1));
    for (const events of [1, 1, 1, -1]) queue.send({ do: "step", events });
    await answer();
    expect(sent[1]).toEqual({ do: "step", events: 2 });
  });

  it("sends no steps that lead nowhere", async () => {
    const { queue, sent, answer } = played();
    queue.send(seek(1));
    queue.send({ do: "step", events: 1 });
    queue.send({ do: "step", events: -1 });
    await answer();
    expect(sent).toHaveLength(1);
    expect(queue.busy).toBe(false);
  });

  it("drops steps that a later place makes void, and keeps those from it", async () => {
    const { queue, sent, answer } = played();
    queue.send(seek(1));
    queue.send({ do: "step", events: 5 });
    queue.send(seek(9));
    queue.send({ do: "step", events: 1 });
    await answer();
    await answer();
    expect(sent).toEqual([seek(1), seek(9), { do: "step", events: 1 }]);
  });

  it("keeps one of each subject, in the order in which they were said last", async () => {
    const { queue, sent, answer } = played();
    queue.send(seek(1));
    queue.send({ do: "play" });
    queue.send({ do: "speed", speed: 2 });
    queue.send({ do: "pause" });
    queue.send({ do: "speed", speed: 10 });
    queue.send({ do: "skip", longer_us: null });
    for (let n = 0; n < 4; n += 1) await answer();
    expect(sent.slice(1)).toEqual([{ do: "pause" }, { do: "speed", speed: 10 }, { do: "skip", longer_us: null }]);
  });

  it("does not play on after a step", async () => {
    const { queue, sent, answer } = played();
    queue.send(seek(1));
    queue.send({ do: "play" });
    queue.send({ do: "step", events: 1 });
    await answer();
    await answer();
    expect(sent.slice(1)).toEqual([{ do: "step", events: 1 }]);
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { createFake, type Fake } from "./fake";
import type { Replay, ReplayCommand } from "./bindings";
import { FakeReplay, recordTape } from "./fake-replay";
import { stream } from "./fake-scripts";
import type { FakeSession } from "./fake-session";

const START = 1_700_000_000_000_000;
const SECOND = 1_000_000;

/** Ten events, one a second, and after the fifth a silence of a minute. */
function* script(session: FakeSession): Generator<number, void, void> {
  session.open();
  for (let n = 1; n <= 10; n += 1) {
    session.event(`Message ${n}`);
    yield n === 5 ? 60_000 : 1_000;
  }
  session.end();
}

let fake: Fake;
let replayed: FakeReplay;
const on = (): Replay => replayed.status.replay ?? expect.fail("no replay");
const tell = (command: ReplayCommand): Promise<void> => fake.replay(replayed.number, command);

beforeEach(() => {
  fake = createFake({ byHand: true });
  const found = fake.replays.open(recordTape("ten", stream("demo:/stream", "Ten"), START, script));
  const session = fake.session(found.session);
  if (!(session instanceof FakeReplay)) throw new Error("not a replay");
  replayed = session;
});

describe("a replay of the pretended backend", () => {
  it("begins at the start, with nothing shown and the whole tape on the strip", async () => {
    expect(on()).toMatchObject({ at_us: START, start_us: START, end_us: START + 69 * SECOND, events: 10, playing: false });
    expect(replayed.status).toMatchObject({ events: 0, end_pos: 0 });
    expect(replayed.page(0, 100).rows).toEqual([]);
    const strip = await fake.strip(replayed.number, null, null, 1_000);
    expect(strip.bins.reduce((n, bin) => n + bin.count, 0)).toBe(10);
  });

  it("plays with the tape's own timing, times the speed", async () => {
    await tell({ do: "play" });
    replayed.advance(2.5 * SECOND);
    expect([replayed.status.events, on().at_us]).toEqual([3, START + 2.5 * SECOND]);
    await tell({ do: "speed", speed: 2 });
    replayed.advance(SECOND);
    expect([replayed.status.events, on().at_us]).toEqual([5, START + 4.5 * SECOND]);
  });

  it("skips gaps that are longer than the limit", async () => {
    await tell({ do: "skip", longer_us: 3 * SECOND });
    await tell({ do: "seek", at_us: START + 4.1 * SECOND });
    await tell({ do: "play" });
    replayed.advance(16_000);
    expect([replayed.status.events, on().at_us]).toEqual([6, START + 64 * SECOND]);
  });

  it("goes as fast as possible, ends at the end, and begins anew from there", async () => {
    await tell({ do: "speed", speed: 0 });
    await tell({ do: "play" });
    replayed.advance(1);
    expect([replayed.status.events, on().playing, on().at_us]).toEqual([10, false, START + 69 * SECOND]);
    await tell({ do: "speed", speed: 1 });
    await tell({ do: "play" });
    expect([on().playing, on().at_us]).toEqual([true, START]);
  });

  it("steps by events, both ways, and holds", async () => {
    await tell({ do: "play" });
    await tell({ do: "step", events: 3 });
    expect([replayed.status.events, on().playing, on().at_us]).toEqual([3, false, START + 2 * SECOND]);
    await tell({ do: "step", events: -1 });
    expect([replayed.status.events, on().at_us]).toEqual([2, START + SECOND]);
    await tell({ do: "step", events: -9 });
    expect([replayed.status.events, replayed.status.end_pos]).toEqual([0, 0]);
    await tell({ do: "step", events: 99 });
    expect(replayed.status.events).toBe(10);
  });

  it("seeks both ways, counts the seeks, and tells the page anew", async () => {
    await tell({ do: "seek", at_us: START + 2 * SECOND });
    expect([replayed.status.events, on().seeks]).toEqual([3, 1]);
    expect(replayed.detail(replayed.status.end_pos, 0)).toBeNull();
    await tell({ do: "seek", at_us: START - SECOND });
    expect([replayed.status.events, on().seeks, on().at_us]).toEqual([1, 2, START]);
    const text = replayed.since();
    expect([text?.pos, text?.end, text?.runs.map((run) => run.text)]).toEqual([0, 2, ["Message 1\n"]]);
    expect(replayed.since()).toBeNull();
    await tell({ do: "step", events: -1 });
    expect(replayed.since()).toEqual({ runs: [], pos: 0, end: 0, skipped: 0 });
    await tell({ do: "seek-pos", pos: 4 });
    expect(replayed.status.end_pos).toBe(5);
  });

  it("answers the replay that is there for a tape that is opened again", () => {
    const again = fake.replays.open(recordTape("ten", stream("demo:/stream", "Ten"), START, script));
    expect(again.session).toBe(replayed.number);
  });
});

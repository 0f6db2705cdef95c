// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import { recordTape } from "../ipc/fake-replay";
import { stream } from "../ipc/fake-scripts";
import type { Found } from "../ipc/bindings";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { createDesk, type Desk } from "./desk";
import { NoticeBar } from "./NoticeBar";
import { StatusStrip } from "./StatusStrip";

const SECOND = 1_000_000;

let fake: Fake;
let desk: Desk;
let end: () => void;

const $ = <E extends HTMLElement = HTMLElement>(id: string): E | null => document.querySelector<E>(`[data-testid="${id}"]`);
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date", "requestAnimationFrame"],
  });
  fake = createFake({ byHand: true });
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  const library = createLibrary(fake, hello, words, { read: () => null, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  end = render(
    () => (
      <>
        <NoticeBar desk={desk} />
        <StatusStrip desk={desk} />
      </>
    ),
    document.body,
  );
});
afterEach(async () => {
  end();
  // The frame loop is one for all: it is not to wait for a frame of clocks that are gone.
  await fake.hello(2 ** 32 - 1, () => undefined);
  await pass(1_000);
  document.body.replaceChildren();
  vi.useRealTimers();
});

function open(name: string): Found {
  const tape = recordTape(name, stream("demo:/stream", name), Date.now() * 1_000, function* (session) {
    session.open();
    for (let n = 0; n < 9; n += 1) {
      session.event(`Message ${n}`);
      yield 1_000;
    }
    session.end();
  });
  return fake.replays.open(tape);
}

describe("an import", () => {
  it("that is waited for is shown, at its start; it does not play", async () => {
    const told = vi.spyOn(fake, "replay");
    desk.tapes.drop([{ name: "a.sse", size: 1_000, slice: () => ({ arrayBuffer: async () => new ArrayBuffer(1_000) }) }]);
    await pass(4_000);
    expect(desk.library.current()?.id).toMatch(/^tape:import-/);
    expect(told).not.toHaveBeenCalled();
    expect($("job")).toBeNull();
  });

  it("among several, or that nobody waits for, stays a line with a way to it, said once", async () => {
    const files = ["a.sse", "b.sse"].map((name) => ({ name, size: 1_000, slice: () => ({ arrayBuffer: async () => new ArrayBuffer(1_000) }) }));
    desk.tapes.drop(files);
    await pass(50);
    const said = new Set<string>();
    for (let n = 0; n < 40; n += 1) {
      await pass(100);
      said.add($("job-said")?.textContent ?? "");
    }
    expect([...said]).toEqual(["Reading b.sse", "b.sse is on tape."]);
    expect(desk.library.current()?.id ?? "").not.toMatch(/^tape:/);
    expect(document.querySelectorAll('[data-testid="job-open"]')).toHaveLength(2);
    expect(document.querySelector('[role="status"] [data-testid="job"]')).toBeNull();
    $("job-open")?.click();
    await pass(100);
    expect(desk.library.current()?.id).toMatch(/^tape:import-/);
    expect(document.querySelectorAll('[data-testid="job-open"]')).toHaveLength(1);
  });
});

describe("the figures of a replay", () => {
  it("are those that are true of it: no rate, no bytes, and losses once it is at its end", async () => {
    const found = open("ten");
    desk.library.adopt(found.stream);
    desk.live.adopt(found);
    desk.library.select(found.stream.id);
    desk.live.show(found.stream.id);
    await pass(200);
    expect($("event-count")?.textContent).toContain("of 9");
    await fake.replay(found.session, { do: "play" });
    await pass(300);
    for (const id of ["rate", "bytes-rate", "reconnects"]) expect([id, $(id)]).toEqual([id, null]);
    expect($("status")?.textContent).not.toMatch(/\/s|in all/);
    await fake.replay(found.session, { do: "seek", at_us: Date.now() * 1_000 + 3_600 * SECOND });
    await pass(300);
    expect($("reconnects")).not.toBeNull();
  });
});

describe("replays", () => {
  it("stay open up to sixteen, and give way only where they do not play", async () => {
    const closed: number[] = [];
    const { closeSession, openTape } = fake;
    fake.closeSession = async (session) => {
      closed.push(session);
      await closeSession(session);
    };
    fake.openTape = async (tape) => (/^t\d+$/.test(tape) ? open(tape) : openTape(tape));
    const { tapes } = desk.live;
    const list = Array.from({ length: 20 }, (_, n) => ({ ...tapes().tapes[0], id: `t${n}`, name: `t${n}`, events: 9, failure: null, session: null }));
    fake.tapes = async () => ({ ...tapes(), tapes: list as never, generation: 99 });
    await fake.keepTape(tapes().tapes[0]?.id ?? "", "x", true);
    await pass(100);
    for (let n = 0; n < 16; n += 1) {
      desk.tapes.open(`t${n}`);
      await pass(100);
      desk.live.show(`tape:t${n}`);
      await pass(50);
      // All but the third are held where they stand.
      if (n !== 2) await fake.replay(desk.live.status()?.session ?? 0, { do: "pause" });
      await pass(50);
    }
    expect(closed).toEqual([]);
    // The first is looked at again: the second is the one that was not for longest.
    desk.live.show("tape:t0");
    await pass(50);
    const sessionOf = (tape: string): number => desk.live.brief(`tape:${tape}`)?.session ?? 0;
    const second = sessionOf("t1");
    const fourth = sessionOf("t3");
    desk.tapes.open("t16");
    await pass(50);
    desk.tapes.open("t17");
    await pass(50);
    expect(closed).toEqual([second, fourth]);
  });
});

it("the title is the page's and the system's, told when it is another", () => {
  const told = vi.spyOn(fake, "setTitle");
  desk.setTitle("Long read · Tapewriter");
  desk.setTitle("Long read · Tapewriter");
  expect(document.title).toBe("Long read · Tapewriter");
  expect(told.mock.calls).toEqual([["Long read · Tapewriter"]]);
});

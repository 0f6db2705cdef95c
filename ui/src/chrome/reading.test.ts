// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import type { Action, Scenes, SeriesRule } from "../ipc/bindings";
import { blankAction } from "../model/actions";
import { createLibrary, type Library } from "../model/library";
import { createLive } from "../model/live";
import { blank } from "../model/stream";
import { createReading, type Reading } from "./reading";

const line = (path: string, above: number | null = null): SeriesRule => ({ key: { type: "", path }, unit: "", above, below: null, hysteresis: 0 });

let library: Library;
let reading: Reading;
let said: unknown[];
/** What the session was told, and how each is answered. */
let told: { scenes: Scenes; actions: readonly Action[]; yes(): void; no(): void }[];

const turn = (): Promise<unknown> => new Promise((done) => setTimeout(done, 0));
const lines = (): string[] => reading.scenes().chart.series.map(({ key }) => key.path);

beforeEach(async () => {
  const fake: Fake = createFake({ byHand: true });
  await fake.saveStream({ ...blank("a"), name: "A", url: "a" });
  await fake.saveStream({ ...blank("b"), name: "B", url: "b" });
  const live = createLive(fake);
  const hello = await live.start();
  told = [];
  said = [];
  live.setScenes = (_, scenes, actions) =>
    new Promise((yes, no) => told.push({ scenes, actions, yes, no: () => no({ code: "filter", message: "", args: {} }) }));
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  library = createLibrary(fake, hello, words, { read: () => "a", write: () => undefined });
  reading = createReading({ live, library, say: (reason) => said.push(reason) });
});

describe("the lines of the chart", () => {
  it("move at once, and are again as they were where the session refuses them", async () => {
    reading.setChart({ series: [line("$.a")], window_s: 60 });
    expect(lines()).toEqual(["$.a"]);
    await turn();
    told[0]?.yes();
    await turn();
    reading.setChart({ series: [line("$.b")], window_s: 300 });
    expect(lines()).toEqual(["$.b"]);
    await turn();
    told[1]?.no();
    await vi.waitFor(() => expect(said).toHaveLength(1));
    expect(lines()).toEqual(["$.a"]);
    // The window shown is the window's own affair.
    expect(reading.scenes().chart.window_s).toBe(300);
  });

  it("that were chosen since a refused ones stay, and fall back to what was taken last", async () => {
    reading.setChart({ series: [line("$.a")], window_s: 60 });
    await turn();
    reading.setChart({ series: [line("$.b")], window_s: 60 });
    told[0]?.no();
    await turn();
    expect(lines()).toEqual(["$.b"]);
    told[1]?.no();
    await turn();
    expect(lines()).toEqual([]);
  });

  it("are those of the stream that they were chosen for", async () => {
    reading.setChart({ series: [line("$.a")], window_s: 60 });
    await turn();
    library.select("b");
    told[0]?.no();
    await turn();
    expect([library.stream("a")?.scenes.chart.series, lines()]).toEqual([[], []]);
  });
});

describe("a change of the scenes", () => {
  it("keeps what was changed while it was asked for", async () => {
    const { chat, feed } = reading.scenes();
    const first = reading.setScenes({ chat: { ...chat, text: "$.says" } });
    const second = reading.setScenes({ feed: { ...feed, title: "$.head" } }, [blankAction("x")]);
    await turn();
    expect(told).toHaveLength(1);
    reading.setChart({ series: [line("$.a")], window_s: 60 });
    told[0]?.yes();
    await first;
    await turn();
    // The next is told of all of it.
    expect(told[1]?.scenes).toMatchObject({ chat: { text: "$.says" }, feed: { title: "$.head" }, chart: { series: [line("$.a")] } });
    told[1]?.yes();
    await second;
    await turn();
    told[2]?.yes();
    await turn();
    expect(reading.scenes()).toMatchObject({ chat: { text: "$.says" }, feed: { title: "$.head" }, chart: { series: [line("$.a")] } });
    expect(reading.actions().map(({ id }) => id)).toEqual(["x"]);
  });

  it("that is refused changes nothing, and holds up no other", async () => {
    const { chat } = reading.scenes();
    const refused = reading.setScenes({ chat: { ...chat, text: "$.(" } });
    const taken = reading.setScenes({ chat: { ...chat, text: "$.a" } });
    await turn();
    told[0]?.no();
    await expect(refused).rejects.toMatchObject({ code: "filter" });
    await turn();
    told[1]?.yes();
    await taken;
    expect(reading.scenes().chat.text).toBe("$.a");
  });
});

// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Pace } from "../../ipc/bindings";
import { createFake, type Fake } from "../../ipc/fake";
import { FakeReplay, recordTape } from "../../ipc/fake-replay";
import { stream } from "../../ipc/fake-scripts";
import { blankAction } from "../../model/actions";
import { createLive, type LiveModel } from "../../model/live";
import { createTypewriter, type TypewriterScene } from "./index";

const LIST = stream("demo:/stream", "List");

let fake: Fake;
let live: LiveModel;
let scene: TypewriterScene;
let revealed: string[];

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const lines = (): string[] => [...scene.element.querySelectorAll(".tw-line")].map((line) => line.textContent ?? "");
const shown = (): string => scene.element.querySelector(".tw-text")?.textContent ?? "";

function button(selector: string): HTMLButtonElement {
  const found = scene.element.querySelector<HTMLButtonElement>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
}

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date", "requestAnimationFrame"],
  });
  revealed = [];
  Element.prototype.scrollIntoView = function (this: Element) {
    revealed.push(this.textContent ?? "");
  };
  // No layout here: a page that fills its window, or older text would be pulled to fill it.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(500);
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockReturnValue(50_000);
  fake = createFake({ byHand: true });
  live = createLive(fake);
  scene = createTypewriter(live);
  document.body.replaceChildren(scene.element);
  scene.show();
  await live.start();
  live.show(LIST.id);
  await live.connect(LIST);
  fake.session(1).open();
  await pass(50);
});

afterEach(async () => {
  scene.dispose();
  // The frame loop is one for all: it is not to wait for a frame of clocks that are gone.
  fake.session(1).end();
  await pass(1_000);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it("shows what an action coloured, also what came before it, and names the action", async () => {
  scene.dispose();
  const actions = [{ ...blankAction("c"), name: "Sevens", query: "line 7", highlight: "amber" as const }];
  scene = createTypewriter(live, { actions: () => actions });
  document.body.replaceChildren(scene.element);
  scene.show();
  for (let n = 5; n < 9; n += 1) fake.session(1).event(`line ${n}`);
  await pass(2_000);
  expect(scene.element.querySelector("[data-colour]")).toBeNull();
  await live.setScenes(LIST.id, LIST.scenes, actions);
  await pass(2_000);
  const coloured = [...scene.element.querySelectorAll<HTMLElement>("[data-colour]")];
  expect(coloured.map((each) => `${each.dataset["colour"]} ${each.textContent}`)).toEqual(["amber line 7"]);
  coloured[0]?.dispatchEvent(new Event("pointerover", { bubbles: true }));
  expect(coloured[0]?.title).toBe("Sevens: highlighted by an action");
});

/** So much at once that most is passed over. */
async function flood(): Promise<void> {
  for (let n = 1; n <= 2_000; n += 1) fake.session(1).event(`line ${n} ${"x".repeat(40)}`);
  await pass(500);
}

it("jumps to an entry that is not on the page, and stays there", async () => {
  await flood();
  expect(shown()).not.toContain("line 500 ");
  scene.jump(500);
  await pass(500);
  expect(shown()).toContain("line 500 ");
  // There is text below it, so that it can stand in the middle.
  expect(lines().findIndex((line) => line.startsWith("line 500 "))).toBeLessThan(lines().length - 40);
  expect(revealed.at(-1)).toContain("line 500 ");
  fake.session(1).event("the newest");
  await pass(500);
  expect(shown()).toContain("line 500 ");
  expect(shown()).not.toContain("the newest");
});

it("pulls less past an entry whose followers are long", async () => {
  for (let n = 1; n <= 300; n += 1) fake.session(1).event(`long ${n} ${"x".repeat(3_000)}`);
  await pass(2_000);
  scene.jump(20);
  await pass(500);
  expect(revealed.at(-1)).toContain("long 20 ");
});

it("jumps to the newest without losing or repeating a line", async () => {
  await flood();
  scene.jump(500);
  await pass(500);
  const session = fake.session(1);
  for (let n = 1; n <= 30; n += 1) {
    session.event(`after ${n}a`);
    session.event(`after ${n}b`);
    if (n === 10) button(".jump").click();
    await pass(16);
  }
  await pass(1_000);
  const after = shown().match(/after \d+[ab]/g);
  expect(after).toEqual(Array.from({ length: 30 }, (_, n) => [`after ${n + 1}a`, `after ${n + 1}b`]).flat());
  expect(shown()).not.toContain("line 500 ");
});

it("shows what is there when it is made while a session is on show", async () => {
  fake.session(1).event("before");
  await pass(300);
  scene.dispose();
  scene = createTypewriter(live);
  document.body.replaceChildren(scene.element);
  scene.show();
  fake.session(1).event("after");
  await pass(500);
  expect(lines()).toEqual(["before", "after"]);
});

it("draws no frame in which nothing changes: one short event a second costs a few", async () => {
  const second = async (): Promise<void> => {
    fake.session(1).event("twenty letters or so");
    await pass(1_000);
  };
  for (let n = 0; n < 4; n += 1) await second();
  // Each frame of the scene keeps the end in view.
  let frames = 0;
  Object.defineProperty(scene.element.querySelector(".tw-scroll"), "scrollTop", {
    get: () => 0,
    set: () => void (frames += 1),
  });
  for (let n = 0; n < 4; n += 1) await second();
  expect(frames / 4).toBeGreaterThanOrEqual(5);
  expect(frames / 4).toBeLessThan(16);
  expect(lines().filter((line) => line === "twenty letters or so")).toHaveLength(8);
});

it("says that a replay is paused, and complete at its end alone", async () => {
  const said = (): string => scene.element.querySelector('[role="status"]')?.textContent ?? "";
  const found = fake.replays.open(
    recordTape("three", stream("demo:/stream", "Three"), Date.now() * 1_000, function* (session) {
      session.open();
      for (let n = 0; n < 3; n += 1) {
        session.event(`Message ${n}`);
        yield 1_000;
      }
      session.end();
    }),
  );
  live.adopt(found);
  live.show(found.stream.id);
  await fake.replay(found.session, { do: "step", events: 1 });
  await pass(1_000);
  expect(said()).toBe("Paused");
  await fake.replay(found.session, { do: "play" });
  await pass(500);
  expect(said()).toBe("Typing…");
  const replay = fake.session(found.session);
  if (!(replay instanceof FakeReplay)) throw new Error("not a replay");
  replay.advance(60_000_000);
  await pass(2_000);
  expect(said()).toBe("Complete");
});

describe("the pace", () => {
  /** How much of a long line is typed two frames after it came. */
  async function typedAt(pace: Pace): Promise<number> {
    scene.dispose();
    scene = createTypewriter(live, { pace: () => pace });
    document.body.replaceChildren(scene.element);
    scene.show();
    await pass(100);
    // Events that are far apart: the natural pace looks ahead to the next.
    fake.session(1).event("first");
    await pass(600);
    fake.session(1).event("a".repeat(400));
    await pass(50);
    const typed = lines().at(-1)?.length ?? 0;
    await pass(2_000);
    expect(lines().at(-1)).toHaveLength(400);
    return typed;
  }

  it("is natural, brisk or instant", async () => {
    const natural = await typedAt("natural");
    const brisk = await typedAt("brisk");
    expect(natural).toBeGreaterThan(0);
    expect(natural).toBeLessThan(200);
    expect(brisk).toBeGreaterThan(natural);
    expect(brisk).toBeLessThan(400);
    expect(await typedAt("instant")).toBe(400);
    expect(live.typingLag()).toBe(0);
  });
});

it("goes on where another scene was read, and tells nothing anew for it", async () => {
  for (let n = 0; n < 50; n += 1) fake.session(1).event(`Line ${n}`);
  await pass(2_000);
  const told = vi.spyOn(live, "retell");
  scene.dispose();
  scene = createTypewriter(live);
  document.body.replaceChildren(scene.element);
  // As the chrome does it where the window speaks another language: first the place, then the scene.
  scene.jump(20);
  scene.show();
  await pass(200);
  expect(told).not.toHaveBeenCalled();
  expect(revealed.at(-1)).toContain("Line");
  expect(lines().length).toBeGreaterThan(0);
  // It stands there while more comes.
  fake.session(1).event("much later");
  await pass(1_000);
  expect(shown()).not.toContain("much later");
});

// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { createDesk, type Desk } from "./desk";
import { OpeningSheet } from "./OpeningSheet";
import { QuitSheet } from "./QuitSheet";

let fake: Fake;
let desk: Desk;
let end: () => void;

const $ = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const pass = (ms = 60): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date", "requestAnimationFrame"],
  });
  fake = createFake({ byHand: true });
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: ({ key }: { key: string }) => key };
  const library = createLibrary(fake, hello, words, { read: () => null, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  end = render(() => <QuitSheet desk={desk} />, root);
});

afterEach(async () => {
  end();
  await fake.hello(2 ** 32 - 1, () => undefined);
  await pass(1_000);
  document.body.replaceChildren();
  vi.useRealTimers();
});

/** Connects a demo by its place in the list, and answers with its session. */
async function connect(at: number, record = true): Promise<number> {
  const demo = desk.library.demos[at];
  if (!demo) throw new Error("no such demo");
  desk.live.show(demo.stream.id);
  await desk.live.connect({ ...demo.stream, record });
  await pass();
  const session = desk.live.brief(demo.stream.id)?.session ?? 0;
  fake.session(session).open();
  await pass();
  return session;
}

it("asks when the desktop wants to know, and Stay ends nothing", async () => {
  await connect(0);
  await connect(1);
  expect($("quit-sheet")?.hasAttribute("open")).toBe(false);
  fake.choose("ask-quit");
  await pass();
  expect($("quit-sheet")?.textContent).toContain("2 streams are live");
  expect($("quit-tapes")?.textContent).toBe("Quitting ends them. What has arrived is on tape, and the tapes stay.");
  expect([...document.querySelectorAll("[autofocus]")]).toEqual([$("quit-stay")]);
  $("quit-stay")?.click();
  await pass();
  expect([desk.home.sheet(), fake.desktop.ended, $("quit-go")]).toEqual([null, false, null]);
});

it("does not speak of what has ended where nothing was live", async () => {
  fake.choose("ask-quit");
  await pass();
  expect($("quit-sheet")?.querySelector(".opening-body")?.textContent).toBe("No stream is live.");
});

it("puts one veil over the window, also where another sheet is open below it", async () => {
  end();
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  end = render(
    () => (
      <>
        <OpeningSheet desk={desk} turn={() => undefined} />
        <QuitSheet desk={desk} />
      </>
    ),
    root,
  );
  const under = (): string[] => [...document.querySelectorAll<HTMLElement>("dialog.under")].map((sheet) => sheet.dataset["testid"] ?? "");
  fake.desktop.open({ id: 1, what: { kind: "stream", url: "https://a.example/" } });
  await pass();
  expect([$("opening-sheet")?.hasAttribute("open"), under()]).toEqual([true, []]);
  fake.choose("ask-quit");
  await pass();
  expect([$("quit-sheet")?.hasAttribute("open"), under()]).toEqual([true, ["opening-sheet"]]);
  $("quit-stay")?.click();
  await pass();
  expect(under()).toEqual([]);
});

it("quits when it is told to", async () => {
  await connect(0);
  fake.choose("ask-quit");
  await pass();
  $("quit-go")?.click();
  await pass();
  expect(fake.desktop.ended).toBe(true);
});

it("says what is on no tape, also of a session that is not on show", async () => {
  await connect(0, false);
  await connect(1);
  fake.choose("ask-quit");
  await pass();
  expect($("quit-tapes")?.dataset["untaped"]).toBe("1");
  expect($("quit-tapes")?.textContent).toContain("1 stream is not all on tape");
  expect([...document.querySelectorAll(".quit-list li")].map((row) => row.textContent?.includes("not all on tape"))).toEqual([true, false]);
});

it("says so of one that was on tape until the disk was full, and still after it goes on", async () => {
  const session = await connect(0);
  await connect(1);
  fake.choose("ask-quit");
  await pass();
  const untaped = (): string | undefined => $("quit-tapes")?.dataset["untaped"];
  expect([desk.live.status()?.session === session, untaped()]).toEqual([false, "0"]);
  fake.session(session).record("no-room", 0);
  await pass(150);
  // The recorder lists its tape all the same.
  expect([desk.tapes.all().tapes.some((tape) => tape.session === session), untaped()]).toEqual([true, "1"]);
  expect([...document.querySelectorAll(".quit-list li")].map((row) => row.textContent?.includes("not all on tape"))).toEqual([true, false]);
  fake.session(session).record("on", 12);
  await pass(150);
  expect(untaped()).toBe("1");
  fake.session(session).record("on", 0);
  await pass(150);
  expect(untaped()).toBe("0");
});

it("counts what is live as it ends, and says where the app does not end", async () => {
  const session = await connect(0);
  fake.quit = () => Promise.reject({ code: "stopped", message: "the line is dead", args: {} });
  fake.choose("ask-quit");
  await pass();
  $("quit-go")?.click();
  await pass();
  expect($("quit-sheet")?.textContent).toContain("It could not be ended. the line is dead");
  fake.session(session).end("eof");
  await pass();
  expect($("quit-sheet")?.textContent).toContain("No stream is live.");
});

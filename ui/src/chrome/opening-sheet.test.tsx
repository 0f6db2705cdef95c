// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import type { OpeningKind } from "../ipc/bindings";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { variablesIn, secretsIn } from "../model/placeholders";
import { createVault } from "../model/vault";
import { createDesk, type Desk } from "./desk";
import { OpeningSheet } from "./OpeningSheet";

let fake: Fake;
let desk: Desk;
let end: () => void;
let turned: number;
let last = 0;

const $ = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const pass = (ms = 40): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const press = (id: string, detail = 1): void => void $(id)?.dispatchEvent(new MouseEvent("click", { bubbles: true, detail }));
function ask(what: OpeningKind): void {
  last += 1;
  fake.desktop.open({ id: last, what });
}
const stream = (url: string): OpeningKind => ({ kind: "stream", url });

beforeEach(async () => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date", "requestAnimationFrame"],
  });
  fake = createFake({ byHand: true });
  turned = 0;
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  const library = createLibrary(fake, hello, words, { read: () => null, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  end = render(() => <OpeningSheet desk={desk} turn={() => void (turned += 1)} />, root);
});

afterEach(async () => {
  end();
  await fake.hello(2 ** 32 - 1, () => undefined);
  await pass(1_000);
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("a stream", () => {
  it("is asked about with its whole address, and nothing is connected before the answer", async () => {
    const connect = vi.spyOn(fake, "connect");
    const url = `https://good.example@аррӏе.com:8443/sse?x=${"y".repeat(9_000)}#z`;
    const before = desk.library.selectedId();
    ask(stream(url));
    await pass();
    expect($("opening-url")?.textContent).toBe(url.replace("аррӏе.com", "xn--80ak6aa92e.com"));
    expect($("opening-url")?.querySelector("b")?.textContent).toBe("xn--80ak6aa92e.com:8443");
    expect($("opening-sheet")?.textContent).toContain("It leads to xn--80ak6aa92e.com:8443");
    expect($("opening-sheet")?.textContent).toContain(
      "Connect asks xn--80ak6aa92e.com:8443 for this address with GET, and again when the line drops; it may redirect elsewhere.",
    );
    expect([connect.mock.calls.length, desk.library.selectedId(), fake.desktop.openings.length]).toEqual([0, before, 1]);
  });

  it("is not answered by a key that was meant for something else: the address has the focus, and a key that is held presses nothing", async () => {
    ask(stream("https://a.example/"));
    await pass();
    expect([...document.querySelectorAll("[autofocus]")]).toEqual([$("opening-url")]);
    expect(document.activeElement?.tagName).not.toBe("BUTTON");
    for (const id of ["opening-cancel", "opening-add", "opening-connect"]) {
      for (const name of ["Enter", " "]) {
        const key = new KeyboardEvent("keydown", { key: name, repeat: true, bubbles: true, cancelable: true });
        $(id)?.dispatchEvent(key);
        expect([id, name, key.defaultPrevented]).toEqual([id, name, true]);
      }
    }
  });

  it("becomes a draft of that address and no more, and Connect connects it", async () => {
    const connect = vi.spyOn(fake, "connect");
    desk.setRequestOpen(true);
    ask(stream("https://a.example/sse?k=1"));
    await pass();
    press("opening-connect");
    await pass();
    const now = desk.library.current();
    expect([now?.url, now?.method, now?.headers, now?.body, now?.auth.kind]).toEqual(["https://a.example/sse?k=1", "GET", [], null, "none"]);
    expect(desk.library.kind(now?.id ?? "")).toBe("draft");
    expect(connect.mock.calls.map(([, sent]) => sent.url)).toEqual(["https://a.example/sse?k=1"]);
    expect([$("opening-sheet"), fake.desktop.openings, turned, desk.requestOpen()]).toEqual([null, [], 1, false]);
  });

  it("is added without being connected, or left", async () => {
    const connect = vi.spyOn(fake, "connect");
    const before = desk.library.ids().length;
    ask(stream("https://a.example/1"));
    await pass();
    press("opening-cancel");
    await pass();
    expect([desk.library.ids().length, fake.desktop.openings]).toEqual([before, []]);
    ask(stream("https://a.example/2"));
    await pass();
    press("opening-add");
    await pass();
    expect([desk.library.ids().length, desk.library.current()?.url, fake.desktop.openings]).toEqual([before + 1, "https://a.example/2", []]);
    expect(connect).not.toHaveBeenCalled();
  });

  it("holds no placeholder, however it is written", async () => {
    for (const url of ["https://a.example/%7B%7Bkey%7D%7D", "https://a.example/?k={{key}}&s={{secret:1}}", "https://{{{key}}}:x@a.example/{{{{key}}}}#{{key}}"]) {
      ask(stream(url));
      await pass();
      press("opening-add");
      await pass();
      const made = desk.library.current()?.url ?? "{{nothing}}";
      expect([url, variablesIn(made), secretsIn(made)]).toEqual([url, [], []]);
    }
  });

  it("that is in the list already is offered there, and is not connected by that", async () => {
    const connect = vi.spyOn(fake, "connect");
    const [saved] = desk.library.saved();
    const before = desk.library.ids().length;
    ask(stream(saved?.url ?? ""));
    await pass();
    expect($("opening-sheet")?.textContent).toContain(`“${saved?.name}” in your list has this address.`);
    press("opening-known");
    await pass();
    expect([desk.library.selectedId(), desk.library.ids().length, fake.desktop.openings]).toEqual([saved?.id, before, []]);
    expect(connect).not.toHaveBeenCalled();
    ask(stream("https://nobody.example/"));
    await pass();
    expect($("opening-known")).toBeNull();
  });

  it("is refused here too where it is none", async () => {
    for (const url of ["javascript:alert(1)", "demo:/stream", "https://", "file:///etc/passwd"]) {
      ask(stream(url));
      await pass();
      expect([url, $("opening-refused")?.textContent, $("opening-connect"), $("opening-url")]).toEqual([url, url, null, null]);
      press("opening-cancel");
      await pass();
    }
  });
});

describe("several", () => {
  it("are asked one at a time, oldest first, and the second click of a double-click answers none of them", async () => {
    for (const n of [1, 2, 3]) ask(stream(`https://a.example/${n}`));
    await pass();
    const at = (): unknown[] => [$("opening-count")?.textContent, $("opening-url")?.textContent];
    expect(at()).toEqual(["1 of 3", "https://a.example/1"]);
    press("opening-add");
    press("opening-add", 2);
    await pass();
    expect(at()).toEqual(["2 of 3", "https://a.example/2"]);
    expect(document.querySelectorAll("dialog").length).toBe(1);
    expect($("opening-sheet")?.hasAttribute("open")).toBe(true);
    press("opening-cancel");
    await pass();
    expect(at()).toEqual(["3 of 3", "https://a.example/3"]);
    ($("opening-sheet") as HTMLDialogElement).close();
    await pass();
    expect([$("opening-sheet"), fake.desktop.openings]).toEqual([null, []]);
    ask(stream("https://a.example/4"));
    await pass();
    expect(at()).toEqual([undefined, "https://a.example/4"]);
  });
});

describe("a file", () => {
  it("is named with its whole path, unseen characters spelt; it is read and played once it is said", async () => {
    const replay = vi.spyOn(fake, "replay");
    const read = vi.spyOn(fake, "importFile");
    ask({ kind: "tape", path: "/home/mira/<b>x</b>/fdp\u202Eepat.sse" });
    await pass();
    expect($("opening-path")?.textContent).toBe("/home/mira/<b>x</b>/fdpU+202Eepat.sse");
    expect($("opening-path")?.querySelector(".unseen")?.textContent).toBe("U+202E");
    expect(read).not.toHaveBeenCalled();
    press("opening-open");
    await pass(4_000);
    expect(read.mock.calls).toEqual([["/home/mira/<b>x</b>/fdp\u202Eepat.sse"]]);
    expect(desk.library.current()?.id).toMatch(/^tape:import-/);
    expect(replay.mock.calls.map(([, command]) => command)).toEqual([{ do: "play" }]);
    expect(fake.desktop.openings).toEqual([]);
  });

  it("is not read when it is left", async () => {
    const read = vi.spyOn(fake, "importFile");
    ask({ kind: "tape", path: "C:\\Users\\mira\\a.jsonl" });
    await pass();
    expect($("opening-path")?.querySelector("b")?.textContent).toBe("a.jsonl");
    press("opening-cancel");
    await pass(4_000);
    expect([read.mock.calls.length, fake.desktop.openings]).toEqual([0, []]);
  });

  it("that is a tape of the list is opened at once", async () => {
    const tape = "20261125-181544-flaky";
    ask({ kind: "listed", tape });
    await pass();
    expect([desk.library.selectedId(), $("opening-sheet"), fake.desktop.openings, turned]).toEqual([`tape:${tape}`, null, [], 1]);
  });
});

describe("what is refused", () => {
  it("is said in words, with what was given and what to do", async () => {
    const said = new Set<string>();
    for (const code of ["scheme", "url", "missing", "kind", "many"]) {
      ask({ kind: "refused", given: "tapewriter://x\u0007<img src=x>", code });
      await pass();
      expect($("opening-refused")?.textContent).toBe("tapewriter://xU+0007<img src=x>");
      expect(document.querySelector("img")).toBeNull();
      said.add($("opening-sheet")?.textContent ?? "");
      press("opening-cancel");
      await pass();
    }
    expect([said.size, fake.desktop.openings]).toEqual([5, []]);
  });
});

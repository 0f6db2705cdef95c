// @vitest-environment happy-dom
import { createRoot, onCleanup } from "solid-js";
import { render } from "solid-js/web";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MenuPart, Stream } from "../ipc/bindings";
import { createFake, type Fake } from "../ipc/fake";
import { stream } from "../ipc/fake-scripts";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { ZOOM_STEPS } from "../model/settings";
import { createVault } from "../model/vault";
import { MENUS, createCommands, type Commands, type Stage } from "./commands";
import { KEYMAP } from "./commands/keymap";
import { createDesk, type Desk } from "./desk";
import { createMenuBar, type MenuBar } from "./menu-bar";
import { createRegions } from "./regions";
import { createReplayer } from "./replayer";
import { Sheet } from "./Sheet";

const OWN: Stream = stream("https://api.example.com/own", "Own");

let fake: Fake;
let desk: Desk;
let commands: Commands;
let bar: MenuBar;
let end: () => void;
let told: MenuPart[][];
let done: string[];
let choose: (id: string) => void;
/** What a test has instead of the usual from the beginning. */
let setMenuAtFirst: Fake["setMenu"] | null = null;

const settled = (): Promise<void> => new Promise((go) => setTimeout(go, 0));

async function begin(solo = false): Promise<void> {
  fake = createFake({ byHand: true });
  told = [];
  done = [];
  fake.setMenu = setMenuAtFirst ?? (async (parts) => void told.push(structuredClone(parts) as MenuPart[]));
  setMenuAtFirst = null;
  const live = createLive(fake);
  const hello = await live.start();
  const library = createLibrary(
    fake,
    { ...hello, streams: [OWN] },
    { copyOf: (name) => name, unnamed: () => "New", demoName: (demo) => demo.stream.name },
    { read: () => null, write: () => undefined },
  );
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo });
  const stage: Stage = {
    there: () => true,
    find: () => void done.push("find"),
    goTo: () => void done.push("goTo"),
    newest: () => void done.push("newest"),
    fields: () => void done.push("fields"),
    selected: () => null,
  };
  const regions = createRegions();
  end = createRoot((dispose) => {
    onCleanup(regions.dispose);
    commands = createCommands({ desk, stage, replayer: createReplayer(live), regions });
    // What the desktop tells comes with a tick; here it is told at once.
    const home = { ...desk.home, onCommand: (listener: (id: string) => void) => ((choose = listener), () => undefined) };
    bar = createMenuBar(home, commands, (reason) => void done.push(String(reason)));
    return dispose;
  });
  await settled();
}

beforeEach(async () => {
  localStorage.clear();
  await begin();
});
afterEach(async () => {
  end();
  await fake.hello(2 ** 32 - 1, () => undefined);
  document.body.replaceChildren();
});

function press(key: string, more: KeyboardEventInit = {}, on: EventTarget = document.body): { id: string | null; event: KeyboardEvent } {
  const event = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...more });
  let id: string | null = null;
  const listener = (event: Event): void => void (id = commands.press(event as KeyboardEvent));
  addEventListener("keydown", listener, { once: true });
  on.dispatchEvent(event);
  removeEventListener("keydown", listener);
  return { id, event };
}

function parts(of: readonly MenuPart[] = told.at(-1) ?? []): Map<string, Extract<MenuPart, { kind: "command" }>> {
  const found = new Map<string, Extract<MenuPart, { kind: "command" }>>();
  for (const part of of) {
    if (part.kind === "menu") for (const [id, inner] of parts(part.parts)) found.set(id, inner);
    if (part.kind === "command") found.set(part.id, part);
  }
  return found;
}

describe("the table", () => {
  it("has one id for each, and no keys twice", () => {
    const ids = commands.all.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const chords = commands.all.flatMap((each) => each.chords).filter((chord) => chord !== "Mod+Enter");
    expect(new Set(chords).size).toBe(chords.length);
    // Of those that share one, one can be done.
    expect(commands.all.filter((each) => each.chords.includes("Mod+Enter") && commands.can(each)).map(({ id }) => id)).toEqual(["connect"]);
    expect(Object.keys(KEYMAP).filter((id) => !ids.includes(id))).toEqual([]);
    expect(MENUS.every((menu) => commands.all.some((each) => each.menu === menu))).toBe(true);
  });

  it("has no character alone for a command of the whole window, since speech would type it (WCAG 2.1.4)", () => {
    for (const { id, chords } of commands.all) for (const chord of chords) expect([id, chord.length > 1]).toEqual([id, true]);
  });

  it("gives the desktop no keys that a field, a plain key or a held key has a use for", () => {
    for (const { native, chords, repeats, id } of commands.all) {
      if (!native) continue;
      expect(chords[0]).toMatch(/^Mod\+/);
      expect(chords[0]).not.toMatch(/^Mod\+(Enter|[ACVXYZ]|Shift\+Z)$/);
      // A switch would go to and fro under a held key.
      expect([id, commands.find(id)?.checked === undefined || id.startsWith("scene-") || repeats === true]).toEqual([id, true]);
    }
  });

  it("has fewer of them in a window of one session, and none that speaks of the list", async () => {
    end();
    await fake.hello(2 ** 32 - 1, () => undefined);
    await begin(true);
    const ids = commands.all.map(({ id }) => id);
    for (const gone of ["new-stream", "save", "delete", "undo-delete", "toggle-sidebar", "next-stream", "serve", "quit"]) expect(ids).not.toContain(gone);
    for (const kept of ["scene-wire", "find", "connect", "settings", "palette", "replay-step"]) expect(ids).toContain(kept);
  });
});

describe("the zoom", () => {
  it("goes by the steps that the settings offer", async () => {
    const steps: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      commands.run("zoom-out");
      await settled();
      steps.push(desk.home.preferences.settings().zoom);
    }
    expect(steps).toEqual(ZOOM_STEPS.filter((each) => each < 100).slice(-4).reverse());
  });
});

describe("keys", () => {
  it("do what the table says, once for a key that is held down", () => {
    expect(press("3", { ctrlKey: true })).toMatchObject({ id: "scene-chart", event: { defaultPrevented: true } });
    expect(desk.scene()).toBe("chart");
    press("b", { ctrlKey: true });
    expect(desk.sidebarOpen()).toBe(false);
    press("b", { ctrlKey: true, repeat: true });
    expect(desk.sidebarOpen()).toBe(false);
  });

  it("are left to an input method, to a field, and to what has answered them", () => {
    const field = document.body.appendChild(document.createElement("input"));
    expect(press("k", { ctrlKey: true, isComposing: true }).id).toBeNull();
    expect(press("?", { shiftKey: true }, field).id).toBeNull();
    expect(press("?", { shiftKey: true }).id).toBeNull();
    field.addEventListener("keydown", (event) => event.preventDefault(), { once: true });
    expect(press("k", { ctrlKey: true }, field).id).toBeNull();
    expect(press("k", { ctrlKey: true }, field).id).toBe("palette");
  });

  it("of undoing belong to typing in a field, and to nobody where nothing was deleted", async () => {
    const field = document.body.appendChild(document.createElement("input"));
    expect(press("z", { ctrlKey: true })).toMatchObject({ id: null, event: { defaultPrevented: false } });
    desk.select(OWN.id);
    desk.remove(OWN.id);
    await settled();
    expect(press("z", { ctrlKey: true }, field).id).toBeNull();
    expect(press("z", { ctrlKey: true }).id).toBe("undo-delete");
  });

  it("save nothing where nothing has changed, and the page does nothing else with them", () => {
    desk.select(OWN.id);
    const saves: string[] = [];
    fake.saveStream = async (each) => (saves.push(each.url), each);
    expect(press("s", { ctrlKey: true }).event.defaultPrevented).toBe(true);
    expect(saves).toEqual([]);
  });

  it("do not reach behind a sheet, but for those that work above one", () => {
    const gone = render(() => <Sheet open class="" testid="" label="" onClose={() => undefined}>{null}</Sheet>, document.body);
    expect(press("n", { ctrlKey: true }).id).toBeNull();
    expect(press("=", { ctrlKey: true }).id).toBe("zoom-in");
    expect(parts().size).toBeGreaterThan(0);
    gone();
    expect(press("n", { ctrlKey: true }).id).toBe("new-stream");
  });

  it("zoom by the steps of a browser, as far as there are any", async () => {
    for (let n = 0; n < 12; n += 1) {
      press("=", { ctrlKey: true, repeat: n > 0 });
      await settled();
    }
    expect(fake.desktop.settings.zoom).toBe(200);
    expect(parts().get("zoom-in")?.enabled).toBe(false);
    press("0", { ctrlKey: true });
    await settled();
    expect(fake.desktop.settings.zoom).toBe(100);
    press("-", { ctrlKey: true });
    await settled();
    expect(fake.desktop.settings.zoom).toBe(90);
  });

  it("lead from any scene to the filter and to the field that goes to an event", () => {
    const [find, goTo] = [commands.find("find"), commands.find("go-to")];
    find?.run();
    goTo?.run();
    expect([desk.scene(), done]).toEqual(["events", ["find", "goTo"]]);
  });
});

describe("the menu bar", () => {
  it("is told once, with the platform's own parts in Edit", () => {
    expect(told).toHaveLength(1);
    const menus = told[0]?.map((part) => (part.kind === "menu" ? part.label : part.kind));
    expect(menus).toEqual(["File", "Edit", "View", "Stream", "Tape", "Help"]);
    const edit = told[0]?.[1];
    expect(edit?.kind === "menu" && edit.parts.filter((part) => part.kind === "edit").map(({ edit }) => edit)).toEqual(["undo", "redo", "cut", "copy", "paste", "select-all"]);
    expect(parts().get("new-stream")).toMatchObject({ keys: "CmdOrCtrl+N", enabled: true, checked: null });
    expect(parts().get("connect")?.keys).toBeNull();
    expect(parts().get("scene-typewriter")?.checked).toBe(true);
  });

  it("is told again only when something in it has changed, and of many changes once", async () => {
    desk.setScene("events");
    desk.setScene("wire");
    desk.setRequestOpen(true);
    await settled();
    expect(told).toHaveLength(2);
    expect([parts().get("scene-wire")?.checked, parts().get("request")?.checked]).toEqual([true, true]);
    desk.setScene("wire");
    desk.setRequestOpen(false);
    desk.setRequestOpen(true);
    await settled();
    expect(told).toHaveLength(2);
  });

  it("is not told of what a line brings", async () => {
    desk.select(OWN.id);
    desk.live.show(OWN.id);
    desk.connect();
    await new Promise((go) => setTimeout(go, 60));
    const n = told.length;
    const session = fake.session(1);
    for (let seq = 1; seq <= 50; seq += 1) session.event(`line ${seq}`);
    await new Promise((go) => setTimeout(go, 400));
    expect(desk.live.status()?.events).toBe(50);
    expect(told.length).toBe(n);
  });

  it("does what is chosen in it; what is unknown, or cannot be done now, does nothing", async () => {
    choose("scene-feed");
    expect(desk.scene()).toBe("feed");
    choose("nothing-of-the-kind");
    choose("export");
    expect(desk.tapes.sheet()).toBeNull();
    const gone = render(() => <Sheet open class="" testid="" label="" onClose={() => undefined}>{null}</Sheet>, document.body);
    await settled();
    expect(parts().get("scene-wire")?.enabled).toBe(false);
    choose("scene-wire");
    expect(desk.scene()).toBe("feed");
    gone();
  });

  it("tells when the first stands, also where there is none", async () => {
    const stands = async (): Promise<boolean> => (await Promise.race([bar.first.then(() => true), settled()])) ?? false;
    expect(await stands()).toBe(true);
    end();
    let answer = (_reason: Error): void => undefined;
    setMenuAtFirst = () => new Promise((_done, fail) => (answer = fail));
    await begin();
    expect(await stands()).toBe(false);
    answer(new Error("no bar"));
    expect(await stands()).toBe(true);
  });

  it("says where there is none, and goes on", async () => {
    fake.setMenu = () => Promise.reject(new Error("no bar"));
    desk.setScene("wire");
    await settled();
    expect(done).toEqual(["Error: no bar"]);
    fake.setMenu = async (parts) => void told.push(structuredClone(parts) as MenuPart[]);
    desk.setScene("feed");
    await settled();
    expect(parts().get("scene-feed")?.checked).toBe(true);
  });

  it("does not do again what a key has just done", () => {
    const { id } = press("b", { ctrlKey: true });
    bar.pressed(id ?? "");
    choose("toggle-sidebar");
    expect(desk.sidebarOpen()).toBe(false);
  });
});

describe("quitting", () => {
  it("asks only where a line would be cut", async () => {
    commands.run("quit");
    expect([fake.desktop.ended, desk.home.sheet()]).toEqual([true, null]);
    desk.select(OWN.id);
    desk.live.show(OWN.id);
    desk.connect();
    await new Promise((go) => setTimeout(go, 60));
    commands.run("quit");
    expect(desk.home.sheet()).toBe("quit");
  });
});

// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setLanguage } from "../i18n";
import type { Settings } from "../ipc/bindings";
import { createFake, type Fake } from "../ipc/fake";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { DEFAULTS } from "../model/settings";
import { createVault } from "../model/vault";
import { AboutSheet } from "./AboutSheet";
import { createDesk, type Desk } from "./desk";
import { broughtWords } from "./streams-file";
import { SettingsSheet } from "./SettingsSheet";

let fake: Fake;
let desk: Desk;
let saved: Settings[];
let end: () => void;

const $ = <E extends HTMLElement = HTMLElement>(id: string): E => {
  const found = document.querySelector<E>(`[data-testid="${id}"]`);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const said = (): string => $("settings-said").textContent ?? "";

beforeEach(async () => {
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.open = true;
  };
  fake = createFake({ byHand: true });
  saved = [];
  const store = fake.saveSettings;
  fake.saveSettings = (settings) => {
    saved.push(settings);
    return store(settings);
  };
  const live = createLive(fake);
  const hello = await live.start();
  const library = createLibrary(fake, hello, { copyOf: (name) => name, unnamed: () => "", demoName: () => "" });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  end = render(
    () => (
      <>
        <SettingsSheet desk={desk} />
        <AboutSheet desk={desk} />
      </>
    ),
    document.body,
  );
  desk.home.setSheet("settings");
  await vi.waitFor(() => $("settings-language"));
});

afterEach(() => {
  end();
  document.body.replaceChildren();
  setLanguage("en");
});

function choose(id: string, value: string): void {
  const select = $<HTMLSelectElement>(id);
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function press(id: string, value: string): void {
  const radio = $(id).querySelector<HTMLInputElement>(`input[value="${value}"]`);
  if (!radio) throw new Error(`no ${value} in ${id}`);
  radio.click();
}

function type(id: string, text: string): void {
  const field = $<HTMLInputElement>(id);
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

const stored = (): Promise<Settings> => vi.waitFor(() => saved.at(-1) ?? Promise.reject(new Error("nothing saved")));

it("stores each change at once, and every control shows what holds", async () => {
  press("settings-theme", "dark");
  press("settings-face", "typewriter");
  press("settings-pace", "instant");
  choose("settings-zoom", "125");
  $<HTMLInputElement>("settings-notifications").click();
  type("settings-size", "21");
  type("settings-line-mib", "32");
  await vi.waitFor(() => expect(saved.length).toBe(7));
  expect(saved.at(-1)).toEqual({
    ...DEFAULTS,
    theme: "dark",
    face: "typewriter",
    face_px: 21,
    pace: "instant",
    zoom: 125,
    notifications: false,
    bounds: { ...DEFAULTS.bounds, line_mib: 32 },
  });
  await vi.waitFor(() => expect(desk.home.preferences.settings()).toEqual(saved.at(-1)));
  expect($("settings-theme").dataset["value"]).toBe("dark");
  expect($("settings-sample").dataset["face"]).toBe("typewriter");
  expect($("settings-sample").style.fontSize).toBe("21px");
});

it("says the size once, and calls the zoom what it is", async () => {
  const knob = $<HTMLInputElement>("settings-size");
  const row = knob.closest(".row");
  const beside = [...(row?.querySelectorAll("output, [aria-live], [role=status], span:not([aria-hidden])") ?? [])];
  expect([knob.getAttribute("aria-valuetext"), beside]).toEqual(["17 px", []]);
  expect(row?.querySelector(".slider-at")?.textContent).toBe("17 px");
  expect($("settings-zoom").closest("label")?.querySelector(".label")?.textContent).toBe("Zoom");
});

it("shows the size in the sample while the knob is held, and stores it when it is let go", async () => {
  const knob = $<HTMLInputElement>("settings-size");
  knob.value = "25";
  knob.dispatchEvent(new Event("input", { bubbles: true }));
  expect($("settings-sample").style.fontSize).toBe("25px");
  expect(saved).toEqual([]);
  knob.dispatchEvent(new Event("change", { bubbles: true }));
  expect((await stored()).face_px).toBe(25);
});

it("says why a change was refused, and the control goes back", async () => {
  fake.saveSettings = () => Promise.reject({ code: "limit", message: "disk full", args: { detail: "no space left" } });
  const theme = $("settings-theme");
  press("settings-theme", "dark");
  expect(theme.dataset["value"]).toBe("dark");
  await vi.waitFor(() => expect(theme.dataset["value"]).toBe("system"));
  expect(theme.querySelector<HTMLInputElement>("input[value=system]")?.checked).toBe(true);
  expect(theme.querySelector<HTMLInputElement>("input[value=dark]")?.checked).toBe(false);
  expect(said()).toContain("no space left");

  const notifications = $<HTMLInputElement>("settings-notifications");
  notifications.click();
  await vi.waitFor(() => expect(notifications.checked).toBe(true));
  expect(desk.home.preferences.settings()).toEqual(DEFAULTS);
});

it("names each language in itself", () => {
  expect([...$<HTMLSelectElement>("settings-language").options].map((option) => option.textContent?.trim())).toEqual(["System", "English", "简体中文"]);
});

it("takes no password in the address of the proxy, and says where it belongs", async () => {
  choose("settings-proxy", "through");
  type("settings-proxy-address", "http://ana:secret@proxy.example:8080");
  expect($("settings-proxy-fault").textContent).toContain("keychain");
  type("settings-proxy-address", "not an address");
  expect($("settings-proxy-fault").textContent).toContain("http://127.0.0.1:8080");
  expect(saved).toEqual([]);
  // What was written stands there to be mended, whatever else is changed meanwhile.
  press("settings-pace", "brisk");
  await vi.waitFor(() => expect(desk.home.preferences.settings().pace).toBe("brisk"));
  expect($<HTMLInputElement>("settings-proxy-address").value).toBe("not an address");
  type("settings-proxy-address", "socks5://127.0.0.1:1080");
  await vi.waitFor(() => expect(saved.at(-1)?.proxy).toEqual({ kind: "through", url: "socks5://127.0.0.1:1080" }));
  expect(document.querySelector("[data-testid=settings-proxy-fault]")).toBeNull();
  choose("settings-proxy", "none");
  await vi.waitFor(() => expect(saved.at(-1)?.proxy).toEqual({ kind: "none" }));
  // The address is still there when it is wanted again.
  choose("settings-proxy", "through");
  await vi.waitFor(() => expect(saved.at(-1)?.proxy).toEqual({ kind: "through", url: "socks5://127.0.0.1:1080" }));
});

it("asks for a file of certificates, and shows no file that was not chosen", async () => {
  fake.chooseFile = () => Promise.resolve(null);
  choose("settings-ca", "file");
  await vi.waitFor(() => expect($<HTMLSelectElement>("settings-ca").value).toBe("system"));
  expect(saved).toEqual([]);
  fake.chooseFile = () => Promise.resolve("/etc/ssl/ours.pem");
  choose("settings-ca", "file");
  expect((await stored()).ca_file).toBe("/etc/ssl/ours.pem");
  await vi.waitFor(() => expect($("settings-ca-file").textContent).toBe("/etc/ssl/ours.pem"));
});

it("leads to the one form of recording", () => {
  $("settings-recording").click();
  expect(desk.tapes.sheet()).toEqual({ kind: "recording" });
});

it("asks what a reset undoes, and undoes no more", async () => {
  const reset = $<HTMLButtonElement>("settings-reset");
  expect(reset.disabled).toBe(true);
  press("settings-pace", "brisk");
  press("settings-theme", "dark");
  await vi.waitFor(() => expect(saved.length).toBe(2));
  await vi.waitFor(() => expect(reset.disabled).toBe(false));
  reset.click();
  expect($("settings-reset-question").textContent).toBe("Back to what it was at first: theme and pace. Streams and tapes stay.");
  $("settings-reset-no").click();
  expect(saved.length).toBe(2);
  await vi.waitFor(() => expect(document.activeElement).toBe($("settings-reset")));
  $("settings-reset").click();
  $("settings-reset-yes").click();
  await vi.waitFor(() => expect(desk.home.preferences.settings()).toEqual(DEFAULTS));
  await vi.waitFor(() => expect(document.activeElement).toBe($("settings-done")));
});

it("says which tapes a reset would delete", async () => {
  await desk.home.preferences.save({ unsaved_mib: 20_480 });
  const tape = desk.tapes.all().tapes[0];
  if (!tape) throw new Error("no tape");
  Object.defineProperty(desk.tapes, "all", { value: () => ({ tapes: [{ ...tape, kept: false, session: null, bytes: 12 * 2 ** 30 }], bytes: 0, generation: 99, folder: "" }) });
  end();
  document.body.replaceChildren();
  end = render(() => <SettingsSheet desk={desk} />, document.body);
  // The sheet that went has told that it closed.
  await vi.waitFor(() => {
    desk.home.setSheet("settings");
    $("settings-reset");
  });
  $("settings-reset").click();
  expect($("settings-reset-question").textContent).toMatch(/recording.*To fit, about 1 tape is deleted now, 12\.9\sGB\./);
  expect($("settings-reset-yes").textContent).toBe("Reset and delete");
});

it("writes the streams into a file, and says how many", async () => {
  const asked: unknown[] = [];
  fake.choosePath = (name) => {
    asked.push(name);
    return Promise.resolve("/home/ana/streams.json");
  };
  fake.exportStreams = async (path, ids) => {
    asked.push(path, ids);
    return 14;
  };
  $("streams-export").click();
  await vi.waitFor(() => expect($("streams-said").textContent).toBe("14 streams are in /home/ana/streams.json."));
  expect(asked).toEqual(["Tapewriter streams.json", "/home/ana/streams.json", null]);
});

it("takes streams from a file, lists them, and says what it brought", async () => {
  const before = desk.library.saved();
  const first = before[0];
  if (!first) throw new Error("nothing saved");
  const connected: unknown[] = [];
  fake.connect = async (...of) => connected.push(of);
  fake.chooseFile = () => Promise.resolve("/home/ana/streams.json");
  fake.importStreams = async () => ({ streams: [...before, { ...first, id: "new", name: "Brought" }], added: 1, same: 2, unreadable: 1, secrets: 2, withheld: 0 });
  $("streams-import").click();
  await vi.waitFor(() =>
    expect($("streams-said").textContent).toBe("1 stream added, 2 were there already, 1 could not be read. 2 secrets are to be typed anew."),
  );
  expect(desk.library.saved().map(({ name }) => name)).toContain("Brought");
  expect(connected).toEqual([]);
});

it("says what went wrong with a file, and adds nothing", async () => {
  const before = desk.library.saved();
  fake.chooseFile = () => Promise.resolve("/home/ana/photo.png");
  fake.importStreams = () => Promise.reject({ code: "limit", message: "not JSON", args: { detail: "not JSON" } });
  $("streams-import").click();
  await vi.waitFor(() => expect($("streams-said").textContent).toBe("The file could not be read. not JSON"));
  expect(desk.library.saved()).toEqual(before);
});

it("says what an import brought in both languages", () => {
  const none = { streams: [], added: 0, same: 0, unreadable: 0, secrets: 0, withheld: 0 };
  expect(broughtWords(none)).toBe("There is no stream in it.");
  expect(broughtWords({ ...none, added: 3 })).toBe("3 streams added.");
  expect(broughtWords({ ...none, added: 3, withheld: 1, secrets: 1 })).toBe(
    "3 streams added. 1 came without a setting that no file may bring, such as a proxy or trust in any certificate. 1 secret is to be typed anew.",
  );
  setLanguage("zh-CN");
  expect(broughtWords({ ...none, added: 3, same: 1, secrets: 2 })).toBe("新增 3 个流，1 个原已存在。有 2 个机密需要重新填写。");
});

it("shows what helps to find a fault, and copies it", async () => {
  desk.home.setSheet("about");
  await vi.waitFor(() => expect($("diagnostics").textContent).toContain("A pretended desktop"));
  const copied: string[] = [];
  Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText: async (text: string) => void copied.push(text) } });
  $("copy-diagnostics").click();
  await vi.waitFor(() => expect($("about-sheet").querySelector("[role=status]")?.textContent).toBe("Copied"));
  expect(copied).toEqual([await fake.diagnostics()]);
  expect($("about-sheet").textContent).toContain("no addresses and no secrets");
});

import { readFileSync } from "node:fs";
import { createRoot } from "solid-js";
import { describe, expect, it } from "vitest";
import type { Hello, Settings, Settled } from "../ipc/bindings";
import type { Told } from "./api";
import { changedSettings, createPreferences, DEFAULTS, FACE_PX, proxyFault, ZOOM_STEPS, type Preferences } from "./settings";

function preferencesOf(save: (settings: Settings) => Promise<Settled>): { preferences: Preferences; tell(told: Told): void } {
  const listeners = new Set<(told: Told) => void>();
  const live = {
    onTold(listener: (told: Told) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const hello = { settings: DEFAULTS, language: "en", demos: [] } as unknown as Hello;
  return {
    preferences: createRoot(() => createPreferences({ saveSettings: save }, live, hello)),
    tell: (told) => listeners.forEach((listener) => listener(told)),
  };
}

describe("the defaults", () => {
  it("are the engine's own", () => {
    const source = readFileSync(new URL("../../../src-tauri/engine/src/contract/desktop.rs", import.meta.url), "utf8");
    const body = /impl Default for Settings \{[\s\S]*?Self \{([\s\S]*?)\n {8}\}/.exec(source)?.[1] ?? "";
    const engine = new Map([...body.matchAll(/(\w+): (.+),/g)].map((match) => [match[1] ?? "", match[2] ?? ""]));
    expect([...engine.keys()].sort()).toEqual(Object.keys(DEFAULTS).sort());
    for (const [name, written] of engine) {
      const value = DEFAULTS[name as keyof Settings];
      if (typeof value === "boolean") expect([name, written]).toEqual([name, String(value)]);
      const shifted = /^(\d+)(?: << (\d+))?$/.exec(written);
      if (typeof value === "number") expect([name, Number(shifted?.[1]) * 2 ** Number(shifted?.[2] ?? 0)]).toEqual([name, value]);
    }
    const range = (name: string): number[] => (new RegExp(`${name}: .* = (\\d+)\\.\\.=(\\d+);`).exec(source) ?? []).slice(1).map(Number);
    expect(range("FACE_PX")).toEqual([FACE_PX.least, FACE_PX.most]);
    expect(range("ZOOM")).toEqual([ZOOM_STEPS[0], ZOOM_STEPS.at(-1)]);
  });

  it("are told from what was changed", () => {
    expect(changedSettings(DEFAULTS)).toEqual([]);
    expect(changedSettings({ ...DEFAULTS, pace: "brisk", bounds: { ...DEFAULTS.bounds, line_mib: 1 }, proxy: { kind: "none" } })).toEqual(["pace", "proxy", "bounds"]);
  });
});

describe("preferences", () => {
  it("keep both of two changes in a hurry", async () => {
    const stored: Settings[] = [];
    const { preferences } = preferencesOf(async (settings) => {
      stored.push(settings);
      return { settings, language: "en", demos: [] };
    });
    await Promise.all([preferences.save({ pace: "brisk" }), preferences.save({ zoom: 125 })]);
    expect(stored.at(-1)).toEqual({ ...DEFAULTS, pace: "brisk", zoom: 125 });
  });

  it("stay as they were where a change is refused", async () => {
    const { preferences } = preferencesOf(() => Promise.reject(new Error("no")));
    await expect(preferences.save({ zoom: 125 })).rejects.toThrow("no");
    expect(preferences.settings()).toEqual(DEFAULTS);
  });

  it("follow what another window has set", () => {
    const { preferences, tell } = preferencesOf(() => Promise.reject(new Error("not here")));
    tell({ commands: [], openings: [], settled: { settings: { ...DEFAULTS, face: "mono" }, language: "zh-CN", demos: [] } });
    expect([preferences.settings().face, preferences.language()]).toEqual(["mono", "zh-CN"]);
  });
});

describe("the address of a proxy for all streams", () => {
  it("holds no password", () => {
    for (const url of ["http://ana:pw@host:1", "socks5://:pw@127.0.0.1:1080", "ana:pw@host:8080"]) expect([url, proxyFault(url)]).toEqual([url, "password"]);
  });

  it("is one that leads to a proxy", () => {
    for (const url of ["http://host:8080", "https://host", "socks5://127.0.0.1:1080", "socks5h://[::1]:1080", "host:8080", "127.0.0.1:3128", "http://ana@host:1"]) {
      expect([url, proxyFault(url)]).toEqual([url, null]);
    }
    for (const url of ["", "http://", "two words", "ftp://host", "file:///etc/passwd", "javascript://x"]) expect([url, proxyFault(url)]).toEqual([url, "wrong"]);
  });
});

// What the user has set for the whole app, the same in every window.

import { batch, createSignal, type Accessor } from "solid-js";
import type { Backend } from "../ipc/backend";
import type { Demo, Hello, Language, Settings, Settled } from "../ipc/bindings";
import type { Live } from "./api";

/** What is set before anybody has set anything: the engine's own (contract/desktop.rs, `Settings::default`). */
export const DEFAULTS: Settings = {
  language: "system",
  theme: "system",
  face: "serif",
  face_px: 17,
  pace: "natural",
  zoom: 100,
  notifications: true,
  proxy: { kind: "system" },
  ca_file: "",
  bounds: { line_mib: 16, event_mib: 64, wire_mib: 64 },
  record: true,
  session_mib: 4_096,
  unsaved_mib: 10_240,
  free_mib: 1_024,
};
/** What the engine takes (`Settings::FACE_PX`). */
export const FACE_PX = { least: 13, most: 28 } as const;
/** Steps as browsers have them, within what the engine takes (`Settings::ZOOM`). */
export const ZOOM_STEPS: readonly number[] = [50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200];

/** Which settings are not as they were at first. */
export function changedSettings(settings: Settings): readonly (keyof Settings)[] {
  const names = Object.keys(DEFAULTS) as (keyof Settings)[];
  return names.filter((name) => JSON.stringify(settings[name]) !== JSON.stringify(DEFAULTS[name]));
}

/** What is wrong with the address of a proxy for all streams: it is stored as it is, so that it must hold no password. */
export function proxyFault(text: string): "password" | "wrong" | null {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  let url: URL;
  try {
    url = new URL(scheme ? text : `http://${text}`);
  } catch {
    return "wrong";
  }
  if (url.password !== "") return "password";
  return PROXIES.has(url.protocol) && url.hostname !== "" ? null : "wrong";
}

const PROXIES: ReadonlySet<string> = new Set(["http:", "https:", "socks4:", "socks4a:", "socks5:", "socks5h:"]);

export interface Preferences {
  readonly settings: Accessor<Settings>;
  /** The language of the window, which follows the system's or was chosen. */
  readonly language: Accessor<Language>;
  /** The demo streams in that language. */
  readonly demos: Accessor<readonly Demo[]>;
  /** Stores a change; rejects with a `Failure`, and everything stays as it was. Of two in a hurry both hold. */
  save(patch: Partial<Settings>): Promise<void>;
}

export function createPreferences(backend: Pick<Backend, "saveSettings">, live: Pick<Live, "onTold">, hello: Hello): Preferences {
  const [settings, setSettings] = createSignal(hello.settings);
  const [language, setLanguage] = createSignal(hello.language);
  const [demos, setDemos] = createSignal<readonly Demo[]>(hello.demos);
  let saving: Promise<unknown> = Promise.resolve();

  function take(settled: Settled): void {
    batch(() => {
      setSettings(settled.settings);
      // They are others in another language alone.
      if (settled.language !== language()) setDemos(settled.demos);
      setLanguage(settled.language);
    });
  }

  live.onTold(({ settled }) => {
    if (settled) take(settled);
  });

  return {
    settings,
    language,
    demos,
    save(patch) {
      const saved = saving.then(async () => take(await backend.saveSettings({ ...settings(), ...patch })));
      saving = saved.catch(() => undefined);
      return saved;
    },
  };
}

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
/** What the engine takes (`Settings::FACE_PX` and `Settings::ZOOM`). */
export const FACE_PX = { least: 13, most: 28 } as const;
export const ZOOM = { least: 50, most: 200 } as const;

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

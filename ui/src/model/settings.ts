// What the user has set for the whole app, the same in every window.

import { createSignal, type Accessor } from "solid-js";
import type { Backend } from "../ipc/backend";
import type { Demo, Hello, Language, Settings, Settled } from "../ipc/bindings";
import type { Live } from "./api";

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
    setSettings(settled.settings);
    setDemos(settled.demos);
    setLanguage(settled.language);
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

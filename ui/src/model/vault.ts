// What the window knows of secrets and environments: never a secret's value, only where it may go and whether
// it is there.

import { createSignal, type Accessor } from "solid-js";
import { createStore } from "solid-js/store";
import type { Backend } from "../ipc/backend";
import type { Environments, Hello, Sealed, SecretInfo, Stream } from "../ipc/bindings";

export interface Vault {
  /** Whether the system's keychain answers. */
  readonly keychain: boolean;
  readonly environments: Accessor<Environments>;
  /** What is known of a secret; reactive. */
  secret(id: string): SecretInfo | null;
  /** Has the vault take what is secret in a definition. */
  seal(stream: Stream): Promise<Stream>;
  pasteCurl(text: string): Promise<Sealed>;
  copyCurl(stream: Stream): Promise<string>;
  /** Lets the secrets that a definition would send to an origin go there. */
  allow(stream: Stream, origin: string): Promise<void>;
  /** Stores them, after what was asked for before: `next` is told what is stored by then. */
  saveEnvironments(next: (now: Environments) => Environments): Promise<Environments>;
  /** Makes one of them the one that counts; an empty id none. */
  activate(id: string): Promise<void>;
  /** Waits until what was asked to be stored is stored, or could not be. */
  settled(): Promise<unknown>;
  chooseFile(): Promise<string | null>;
}

export function createVault(backend: Backend, hello: Hello): Vault {
  const [environments, setEnvironments] = createSignal(hello.environments);
  const [secrets, setSecrets] = createStore<Record<string, SecretInfo>>({});
  learn(hello.secrets);

  function learn(infos: readonly SecretInfo[]): void {
    for (const info of infos) setSecrets(info.id, info);
  }

  /** One after another, or an older answer would undo what came after it. */
  let storing: Promise<unknown> = Promise.resolve();

  function saveEnvironments(next: (now: Environments) => Environments): Promise<Environments> {
    const stored = storing.then(async () => {
      const answer = await backend.saveEnvironments(next(environments()));
      learn(answer.secrets);
      setEnvironments(answer.environments);
      return answer.environments;
    });
    storing = stored.catch(() => undefined);
    return stored;
  }

  return {
    keychain: hello.keychain,
    environments,
    secret: (id) => secrets[id] ?? null,
    async seal(stream) {
      const sealed = await backend.sealStream(stream);
      learn(sealed.secrets);
      return sealed.stream;
    },
    async pasteCurl(text) {
      const sealed = await backend.pasteCurl(text);
      learn(sealed.secrets);
      return sealed;
    },
    copyCurl: (stream) => backend.copyCurl(stream),
    allow: async (stream, origin) => learn(await backend.allowSecrets(stream, origin)),
    saveEnvironments,
    activate: async (id) => void (await saveEnvironments((now) => ({ ...now, active: id }))),
    settled: () => storing,
    chooseFile: () => backend.chooseFile(),
  };
}

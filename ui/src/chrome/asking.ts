// What is done with the request of the stream on show: sealing its secrets, filling it from a command line,
// letting its secrets go elsewhere, and finding the field that something is missing in.

import { createSignal, type Accessor } from "solid-js";
import { isKey, t } from "../i18n";
import type { Failure, Scenes, Stream } from "../ipc/bindings";
import type { Library } from "../model/library";
import { mayHoldSecrets } from "../model/seal";
import { activeOf, secretsIn, textsOf, variablesIn } from "../model/placeholders";
import { blank, overlaid } from "../model/stream";
import type { Vault } from "../model/vault";
import { copyText } from "../scenes/copy";

export interface Asking {
  /** Has the vault take what is secret in a stream; false if it could not, which is then said. */
  seal(id: string): Promise<boolean>;
  /** The same for the stream on show, when a field of it is left. */
  sealShown(): void;
  /** Fills the request of the stream on show from a command line of curl. */
  pasteCurl(text: string): Promise<boolean>;
  /** Puts the request into the clipboard as a command line of curl; false if it could not. */
  copyCurl(): Promise<boolean>;
  /** Whether a command line is being typed in the request. */
  readonly pasting: Accessor<boolean>;
  setPasting(open: boolean): void;
  /** Has the vault take what is secret in rules of the stream on show before they are set. Rejects where it could not. */
  sealScenes(patch: Partial<Scenes>): Promise<Partial<Scenes>>;
  /** Lets the secrets that would go to an origin go there; false where it could not be noted, which is then said. */
  permit(origin: string): Promise<boolean>;
  /** The same, and connects. */
  allow(origin: string): void;
  /** The field to be found: `auth`, or the name of a header or of a query parameter. */
  readonly sought: Accessor<string | null>;
  /** Puts the caret into that field; `url` is the address, and the request is opened for all others. */
  seek(where: string): void;
  /** Leads to where the secret that is missing in that field can be typed: there, or in the environment. */
  seekSecret(where: string): void;
  found(): void;
  /** Whether the environments are open, and the variable that one of them is to have. */
  readonly environmentsOpen: Accessor<{ readonly variable: string } | null>;
  openEnvironments(variable?: string): void;
  closeEnvironments(): void;
  /** Says above the page that the environments could not be saved. */
  sayUnsaved(reason: unknown): void;
  /** Makes another environment the active one. */
  activate(id: string): void;
  /** Asks for a file; null if none was chosen. */
  chooseFile(): Promise<string | null>;
}

interface Surroundings {
  readonly library: Library;
  readonly vault: Vault;
  connect(): void;
  ask(patch: Partial<Omit<Stream, "id">>): void;
  openRequest(): void;
  focusAddress(): void;
  say(words: () => string, reason?: unknown): void;
}

export function isCurl(text: string): boolean {
  return /^\s*(?:\$\s+)?curl(?:\.exe)?\s/.test(text);
}

/** What of a command line could not be read; the engine names it as `why`. */
function curlWords(reason: unknown): string {
  const args = (reason as Partial<Failure> | null)?.args;
  const key = `curl.why.${args?.["why"] ?? ""}`;
  return t(isKey(key) ? key : "curl.why.other", { option: args?.["option"] ?? "" });
}

export function createAsking({ library, vault, connect, ask, openRequest, focusAddress, say }: Surroundings): Asking {
  const [sought, setSought] = createSignal<string | null>(null);
  const [pasting, setPasting] = createSignal(false);
  const [environmentsOpen, setEnvironmentsOpen] = createSignal<{ variable: string } | null>(null);

  /** One after another: two that see the same plain text would make two secrets of it. */
  let sealing: Promise<boolean> = Promise.resolve(true);

  function seal(id: string): Promise<boolean> {
    sealing = sealing.then(() => sealNow(id));
    return sealing;
  }

  async function sealNow(id: string): Promise<boolean> {
    const stream = library.stream(id);
    if (!stream || !mayHoldSecrets(stream)) return true;
    try {
      library.takeSealed(id, stream, await vault.seal(stream));
      return true;
    } catch (reason) {
      say(() => t("notice.seal-failed"), reason);
      return false;
    }
  }

  async function pasteCurl(text: string): Promise<boolean> {
    const id = library.selectedId();
    if (id === null) return false;
    try {
      const { stream, ignored } = await vault.pasteCurl(text.trim().replace(/^\$\s+/, ""));
      // Where another was chosen meanwhile, it is not the one to be filled.
      const now = library.stream(id);
      if (!now) return false;
      library.select(id);
      const { url, method, headers, body, body_kind, auth } = stream;
      ask({ url, method, headers, body, body_kind, auth, network: overlaid(now.network, stream.network), ...(stream.foreign ? { foreign: true } : {}) });
      if (ignored.length > 0) say(() => t("notice.curl-ignored", { options: ignored.join(" ") }));
      return true;
    } catch (reason) {
      say(() => t("sentences", { a: t("notice.curl-failed"), b: curlWords(reason) }));
      return false;
    }
  }

  async function copyCurl(): Promise<boolean> {
    let wrong: unknown = null;
    const line = curlLine().catch((reason: unknown) => {
      wrong = reason;
      throw reason;
    });
    const copied = await copyText(line);
    if (wrong !== null) say(() => t("notice.copy-curl-failed"), wrong);
    else if (!copied) say(() => t("notice.copy-failed"));
    return copied;
  }

  async function curlLine(): Promise<string> {
    const id = library.selectedId();
    const sealed = id !== null && (await seal(id));
    const stream = sealed ? library.stream(id) : null;
    if (!stream) throw new Error("nothing to copy");
    return vault.copyCurl(library.outgoing(stream));
  }

  async function sealScenes(patch: Partial<Scenes>): Promise<Partial<Scenes>> {
    const id = library.selectedId();
    const now = id === null ? null : library.stream(id);
    // Only the address that messages go to may hold one.
    if (id === null || !now || !patch.chat || !mayHoldSecrets({ ...blank(id), scenes: { ...now.scenes, chat: patch.chat } })) return patch;
    // First what else it may hold, or that would be taken twice.
    await seal(id);
    const stream = library.stream(id) ?? now;
    const { scenes } = await vault.seal({ ...stream, scenes: { ...stream.scenes, chat: patch.chat } });
    return { ...patch, chat: scenes.chat };
  }

  async function permit(origin: string): Promise<boolean> {
    const stream = library.current();
    if (!stream) return false;
    try {
      await vault.allow(library.outgoing(stream), origin);
    } catch (reason) {
      say(() => t("notice.allow-failed"), reason);
      return false;
    }
    return library.selectedId() === stream.id;
  }

  async function allow(origin: string): Promise<void> {
    if (await permit(origin)) connect();
  }

  function seek(where: string): void {
    if (where === "url") return focusAddress();
    openRequest();
    setSought(where);
  }

  /** The variable whose secret the request on show lacks; null where the lack is in the request itself. */
  function lackingVariable(): string | null {
    const stream = library.current();
    const variables = activeOf(vault.environments())?.variables ?? [];
    if (!stream) return null;
    const { proxy } = stream.network;
    const texts = [...textsOf(stream), proxy.kind === "through" ? proxy.url : ""];
    const lacks = (text: string): boolean => secretsIn(text).some((id) => !vault.secret(id)?.found);
    if (texts.some(lacks)) return null;
    const names = new Set(texts.flatMap(variablesIn));
    return variables.find(({ name, value }) => names.has(name) && lacks(value))?.name ?? null;
  }

  function sayUnsaved(reason: unknown): void {
    say(() => t("notice.environments-failed"), reason);
  }

  return {
    seal,
    sealShown() {
      const id = library.selectedId();
      if (id !== null) void seal(id);
    },
    pasteCurl,
    copyCurl,
    pasting,
    setPasting,
    sealScenes,
    permit,
    allow: (origin) => void allow(origin),
    sought,
    seek,
    seekSecret(where) {
      const variable = lackingVariable();
      if (variable === null) seek(where);
      else setEnvironmentsOpen({ variable });
    },
    found: () => setSought(null),
    environmentsOpen,
    openEnvironments: (variable = "") => setEnvironmentsOpen({ variable }),
    closeEnvironments: () => setEnvironmentsOpen(null),
    chooseFile: () =>
      vault.chooseFile().catch((reason: unknown) => {
        say(() => t("notice.choose-failed"), reason);
        return null;
      }),
    sayUnsaved,
    activate: (id) => void vault.activate(id).catch(sayUnsaved),
  };
}

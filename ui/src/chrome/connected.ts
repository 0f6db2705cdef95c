// What the session of each stream was connected with, as far as the server is told: a request that was changed since is
// another one, and what is asked then begins anew.

import type { Environments, Found, Stream } from "../ipc/bindings";
import { activeOf, textsOf, variablesIn } from "../model/placeholders";
import { requestOf } from "../model/stream";

export interface Connected {
  note(stream: Stream): void;
  /** Whether the stream's session was opened otherwise than this would be. False where nothing is known of it. */
  differs(stream: Stream): boolean;
  forget(id: string): void;
}

export function createConnected(found: readonly Found[], environments: () => Environments): Connected {
  const known = new Map<string, string>();

  /** With the values that its variables stand for: a session keeps those of its Connect. */
  function spelt(stream: Stream): string {
    const { proxy } = stream.network;
    const texts = [...textsOf(stream), proxy.kind === "through" ? proxy.url : ""];
    const names = new Set(texts.flatMap(variablesIn));
    const values = (activeOf(environments())?.variables ?? []).filter(({ name }) => names.has(name));
    return requestOf(stream) + JSON.stringify(values.map(({ name, value }) => [name, value]));
  }

  // The newest of a stream comes last.
  for (const { stream } of found.toSorted((a, b) => a.session - b.session)) known.set(stream.id, spelt(stream));

  return {
    note: (stream) => void known.set(stream.id, spelt(stream)),
    differs(stream) {
      const now = spelt(stream);
      return (known.get(stream.id) ?? now) !== now;
    },
    forget: (id) => void known.delete(id),
  };
}

// The tapes that are served again: what there is, and who reads it. No DOM here.

import { createSignal, type Accessor } from "solid-js";
import type { Backend } from "../ipc/backend";
import type { Served, ServeRequest } from "../ipc/bindings";

export interface Serving {
  readonly all: Accessor<readonly Served[]>;
  /** What is served of a tape; reactive. */
  of(tape: string): Served | null;
  start(request: ServeRequest): Promise<Served>;
  stop(id: number): Promise<void>;
  /** Asks again once a second who reads, until it is told to stop. */
  watch(): () => void;
}

export interface ServingHost {
  /** Calls again and again; answers how to stop it. */
  every(work: () => void, ms: number): () => void;
}

const POLL_MS = 1_000;

const browser: ServingHost = {
  every(work, ms) {
    const timer = setInterval(work, ms);
    return () => clearInterval(timer);
  },
};

/** What of the backend it needs. */
export type ServingCalls = Pick<Backend, "served" | "serve" | "stopServing">;

export function createServing(backend: ServingCalls, host: ServingHost = browser): Serving {
  const [all, setAll] = createSignal<readonly Served[]>([]);
  /** Grows with each change made here: an answer that was asked for before it is older than what is known. */
  let changes = 0;

  async function pull(): Promise<void> {
    const asked = changes;
    try {
      const list = await backend.served();
      if (asked === changes) setAll(list);
    } catch {
      // The next time asks again.
    }
  }

  // A page that was loaded again finds what it had begun to serve.
  void pull();

  return {
    all,
    of: (tape) => all().find((each) => each.tape === tape) ?? null,
    async start(request) {
      const served = await backend.serve(request);
      changes += 1;
      setAll((list) => [...list.filter((each) => each.id !== served.id), served]);
      return served;
    },
    async stop(id) {
      await backend.stopServing(id);
      changes += 1;
      setAll((list) => list.filter((each) => each.id !== id));
    },
    watch() {
      void pull();
      return host.every(() => void pull(), POLL_MS);
    },
  };
}

// Trying actions against the tape before they are saved: after a pause in typing, one at a time, and again while the
// answer is of a part only.

import type { Action, Failure, Trial } from "../ipc/bindings";
import { asFailure } from "./failure";

/** A shorter pause between two keys is still typing. */
export const TYPING_MS = 220;
/** A trial that has not seen all is asked again after this, and so many times at most. */
const AGAIN_MS = 500;
const AGAIN = 40;

export type Tried = { readonly trial: Trial } | { readonly failure: Failure };

export interface TrialHost {
  ask(action: Action): Promise<Trial>;
  /** An action was tried, or is being (null). */
  told(id: string, tried: Tried | null): void;
}

/** What the outcome depends on. */
function conditionOf({ event_type, query }: Action): string {
  return JSON.stringify([event_type.trim(), query.trim()]);
}

export class Trials {
  readonly #host: TrialHost;
  readonly #wanted = new Map<string, { action: Action; rounds: number }>();
  readonly #known = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #busy = false;
  #ended = false;

  constructor(host: TrialHost) {
    this.#host = host;
  }

  /** Tries an action if its condition is another one. */
  want(action: Action, waitMs = TYPING_MS): void {
    const condition = conditionOf(action);
    if (this.#known.get(action.id) === condition) return;
    this.#known.set(action.id, condition);
    this.#wanted.delete(action.id);
    this.#wanted.set(action.id, { action, rounds: 0 });
    this.#host.told(action.id, null);
    this.#later(waitMs);
  }

  forget(id: string): void {
    this.#wanted.delete(id);
    this.#known.delete(id);
  }

  end(): void {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#wanted.clear();
  }

  #later(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#run();
    }, ms);
  }

  async #run(): Promise<void> {
    if (this.#busy || this.#ended) return;
    // The newest first: it is what somebody is typing.
    const next = [...this.#wanted.values()].at(-1);
    if (!next) return;
    const { action, rounds } = next;
    this.#wanted.delete(action.id);
    this.#busy = true;
    let tried: Tried;
    try {
      tried = { trial: await this.#host.ask({ ...action, event_type: action.event_type.trim(), query: action.query.trim() }) };
    } catch (reason) {
      tried = { failure: asFailure(reason) };
    }
    this.#busy = false;
    if (this.#ended) return;
    // Typed on meanwhile, or gone: the answer is of something else.
    if (this.#known.get(action.id) === conditionOf(action)) {
      this.#host.told(action.id, tried);
      const part = "trial" in tried && !tried.trial.done;
      if (part && rounds < AGAIN && !this.#wanted.has(action.id)) {
        // Behind all others.
        const rest = [...this.#wanted];
        this.#wanted.clear();
        for (const [id, each] of [[action.id, { action, rounds: rounds + 1 }] as const, ...rest]) this.#wanted.set(id, each);
        if (rest.length === 0) {
          if (this.#timer === null) this.#later(AGAIN_MS);
          return;
        }
      }
    }
    if (this.#timer === null && this.#wanted.size > 0) void this.#run();
  }
}

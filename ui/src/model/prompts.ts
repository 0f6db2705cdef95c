// What was asked of each stream, and what is being written to it. The newest hundred prompts of a stream outlast the
// window; a draft does not.

import { createSignal } from "solid-js";
import type { Stream } from "../ipc/bindings";

/** Prompts of one stream that are kept, and characters of one: local storage holds 5 MB for all of them. */
const KEPT = 100;
const KEPT_CHARS = 16_384;
/** Streams whose prompts are kept, those that were asked last. */
const STREAMS = 50;
const KEY = "prompts";

/** What is needed of local storage. */
export interface PromptStore {
  read(): string | null;
  write(text: string): void;
}

export interface Prompts {
  /** What stands in the composer of a stream; reactive. */
  draft(stream: Stream): string;
  setDraft(streamId: string, text: string): void;
  /** What was asked, newest last. */
  history(streamId: string): readonly string[];
  remember(streamId: string, prompt: string): void;
}

/** As every placeholder it may stand with spaces within. */
const PLACE = /\{\{\s*prompt\s*\}\}/;

/** Whether a stream asks: its body has a place for a prompt. */
export function asksPrompt(stream: Stream | null | undefined): boolean {
  return PLACE.test(stream?.body ?? "");
}

export function createPrompts(store: PromptStore = browser()): Prompts {
  const [drafts, setDrafts] = createSignal<Readonly<Record<string, string>>>({});

  function all(): Record<string, string[]> {
    try {
      const kept: unknown = JSON.parse(store.read() ?? "{}");
      if (typeof kept !== "object" || kept === null) return {};
      return Object.fromEntries(
        Object.entries(kept).map(([id, list]) => [id, Array.isArray(list) ? list.filter((each) => typeof each === "string") : []]),
      );
    } catch {
      return {};
    }
  }

  return {
    // Until something was typed or sent it is the stream's own prompt.
    draft: (stream) => drafts()[stream.id] ?? (asksPrompt(stream) ? stream.prompt : ""),
    setDraft: (id, text) => void setDrafts((before) => ({ ...before, [id]: text })),
    history: (id) => all()[id] ?? [],
    remember(id, prompt) {
      const text = prompt.slice(0, KEPT_CHARS);
      if (text.trim() === "") return;
      const { [id]: list = [], ...others } = all();
      const next = [...list.filter((each) => each !== text), text].slice(-KEPT);
      const kept = [...Object.entries(others), [id, next] as const].slice(-STREAMS);
      try {
        store.write(JSON.stringify(Object.fromEntries(kept)));
      } catch {
        // Full or forbidden: there is no history then.
      }
    },
  };
}

function browser(): PromptStore {
  return {
    read: () => {
      try {
        return localStorage.getItem(KEY);
      } catch {
        return null;
      }
    },
    write: (text) => localStorage.setItem(KEY, text),
  };
}

// What was asked of each stream, and what is being written to it. The newest hundred prompts of a stream outlast the
// window; a draft does not.

import { createSignal } from "solid-js";
import type { Stream } from "../ipc/bindings";
import { carriesBody } from "./stream";

/** Prompts of one stream that are kept, characters of one, and characters of all of them: local storage holds 5 MB, and
 *  is written whole with each prompt. */
const KEPT = 100;
const KEPT_CHARS = 16_384;
const ALL_CHARS = 262_144;
/** Streams whose prompts are kept, those that were asked last. */
const STREAMS = 50;
const KEY = "prompts";

/** What is needed of local storage. */
export interface PromptStore {
  read(): string | null;
  write(text: string): void;
}

export interface Prompts {
  /** What was written to a stream and is not sent yet; reactive. */
  draft(stream: Pick<Stream, "id">): string;
  setDraft(streamId: string, text: string): void;
  /** What was asked, newest last. */
  history(streamId: string): readonly string[];
  remember(streamId: string, prompt: string): void;
  /** Forgets what was asked of streams that are gone. */
  keepOnly(isThere: (streamId: string) => boolean): void;
}

/** As the engine reads it (template/parts.rs): nothing but the name stands between the braces. */
const PLACE = "{{prompt}}";

/** Whether a stream asks, by the engine's rule (`Stream::asks`): its body is sent, is text, and has a place for a prompt. */
export function asksPrompt(stream: Stream | null | undefined): stream is Stream {
  return !!stream && carriesBody(stream.method) && stream.body_kind !== "file" && (stream.body ?? "").includes(PLACE);
}

/** What the prompts of a stream's room are kept under: what is said to a room is no prompt, and the other way round. */
export function roomOf(streamId: string): string {
  return `room ${streamId}`;
}

/** The stream that something is kept of. */
export function streamOf(id: string): string {
  return id.replace(/^room /, "");
}

type Kept = readonly (readonly [id: string, list: readonly string[]])[];

/** The newest of all that have so many characters together: streams that were asked last come last. */
function within(kept: Kept, chars: number): Kept {
  let left = chars;
  const newest = kept.toReversed().map(([id, list]) => {
    const fits = list.toReversed().filter((text) => (left -= text.length) >= 0);
    return [id, fits.toReversed()] as const;
  });
  return newest.toReversed().filter(([, list]) => list.length > 0);
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

  /** Where there is no room, the oldest make some. */
  function keep(kept: Kept): void {
    for (let chars = ALL_CHARS; chars >= KEPT_CHARS; chars /= 2) {
      try {
        store.write(JSON.stringify(Object.fromEntries(within(kept, chars))));
        return;
      } catch {
        // Full, or forbidden: there is no history then.
      }
    }
  }

  return {
    draft: (stream) => drafts()[stream.id] ?? "",
    setDraft: (id, text) => void setDrafts((before) => ({ ...before, [id]: text })),
    history: (id) => all()[id] ?? [],
    remember(id, prompt) {
      const text = prompt.slice(0, KEPT_CHARS);
      if (text.trim() === "") return;
      const { [id]: list = [], ...others } = all();
      const next = [...list.filter((each) => each !== text), text].slice(-KEPT);
      keep([...Object.entries(others), [id, next] as const].slice(-STREAMS));
    },
    keepOnly(isThere) {
      setDrafts((before) => Object.fromEntries(Object.entries(before).filter(([id]) => isThere(id))));
      const kept = Object.entries(all());
      const left = kept.filter(([id]) => isThere(id));
      if (left.length < kept.length) keep(left);
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

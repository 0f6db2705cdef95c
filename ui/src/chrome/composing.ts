// What the composer does: what it speaks to, whether it may speak now, and what becomes of what was written.

import { createEffect, createSignal, on } from "solid-js";
import type { Status, Stream } from "../ipc/bindings";
import { asksPrompt, roomOf } from "../model/prompts";
import { isLive, type Desk } from "./desk";

/** It asks a model, or speaks to a room. */
export type ComposerKind = "prompt" | "room";

export interface Composing {
  /** Null where there is no composer. */
  kind(): ComposerKind | null;
  /** Whether an answer runs, which can be stopped. */
  running(): boolean;
  /** Whether what is sent goes on with a conversation. */
  goesOn(): boolean;
  /** The stream's own prompt, where an empty field sends that; empty for none. */
  own(): string;
  /** Why nothing can be sent now; null if it can. */
  blocked(): "running" | "opening" | "empty" | null;
  draft(): string;
  write(text: string): void;
  history(): readonly string[];
  /** Sends what was written. It stays where it is if that fails. */
  send(): Promise<void>;
  /** Forgets the conversation: what is sent next begins another. */
  anew(): void;
  stop(): void;
}

type Parts = Pick<Desk, "live" | "library" | "prompts" | "outbox" | "scene" | "requestOpen" | "solo" | "state" | "isReplay" | "opened" | "goesOn" | "asked" | "stop">;

export function createComposing(desk: Parts): Composing {
  const { live, library, prompts } = desk;
  const [sending, setSending] = createSignal(false);

  const stream = (): Stream | null => library.current() ?? null;
  const status = (): Status | null => {
    const found = live.status();
    return found?.stream === library.selectedId() ? found : null;
  };

  function kind(): ComposerKind | null {
    if (desk.requestOpen() || desk.isReplay()) return null;
    const of = stream();
    if (desk.scene() === "chat") return of && of.scenes.chat.send_url.trim() !== "" && isLive(desk.state()) ? "room" : null;
    if (desk.scene() !== "typewriter" || !asksPrompt(of)) return null;
    // A window of one session opens no other.
    return desk.solo && !desk.goesOn() && !isLive(desk.state()) ? null : "prompt";
  }

  const running = (): boolean => kind() === "prompt" && isLive(desk.state());
  const draft = (): string => {
    const of = stream();
    return of === null ? "" : prompts.draft(kind() === "room" ? { id: roomId() } : of);
  };
  // What is written to a room is no prompt, and the other way round.
  const roomId = (): string => roomOf(stream()?.id ?? "");
  const own = (): string => (kind() === "prompt" && live.session() === null ? (stream()?.prompt.trim() ?? "") : "");
  const write = (text: string): void => {
    const of = stream();
    if (of) prompts.setDraft(kind() === "room" ? roomId() : of.id, text);
  };
  const historyId = (): string => (kind() === "room" ? roomId() : (stream()?.id ?? ""));

  // A question that was not answered at all is there to be asked again, also by whoever presses Try again.
  createEffect(
    on([library.selectedId, desk.state], ([id, state], before) => {
      const found = stream();
      if (!before || before[0] !== id || state !== "failed" || before[1] === "failed" || !found || !asksPrompt(found)) return;
      const { figures = null, attempt = 0 } = status() ?? {};
      // Figures may still be those of the turn before.
      if (prompts.draft(found) !== "" || (figures?.turn === attempt && figures.answer_chars > 0)) return;
      prompts.setDraft(found.id, prompts.history(found.id).at(-1) ?? "");
    }),
  );

  return {
    kind,
    running,
    goesOn: desk.goesOn,
    blocked() {
      if (running()) return "running";
      if (sending()) return "opening";
      return draft().trim() === "" && own() === "" ? "empty" : null;
    },
    own,
    draft,
    write,
    history: () => prompts.history(historyId()),
    async send() {
      const of = stream();
      const text = draft();
      if (!of || this.blocked() !== null) return;
      if (kind() === "room") {
        // It stands in the room at once, with its fate.
        if (!desk.outbox.send(text)) return;
        prompts.remember(roomId(), text);
        write("");
        return;
      }
      setSending(true);
      try {
        await desk.asked();
      } finally {
        setSending(false);
      }
    },
    anew() {
      const of = stream();
      if (!of) return;
      if (draft().trim() !== "") void desk.opened();
      else void live.close(of.id);
    },
    stop: () => desk.stop(),
  };
}

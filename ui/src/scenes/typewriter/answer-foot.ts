// The quiet line under a turn that is over: who answered, why it stopped, how much it was and how long it took.

import { fmt, t, tn, type Key } from "../../i18n";
import type { Figures } from "../../ipc/bindings";
import { setAttribute, setHidden, setText } from "../dom";

/** What the dialects call the few reasons that there are. Any other is shown as the server gave it. */
const REASONS: Readonly<Record<string, Key>> = {
  stop: "answer.stop.complete",
  end_turn: "answer.stop.complete",
  completed: "answer.stop.complete",
  length: "answer.stop.length",
  max_tokens: "answer.stop.length",
  max_output_tokens: "answer.stop.length",
  model_context_window_exceeded: "answer.stop.length",
  tool_calls: "answer.stop.tool",
  tool_use: "answer.stop.tool",
  function_call: "answer.stop.tool",
  content_filter: "answer.stop.filter",
  safety: "answer.stop.filter",
  recitation: "answer.stop.filter",
  blocklist: "answer.stop.filter",
  prohibited_content: "answer.stop.filter",
  refusal: "answer.stop.refusal",
  stop_sequence: "answer.stop.sequence",
  pause_turn: "answer.stop.pause",
  error: "answer.stop.error",
  failed: "answer.stop.error",
};

/** Reasons are words of a server: longer than any is a mistake of its. */
const REASON_CHARS = 80;

export function reasonWords(reason: string): string {
  const name = reason.trim().toLowerCase();
  const key = Object.hasOwn(REASONS, name) ? REASONS[name] : undefined;
  if (key) return t(key);
  return reason.length > REASON_CHARS ? `${reason.slice(0, REASON_CHARS - 1)}…` : reason;
}

/** `reason` is null while the turn goes on. */
export function showFoot(foot: HTMLElement, reason: string | null, figures: Figures | null): void {
  const words: string[] = [];
  const titles: string[] = [];
  const why = reason || (figures?.done ? figures.stop : "");
  const over = reason !== null || (figures?.done ?? false);
  if (over && figures?.model) words.push(figures.model);
  if (over && why) words.push(reasonWords(why));
  if (over && figures) {
    const { input_tokens, output_tokens, cached_tokens, thinking_tokens } = figures;
    if (input_tokens !== null && output_tokens !== null) {
      words.push(`${t("answer.tokens.in", { in: fmt.int(input_tokens), out: tn("answer.tokens", output_tokens) })}`);
    } else if (output_tokens !== null) words.push(tn("answer.tokens", output_tokens));
    if (cached_tokens) titles.push(t("answer.tokens.cached", { n: fmt.int(cached_tokens) }));
    if (thinking_tokens) titles.push(t("answer.tokens.thinking", { n: fmt.int(thinking_tokens) }));
    if (figures.newest_us > 0) words.push(t("answer.total", { time: fmt.ms(figures.newest_us / 1000) }));
  }
  setHidden(foot, words.length === 0);
  setText(foot, words.join(" · "));
  setAttribute(foot, "title", titles.length > 0 ? titles.join(" · ") : null);
}

// The figures of the newest turn of an answer, as the engine measured them at arrival. In a replay they are those of the
// turn that the playhead is in.

import { createMemo, Show, type JSX } from "solid-js";
import { fmt, t } from "../i18n";
import type { Figures } from "../ipc/bindings";

/** Shorter than this a rate is chance. */
const RATE_FROM_US = 250_000;

export interface Rate {
  readonly perSecond: number;
  readonly of: "tokens" | "chars";
}

/** Tokens a second where the server has counted them, else characters of what was typed; null before that means anything. */
export function rateOf(figures: Figures): Rate | null {
  const { first_thinking_us, first_answer_us, newest_us, output_tokens, answer_chars, thinking_chars } = figures;
  const from = Math.min(first_thinking_us ?? Infinity, first_answer_us ?? Infinity);
  const span = newest_us - from;
  if (!(span >= RATE_FROM_US)) return null;
  const seconds = span / 1_000_000;
  if (output_tokens !== null && output_tokens > 0) return { perSecond: output_tokens / seconds, of: "tokens" };
  const chars = answer_chars + thinking_chars;
  return chars > 0 ? { perSecond: chars / seconds, of: "chars" } : null;
}

export function AnswerFigures(props: { figures: Figures }): JSX.Element {
  const rate = createMemo(() => rateOf(props.figures));
  const tokens = (): string => {
    const { input_tokens, output_tokens } = props.figures;
    return [input_tokens, output_tokens].map((n) => (n === null ? "–" : fmt.int(n))).join(" → ");
  };
  return (
    <span class="answer-figures">
      <Show when={props.figures.first_event_us !== null}>
        <span class="wide" data-testid="first-event" title={t("figures.first-event.title")}>
          {t("status.first")} <b>{fmt.ms((props.figures.first_event_us ?? 0) / 1000)}</b>
        </span>
      </Show>
      <Show when={props.figures.first_answer_us !== null}>
        <span data-testid="first-token" title={t("figures.first-token.title")}>
          {t("figures.first-token")} <b>{fmt.ms((props.figures.first_answer_us ?? 0) / 1000)}</b>
        </span>
      </Show>
      <Show when={rate()}>
        {(rate) => (
          <span class="answer-rate" data-testid="answer-rate" title={t("figures.rate.title")}>
            <b>{fmt.rate(rate().perSecond)}</b> {t(rate().of === "tokens" ? "figures.tokens-s" : "figures.chars-s")}
          </span>
        )}
      </Show>
      <Show when={props.figures.longest_stall_us > 0}>
        <span data-testid="longest-stall" title={t("figures.stall.title")}>
          {t("figures.stall")} <b>{fmt.ms(props.figures.longest_stall_us / 1000)}</b>
        </span>
      </Show>
      <Show when={props.figures.input_tokens !== null || props.figures.output_tokens !== null}>
        <span data-testid="tokens" title={t("figures.tokens.title")}>
          <b>{tokens()}</b> {t("figures.tokens")}
        </span>
      </Show>
    </span>
  );
}

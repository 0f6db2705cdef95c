import { expect, it } from "vitest";
import type { Figures } from "../ipc/bindings";
import { rateOf } from "./AnswerFigures";

const NONE: Figures = {
  turn: 1, dialect: null, model: "", asked_at_us: 0, first_event_us: null, first_thinking_us: null, first_answer_us: null, newest_us: 0,
  longest_stall_us: 0, answer_chars: 0, thinking_chars: 0, tools: 0, input_tokens: null, output_tokens: null, thinking_tokens: null,
  cached_tokens: null, stop: "", error: "", done: false,
}; // prettier-ignore

it("counts tokens a second where the server has counted them, else characters", () => {
  expect(rateOf(NONE)).toBeNull();
  const typing = { ...NONE, first_thinking_us: 500_000, first_answer_us: 1_000_000, newest_us: 2_500_000, answer_chars: 100, thinking_chars: 20 };
  expect(rateOf(typing)).toEqual({ perSecond: 60, of: "chars" });
  expect(rateOf({ ...typing, output_tokens: 30 })).toEqual({ perSecond: 15, of: "tokens" });
  // Too short to mean anything.
  expect(rateOf({ ...typing, newest_us: 600_000 })).toBeNull();
});

// Pretended answers of models: what the composer asks.

import type { Backend } from "./backend";
import type { FakeSession } from "./fake-session";

export interface AnswerParts {
  find(session: number): FakeSession;
  mark(session: FakeSession): void;
}

export function createFakeAnswers(parts: AnswerParts): Pick<Backend, "ask"> {
  return {
    async ask(session, _prompt) {
      parts.mark(parts.find(session));
    },
  };
}

// A word about what a key has just done, for a moment: it stands in the line of figures, and is told to screen readers.

import type { Accessor } from "solid-js";
import { createSaying, NOTHING, type Saying } from "./saying";

/** As long as other tools say that something is copied. */
const STAYS_MS = 2_400;

export interface Remark {
  readonly words: Accessor<string>;
  say(words: Saying): void;
}

export function createRemark(): Remark {
  const [words, setWords] = createSaying();
  let timer: ReturnType<typeof setTimeout> | 0 = 0;
  return {
    words,
    say(next) {
      clearTimeout(timer);
      setWords(next);
      timer = setTimeout(() => setWords(NOTHING), STAYS_MS);
    },
  };
}

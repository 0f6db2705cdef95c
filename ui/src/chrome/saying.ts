// A sentence that stands until something else is said. It is kept as how to say it, so that it is read in the language that
// the window speaks by then.

import { createSignal, type Accessor } from "solid-js";

export type Saying = () => string;

/** Says nothing. */
export const NOTHING: Saying = () => "";

/** What is said, empty for nothing; and how to say something else. */
export function createSaying(first: Saying = NOTHING): readonly [Accessor<string>, (words: Saying) => void] {
  const [words, setWords] = createSignal<Saying>(first);
  return [() => words()(), (next) => void setWords(() => next)];
}

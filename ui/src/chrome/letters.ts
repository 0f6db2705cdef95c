// Typing in a list or a menu: the next line that begins with what is typed, as in a native one.

import { folded } from "./palette-match";

/** Letters that follow each other this soon are the beginning of one word. */
const TOGETHER_MS = 700;

export interface Letters {
  /** Which of the names a key leads to, from the one at `at` on; null where it leads nowhere. The same letter again goes on to
   *  the next that begins with it. */
  key(event: KeyboardEvent, names: readonly string[], at: number): number | null;
}

export function createLetters(now: () => number = () => performance.now()): Letters {
  let typed = "";
  let before = -Infinity;
  return {
    key(event, names, at) {
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return null;
      const letter = folded(event.key);
      const goesOn = now() - before < TOGETHER_MS;
      // A space is a part of a name, and a press of what has the focus.
      if (!/[\p{L}\p{N}]/u.test(letter) && !(goesOn && typed !== "" && letter === " ")) return null;
      before = now();
      typed = goesOn ? typed + letter : letter;
      const same = [...typed].every((each) => each === letter);
      const wanted = same ? letter : typed;
      // One that is begun anew is looked for after the line that has the focus.
      const from = same ? at + 1 : at;
      for (let n = 0; n < names.length; n += 1) {
        const no = (Math.max(0, from) + n) % names.length;
        if (folded(names[no] ?? "").trimStart().startsWith(wanted)) return no;
      }
      return null;
    },
  };
}

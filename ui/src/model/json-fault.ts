// Where a text stops being JSON (RFC 8259). JSON.parse says that in words of its own that differ by
// engine and language, and often without a place.

export interface Fault {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

/** The first place at which `text` cannot be JSON; null if it is. */
export function jsonFault(text: string): Fault | null {
  const at = faultAt(text);
  if (at === null) return null;
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  return { line, column: at - (before.lastIndexOf("\n") + 1) + 1 };
}

const SPACE = /[ \t\n\r]*/y;
// A control character in a string must be escaped.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

// A stack of our own: a text of brackets alone must not exhaust the engine's.
function faultAt(text: string): number | null {
  const open: ("{" | "[")[] = [];
  let at = 0;

  const take = (shape: RegExp): boolean => {
    shape.lastIndex = at;
    if (!shape.test(text)) return false;
    at = shape.lastIndex;
    return true;
  };
  const takeChar = (char: string): boolean => {
    if (text[at] !== char) return false;
    at += 1;
    return true;
  };
  const takeKey = (): boolean => {
    if (!take(STRING)) return false;
    take(SPACE);
    return takeChar(":");
  };

  for (;;) {
    // A value is due.
    take(SPACE);
    if (takeChar("{")) {
      take(SPACE);
      if (!takeChar("}")) {
        open.push("{");
        if (!takeKey()) return at;
        continue;
      }
    } else if (takeChar("[")) {
      take(SPACE);
      if (!takeChar("]")) {
        open.push("[");
        continue;
      }
    } else if (!take(STRING) && !take(WORD) && !take(NUMBER)) {
      return at;
    }

    // A value has ended: what may follow depends on what is open.
    for (;;) {
      take(SPACE);
      const inside = open[open.length - 1];
      if (inside === undefined) return at === text.length ? null : at;
      if (takeChar(",")) {
        if (inside === "{") {
          take(SPACE);
          if (!takeKey()) return at;
        }
        break;
      }
      if (!takeChar(inside === "{" ? "}" : "]")) return at;
      open.pop();
    }
  }
}

// Which columns the table has and how it writes times; kept for the next start of the window.

export const COLUMNS = ["number", "arrived", "gap", "type", "data"] as const;
export type Column = (typeof COLUMNS)[number];

export interface Look {
  readonly shown: readonly Column[];
  /** Times since the session's start instead of the time of day. */
  readonly relative: boolean;
}

export const PLAIN: Look = { shown: COLUMNS, relative: false };

const KEY = "events.columns";

export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What was kept; what cannot be read is the plain look. */
export function readLook(shelf: Shelf | null): Look {
  try {
    const kept: unknown = JSON.parse(shelf?.getItem(KEY) ?? "null");
    if (typeof kept !== "object" || kept === null) return PLAIN;
    const { shown, relative } = kept as { shown?: unknown; relative?: unknown };
    const columns = COLUMNS.filter((each) => Array.isArray(shown) && shown.includes(each));
    return { shown: columns.length > 0 ? columns : COLUMNS, relative: relative === true };
  } catch {
    return PLAIN;
  }
}

export function keepLook(shelf: Shelf | null, look: Look): void {
  try {
    shelf?.setItem(KEY, JSON.stringify(look));
  } catch {
    // Without room for it the next start begins plain.
  }
}

/** Shows or hides a column; the last one stays. */
export function toggled(look: Look, column: Column): Look {
  const shown = COLUMNS.filter((each) => look.shown.includes(each) !== (each === column));
  return shown.length === 0 ? look : { ...look, shown };
}

/** The grid's columns; the last one takes what is left, and marks begin after number and time whatever is shown. */
export function template(shown: readonly Column[]): string {
  const last = shown.at(-1);
  return shown.map((each) => (each === last ? "minmax(0, 1fr)" : `var(--ev-${each})`)).join(" ");
}

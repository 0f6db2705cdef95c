// How the lines of a chunk are drawn: which event each belongs to, where its bar goes on in the chunks
// before and after, and which blank lines are only shown as the ends of the line they follow.

import type { WireLine, WireRow } from "../../ipc/bindings";

/** The hue of an event's bar: neighbours differ. */
export type Hue = "odd" | "even";

export interface Drawn {
  readonly line: WireLine;
  /** Its own end, and those of the blank lines after it. */
  readonly ends: readonly string[];
  /** The bar beside it; none for what belongs to no event. */
  readonly bar: Hue | null;
  /** The bar comes from the chunk before. */
  readonly above: boolean;
  /** The bar goes on in the next chunk. */
  readonly below: boolean;
  /** Only the LF of a CRLF whose CR ended the chunk before. */
  readonly rest: boolean;
}

/** The lines of a chunk as they are drawn, between the rows before and after it as far as they are known. */
export function drawn(lines: readonly WireLine[], before?: WireRow, after?: WireRow): Drawn[] {
  const rows: { line: WireLine; ends: string[] }[] = [];
  for (const line of lines) {
    const last = rows.at(-1);
    if (line.kind === "blank" && last && last.ends.at(-1) !== "" && !line.bom) last.ends.push(line.end);
    else rows.push({ line, ends: [line.end] });
  }
  const first = lines[0];
  const last = lines.at(-1);
  const above = first !== undefined && goesOn(lastLine(before), first);
  const below = last !== undefined && goesOn(last, firstLine(after));
  const cr = lastLine(before)?.end === "\r";
  return rows.map(({ line, ends }, at) => {
    const bar = hue(line.seq);
    return {
      line,
      ends,
      bar,
      above: bar !== null && above && at === 0,
      below: bar !== null && below && at === rows.length - 1,
      rest: cr && line.continued && line.text === "" && at === 0,
    };
  });
}

export function hue(seq: number | null): Hue | null {
  if (seq === null) return null;
  return seq % 2 === 0 ? "even" : "odd";
}

/** Whether one event spans both lines. */
function goesOn(upper: WireLine | undefined, lower: WireLine | undefined): boolean {
  return upper !== undefined && lower !== undefined && upper.seq !== null && upper.seq === lower.seq;
}

function firstLine(row: WireRow | undefined): WireLine | undefined {
  return row?.kind === "chunk" ? row.lines[0] : undefined;
}

// Of a chunk that is shown only in part, the last line that is shown says nothing of the last one there is.
function lastLine(row: WireRow | undefined): WireLine | undefined {
  return row?.kind === "chunk" && !row.cut ? row.lines.at(-1) : undefined;
}

/** Whether a chunk ends within a line or an event, so that what comes later may still change what is said of it.
 *  `byLine`: each line is an event by itself. */
export function isOpen(row: WireRow, byLine: boolean): boolean {
  if (row.kind !== "chunk" || row.refused) return false;
  if (byLine || row.lines.at(-1)?.end === "") return row.lines.at(-1)?.end === "";
  // Comments and ignored lines belong to no event.
  const last = row.lines.findLast(({ kind }) => kind !== "comment" && kind !== "ignored");
  return last !== undefined && last.kind !== "blank";
}

/** Comments whose only use is to keep a line alive. */
const HEARTBEAT = /^(hb|heart-?beat|ping|keep-?alive|tick)?$/i;

export function isHeartbeat(line: WireLine): boolean {
  return line.kind === "comment" && HEARTBEAT.test(line.text.slice(1).trim());
}

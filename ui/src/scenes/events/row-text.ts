// An entry as text to copy: its cells with tabs between them, as a table is pasted into a sheet, the data whole.

import { fmt } from "../../i18n";
import type { Live } from "../../model/api";
import { words } from "./words";

/** The clipboard is given no more of one event than this, bytes. */
const MOST = 16 << 20;

/** Rejects where the entry is not there any more. */
export async function rowText(live: Pick<Live, "entry">, pos: number): Promise<string> {
  const first = await live.entry(pos, 0);
  if (!first) throw new Error("no such entry");
  const { row, total } = first;
  if (row.kind !== "event") return ["", fmt.clock(row.at_us), "", cell(words(row))].join("\t");
  let { data } = first;
  for (let from = bytesOf(data); from < Math.min(total, MOST); ) {
    const more = await live.entry(pos, from);
    if (!more || more.data === "") throw new Error("no such entry");
    data += more.data;
    from += bytesOf(more.data);
  }
  return [String(row.seq), fmt.clock(row.at_us), row.type, cell(data)].join("\t");
}

const encoder = new TextEncoder();

function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** Sheets take a cell with lines or tabs in quotation marks. */
function cell(text: string): string {
  return /[\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

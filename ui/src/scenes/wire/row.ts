// One row of the wire: an exchange, a chunk, an end, or the note of what is no longer kept. A row is drawn
// anew only when what it shows has changed.

import { fmt, t, tn } from "../../i18n";
import type { WireForm, WireRow, WireSpan } from "../../ipc/bindings";
import { failureWords } from "../../chrome/failure";
import { el, setAttribute, setText } from "../dom";
import { drawn, isHeartbeat, type Drawn } from "./bars";
import { ending } from "./bytes";
import { exchange, type Hints } from "./exchange";
import { hexBlock, marked, words } from "./pieces";
import { Whole } from "./whole";

/** What a row needs of the list it stands in. */
export interface RowHost {
  /** The row will be of another height. */
  resized(no: number): void;
  bytes(no: number, from: number, form: WireForm): Promise<{ text: string; total: number } | null>;
}

/** A row, and what it is drawn among. */
export interface Shown {
  readonly row: WireRow;
  readonly before: WireRow | undefined;
  readonly after: WireRow | undefined;
  readonly form: WireForm;
  readonly hints: Hints;
}

export class RowView {
  readonly element = el("div", "wr", { role: "listitem" });
  readonly no: number;
  /** Whether its height may be another than when it was last measured. */
  fresh = true;
  readonly #host: RowHost;
  #shown: Shown | null = null;
  #kind = "";
  #top = Number.NaN;
  #whole: Whole | null = null;
  /** What of an exchange is unfolded, which outlives its being drawn anew. */
  readonly #unfolded = new Set<string>();

  constructor(no: number, host: RowHost) {
    this.no = no;
    this.#host = host;
  }

  /** Whether the reader has unfolded something in it. */
  get unfolded(): boolean {
    return this.#whole !== null || this.#unfolded.size > 0;
  }

  place(top: number): void {
    if (top === this.#top) return;
    this.#top = top;
    this.element.style.transform = `translateY(${top}px)`;
  }

  number(at: number, of: number): void {
    setAttribute(this.element, "aria-posinset", String(at));
    setAttribute(this.element, "aria-setsize", String(of));
  }

  show(next: Shown): void {
    const now = this.#shown;
    if (
      now?.row === next.row &&
      now.before === next.before &&
      now.after === next.after &&
      now.form === next.form &&
      (now.hints.key === next.hints.key || next.row.kind !== "exchange")
    ) {
      return;
    }
    if (now?.form !== next.form) this.#whole = null;
    this.#shown = next;
    this.#become(next.row.kind);
    setAttribute(this.element, "data-testid", "wire-row");
    setAttribute(this.element, "data-no", String(this.no));
    this.#draw(next);
  }

  /** A row that has not been pulled yet. */
  blank(): void {
    if (this.#kind === "blank") return;
    this.#shown = null;
    this.#become("blank");
    setAttribute(this.element, "data-testid", null);
    this.element.replaceChildren();
  }

  /** What stood above the first row. */
  note(span: WireSpan): void {
    this.#shown = null;
    this.#become("note");
    setAttribute(this.element, "data-testid", "wire-dropped");
    const words = tn("wire.dropped", span.dropped_chunks, { size: fmt.bytes(span.dropped_bytes) });
    if (this.element.textContent === words) return;
    setText(this.element, words);
    this.fresh = true;
  }

  #become(kind: string): void {
    if (kind === this.#kind) return;
    this.#kind = kind;
    this.element.className = `wr ${kind}`;
    setAttribute(this.element, "data-kind", kind);
    this.fresh = true;
  }

  #again(): void {
    if (this.#shown) this.#draw(this.#shown);
    this.#host.resized(this.no);
  }

  #draw(shown: Shown): void {
    const { row } = shown;
    this.fresh = true;
    switch (row.kind) {
      case "exchange":
        this.element.replaceChildren(
          ...exchange(row, shown.hints, this.#unfolded, () => this.#again()),
        );
        break;
      case "chunk":
        this.element.replaceChildren(...this.#margin(row), this.#bytes(row, shown));
        break;
      case "end":
        this.element.replaceChildren(...this.#margin(row), end(row));
        break;
    }
  }

  #margin(row: WireRow): HTMLElement[] {
    const time = el("span", "wr-time");
    setText(time, fmt.clock(row.at_us));
    const gap = el("span", "wr-gap");
    if (row.gap_us !== null) {
      setText(gap, `+${fmt.ms(row.gap_us / 1000)}`);
      gap.title = t("wire.gap");
    }
    const size = el("span", "wr-size");
    if (row.kind === "chunk") {
      size.append(fmt.bytes(row.raw_bytes));
      size.title = tn("wire.completed", row.events);
      if (row.bytes !== row.raw_bytes) {
        const decoded = el("span");
        setText(decoded, t("wire.decoded", { size: fmt.bytes(row.bytes) }));
        size.append(decoded);
      }
    }
    return [time, gap, size];
  }

  #bytes(row: WireRow & { kind: "chunk" }, { form, before, after }: Shown): HTMLElement {
    const cell = el("div", `wr-bytes selectable ${form}`);
    if (row.refused) cell.append(words("wr-refused", t("wire.refused")));
    if (this.#whole) {
      cell.append(this.#whole.element);
      return cell;
    }
    if (form === "hex") cell.append(hexBlock(row.hex));
    else if (row.lines.length === 0) cell.append(words("wl-said", t(row.raw_bytes > 0 ? "wire.undecoded" : "wire.empty")));
    else cell.append(...drawn(row.lines, before, after).map(line));
    if (!row.cut) return cell;
    const whole = el("button", "button small wr-whole", { type: "button", "data-testid": "wire-whole" });
    setText(whole, t("wire.whole", { size: fmt.bytes(form === "hex" ? row.raw_bytes : row.bytes) }));
    whole.addEventListener("click", () => {
      this.#whole = new Whole(form, (from) => this.#host.bytes(this.no, from, form), {
        changed: () => {
          this.fresh = true;
          this.#host.resized(this.no);
        },
        closed: () => {
          this.#whole = null;
          this.#again();
        },
      });
      this.#again();
    });
    cell.append(whole);
    return cell;
  }
}

/** A line of a chunk with its bar, its end, and what is to be said of it. */
function line(each: Drawn): HTMLElement {
  const { line, ends, bar, above, below } = each;
  const row = el("div", `wl ${line.kind}`);
  if (bar) row.classList.add("bar", bar);
  if (above) row.classList.add("above");
  if (below) row.classList.add("below");
  if (line.seq !== null) setAttribute(row, "data-seq", String(line.seq));
  if (line.bom) {
    const bom = el("span", "chip wl-bom", { title: t("wire.bom") });
    setText(bom, "BOM");
    row.append(bom);
  }
  row.append(...marked(line.text));
  if (line.cut) row.append(words("wl-cut", "…"));
  for (const end of ends) if (end !== "") row.append(words("wl-end", ending(end)));
  const said = sayings(each);
  if (said !== "") row.append(words("wl-said", ` ${said}`));
  // An empty part still has the height of a line.
  if (!row.hasChildNodes()) row.append("\u200b");
  return row;
}

function sayings({ line, ends, rest }: Drawn): string {
  // Only once, with the part that ends the line.
  if (ends[0] === "" || rest) return "";
  if (line.ignored) return t(`wire.ignored.${line.ignored}`);
  if (line.kind !== "comment") return "";
  const name = t(isHeartbeat(line) ? "wire.heartbeat" : "wire.comment");
  return line.since_comment_us === null ? name : t("wire.since", { name, time: fmt.ms(line.since_comment_us / 1000) });
}

function end(row: WireRow & { kind: "end" }): HTMLElement {
  const cell = el("div", "wr-bytes selectable");
  const { title, detail } = failureWords(row.failure, null);
  const meant = row.failure.code === "eof" || row.failure.code === "stopped";
  cell.append(words(meant ? "wr-end" : "wr-end bad", title));
  if (detail) cell.append(words("wr-detail", detail));
  if (row.unfinished > 0) {
    const size = tn("inspector.bytes", row.unfinished);
    cell.append(words("wr-unfinished", t("wire.unfinished", { size })));
  }
  return cell;
}

// One entry whole: its fields, and its data as JSON set out over lines, or as the text it is.

import { isComposing } from "../../chrome/keys";
import { fmt, t, tn } from "../../i18n";
import type { Action, Detail, Row, SeriesKey } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import { copyText } from "../copy";
import { el, setText } from "../dom";
import { DataView, type Chosen } from "./data-view";
import type { Hit } from "./hits";
import { isJson } from "./json";
import { words } from "./words";

/** The clipboard takes more, but nobody pastes it. */
const COPY_BYTES = 16 << 20;
const COPIED_MS = 1_600;

export interface InspectorEvents {
  close(): void;
  /** The bookmark of an entry: another note, or none. */
  bookmark(pos: number, note: string | null): void;
  /** The filter is to ask for this. */
  ask(query: string): void;
  /** What the query that is on matches, as far as the table knows. */
  hits(pos: number): readonly Hit[];
  /** A number is to be drawn as a line. */
  chart?(key: SeriesKey): void;
  /** An action is to be made. */
  act?(draft: Partial<Action>): void;
}

export class Inspector {
  readonly element: HTMLElement;
  readonly #live: Live;
  readonly #events: InspectorEvents;
  readonly #fields = el("dl", "in-fields selectable");
  readonly #data = new DataView((chosen) => this.#setChosen(chosen));
  readonly #flag = el("button", "in-flag", { type: "button", "data-testid": "bookmark" });
  readonly #path = el("code", "in-path selectable");
  readonly #copyPath = button("button small");
  readonly #ask = button("button small");
  readonly #chart = button("button small");
  readonly #act = button("button small");
  readonly #note = el("input", "in-note", { type: "text", maxlength: "500", "data-testid": "bookmark-note" });
  readonly #noteName = el("dt");
  readonly #noteCell = el("dd");
  readonly #more = button("button small");
  readonly #form = button("button small");
  readonly #copy = button("button small");
  readonly #copied = el("span", "hidden", { role: "status" });
  readonly #tools = el("div", "in-tools");
  #detail: Detail | null = null;
  /** The data as far as it has been pulled. */
  #text = "";
  #pulled = 0;
  #json = false;
  /** The reader's choice, kept from event to event. */
  #raw = false;
  #wanted: number | null = null;
  #busy = false;
  #chosen: Chosen | null = null;
  #query = "";
  /** Its note, if it is bookmarked. */
  #marked: string | null = null;

  constructor(live: Live, events: InspectorEvents) {
    this.#live = live;
    this.#events = events;
    this.element = el("aside", "inspector", {
      "data-testid": "inspector",
      "aria-label": t("inspector.label"),
      tabindex: "-1",
    });
    const shut = el("button", "in-close", { type: "button", "aria-label": t("inspector.close"), title: t("inspector.close") });
    shut.addEventListener("click", events.close);
    this.#tools.append(this.#path, this.#copy, this.#copyPath, this.#ask, this.#chart, this.#act, this.#form, this.#more, this.#copied);
    this.element.append(shut, this.#flag, this.#fields, this.#data.element, this.#tools);
    this.element.hidden = true;
    setText(this.#copy, t("inspector.copy"));
    setText(this.#copyPath, t("inspector.copy-path"));
    setText(this.#ask, t("inspector.filter-by"));
    setText(this.#chart, t("inspector.chart"));
    setText(this.#act, t("actions.make"));
    this.#chart.dataset["testid"] = "chart-value";
    this.#act.dataset["testid"] = "make-action";
    this.#act.title = t("actions.make.about");
    this.#chart.addEventListener("click", () => {
      const row = this.#detail?.row;
      if (this.#chosen?.number && row?.kind === "event") events.chart?.({ type: row.type, path: this.#chosen.path });
    });
    this.#act.addEventListener("click", () => {
      const row = this.#detail?.row;
      if (row?.kind === "event") events.act?.({ event_type: row.type === "message" ? "" : row.type, query: this.#chosen?.query ?? "" });
    });
    this.#path.setAttribute("role", "status");
    this.#path.setAttribute("aria-label", t("inspector.path"));
    setText(this.#noteName, t("bookmark.note"));
    this.#note.placeholder = t("bookmark.note.placeholder");
    this.#note.setAttribute("aria-label", t("bookmark.note"));
    this.#noteCell.append(this.#note);
    this.#note.addEventListener("change", () => this.#keepNote());
    this.#note.addEventListener("keydown", (event) => this.#onNoteKey(event));
    this.#flag.addEventListener("click", () => this.#turnFlag());
    this.#copyPath.addEventListener("click", () => {
      if (this.#chosen) void this.#tellCopied(this.#copyPath, copyText(this.#chosen.path), "inspector.copy-path");
    });
    this.#ask.addEventListener("click", () => {
      if (this.#chosen) events.ask(this.#chosen.query);
    });
    this.#copy.addEventListener("click", () => void this.#copyAll());
    this.#form.addEventListener("click", () => {
      this.#raw = !this.#raw;
      this.#showData();
    });
    this.#more.addEventListener("click", () => void this.#pullMore());
  }

  /** Shows an entry; of several asked for in a hurry only the newest is pulled. */
  show(pos: number): void {
    this.#wanted = pos;
    if (!this.#busy) void this.#pull();
  }

  dispose(): void {
    this.#data.dispose();
  }

  hide(): void {
    this.#wanted = null;
    this.#detail = null;
    this.element.hidden = true;
  }

  /** What the filter asks for now: its matches are marked. */
  setQuery(query: string): void {
    if (query === this.#query) return;
    this.#query = query;
    this.#showData();
  }

  /** Another bookmark, or none, for the entry that it shows. */
  setMarked(noteOf: (pos: number) => string | null): void {
    const next = this.#detail ? noteOf(this.#detail.row.pos) : null;
    if (next === this.#marked) return;
    this.#marked = next;
    this.#showMarked();
  }

  async #pull(): Promise<void> {
    this.#busy = true;
    while (this.#wanted !== null) {
      const pos = this.#wanted;
      const detail = await this.#live.entry(pos, 0);
      if (this.#wanted !== pos) continue;
      this.#wanted = null;
      if (detail) this.#fill(detail);
      else this.#fillGone(pos);
    }
    this.#busy = false;
  }

  #fill(detail: Detail): void {
    this.#detail = detail;
    this.#text = detail.data;
    this.#pulled = bytesOf(detail.data);
    this.#json = this.#pulled >= detail.total && isJson(detail.data);
    this.#marked = null;
    this.#showFields(detail);
    this.setMarked((pos) => this.#live.bookmarks().find((each) => each.pos === pos)?.note ?? null);
    this.#showMarked();
    this.#showData();
    this.element.scrollTop = 0;
    this.element.hidden = false;
  }

  /** The entry has been dropped to bound the memory, or its session is gone. */
  #fillGone(pos: number): void {
    this.#detail = null;
    this.#text = "";
    this.#fields.replaceChildren();
    this.#field("inspector.entry", fmt.int(pos + 1));
    this.#data.showWords(t("inspector.gone"));
    this.#tools.hidden = true;
    this.#flag.hidden = true;
    this.element.hidden = false;
  }

  #showFields({ row, total, chunks }: Detail): void {
    this.#fields.replaceChildren();
    if (row.kind === "event") {
      this.#field("inspector.event", String(row.seq), "mono");
      this.#field("inspector.type", row.type, "chip");
      if (row.id !== "") this.#field("inspector.id", row.id, "mono");
      this.#field("inspector.arrived", arrived(row));
      const size = tn("inspector.bytes", total);
      this.#field("inspector.size", chunks > 0 ? tn("inspector.in-chunks", chunks, { size }) : size);
      return;
    }
    this.#field("inspector.mark", t(`mark.kind.${row.kind}`));
    this.#field("inspector.arrived", fmt.clock(row.at_us));
    this.#field("inspector.attempt", fmt.int(row.attempt));
  }

  #field(key: FieldKey, value: string, className = ""): void {
    const name = el("dt");
    setText(name, t(key));
    const cell = el("dd");
    const text = className ? el("span", className) : cell;
    setText(text, value);
    if (text !== cell) cell.append(text);
    this.#fields.append(name, cell);
  }

  #showData(): void {
    const detail = this.#detail;
    if (!detail) return;
    this.#tools.hidden = false;
    const isText = detail.row.kind === "event" || detail.row.kind === "comment";
    const text = isText ? this.#text : markText(detail.row);
    const hits = this.#events.hits(detail.row.pos);
    if (text === "") this.#data.showWords(t("inspector.empty"));
    else if (this.#json && !this.#raw) this.#data.showJson(text, this.#query, hits);
    else this.#data.showText(text, detail.row.kind === "event" ? this.#query : "", hits);
    const setOut = this.#json && !this.#raw;
    this.#copyPath.hidden = !setOut;
    this.#ask.hidden = !setOut;
    const isEvent = detail.row.kind === "event";
    this.#chart.hidden = !setOut || !isEvent || this.#events.chart === undefined;
    this.#act.hidden = !isEvent || this.#events.act === undefined;
    this.#form.hidden = !this.#json;
    setText(this.#form, t(this.#raw ? "inspector.pretty" : "inspector.raw"));
    const left = isText ? detail.total - this.#pulled : 0;
    this.#more.hidden = left <= 0;
    setText(this.#more, t("inspector.more", { size: fmt.bytes(left) }));
  }

  #setChosen(chosen: Chosen | null): void {
    this.#chosen = chosen;
    setText(this.#path, chosen?.path ?? "");
    for (const each of [this.#copyPath, this.#ask]) {
      each.disabled = chosen === null;
      each.title = chosen ? "" : t("inspector.path.hint");
    }
    if (chosen) this.#ask.title = chosen.query;
    this.#chart.disabled = !chosen?.number;
    this.#chart.title = chosen?.number ? "" : t("inspector.chart.hint");
  }

  // The bookmark

  #showMarked(): void {
    const on = this.#marked !== null;
    const words = t(on ? "bookmark.remove" : "bookmark.add");
    this.#flag.hidden = this.#detail === null;
    this.#flag.setAttribute("aria-pressed", String(on));
    this.#flag.setAttribute("aria-label", words);
    this.#flag.title = words;
    if (on) this.#fields.append(this.#noteName, this.#noteCell);
    else {
      this.#noteName.remove();
      this.#noteCell.remove();
    }
    if (document.activeElement !== this.#note || !on) this.#note.value = this.#marked ?? "";
  }

  #turnFlag(): void {
    if (this.#detail) this.#events.bookmark(this.#detail.row.pos, this.#marked === null ? "" : null);
  }

  #keepNote(): void {
    const note = this.#note.value.trim();
    if (this.#detail && this.#marked !== null && note !== this.#marked) this.#events.bookmark(this.#detail.row.pos, note);
  }

  #onNoteKey(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === "Enter") this.#keepNote();
    else if (event.key === "Escape") this.#note.value = this.#marked ?? "";
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.#flag.focus();
  }

  async #pullMore(): Promise<boolean> {
    const detail = this.#detail;
    if (!detail) return false;
    const next = await this.#live.entry(detail.row.pos, this.#pulled);
    if (!next || next.data === "" || this.#detail !== detail) return false;
    this.#text += next.data;
    this.#pulled += bytesOf(next.data);
    this.#showData();
    return true;
  }

  async #copyAll(): Promise<void> {
    const detail = this.#detail;
    if (!detail) return;
    await this.#tellCopied(this.#copy, copyText(this.#pullAll(detail)), "inspector.copy");
  }

  /** Says for a moment, on the button and for ears, whether it was copied. */
  async #tellCopied(on: HTMLElement, copying: Promise<boolean>, name: "inspector.copy" | "inspector.copy-path"): Promise<void> {
    const detail = this.#detail;
    const said = t((await copying) ? "inspector.copied" : "inspector.not-copied");
    if (this.#detail !== detail) return;
    setText(on, said);
    setText(this.#copied, said);
    setTimeout(() => {
      setText(on, t(name));
      setText(this.#copied, "");
    }, COPIED_MS);
  }

  async #pullAll(detail: Detail): Promise<string> {
    if (detail.row.kind === "event" || detail.row.kind === "comment") {
      while (this.#pulled < Math.min(detail.total, COPY_BYTES) && (await this.#pullMore())) {
        // Until it is whole, or as much of it as the clipboard is given.
      }
    }
    return this.#whole(detail.row);
  }

  /** What is copied: the data as it came, or, set out, as it is seen. */
  #whole(row: Row): string {
    if (row.kind !== "event" && row.kind !== "comment") return markText(row);
    return this.#json && !this.#raw ? this.#data.text : this.#text;
  }
}

type FieldKey =
  | "inspector.entry"
  | "inspector.event"
  | "inspector.type"
  | "inspector.id"
  | "inspector.arrived"
  | "inspector.size"
  | "inspector.mark"
  | "inspector.attempt";

function arrived(row: Row): string {
  const time = fmt.clock(row.at_us);
  return row.gap_us === null ? time : t("inspector.after", { time, gap: fmt.ms(row.gap_us / 1000) });
}

function markText(row: Row): string {
  const said = words(row);
  const failure = row.kind === "closed" || row.kind === "failed" ? row.failure : null;
  const facts = Object.entries(failure?.args ?? {}).map(([name, value]) => `${name}: ${value}`);
  return [said, ...facts].join("\n");
}

const encoder = new TextEncoder();

function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

function button(className: string): HTMLButtonElement {
  return el("button", className, { type: "button" });
}

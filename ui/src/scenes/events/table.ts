// The table: a pool of rows as high as the view, filled from the row cache at each frame. The rows stand
// in a layer that sticks to the view, so that a frame that comes late shows old rows and never blank ones.

import { t, tn } from "../../i18n";
import type { Row } from "../../ipc/bindings";
import { RowCache } from "../../model/rows";
import type { Live } from "../../model/api";
import { Disposal, el, setAttribute, setText } from "../dom";
import { RowView } from "./row";
import { ROW_PX, RowWindow } from "./window";

/** Rows pulled ahead of a reader who scrolls. */
const AHEAD = 40;
/** The most that the backend gives at once. */
const PAGE = 200;
const COLUMNS = ["number", "arrived", "gap", "type", "data"] as const;

export interface TableEvents {
  /** The table wants to be drawn. */
  dirty(): void;
  /** Another entry was selected, or none. */
  selected(pos: number | null): void;
  /** Enter was pressed on the selection. */
  entered(): void;
}

export class Table {
  readonly element = el("div", "ev-table", { role: "grid", tabindex: "0", "aria-label": t("events.label") });
  readonly #layer = el("div", "ev-layer", { role: "rowgroup" });
  readonly #spacer = el("div", "ev-spacer", { role: "presentation" });
  readonly #head = el("div", "ev-head", { role: "row", "aria-rowindex": "1" });
  readonly #live: Live;
  readonly #events: TableEvents;
  readonly #window = new RowWindow();
  readonly #cache: RowCache<Row>;
  readonly #disposal = new Disposal();
  #pool: RowView[] = [];
  #session: number | null = null;
  #following = true;
  #selected: number | null = null;
  /** Where the scroller was put, to tell the user's hand from ours. */
  #putAt = 0;
  /** Heights as they were last written. */
  #height = -1;
  #view = -1;

  constructor(live: Live, events: TableEvents) {
    this.#live = live;
    this.#events = events;
    this.#cache = new RowCache({
      page: PAGE,
      async fetch(from, len) {
        const page = await live.entries(from, len);
        return page && { first: page.first_pos, rows: page.rows };
      },
      number: (row) => row.pos,
      changed: () => events.dirty(),
    });
    for (const name of COLUMNS) {
      const cell = el("div", `ev-${name}`, { role: "columnheader" });
      setText(cell, t(`events.col.${name}`));
      this.#head.append(cell);
    }
    this.#spacer.append(this.#layer);
    this.element.append(this.#head, this.#spacer);

    const { element } = this;
    this.#disposal.listen(element, "scroll", () => this.#onScroll(), { passive: true });
    this.#disposal.listen(element, "wheel", (event) => this.#onWheel(event), { passive: false });
    this.#disposal.listen(element, "keydown", (event) => this.#onKey(event));
    this.#disposal.listen(this.#layer, "pointerdown", (event) => this.#onPress(event));
    const sizes = new ResizeObserver(() => events.dirty());
    sizes.observe(element);
    this.#disposal.add(() => sizes.disconnect());
  }

  get following(): boolean {
    return this.#following;
  }

  get selected(): number | null {
    return this.#selected;
  }

  /** Whether rows can be above or below what is seen. */
  get scrolls(): boolean {
    return !this.#following && !this.#window.atEnd;
  }

  follow(following: boolean): void {
    this.#following = following;
    this.#events.dirty();
  }

  /** Selects an entry and brings it into view, or selects none. */
  select(pos: number | null, centred: boolean): void {
    if (pos !== null) {
      this.#following = false;
      this.#spanNow();
      this.#window.reveal(pos, centred);
    }
    if (pos !== this.#selected) {
      this.#selected = pos;
      this.#events.selected(pos);
    }
    this.#events.dirty();
  }

  draw(): void {
    const view = this.element.clientHeight - this.#head.offsetHeight;
    if (view <= 0) return;
    const session = this.#live.status()?.session ?? null;
    if (session !== this.#session) this.#begin(session);
    const shrunk = view < this.#view && this.#selected !== null && this.#sees(this.#selected);
    this.#window.resize(view);
    this.#span();
    // The inspector that opens under the table takes its room from below.
    if (shrunk && this.#selected !== null && !this.#following) this.#window.reveal(this.#selected, false);
    if (this.#following) this.#window.toEnd();
    this.#fetch();
    this.#place(view);
    this.#fill();
  }

  dispose(): void {
    this.#disposal.end();
  }

  #sees(pos: number): boolean {
    const { from, to } = this.#window.seen;
    return pos >= from && pos < to;
  }

  #begin(session: number | null): void {
    this.#session = session;
    this.#cache.clear();
    this.#following = true;
    this.#window.span(0, 0);
    this.#window.toStart();
    if (this.#selected === null) return;
    this.#selected = null;
    this.#events.selected(null);
  }

  /** Where the log begins and ends now. */
  get #log(): { first: number; end: number } {
    const status = this.#live.status();
    const end = status?.end_pos ?? 0;
    return { first: Math.min(end, Math.max(status?.first_pos ?? 0, this.#cache.first)), end };
  }

  #span(): void {
    const { first, end } = this.#log;
    // The end moves on only to where rows are held: new rows come a frame later, but none is ever blank.
    if (!this.#following) {
      const shown = Math.max(first, this.#window.end);
      const bottom = Math.min(end, this.#window.firstSeen.pos + this.#window.capacity);
      const held = bottom <= shown || this.#cache.has(shown, bottom);
      if (!held) this.#cache.want(shown, bottom, end, false);
      this.#window.span(first, held ? end : shown);
      return;
    }
    const from = Math.max(first, end - this.#window.capacity - 1);
    if (this.#cache.has(from, end)) this.#window.span(first, end);
    else {
      this.#cache.want(from, end, end, false);
      this.#window.span(first, Math.max(first, Math.min(end, this.#heldEnd(end))));
    }
  }

  /** The furthest end of which a whole view is held. */
  #heldEnd(end: number): number {
    const held = Math.min(end, this.#cache.end);
    const from = Math.max(this.#log.first, held - this.#window.capacity);
    return this.#cache.has(from, held) ? held : this.#window.end;
  }

  #spanNow(): void {
    const { first, end } = this.#log;
    this.#window.span(first, end);
  }

  #fetch(): void {
    if (this.#following) return;
    const { from, to } = this.#window.seen;
    const { first, end } = this.#window;
    if (this.#cache.has(from, to)) {
      this.#cache.want(Math.max(first, from - AHEAD), Math.min(end, to + AHEAD), end, true);
    } else {
      this.#cache.want(from, to, end, true);
    }
  }

  #place(view: number): void {
    const { height, scrollTop } = this.#window;
    if (height !== this.#height || view !== this.#view) {
      this.#height = height;
      this.#view = view;
      this.#spacer.style.height = `${Math.max(height, view)}px`;
      this.#layer.style.height = `${view}px`;
    }
    if (Math.abs(this.element.scrollTop - scrollTop) >= 1) {
      this.element.scrollTop = scrollTop;
    }
    this.#putAt = this.element.scrollTop;
  }

  #fill(): void {
    const { capacity, firstSeen, first, end, rows } = this.#window;
    while (this.#pool.length < capacity) {
      const row = new RowView(this.#pool.length);
      this.#pool.push(row);
      this.#layer.append(row.element);
    }
    let active: string | null = null;
    for (const [slot, row] of this.#pool.entries()) {
      const pos = firstSeen.pos + slot;
      if (slot >= capacity || pos >= end || (pos < first && first === 0)) {
        row.hide();
        continue;
      }
      row.place(slot * ROW_PX - firstSeen.above);
      // The header is row 1.
      const index = pos - first + this.#window.noteRows + 2;
      if (pos < first) {
        row.note(tn("events.dropped", first), index);
        continue;
      }
      row.show(this.#cache.row(pos), pos, index, pos === this.#selected);
      if (pos === this.#selected) active = row.element.id;
    }
    setAttribute(this.element, "aria-rowcount", String(rows + 1));
    setAttribute(this.element, "aria-activedescendant", active);
  }

  // The user's hand

  #onScroll(): void {
    const { scrollTop } = this.element;
    const moved = scrollTop - this.#putAt;
    if (Math.abs(moved) < 1 || this.element.clientHeight === 0) return;
    this.#putAt = scrollTop;
    this.#window.scrolledTo(scrollTop);
    this.#following = moved > 0 && this.#window.atEnd;
    this.#events.dirty();
  }

  #onWheel(event: WheelEvent): void {
    if (event.ctrlKey || event.deltaY === 0) return;
    if (event.deltaY < 0 && this.#window.top > 0) this.#following = false;
    if (!this.#window.scaled) return;
    // A scaled scrollbar would turn a notch of the wheel into hundreds of rows.
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? ROW_PX : 1;
    this.#window.scrollBy(event.deltaY * unit);
    if (event.deltaY > 0 && this.#window.atEnd) this.#following = true;
    this.#events.dirty();
  }

  // At the press and not the click: in between the rows may move on.
  #onPress(event: PointerEvent): void {
    if (event.button !== 0) return;
    const row = this.#pool.find((each) => event.target instanceof Node && each.element.contains(event.target));
    if (row && row.pos !== null) this.select(row.pos, false);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.element) return;
    const page = Math.max(1, this.#window.capacity - 2);
    const moves: Readonly<Record<string, number>> = {
      ArrowUp: -1,
      ArrowDown: 1,
      PageUp: -page,
      PageDown: page,
      Home: -Infinity,
      End: Infinity,
    };
    const move = moves[event.key];
    if (move !== undefined) this.#move(move);
    else if (event.key === "Enter" && this.#selected !== null) this.#events.entered();
    else if (event.key === "Escape" && this.#selected !== null) this.select(null, false);
    else return;
    event.preventDefault();
  }

  #move(by: number): void {
    const { first, end } = this.#log;
    if (end === first) return;
    const { from, to } = this.#window.seen;
    // Without a selection the keys begin at the edge of what is seen.
    const start = this.#selected ?? (by > 0 ? from - 1 : to);
    this.select(Math.min(end - 1, Math.max(first, start + by)), false);
  }
}

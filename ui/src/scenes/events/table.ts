// The table: a pool of rows as high as the view, filled from the row cache at each frame. The rows stand
// in a layer that sticks to the view, so that a frame that comes late shows old rows and never blank ones.
// Rows are numbered by entry, or by their place in the filter's view where one is on.

import { isCommand } from "../../chrome/keys";
import { t, tn } from "../../i18n";
import type { Action, Row } from "../../ipc/bindings";
import { RowCache } from "../../model/rows";
import type { Live } from "../../model/api";
import { coloursOf, type Colours } from "../action-name";
import { Disposal, el, setAttribute } from "../dom";
import type { Place } from "../scene";
import { COLUMNS, type Look } from "./columns";
import { TableHead } from "./head";
import { lookOf, NO_COLOURS, RowView, type RowLook } from "./row";
import { Selection } from "./selection";
import { ROW_PX, RowWindow } from "./window";

/** Rows pulled ahead of a reader who scrolls. */
const AHEAD = 40;
/** The most that the backend gives at once. */
const PAGE = 200;
/** Within this a search that began may end before anything of it is shown; until then the rows before it stand. */
const PATIENCE_MS = 200;

export interface TableEvents {
  /** The table wants to be drawn. */
  dirty(): void;
  /** Another entry was selected, or none. */
  selected(pos: number | null): void;
  /** Enter was pressed on the selection. */
  entered(): void;
  /** The bookmark of an entry is to be set or taken away. */
  bookmark(pos: number): void;
  /** The selected row is to be copied. */
  copy(pos: number): void;
  /** The reader wants the bookmark before or after the selection. */
  toBookmark(step: 1 | -1): void;
  /** Times are to be written the other way. */
  turnTimes(): void;
  /** What the stream does when an event matches. */
  actions(): readonly Action[];
  /** Whether the view is none that the reader has asked for. */
  bare(): boolean;
}

export class Table {
  readonly element = el("div", "ev-table", { role: "grid", tabindex: "0", "aria-label": t("events.label") });
  readonly #layer = el("div", "ev-layer", { role: "rowgroup" });
  readonly #spacer = el("div", "ev-spacer", { role: "presentation" });
  readonly #head: TableHead;
  readonly #live: Live;
  readonly #events: TableEvents;
  readonly #window = new RowWindow();
  readonly #cache: RowCache<Row>;
  readonly #disposal = new Disposal();
  readonly #selection: Selection;
  #pool: RowView[] = [];
  #session: number | null = null;
  #view: number | null = null;
  #seeks = 0;
  #wasDone = true;
  /** Since when a new view waits for its first rows. */
  #waitingSince: number | null = null;
  #following = true;
  /** Whether the newest is followed again once the search is over. */
  #resumes = false;
  /** What is to be brought into view as soon as the table has a height. */
  #wanted: { readonly at: number; readonly how: "centred" | "near" | number } | null = null;
  /** Whether the reader has not been anywhere since the view began. */
  #untouched = true;
  /** Where the scroller was put, to tell the user's hand from ours. */
  #putAt = 0;
  /** Heights as they were last written. */
  #height = -1;
  #viewPx = -1;
  #wide = -1;
  #columns: Look;
  #look: RowLook = { shown: COLUMNS, zeroUs: null, chars: 60, colours: NO_COLOURS };
  #coloursOf: readonly Action[] | null = null;
  #colours: Colours = NO_COLOURS;
  #marks: ReadonlySet<number> = new Set();

  constructor(live: Live, look: Look, events: TableEvents) {
    this.#live = live;
    this.#events = events;
    this.#columns = look;
    this.#cache = new RowCache({
      page: PAGE,
      async fetch(from, len) {
        const page = await live.entries(from, len);
        // Where a view's rows begin is told by its state; what `first_pos` says is of the log.
        return page && { first: live.view() ? 0 : page.first_pos, from: page.from, rows: page.rows };
      },
      number: (row) => row.pos,
      changed: () => events.dirty(),
    });
    this.#selection = new Selection({
      row: (at) => this.#cache.row(at),
      inView: () => live.view() !== null,
      locate: (pos) => live.locate({ by: "pos", pos }),
      changed: (pos) => events.selected(pos),
      found: (at, centred) => this.#reveal(at, centred),
    });
    this.#head = new TableHead(() => events.turnTimes());
    this.#spacer.append(this.#layer);
    this.element.append(this.#head.element, this.#spacer);
    this.setLook(look);

    const { element } = this;
    this.#disposal.listen(element, "scroll", () => this.#onScroll(), { passive: true });
    this.#disposal.listen(element, "wheel", (event) => this.#onWheel(event), { passive: false });
    this.#disposal.listen(element, "keydown", (event) => this.#onKey(event));
    this.#disposal.listen(this.#layer, "pointerdown", (event) => this.#onPress(event));
    this.#disposal.add(() => this.#head.dispose());
    this.#disposal.listen(this.#layer, "click", (event) => {
      // Assistive tools click without a press before it.
      const view = event.detail === 0 ? this.#viewOf(event.target) : undefined;
      if (view && view.pos !== null && view.isFlag(event.target)) events.bookmark(view.pos);
    });
    const sizes = new ResizeObserver(() => {
      this.#wide = -1;
      events.dirty();
    });
    sizes.observe(element);
    this.#disposal.add(() => sizes.disconnect());
  }

  get following(): boolean {
    return this.#following;
  }

  /** The entry that is selected. */
  get selected(): number | null {
    return this.#selection.pos;
  }

  /** How it is read; nothing while the newest is followed and none is selected. */
  get place(): Place {
    const { from } = this.#window.seen;
    const { pos, above } = this.#window.firstSeen;
    const top = this.#live.view() === null ? from : (this.#cache.row(from)?.pos ?? null);
    return { at: this.#following ? null : top, above: above - (from - pos) * ROW_PX, selected: this.#selection.pos };
  }

  /** Goes on where another was read that this one is made in the place of. */
  resume({ at, above = 0, selected = null }: Place): void {
    this.#turn(performance.now());
    if (selected !== null) this.#selection.choose(selected, false);
    if (at === null) return;
    this.#following = false;
    const put = (row: number): void => {
      this.#wanted = { at: row, how: above };
      this.#events.dirty();
    };
    if (this.#live.view() === null) put(at);
    else void this.#live.locate({ by: "pos", pos: at }).then((located) => located && !this.#following && put(located.row));
  }

  /** The row of it, as far as the table holds it. */
  get selectedRow(): Row | undefined {
    const row = this.#selection.at === null ? undefined : this.#cache.row(this.#selection.at);
    return row?.pos === this.#selection.pos ? row : undefined;
  }

  /** Whether rows can be above or below what is seen. */
  get scrolls(): boolean {
    return !this.#following && !this.#window.atEnd;
  }

  /** Rows in all, of the view or of the log. */
  get rows(): number {
    const { first, end } = this.#log;
    return end - first;
  }

  follow(following: boolean): void {
    this.#following = following;
    this.#events.dirty();
  }

  setLook(look: Look): void {
    this.#columns = look;
    this.#head.setLook(look, this.element);
    this.#wide = -1;
    this.#events.dirty();
  }

  /** The entries that are bookmarked. */
  setMarks(marks: ReadonlySet<number>): void {
    this.#marks = marks;
    this.#events.dirty();
  }

  /** Selects an entry and brings it into view, or selects none. */
  select(pos: number | null, centred: boolean): void {
    if (pos !== null) {
      // It is one of the session that is on now, whichever was drawn last.
      this.#turn(performance.now());
      this.#following = false;
    }
    this.#selection.choose(pos, centred);
    this.#events.dirty();
  }

  /** The same for an entry whose row is known. */
  selectAt(pos: number, at: number): void {
    this.#turn(performance.now());
    this.#following = false;
    this.#selection.set(pos, at);
    this.#reveal(at, true);
  }

  /** Draws; answers whether it waits for something that no tick tells of. */
  draw(now: number): boolean {
    const view = this.element.clientHeight - this.#head.height;
    if (view <= 0) return false;
    this.#turn(now);
    if (this.#waits(now)) return true;
    const { at } = this.#selection;
    const shrunk = view < this.#viewPx && at !== null && this.#sees(at);
    this.#window.resize(view);
    this.#bring();
    this.#span();
    // The inspector that opens under the table takes its room from below.
    if (shrunk && at !== null && !this.#following) this.#window.reveal(at, false);
    if (this.#following) this.#window.toEnd();
    this.#fetch();
    this.#selection.settle();
    this.#place(view);
    this.#setRowLook();
    this.#fill();
    return false;
  }

  dispose(): void {
    this.#disposal.end();
  }

  #sees(at: number): boolean {
    const { from, to } = this.#window.seen;
    return at >= from && at < to;
  }

  #reveal(at: number, centred: boolean): void {
    this.#untouched = false;
    this.#wanted = { at, how: centred ? "centred" : "near" };
    if (this.#viewPx > 0) this.#bring();
    this.#events.dirty();
  }

  /** Before the first frame nothing is known of how much can be seen. */
  #bring(): void {
    if (!this.#wanted) return;
    const { at, how } = this.#wanted;
    this.#wanted = null;
    this.#spanNow();
    if (typeof how === "number") this.#window.put(at, how);
    else this.#window.reveal(at, how === "centred");
  }

  // What is on show

  /** Turns to the session, the view and the playhead that are on now. */
  #turn(now: number): void {
    const status = this.#live.status();
    const session = status?.session ?? null;
    const view = this.#live.view();
    const seeks = status?.replay?.seeks ?? 0;
    if (session !== this.#session) {
      this.#begin(session);
      this.#waitingSince = null;
    } else if ((view?.view ?? null) !== this.#view) {
      this.#beginView(now);
    } else if (seeks !== this.#seeks && this.#selection.at !== null && this.#selection.at >= this.#log.end) {
      // The playhead went back to before it.
      this.select(null, false);
    }
    this.#session = session;
    this.#view = view?.view ?? null;
    this.#seeks = seeks;
    const done = view === null || view.done || view.cancelled;
    if (done && !this.#wasDone) {
      // While it was searched, rows could be found between those that are held.
      this.#cache.renewAll();
      if (this.#resumes && this.#untouched) this.#following = true;
      this.#resumes = false;
      this.#selection.locate(!this.#following && this.#untouched);
    }
    this.#wasDone = done;
  }

  #begin(session: number | null): void {
    this.#session = session;
    this.#cache.clear();
    this.#following = true;
    this.#wanted = null;
    this.#window.span(0, 0);
    this.#window.toStart();
    this.#selection.choose(null, false);
  }

  /** Another filter: its rows are numbered anew. What is selected stays so, wherever it is now. */
  #beginView(now: number): void {
    this.#cache.clear();
    this.#waitingSince = now;
    this.#untouched = true;
    this.#selection.lose();
  }

  /** Whether the rows of the filter before still stand: until there is something to show instead, or for a moment. */
  #waits(now: number): boolean {
    if (this.#waitingSince === null) return false;
    const view = this.#live.view();
    const done = view === null || view.done || view.cancelled;
    const long = now - this.#waitingSince >= PATIENCE_MS;
    const { first, end } = this.#log;
    const capacity = Math.max(1, this.#window.capacity);
    const top = this.#following && done ? Math.max(first, end - capacity) : first;
    const held = this.#cache.has(top, Math.min(end, top + capacity));
    if (!held) this.#cache.want(top, Math.min(end, top + capacity), end, false);
    // Of a long search the first page is shown; whoever followed the newest would see rows fly by instead.
    if (!long && (!done || !held)) return true;
    this.#waitingSince = null;
    if (!done) {
      this.#resumes = this.#following && this.#events.bare();
      this.#following = false;
    }
    this.#window.span(0, 0);
    this.#window.toStart();
    this.#selection.locate(!this.#following);
    return false;
  }

  /** Where the log or the view begins and ends now. */
  get #log(): { first: number; end: number } {
    const view = this.#live.view();
    if (view) return { first: view.gone, end: view.rows };
    const status = this.#live.status();
    const end = status?.end_pos ?? 0;
    return { first: Math.min(end, Math.max(status?.first_pos ?? 0, this.#cache.first)), end };
  }

  #span(): void {
    const { first, end } = this.#log;
    // The end moves on only to where rows are held: new rows come a frame later, but none is ever blank.
    if (!this.#following) {
      const shown = Math.max(first, Math.min(end, this.#window.end));
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
    const { from, to } = this.#window.seen;
    const { first, end } = this.#window;
    if (this.#following) {
      // What was pulled before the search was done may stand elsewhere now.
      this.#cache.want(from, to, end, false);
    } else if (this.#cache.has(from, to)) {
      this.#cache.want(Math.max(first, from - AHEAD), Math.min(end, to + AHEAD), end, true);
    } else {
      this.#cache.want(from, to, end, true);
    }
  }

  #place(view: number): void {
    const { height, scrollTop } = this.#window;
    if (height !== this.#height || view !== this.#viewPx) {
      this.#height = height;
      this.#viewPx = view;
      this.#spacer.style.height = `${Math.max(height, view)}px`;
      this.#layer.style.height = `${view}px`;
    }
    if (Math.abs(this.element.scrollTop - scrollTop) >= 1) {
      this.element.scrollTop = scrollTop;
    }
    this.#putAt = this.element.scrollTop;
  }

  /** Which actions give which colours; made anew only with other actions. */
  #coloursNow(): Colours {
    const actions = this.#events.actions();
    if (actions === this.#coloursOf) return this.#colours;
    // The rows that are held have the colours of the actions before.
    if (this.#coloursOf !== null) this.#cache.renewAll();
    this.#coloursOf = actions;
    this.#colours = coloursOf(actions);
    return this.#colours;
  }

  #setRowLook(): void {
    const { shown, relative } = this.#columns;
    if (this.#wide < 0) this.#wide = this.#head.dataWidth;
    const status = this.#live.status();
    const zeroUs = relative ? (status?.replay?.start_us ?? status?.started_us ?? null) : null;
    this.#look = lookOf(this.#look, shown, zeroUs, this.#wide, this.#coloursNow());
  }

  #fill(): void {
    const { capacity, firstSeen, first, end, rows } = this.#window;
    while (this.#pool.length < capacity) {
      const row = new RowView(this.#pool.length);
      this.#pool.push(row);
      this.#layer.append(row.element);
    }
    const { pos: selected } = this.#selection;
    let active: string | null = null;
    for (const [slot, view] of this.#pool.entries()) {
      const at = firstSeen.pos + slot;
      if (slot >= capacity || at >= end || (at < first && first === 0)) {
        view.hide();
        continue;
      }
      view.place(slot * ROW_PX - firstSeen.above);
      // The header is row 1.
      const index = at - first + this.#window.noteRows + 2;
      if (at < first) {
        view.note(tn("events.dropped", first), index);
        continue;
      }
      const row = this.#cache.row(at);
      const isSelected = selected !== null && (row ? row.pos === selected : this.#selection.at === at);
      const bookmarked = row !== undefined && this.#marks.has(row.pos);
      view.show(row, at, this.#look, { index, selected: isSelected, bookmarked });
      if (isSelected) active = view.element.id;
    }
    setAttribute(this.element, "aria-rowcount", String(rows + 1));
    setAttribute(this.element, "aria-activedescendant", active);
  }

  // The user's hand

  #onScroll(): void {
    const { scrollTop } = this.element;
    const moved = scrollTop - this.#putAt;
    if (Math.abs(moved) < 1 || this.element.clientHeight === 0) return;
    // A view that has grown is scrolled up by the browser, not by a hand; the next frame puts it right.
    if (this.element.clientHeight - this.#head.height !== this.#viewPx) return;
    this.#putAt = scrollTop;
    this.#untouched = false;
    this.#window.scrolledTo(scrollTop);
    this.#following = moved > 0 && this.#window.atEnd;
    this.#events.dirty();
  }

  #onWheel(event: WheelEvent): void {
    if (event.ctrlKey || event.deltaY === 0) return;
    if (event.deltaY < 0 && this.#window.top > 0) this.#following = false;
    this.#untouched = false;
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
    const view = this.#viewOf(event.target);
    if (!view || view.at === null || view.pos === null) return;
    if (view.isFlag(event.target)) {
      // The focus stays where the keys are.
      event.preventDefault();
      this.#events.bookmark(view.pos);
      return;
    }
    this.#following = false;
    this.#selection.set(view.pos, view.at);
    this.#reveal(view.at, false);
  }

  #viewOf(target: EventTarget | null): RowView | undefined {
    return this.#pool.find((each) => target instanceof Node && each.element.contains(target));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.target !== this.element) return;
    if (isCommand(event) && !event.shiftKey && event.key.toLowerCase() === "c") {
      // Text that is marked somewhere is what is copied then.
      if (this.#selection.pos === null || getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      if (!event.repeat) this.#events.copy(this.#selection.pos);
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    if (event.altKey) {
      if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
      this.#events.toBookmark(event.key === "ArrowUp" ? -1 : 1);
      event.preventDefault();
      return;
    }
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
    const { pos } = this.#selection;
    if (move !== undefined) this.#move(move);
    else if ((event.key === "b" || event.key === "B") && pos !== null) {
      if (!event.repeat) this.#events.bookmark(pos);
    } else if (event.key === "Enter" && pos !== null) this.#events.entered();
    else if (event.key === "Escape" && pos !== null) this.select(null, false);
    else return;
    event.preventDefault();
  }

  #move(by: number): void {
    const { first, end } = this.#log;
    if (end === first) return;
    const { from, to } = this.#window.seen;
    // Without a selection the keys begin at the edge of what is seen.
    const start = this.#selection.at ?? (by > 0 ? from - 1 : to);
    const at = Math.min(end - 1, Math.max(first, start + by));
    this.#following = false;
    this.#selection.row(at);
    this.#reveal(at, false);
  }
}

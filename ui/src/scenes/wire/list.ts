// The rows of the wire. Only those in view are there; they stand in a layer that sticks to the view, and
// are pulled, drawn and measured in the frame that needs them.

import { t } from "../../i18n";
import type { WireForm, WireRow, WireSpan } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import { RowCache } from "../../model/rows";
import { Disposal, el } from "../dom";
import type { Place } from "../scene";
import { isOpen } from "./bars";
import type { Hints } from "./exchange";
import { RowView, type RowHost } from "./row";
import { WireWindow, type Anchor } from "./window";

/** The most that the backend gives at once. */
const PAGE = 100;
/** Rows pulled ahead of a reader who scrolls. */
const AHEAD = 20;
const LINE_PX = 40;
/** Times that a frame lays the rows out anew because they were not of the height they were taken for. */
const ROUNDS = 10;
/** Rows after which one that is still unfinished is taken as it is. */
const SETTLED = 1_000;
/** Rows that stay unfolded while they are out of view. */
const KEPT = 32;
const NOTHING: WireSpan = { first: 0, end: 0, chunks: 0, dropped_chunks: 0, dropped_bytes: 0, findings: 0 };

export class WireList {
  readonly element = el("div", "wi-list", { role: "list", tabindex: "0", "aria-label": t("wire.label"), "data-testid": "wire-list" });
  readonly #layer = el("div", "wi-layer", { role: "presentation" });
  readonly #spacer = el("div", "wi-spacer", { role: "presentation" });
  readonly #live: Live;
  readonly #dirty: () => void;
  readonly #window = new WireWindow();
  readonly #cache: RowCache<WireRow>;
  readonly #disposal = new Disposal();
  readonly #host: RowHost;
  #views = new Map<number, RowView>();
  /** Rows out of view in which something is unfolded; the newest few. */
  readonly #kept = new Map<number, RowView>();
  /** How far the wire reached when an unfinished row was last seen as it is. */
  #openAt = new WeakMap<WireRow, number>();
  #form: WireForm = "text";
  #hints: Hints;
  #session: number | null = null;
  #following = true;
  /** Where it is to go on as soon as it is known how high the row is. */
  #resumed: Anchor | null = null;
  /** While following: the end that is being pulled, and the one that is shown. */
  #target = 0;
  #shownEnd = 0;
  /** The reader moved down: at the end, following begins again. */
  #down = false;
  #putAt = 0;
  #height = -1;
  #view = -1;
  #width = -1;

  constructor(live: Live, hints: Hints, dirty: () => void) {
    this.#live = live;
    this.#hints = hints;
    this.#dirty = dirty;
    this.#cache = new RowCache<WireRow>({
      page: PAGE,
      fetch: (from, len) => live.wire(from, len, this.#form),
      number: (row) => row.no,
      changed: dirty,
    });
    this.#host = {
      resized: () => {
        // Whoever unfolds a row wants to read it.
        this.#following = false;
        dirty();
      },
      bytes: (no, from, form) => live.wireBytes(no, from, form),
    };
    this.#spacer.append(this.#layer);
    this.element.append(this.#spacer);
    this.#listen();
  }

  get following(): boolean {
    return this.#following;
  }

  /** Whether rows can be below what is seen. */
  get scrolls(): boolean {
    return !this.#following && !this.#window.atEnd;
  }

  get form(): WireForm {
    return this.#form;
  }

  setForm(form: WireForm): void {
    if (form === this.#form) return;
    this.#form = form;
    this.#cache.clear();
    this.#window.forget();
    this.#dirty();
  }

  setHints(hints: Hints): void {
    if (hints.key === this.#hints.key) return;
    this.#hints = hints;
    this.#dirty();
  }

  follow(): void {
    this.#following = true;
    this.#resumed = null;
    this.#target = 0;
    this.#dirty();
  }

  /** The row at the top of what is seen; none while the newest is followed. */
  get place(): Place {
    const { no, above } = this.#window.anchor;
    return this.#following ? { at: null, form: this.#form } : { at: no, above, form: this.#form };
  }

  /** Goes on where another was read that this one is made in the place of. */
  resume({ at, above = 0 }: Place): void {
    if (at === null) return;
    this.#turn();
    this.#following = false;
    const { first, end } = this.#span;
    this.#window.span(first - (first > 0 ? 1 : 0), end);
    this.#window.put({ no: at, above: 0 });
    this.#resumed = { no: at, above };
    this.#dirty();
  }

  /** Brings a row into view. */
  reveal(no: number): void {
    this.#turn();
    this.#following = false;
    this.#resumed = null;
    const { first, end } = this.#span;
    this.#window.span(first - (first > 0 ? 1 : 0), end);
    this.#window.reveal(no);
    this.#dirty();
  }

  /** Brings the row into view that had come by `at_us`. */
  async revealAt(atUs: number): Promise<void> {
    this.#turn();
    let { first: low, end: high } = this.#span;
    while (low < high - 1) {
      const middle = (low + high) >> 1;
      const row = this.#cache.row(middle) ?? (await this.#live.wire(middle, 1, this.#form))?.rows[0];
      if (!row) return;
      if (row.at_us <= atUs) low = middle;
      else high = middle;
    }
    this.reveal(low);
  }

  draw(): void {
    const view = this.element.clientHeight;
    if (view <= 0) return;
    this.#turn();
    const width = this.#spacer.clientWidth;
    if (width !== this.#width) {
      this.#width = width;
      this.#window.forget();
      for (const row of this.#views.values()) row.fresh = true;
    }
    this.#window.resize(view);
    this.#grow();
    if (this.#resumed && this.#cache.row(this.#resumed.no)) {
      this.#fill();
      this.#window.put(this.#resumed);
      this.#resumed = null;
    }
    this.#fill();
    if (this.#down) {
      this.#down = false;
      if (this.#window.atEnd) this.#following = true;
    }
    this.#fetch();
    this.#place(view);
  }

  dispose(): void {
    this.#disposal.end();
  }

  /** Forgets all heights, for the letters have changed. */
  remeasure(): void {
    this.#width = -1;
    this.#dirty();
  }

  /** Turns to the session that is on now. */
  #turn(): void {
    const session = this.#live.status()?.session ?? null;
    if (session === this.#session) return;
    this.#session = session;
    this.#resumed = null;
    this.#cache.clear();
    this.#window.forget();
    this.#window.span(0, 0);
    this.#following = true;
    this.#target = 0;
    this.#shownEnd = 0;
    for (const row of this.#views.values()) row.element.remove();
    this.#views.clear();
    this.#kept.clear();
  }

  #keep(view: RowView): void {
    this.#kept.set(view.no, view);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > KEPT && !oldest.done) this.#kept.delete(oldest.value);
  }

  /** Where the wire begins and ends now. */
  get #span(): WireSpan {
    const span = this.#live.status()?.wire ?? NOTHING;
    return { ...span, first: Math.min(span.end, Math.max(span.first, this.#cache.first)) };
  }

  #grow(): void {
    const { first, end } = this.#span;
    const top = first - (first > 0 ? 1 : 0);
    if (!this.#following) {
      this.#window.span(top, end);
      return;
    }
    // The end moves on only to where the view can be filled: new rows come a frame later, and none is ever
    // blank. One end at a time is gone after, or a flood would always be ahead.
    if (this.#target <= this.#shownEnd || this.#target <= first) this.#target = end;
    const missing = this.#missing(this.#target, first);
    if (missing === null) {
      this.#shownEnd = this.#target;
      this.#target = end;
      if (this.#missing(end, first) === null) this.#shownEnd = end;
      else this.#dirty();
    } else {
      this.#cache.want(missing, this.#target, end, false);
    }
    this.#window.span(top, Math.max(first, Math.min(this.#shownEnd, end)));
    this.#window.toEnd();
  }

  /** The first row to pull so that a view that ends at `end` can be filled; null where it can. */
  #missing(end: number, first: number): number | null {
    let left = this.#view > 0 ? this.#view : this.element.clientHeight;
    let from: number | null = null;
    for (let no = end - 1; no >= first && left > 0; no -= 1) {
      if (!this.#cache.row(no)) from = no;
      left -= this.#window.height(no);
    }
    return from;
  }

  /** Lays the rows out, draws those that are new, and measures until nothing moves any more. */
  #fill(): void {
    const pinned = this.#window.anchor;
    const span = this.#span;
    for (let round = 0; round < ROUNDS; round += 1) {
      if (this.#following) this.#window.toEnd();
      else {
        this.#window.put(pinned);
        this.#window.settle();
      }
      const laid = this.#window.laid();
      const fresh: RowView[] = [];
      for (const { no } of laid) {
        const view = this.#show(no, span);
        if (view.fresh) fresh.push(view);
      }
      let moved = false;
      for (const view of fresh) {
        view.fresh = false;
        // What has not been pulled says nothing of how high it will be.
        if (view.element.classList.contains("blank")) continue;
        if (this.#window.measured(view.no, view.element.offsetHeight)) moved = true;
      }
      if (!moved) break;
    }
    const laid = this.#window.laid();
    const seen = new Set<number>();
    for (const { no, top } of laid) {
      seen.add(no);
      this.#show(no, span).place(Math.round(top));
    }
    for (const [no, view] of this.#views) {
      if (seen.has(no)) continue;
      if (view.element.contains(document.activeElement)) this.element.focus({ preventScroll: true });
      view.element.remove();
      this.#views.delete(no);
      if (view.unfolded) this.#keep(view);
    }
  }

  #show(no: number, span: WireSpan): RowView {
    let view = this.#views.get(no);
    if (!view) {
      view = this.#kept.get(no) ?? new RowView(no, this.#host);
      this.#kept.delete(no);
      this.#views.set(no, view);
      this.#insert(view);
    }
    if (no < span.first) {
      view.note(span);
      return view;
    }
    view.number(no - span.first + 1, span.end - span.first);
    const row = this.#cache.row(no);
    if (!row) {
      view.blank();
      return view;
    }
    this.#renew(row, span.end);
    const before = this.#cache.row(no - 1);
    const after = this.#cache.row(no + 1);
    view.show({ row, before, after, form: this.#form, hints: this.#hints });
    return view;
  }

  // In the order of their numbers, which is the order in which they are read aloud.
  #insert(view: RowView): void {
    let next: RowView | null = null;
    for (const other of this.#views.values()) {
      if (other.no > view.no && (!next || other.no < next.no)) next = other;
    }
    this.#layer.insertBefore(view.element, next?.element ?? null);
  }

  /** What a line or an event turns out to be is known only by what comes after it. */
  #renew(row: WireRow, end: number): void {
    const framing = this.#live.status()?.framing;
    if (!isOpen(row, framing === "ndjson" || framing === "lines")) return;
    const at = this.#openAt.get(row);
    this.#openAt.set(row, end);
    if (at !== undefined && end > at && at - row.no < SETTLED) this.#cache.renew(row.no);
  }

  #fetch(): void {
    const laid = this.#window.laid();
    const from = laid[0]?.no ?? 0;
    const to = (laid.at(-1)?.no ?? -1) + 1;
    const { first, end } = this.#span;
    const start = Math.max(first, from);
    if (this.#following || !this.#cache.has(start, to)) {
      this.#cache.want(start, to, end, !this.#following);
    } else {
      this.#cache.want(Math.max(first, from - AHEAD), Math.min(end, to + AHEAD), end, true);
    }
  }

  #place(view: number): void {
    const { scrollHeight, scrollTop } = this.#window;
    if (scrollHeight !== this.#height || view !== this.#view) {
      this.#height = scrollHeight;
      this.#view = view;
      this.#spacer.style.height = `${Math.max(scrollHeight, view)}px`;
      this.#layer.style.height = `${view}px`;
    }
    if (Math.abs(this.element.scrollTop - scrollTop) >= 1) this.element.scrollTop = scrollTop;
    this.#putAt = this.element.scrollTop;
  }

  // The user's hand

  #listen(): void {
    const { element } = this;
    this.#disposal.listen(element, "scroll", () => this.#onScroll(), { passive: true });
    this.#disposal.listen(element, "wheel", (event) => this.#onWheel(event), { passive: false });
    this.#disposal.listen(element, "keydown", (event) => this.#onKey(event));
    // The browser brings what gets the focus into view by scrolling the layer.
    this.#disposal.listen(this.#layer, "scroll", () => {
      const { scrollTop } = this.#layer;
      if (scrollTop === 0) return;
      this.#layer.scrollTop = 0;
      this.#scroll(scrollTop);
    });
    const onSelection = (): void => {
      const selection = getSelection();
      if (!selection || selection.isCollapsed || !this.#layer.contains(selection.anchorNode)) return;
      this.#following = false;
      this.#dirty();
    };
    document.addEventListener("selectionchange", onSelection);
    this.#disposal.add(() => document.removeEventListener("selectionchange", onSelection));
    const sizes = new ResizeObserver(() => this.#dirty());
    sizes.observe(element);
    this.#disposal.add(() => sizes.disconnect());
  }

  #scroll(pixels: number): void {
    this.#resumed = null;
    if (pixels < 0 && !this.#window.atStart) this.#following = false;
    if (this.#following) return;
    this.#window.shift(pixels);
    this.#down = pixels > 0;
    this.#dirty();
  }

  #onScroll(): void {
    const { scrollTop } = this.element;
    if (Math.abs(scrollTop - this.#putAt) < 1 || this.element.clientHeight === 0) return;
    this.#down = scrollTop > this.#putAt;
    this.#putAt = scrollTop;
    this.#following = false;
    this.#resumed = null;
    this.#window.scrolledTo(scrollTop);
    this.#dirty();
  }

  #onWheel(event: WheelEvent): void {
    if (event.ctrlKey || event.deltaY === 0 || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    // Rows differ in height, and those above may not have been measured: the wheel moves what is seen.
    event.preventDefault();
    this.#scroll(event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.element) return;
    const page = Math.max(LINE_PX, this.element.clientHeight - LINE_PX);
    switch (event.key) {
      case "ArrowUp":
        this.#scroll(-LINE_PX);
        break;
      case "ArrowDown":
        this.#scroll(LINE_PX);
        break;
      case "PageUp":
        this.#scroll(-page);
        break;
      case "PageDown":
        this.#scroll(page);
        break;
      case " ":
        this.#scroll(event.shiftKey ? -page : page);
        break;
      case "Home":
        this.#following = false;
        this.#resumed = null;
        this.#window.toStart();
        this.#dirty();
        break;
      case "End":
        this.follow();
        break;
      default:
        return;
    }
    event.preventDefault();
  }
}

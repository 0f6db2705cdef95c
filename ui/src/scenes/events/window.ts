// Which rows are seen, and where the scrollbar stands. Rows are numbered from the oldest that can be
// read; a row above them says how many cannot. Web views cap a scrolled height (WebKit at 33,554,428 px),
// so past MOST_PX the scrollbar is scaled and the exact place is kept here instead of in the scroller.

export const ROW_PX = 28;
export const MOST_PX = 8_000_000;

export class RowWindow {
  /** Oldest entry, and one past the newest. */
  #first = 0;
  #end = 0;
  /** Height of what is seen. */
  #view = 0;
  /** Pixels from the top of the oldest row (or the note above it) to the top of what is seen. */
  #top = 0;

  get first(): number {
    return this.#first;
  }

  get end(): number {
    return this.#end;
  }

  get top(): number {
    return this.#top;
  }

  /** 1 where the note of older entries has a row. */
  get noteRows(): number {
    return this.#first > 0 ? 1 : 0;
  }

  get rows(): number {
    return this.#end - this.#first + this.noteRows;
  }

  /** Height that the scroller is given. */
  get height(): number {
    return Math.min(this.rows * ROW_PX, MOST_PX);
  }

  get scaled(): boolean {
    return this.rows * ROW_PX > MOST_PX;
  }

  get atEnd(): boolean {
    return this.#top >= this.#most - 1;
  }

  /** Rows that a view of this height shows at once, part of one at either edge. */
  get capacity(): number {
    return Math.ceil(this.#view / ROW_PX) + 1;
  }

  get #most(): number {
    return Math.max(0, this.rows * ROW_PX - this.#view);
  }

  resize(view: number): void {
    this.#view = view;
    this.#clamp();
  }

  /** The log has grown, or lost its oldest; what is seen stays where it is. */
  span(first: number, end: number): void {
    const note = this.noteRows;
    const gone = first - this.#first;
    this.#first = first;
    this.#end = Math.max(first, end);
    this.#top -= (gone + note - this.noteRows) * ROW_PX;
    this.#clamp();
  }

  toEnd(): void {
    this.#top = this.#most;
  }

  toStart(): void {
    this.#top = 0;
  }

  scrollBy(pixels: number): void {
    this.#top += pixels;
    this.#clamp();
  }

  /** Brings an entry into view by the shortest way; `centred` puts it in the middle if it was not seen. */
  reveal(pos: number, centred: boolean): void {
    const row = (pos - this.#first + this.noteRows) * ROW_PX;
    const above = row < this.#top;
    if (!above && row + ROW_PX <= this.#top + this.#view) return;
    if (centred) this.#top = row - (this.#view - ROW_PX) / 2;
    else this.#top = above ? row : row + ROW_PX - this.#view;
    this.#clamp();
  }

  /** Puts an entry at the top of what is seen, with so much of it above. */
  put(pos: number, above: number): void {
    this.#top = (pos - this.#first + this.noteRows) * ROW_PX + above;
    this.#clamp();
  }

  /** What the scroller's `scrollTop` should be. */
  get scrollTop(): number {
    const most = this.#most;
    return this.scaled ? (this.#top / most) * (MOST_PX - this.#view) : this.#top;
  }

  /** The scroller stands at `scrollTop` by the user's hand. */
  scrolledTo(scrollTop: number): void {
    this.#top = this.scaled ? (scrollTop / (MOST_PX - this.#view)) * this.#most : scrollTop;
    this.#clamp();
  }

  /** The first row in view, how far its top is above the view's, and the entry in it: one less than
   *  `first` for the note. */
  get firstSeen(): { readonly pos: number; readonly above: number } {
    const row = Math.floor(this.#top / ROW_PX);
    return { pos: this.#first - this.noteRows + row, above: this.#top - row * ROW_PX };
  }

  /** The entries in view. */
  get seen(): { readonly from: number; readonly to: number } {
    const { pos } = this.firstSeen;
    return { from: Math.max(pos, this.#first), to: Math.min(this.#end, pos + this.capacity) };
  }

  #clamp(): void {
    this.#top = Math.min(Math.max(this.#top, 0), this.#most);
  }
}

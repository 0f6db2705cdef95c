// Which rows of the wire are seen, and where the scrollbar stands. Rows differ in height and are known by
// their number only: heights are measured as rows are drawn, and guessed by the mean of the others before.
// The place is an anchor (a row, and how much of it is above the view), so that nothing moves while a
// reader reads, whatever is learnt, grows or falls away elsewhere.

/** Web views cap a scrolled height (WebKit at 33,554,428 px); past this the scrollbar is scaled. */
export const MOST_PX = 8_000_000;
/** What a row is taken for before any has been measured. */
export const GUESS_PX = 36;
/** Heights are kept in blocks, so that a million rows are a few thousand sums. */
const BLOCK = 256;

/** A row, and how much of it is above the view; less than nothing where it stands below the view's top. */
export interface Anchor {
  readonly no: number;
  readonly above: number;
}

interface Block {
  readonly heights: Uint16Array;
  sum: number;
  known: number;
}

/** Heights past this are measured all the same, and told as this in the scrollbar. */
const MOST_ROW_PX = 65_535;

export class WireWindow {
  #first = 0;
  #end = 0;
  #view = 0;
  #blocks = new Map<number, Block>();
  #sum = 0;
  #known = 0;
  #guess = GUESS_PX;
  /** The row at the top of the view, and how far its top is above the view's. */
  #no = 0;
  #above = 0;

  /** The first row, and one past the last. */
  get first(): number {
    return this.#first;
  }

  get end(): number {
    return this.#end;
  }

  get anchor(): Anchor {
    return { no: this.#no, above: this.#above };
  }

  /** Forgets what was measured: the width, the form or the session is another. */
  forget(): void {
    this.#blocks.clear();
    this.#sum = 0;
    this.#known = 0;
  }

  resize(view: number): void {
    this.#view = view;
  }

  /** The wire has grown, or lost its oldest rows; what is seen stays where it is. */
  span(first: number, end: number): void {
    if (first > this.#first) this.#drop(first);
    this.#first = first;
    this.#end = Math.max(first, end);
    if (this.#no < first) this.#to(first, 0);
    if (this.#no >= this.#end) this.#to(Math.max(first, this.#end - 1), 0);
  }

  height(no: number): number {
    return this.#blocks.get(Math.floor(no / BLOCK))?.heights[no % BLOCK] || this.#guess;
  }

  isKnown(no: number): boolean {
    return (this.#blocks.get(Math.floor(no / BLOCK))?.heights[no % BLOCK] ?? 0) > 0;
  }

  /** Notes a height as it was measured; answers whether it is another than before. */
  measured(no: number, height: number): boolean {
    const value = Math.min(MOST_ROW_PX, Math.max(1, Math.round(height)));
    const number = Math.floor(no / BLOCK);
    let block = this.#blocks.get(number);
    if (!block) this.#blocks.set(number, (block = { heights: new Uint16Array(BLOCK), sum: 0, known: 0 }));
    const before = block.heights[no % BLOCK] ?? 0;
    if (before === value) return false;
    const added = before === 0 ? 1 : 0;
    block.heights[no % BLOCK] = value;
    block.sum += value - before;
    block.known += added;
    this.#sum += value - before;
    this.#known += added;
    // A guess that followed every row would move the scrollbar with every row.
    const mean = this.#sum / this.#known;
    if (Math.abs(mean - this.#guess) > this.#guess * 0.2) this.#guess = mean;
    return true;
  }

  /** The rows that fill the view, from the anchor on, and where each stands in it. Fewer where the end is near. */
  laid(): { readonly no: number; readonly top: number }[] {
    const rows: { no: number; top: number }[] = [];
    let top = 0 - this.#above;
    for (let no = this.#no; no < this.#end && top < this.#view; no += 1) {
      rows.push({ no, top });
      top += this.height(no);
    }
    return rows;
  }

  /** Keeps the anchor within the rows: nothing above the first, no room under the last where rows are above. */
  settle(): void {
    while (this.#above < 0 && this.#no > this.#first) {
      this.#no -= 1;
      this.#above += this.height(this.#no);
    }
    if (this.#above < 0) this.#above = 0;
    while (this.#no < this.#end - 1 && this.#above >= this.height(this.#no)) {
      this.#above -= this.height(this.#no);
      this.#no += 1;
    }
    let room = this.#view + this.#above;
    for (let no = this.#no; no < this.#end && room > 0; no += 1) room -= this.height(no);
    if (room > 0) this.toEnd();
  }

  toEnd(): void {
    let no = this.#end;
    let left = this.#view;
    while (no > this.#first && left > 0) {
      no -= 1;
      left -= this.height(no);
    }
    this.#to(no, Math.max(0, -left));
  }

  toStart(): void {
    this.#to(this.#first, 0);
  }

  scrollBy(pixels: number): void {
    this.shift(pixels);
    this.settle();
  }

  /** Scrolls, and leaves it to `settle` which row is then at the top: the rows in between may have to be
   *  measured first, and what was seen must move by just as much whatever their heights. */
  shift(pixels: number): void {
    this.#above += pixels;
  }

  put(anchor: Anchor): void {
    this.#to(anchor.no, anchor.above);
  }

  /** Brings a row to the upper third of the view, unless its beginning is seen already. `settle` follows. */
  reveal(no: number): void {
    const row = this.laid().find((each) => each.no === no);
    if (row && row.top >= 0 && row.top + Math.min(this.height(no), this.#view / 2) <= this.#view) return;
    this.#to(Math.min(Math.max(no, this.#first), Math.max(this.#first, this.#end - 1)), -this.#view / 3);
  }

  get atEnd(): boolean {
    return this.#offset(this.#no) + this.#above >= this.#total - this.#view - 1;
  }

  get atStart(): boolean {
    return this.#no <= this.#first && this.#above <= 0;
  }

  // The scrollbar

  /** Height that the scroller is given. */
  get scrollHeight(): number {
    return Math.min(Math.max(this.#total, this.#view), MOST_PX);
  }

  /** What the scroller's `scrollTop` should be. */
  get scrollTop(): number {
    const most = this.#total - this.#view;
    if (most <= 0) return 0;
    const share = Math.min(1, (this.#offset(this.#no) + this.#above) / most);
    return share * (this.scrollHeight - this.#view);
  }

  /** The scroller stands at `scrollTop` by the user's hand. */
  scrolledTo(scrollTop: number): void {
    const room = this.scrollHeight - this.#view;
    if (scrollTop <= 0 || room <= 0) {
      this.toStart();
    } else if (scrollTop >= room - 1) {
      this.toEnd();
    } else {
      const offset = (scrollTop / room) * (this.#total - this.#view);
      const no = this.#at(offset);
      this.#to(no, offset - this.#offset(no));
      this.settle();
    }
  }

  get #total(): number {
    return this.#sum + (this.#end - this.#first - this.#known) * this.#guess;
  }

  /** From the top of the first row to that of `no`. */
  #offset(no: number): number {
    const number = Math.floor(no / BLOCK);
    let sum = 0;
    let known = 0;
    for (const [at, block] of this.#blocks) {
      if (at < number) {
        sum += block.sum;
        known += block.known;
      } else if (at === number) {
        for (const height of block.heights.subarray(0, no % BLOCK)) {
          sum += height;
          if (height > 0) known += 1;
        }
      }
    }
    return sum + (no - this.#first - known) * this.#guess;
  }

  /** The row at an offset. */
  #at(offset: number): number {
    let low = this.#first;
    let high = Math.max(low, this.#end - 1);
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#offset(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #drop(first: number): void {
    const number = Math.floor(first / BLOCK);
    for (const [at, block] of this.#blocks) {
      if (at > number) continue;
      const gone = at < number ? block.heights : block.heights.subarray(0, first % BLOCK);
      for (const height of gone) {
        if (height === 0) continue;
        block.sum -= height;
        block.known -= 1;
        this.#sum -= height;
        this.#known -= 1;
      }
      if (at < number) this.#blocks.delete(at);
      else gone.fill(0);
    }
  }

  #to(no: number, above: number): void {
    this.#no = no;
    this.#above = above;
  }
}

// Whether the page stays at its end while text comes. Scrolling up or selecting lets go; scrolling back
// down to the end takes hold again. Nothing here scrolls smoothly: the text is what moves.

import { Disposal } from "../dom";

/** A reader this near to the end is at it: two lines and a half. */
const NEAR_PX = 70;
const UPWARD = new Set(["ArrowUp", "PageUp", "Home"]);

export interface FollowEvents {
  /** The answer of `following`, or the place, changed. */
  changed(): void;
  /** Whether the end of the page is the newest text, so that a reader who comes there is to follow it. */
  endIsNewest(): boolean;
}

export class Follow {
  #following = true;
  #lastTop = 0;
  /** A selection let go: it takes hold again when it is over. */
  #bySelection = false;
  readonly #scroller: HTMLElement;
  readonly #text: HTMLElement;
  readonly #events: FollowEvents;
  readonly #disposal = new Disposal();

  /** `text` is where a selection lets go. */
  constructor(scroller: HTMLElement, text: HTMLElement, events: FollowEvents) {
    this.#scroller = scroller;
    this.#text = text;
    this.#events = events;
    this.#disposal.listen(scroller, "scroll", () => this.#onScroll(), { passive: true });
    this.#disposal.listen(scroller, "wheel", (event) => event.deltaY < 0 && this.#up(), { passive: true });
    this.#disposal.listen(scroller, "keydown", (event) => UPWARD.has(event.key) && this.#up());
    const onSelection = (): void => this.#onSelection();
    document.addEventListener("selectionchange", onSelection);
    this.#disposal.add(() => document.removeEventListener("selectionchange", onSelection));
  }

  get following(): boolean {
    return this.#following;
  }

  /** Pixels below what can be seen. */
  get below(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** Keeps the end in view; once a frame, after the page has been written. */
  settle(): void {
    if (!this.#following) return;
    // More than any height: reading scrollHeight first would be a second layout.
    this.#scroller.scrollTop = 1e9;
    this.#lastTop = this.#scroller.scrollTop;
  }

  /** Content of this height came (or went) above what is seen: keeps that in its place. */
  shift(pixels: number): void {
    if (pixels === 0) return;
    this.#scroller.scrollTop += pixels;
    this.#lastTop = this.#scroller.scrollTop;
  }

  take(): void {
    if (this.#selecting()) document.getSelection()?.removeAllRanges();
    this.#set(true);
  }

  letGo(): void {
    this.#set(false);
  }

  /** Lets go and brings a piece of the page to the middle. The scroll is not the reader's. */
  reveal(element: HTMLElement): void {
    this.#set(false);
    element.scrollIntoView({ block: "center" });
    this.#lastTop = this.#scroller.scrollTop;
  }

  /** After the scroller was out of the document's layout, which loses its place. */
  restore(): void {
    if (!this.#following) this.#scroller.scrollTop = this.#lastTop;
  }

  dispose(): void {
    this.#disposal.end();
  }

  #set(following: boolean): void {
    this.#bySelection = false;
    if (this.#following === following) return;
    this.#following = following;
    this.#events.changed();
  }

  get #atNewest(): boolean {
    return this.below <= NEAR_PX && this.#events.endIsNewest();
  }

  #up(): void {
    const { scrollHeight, clientHeight } = this.#scroller;
    if (scrollHeight > clientHeight) this.#set(false);
  }

  #onScroll(): void {
    const top = this.#scroller.scrollTop;
    const moved = top - this.#lastTop;
    // A hidden scroller reports the top.
    if (Math.abs(moved) < 1 || this.#scroller.clientHeight === 0) return;
    this.#lastTop = top;
    if (moved > 0 && this.#atNewest && !this.#selecting()) this.#set(true);
    else if (moved < 0 && this.below > NEAR_PX) this.#set(false);
    this.#events.changed();
  }

  #onSelection(): void {
    if (this.#selecting()) {
      const held = this.#following || this.#bySelection;
      this.#set(false);
      this.#bySelection = held;
    } else if (this.#bySelection && this.#scroller.clientHeight > 0 && this.#atNewest) this.#set(true);
  }

  #selecting(): boolean {
    const selection = document.getSelection();
    return !!selection && !selection.isCollapsed && selection.rangeCount > 0 && selection.containsNode(this.#text, true);
  }
}

// Whether the page stays at its end while text comes. Scrolling up or selecting lets go; scrolling back
// down to the end takes hold again. Nothing here scrolls smoothly: the text is what moves.

import { Disposal } from "../dom";

/** A reader this near to the end is at it: two lines and a half. */
const NEAR_PX = 70;
const UPWARD = new Set(["ArrowUp", "PageUp", "Home"]);

export class Follow {
  #following = true;
  #lastTop = 0;
  readonly #scroller: HTMLElement;
  readonly #text: HTMLElement;
  readonly #changed: () => void;
  readonly #disposal = new Disposal();

  /** `text` is where a selection lets go; `changed` is told when the answer of `following` or the place changed. */
  constructor(scroller: HTMLElement, text: HTMLElement, changed: () => void) {
    this.#scroller = scroller;
    this.#text = text;
    this.#changed = changed;
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

  /** After the scroller was out of the document's layout, which loses its place. */
  restore(): void {
    if (!this.#following) this.#scroller.scrollTop = this.#lastTop;
  }

  dispose(): void {
    this.#disposal.end();
  }

  #set(following: boolean): void {
    if (this.#following === following) return;
    this.#following = following;
    this.#changed();
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
    if (moved > 0 && this.below <= NEAR_PX && !this.#selecting()) this.#set(true);
    else if (moved < 0 && this.below > NEAR_PX) this.#set(false);
    this.#changed();
  }

  #onSelection(): void {
    if (this.#selecting()) this.#set(false);
    else if (!this.#following && document.getSelection()?.isCollapsed && this.#scroller.clientHeight > 0) {
      if (this.below <= NEAR_PX && this.#lastTop > 0) this.#set(true);
    }
  }

  #selecting(): boolean {
    const selection = document.getSelection();
    return !!selection && !selection.isCollapsed && selection.rangeCount > 0 && selection.containsNode(this.#text, true);
  }
}

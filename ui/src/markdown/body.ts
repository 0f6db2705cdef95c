// What a block of text on the page can do, however it is set. Places are counted in characters of the source, from where
// the first text that ever came to it stands; what is pulled in before that has places below zero.

import type { Growth } from "./patch";

export interface Body {
  readonly element: HTMLElement;
  /** First place whose text is here. */
  readonly from: number;
  /** One past the last. */
  readonly to: number;
  append(text: string, growth: Growth | null): void;
  /** Draws what was appended; to be called once a frame. Answers whether it wants to be called again though nothing came. */
  draw(growth: Growth | null): boolean;
  /** No more will come for now. */
  finish(): void;
  /** Puts text that ends at `end` before what is there. What is there of it already is left out. */
  prepend(text: string, end: number): void;
  /** Drops text before a place, as much of it as can go; the place is where an entry begins. */
  dropBefore(place: number): void;
  /** Drops what is after a place, as much as can go. */
  dropAfter(place: number): void;
  /** The source from `from` on. */
  source(): string;
  /** What is drawn of a place: an element, and how far down in it, 0 to 1. */
  spot(place: number): Spot | null;
  /** The place at a height in the window. */
  placeAt(y: number): number;
  /** Where the caret stands. */
  home(): HTMLElement;
}

export interface Spot {
  readonly element: HTMLElement;
  readonly part: number;
  /** The letter itself, where it is known. */
  readonly letter?: { readonly node: Text; readonly at: number } | undefined;
}

/** How far from the top of the window a spot is. */
export function topOf({ element, part, letter }: Spot): number {
  const rect = letter ? letterRect(letter.node, letter.at) : null;
  if (rect && rect.height > 0) return rect.top;
  const { top, height } = element.getBoundingClientRect();
  return top + part * height;
}

export function letterRect(node: Text, at: number): DOMRect {
  const range = document.createRange();
  range.setStart(node, Math.min(at, node.length));
  range.setEnd(node, Math.min(at + 1, node.length));
  return range.getBoundingClientRect();
}

/** A piece of a body that stands one below the other. */
export interface Piece {
  readonly element: Element | null;
  readonly from: number;
}

/** Of pieces in order, the last that begins at or before a place. */
export function pieceAt<T extends Piece>(pieces: readonly T[], place: number): number {
  let low = 0;
  for (let high = pieces.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.from ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

export function spotOf(pieces: readonly Piece[], to: number, place: number): Spot | null {
  const at = pieceAt(pieces, place);
  const piece = pieces[at];
  if (!(piece?.element instanceof HTMLElement)) return null;
  const end = pieces[at + 1]?.from ?? to;
  return { element: piece.element, part: Math.min(1, Math.max(0, (place - piece.from) / Math.max(1, end - piece.from))) };
}

/** The place at a height, by halves: each look at an element is a look at the layout. */
export function placeIn(pieces: readonly Piece[], to: number, y: number): number {
  let low = 0;
  for (let high = pieces.length; low < high; ) {
    const middle = (low + high) >> 1;
    const bottom = pieces[middle]?.element?.getBoundingClientRect().bottom ?? 0;
    if (bottom <= y) low = middle + 1;
    else high = middle;
  }
  const piece = pieces[Math.min(low, pieces.length - 1)];
  if (!piece?.element) return to;
  const end = pieces[low + 1]?.from ?? to;
  const { top, height } = piece.element.getBoundingClientRect();
  const part = height > 0 ? Math.min(1, Math.max(0, (y - top) / height)) : 0;
  return piece.from + Math.round(part * (end - piece.from));
}

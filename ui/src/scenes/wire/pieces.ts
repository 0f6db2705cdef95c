// The small pieces that rows of the wire are made of.

import { el, setText } from "../dom";
import { hexRows, visible } from "./bytes";

/** Text with marks for what cannot be seen. */
export function marked(text: string): (Text | HTMLElement)[] {
  return visible(text).map((piece) => (piece.mark ? words(`wl-mark ${piece.mark}`, piece.text) : new Text(piece.text)));
}

export function words(className: string, text: string): HTMLElement {
  const span = el("span", className);
  setText(span, text);
  return span;
}

export function hexBlock(digits: string, from = 0): HTMLElement {
  const block = el("div", "wx");
  for (const row of hexRows(digits, from)) {
    const each = el("div", "wx-row");
    each.append(words("wx-offset", row.offset), words("wx-hex", row.hex), words("wx-ascii", row.ascii));
    block.append(each);
  }
  return block;
}

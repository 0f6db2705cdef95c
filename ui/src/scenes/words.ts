// Text of a stream in a scene: text nodes, and of what it spells only web addresses can be pressed.

import { pieces } from "../model/address";
import { el } from "./dom";

/** Writes a text into an element. A link is a button that asks before anything opens. */
export function writeWords(node: HTMLElement, text: string, open: (href: string) => void): void {
  node.replaceChildren(
    ...pieces(text).map((piece) => {
      if (piece.link === null) return document.createTextNode(piece.text);
      const href = piece.link;
      const link = el("button", "word-link", { type: "button", title: href });
      link.textContent = piece.text;
      link.addEventListener("click", () => open(href));
      return link;
    }),
  );
}

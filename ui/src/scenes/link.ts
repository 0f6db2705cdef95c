// Links of a text: they have no address that a web view could follow, only one that is asked about first.

import { Disposal } from "./dom";

/** Hands on the address of whatever has `data-address` in `area` and is pressed. */
export function listenLinks(area: HTMLElement, open: (address: string) => void): { dispose(): void } {
  const disposal = new Disposal();
  const linkOf = (event: Event): HTMLElement | null =>
    event.target instanceof Element ? event.target.closest<HTMLElement>("[data-address]") : null;

  disposal.listen(area, "click", (event) => {
    const link = linkOf(event);
    // The end of a selection is no press.
    if (link && document.getSelection()?.isCollapsed !== false) open(link.dataset["address"] ?? "");
  });
  disposal.listen(area, "keydown", (event) => {
    const link = linkOf(event);
    if (!link || event.key !== "Enter" || event.repeat) return;
    event.preventDefault();
    open(link.dataset["address"] ?? "");
  });
  return { dispose: () => disposal.end() };
}

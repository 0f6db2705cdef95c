// Keeps what a reader looks at in its place while rows come and go around it.

export interface Anchor {
  readonly element: HTMLElement;
  readonly top: number;
}

/** The first row that can be seen, and where it stands; null where none can. `rows` in the order they stand. */
export function anchorOf(scroller: HTMLElement, rows: readonly HTMLElement[]): Anchor | null {
  const top = scroller.getBoundingClientRect().top;
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && row.getBoundingClientRect().bottom <= top) low = middle + 1;
    else high = middle;
  }
  const element = rows[low];
  return element ? { element, top: element.getBoundingClientRect().top } : null;
}

/** By how much the anchor has moved; nothing if it is gone. */
export function movedBy(anchor: Anchor | null): number {
  return anchor?.element.isConnected ? anchor.element.getBoundingClientRect().top - anchor.top : 0;
}

/** Makes `parent` hold these elements in this order, and touches only what differs. */
export function arrange(parent: HTMLElement, wanted: readonly HTMLElement[]): void {
  const keep = new Set<Element>(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  let at: Element | null = parent.firstElementChild;
  for (const element of wanted) {
    if (element === at) at = at.nextElementSibling;
    else parent.insertBefore(element, at);
  }
}

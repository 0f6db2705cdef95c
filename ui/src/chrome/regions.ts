// The regions of the window, from the streams to the line of figures: one key goes from each to the next, and back to where
// the focus was in it.

const PAGE = ".page";
/** Each by its element, and what in it takes the focus first. */
const REGIONS: readonly (readonly [region: string, first: string])[] = [
  [".sidebar", "[aria-current=true]"],
  [".address", "input"],
  [".tabs", "[role=tab][aria-selected=true]"],
  [PAGE, ".tw-scroll, .ev-table, .wi-list, .chat-scroll, .feed-scroll, .request input"],
  [".composer", "textarea"],
  [".tape-dock", "canvas"],
  [".status", "button"],
];

const TABBABLE = "a[href], button, input, select, textarea, [tabindex]";

export interface Regions {
  /** Goes to the next, or the one before; answers whether there was one. */
  go(step: 1 | -1): boolean;
  dispose(): void;
}

export function createRegions(): Regions {
  /** What had the focus last in each. */
  const last = new Map<string, WeakRef<HTMLElement>>();
  const onFocus = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement)) return;
    const name = nameOf(target);
    if (name !== null) last.set(name, new WeakRef(target));
  };
  addEventListener("focusin", onFocus);

  function goalIn([name, first]: (typeof REGIONS)[number]): HTMLElement | null {
    const region = document.querySelector<HTMLElement>(name);
    if (!region || !canBeSeen(region)) return null;
    const before = last.get(name)?.deref();
    if (before && region.contains(before) && takesFocus(before)) return before;
    return firstIn(region, first);
  }

  return {
    go(step) {
      const here = REGIONS.findIndex(([name]) => name === nameOf(document.activeElement));
      for (let n = 1; n <= REGIONS.length; n += 1) {
        // Out of nowhere it is the first, or the last.
        const from = here < 0 && step < 0 ? 0 : here;
        const region = REGIONS[(from + step * n + REGIONS.length) % REGIONS.length];
        const goal = region && region[0] !== nameOf(document.activeElement) ? goalIn(region) : null;
        if (!goal) continue;
        goal.focus();
        return true;
      }
      return false;
    },
    dispose: () => removeEventListener("focusin", onFocus),
  };
}

/** Gives the focus to what is read on the page. */
export function focusPage(): void {
  const page = REGIONS.find(([name]) => name === PAGE);
  const region = document.querySelector<HTMLElement>(PAGE);
  if (page && region && canBeSeen(region)) firstIn(region, page[1])?.focus({ preventScroll: true });
}

/** Gives the focus back to the first of these that can take it, else to the page: what opened a sheet or a menu may be gone
 *  by then, or folded away, where it still is in the document. */
export function focusBack(...to: readonly (Element | null)[]): void {
  const there = to.find((each) => each instanceof HTMLElement && each !== document.body && each.isConnected && canBeSeen(each) && each.closest("[inert]") === null);
  if (there instanceof HTMLElement) there.focus();
  else focusPage();
}

function firstIn(region: HTMLElement, first: string): HTMLElement | null {
  return [...region.querySelectorAll<HTMLElement>(first), ...region.querySelectorAll<HTMLElement>(TABBABLE)].find(takesFocus) ?? null;
}

function nameOf(element: Element | null): string | null {
  return REGIONS.find(([name]) => element?.closest(name))?.[0] ?? null;
}

function takesFocus(element: HTMLElement): boolean {
  return element.tabIndex >= 0 && !element.matches(":disabled") && element.closest("[hidden], [inert]") === null && canBeSeen(element);
}

function canBeSeen(element: HTMLElement): boolean {
  return element.checkVisibility?.() ?? true;
}

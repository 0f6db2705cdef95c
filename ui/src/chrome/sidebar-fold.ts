// Whether the streams are seen at the left. A wide window remembers it; in a narrow one they lie over the page, and only
// for as long as one is being chosen.

import { createSignal, type Accessor } from "solid-js";

export interface SidebarFold {
  readonly open: Accessor<boolean>;
  setOpen(open: boolean): void;
  /** Whether the window is so narrow that they lie over the page. */
  readonly over: Accessor<boolean>;
}

/** Below it, address and table beside a column of streams are too narrow to be of use. The style sheet is told by a class,
 *  so that the number stands once. */
const NARROW = "(max-width: 719px)";
const KEY = "sidebar";

export interface FoldHost {
  readonly matchMedia?: ((query: string) => Pick<MediaQueryList, "matches" | "addEventListener">) | undefined;
  /** 0 for as long as nobody sees the window: WebKit has not laid it out then. */
  readonly innerWidth?: number;
  addEventListener?(type: "resize", listener: () => void): void;
  readonly localStorage?: Pick<Storage, "getItem" | "setItem"> | undefined;
}

export function createSidebarFold(host: FoldHost = globalThis): SidebarFold {
  const narrow = host.matchMedia?.(NARROW);
  // A page that is not laid out yet is no narrow one, or its first frame would show it folded.
  const isNarrow = (): boolean => (narrow?.matches ?? false) && host.innerWidth !== 0;
  const [over, setOver] = createSignal(isNarrow());
  const [beside, setBeside] = createSignal(host.localStorage?.getItem(KEY) !== "folded");
  const [above, setAbove] = createSignal(false);

  function look(): void {
    if (over() === isNarrow()) return;
    // What lay over the page is not to lie over it again when the window is narrow once more.
    setAbove(false);
    setOver(isNarrow());
  }
  narrow?.addEventListener("change", look);
  // A window that is narrow from the beginning changes no answer when it is seen, only its size.
  host.addEventListener?.("resize", look);

  return {
    open: () => (over() ? above() : beside()),
    setOpen(open) {
      if (over()) {
        setAbove(open);
        return;
      }
      setBeside(open);
      host.localStorage?.setItem(KEY, open ? "open" : "folded");
    },
    over,
  };
}

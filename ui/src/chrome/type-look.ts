// What typed text looks like: puts the face and the size that the user has set onto the page, once the face is there.

import type { ReadingFace, Settings } from "../ipc/bindings";

/** What the faces are called, in any language. */
export const FACE_NAMES: Readonly<Record<ReadingFace, string>> = {
  serif: "Source Serif 4",
  sans: "Inter",
  mono: "JetBrains Mono",
  typewriter: "Courier Prime",
};
export const FACES = Object.keys(FACE_NAMES) as ReadingFace[];
/** The same in fonts.css; each is the first of a `--face-…` of tokens.css. */
const FAMILIES: Readonly<Record<ReadingFace, string>> = {
  serif: "Source Serif 4 Variable",
  sans: "Inter Variable",
  mono: "JetBrains Mono Variable",
  typewriter: "Courier Prime",
};

/** A face is read from the app's own files: what takes longer than this is not coming. */
const FACE_MS = 300;

export type TypeLook = Pick<Settings, "face" | "face_px">;

/** What is needed of the page. */
export interface TypeGround {
  readonly root: HTMLElement;
  /** Loads a face, where the page can. */
  load(font: string): Promise<unknown>;
}

export interface TypeSetter {
  /** `around` is called with the change, for whoever has to keep their place over it. */
  set(look: TypeLook, around: (change: () => void) => void): Promise<void>;
}

export function createTypeSetter(ground: TypeGround = page()): TypeSetter {
  let wanted: TypeLook | null = null;
  let on: TypeLook | null = null;

  function put(look: TypeLook): void {
    on = look;
    ground.root.dataset["face"] = look.face;
    ground.root.style.setProperty("--reading-px", `${look.face_px}px`);
  }

  return {
    async set(look, around) {
      if (wanted?.face === look.face && wanted.face_px === look.face_px) return;
      const first = wanted === null;
      wanted = look;
      // Nothing has been drawn yet that could move.
      if (first) return put(look);
      if (on?.face !== look.face) await atMost(ground.load(`${look.face_px}px "${FAMILIES[look.face]}"`), FACE_MS);
      // Of two in a hurry the later one counts.
      if (wanted === look) around(() => put(look));
    },
  };
}

/** Waits for something, and no longer than this; that it failed is all the same. */
export function atMost(work: Promise<unknown>, ms: number): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    const end = (): void => {
      clearTimeout(timer);
      done();
    };
    work.then(end, end);
  });
}

function page(): TypeGround {
  return { root: document.documentElement, load: (font) => document.fonts?.load(font) ?? Promise.resolve() };
}

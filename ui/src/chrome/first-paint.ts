// Tells the backend when the page has painted for the first time, in its theme and with its letters: until then the window
// is not to be seen.

import { schedule as scheduleFrame, type Drawable } from "../frame";
import { atMost } from "./type-look";

/** Letters come from the app's own files, and a menu bar is soon made. A window that waits longer for them looks like a program
 *  that does not start. */
const READY_MS = 300;

/** What is needed of the page; tests give their own. */
export interface PaintGround {
  /** Whether nobody sees the page. No frame is drawn then, and what is laid out is painted when it is shown. */
  hidden(): boolean;
  /** When the letters that the page is set in are there. */
  letters(): Promise<unknown>;
  schedule(drawable: Drawable): void;
}

/** Call it when the first elements are on the page. `bar` is there when the menu bar of the desktop is: one that came later
 *  would move the page. Answers when the backend has been told. */
export async function firstPaint(painted: () => Promise<void>, bar: Promise<unknown> | null = null, ground: PaintGround = page()): Promise<void> {
  await atMost(Promise.allSettled([ground.letters(), bar]), READY_MS);
  if (!ground.hidden()) await frames(ground, 2);
  // Where the window cannot be shown for it there is nothing that the page could do.
  await painted().catch(() => undefined);
}

/** The first frame draws, and when the next one begins it has been painted. */
function frames(ground: PaintGround, count: number): Promise<void> {
  let left = count;
  return new Promise((done) => {
    ground.schedule({
      draw(_, unseen) {
        left -= 1;
        if (left > 0 && !unseen) return true;
        done();
        return false;
      },
    });
  });
}

function page(): PaintGround {
  return {
    hidden: () => document.hidden,
    letters() {
      // Faces are asked for when something is laid out in them.
      void document.body.offsetHeight;
      return document.fonts?.ready ?? Promise.resolve();
    },
    schedule: scheduleFrame,
  };
}

// The one animation frame loop. What wants to be drawn marks itself with `schedule`; the loop runs only
// while something is marked. Frames stop when the window is hidden or covered, so a timer stands behind
// them: what waits longer than FLUSH_MS is drawn by the timer, and no queue depends on frames alone.

export interface Drawable {
  /** Draws, and answers whether it wants the next frame too. `now` is `performance.now()`. When `unseen`,
   *  nobody can see the page, or no frame came in time: finish what is queued and animate nothing. */
  draw(now: number, unseen: boolean): boolean;
}

/** What the loop needs of its surroundings; tests give their own. */
export interface FrameHost {
  now(): number;
  hidden(): boolean;
  onVisibility(listener: () => void): void;
  request(callback: () => void): void;
  later(callback: () => void, ms: number): void;
  every(callback: () => void, ms: number): () => void;
}

export interface Frames {
  /** Draws it in the next frame. */
  schedule(drawable: Drawable): void;
  /** Draws it at the end of the next frame, after all that was marked by `schedule`. */
  scheduleLast(drawable: Drawable): void;
  forget(drawable: Drawable): void;
  /** Calls at most ten times a second while the page can be seen, for clocks. Answers how to stop it. */
  onBeat(listener: () => void): () => void;
}

// Long enough that a slow frame is not mistaken for none, short enough that two unacknowledged ticks
// do not hold up the counters for a time that a reader notices.
const FLUSH_MS = 250;
// Five times a second: a clock that shows tenths still runs, and drawing on the processor costs half as much as at ten.
const BEAT_MS = 200;

export function createFrames(host: FrameHost): Frames {
  let marked = new Set<Drawable>();
  let markedLast = new Set<Drawable>();
  let requested = false;
  let watching = false;
  let waitingSince = 0;

  const beats = new Set<() => void>();
  let stopBeat: (() => void) | null = null;

  function arm(): void {
    if (!requested && !host.hidden()) {
      requested = true;
      waitingSince = host.now();
      host.request(onFrame);
    }
    if (!watching) {
      watching = true;
      if (!requested) waitingSince = host.now();
      host.later(onWatch, FLUSH_MS);
    }
  }

  function onFrame(): void {
    requested = false;
    run(false);
  }

  // One timer that looks back, rather than one set and cleared at each frame.
  function onWatch(): void {
    watching = false;
    if (marked.size + markedLast.size === 0) return;
    if (host.hidden() || host.now() - waitingSince >= FLUSH_MS - 1) run(true);
    else arm();
  }

  function run(unseen: boolean): void {
    const now = host.now();
    const batch = marked;
    marked = new Set();
    for (const drawable of batch) drawOne(drawable, now, unseen, marked);
    const last = markedLast;
    markedLast = new Set();
    for (const drawable of last) drawOne(drawable, now, unseen, markedLast);
    waitingSince = now;
    // What wants a frame that can be seen stays marked until the page is.
    if (marked.size + markedLast.size > 0 && !host.hidden()) arm();
  }

  function setBeat(): void {
    const wanted = beats.size > 0 && !host.hidden();
    if (wanted && !stopBeat) stopBeat = host.every(beat, BEAT_MS);
    else if (!wanted && stopBeat) {
      stopBeat();
      stopBeat = null;
    }
  }

  function beat(): void {
    for (const listener of [...beats]) listener();
  }

  host.onVisibility(() => {
    setBeat();
    if (host.hidden()) {
      // The frame that was asked for will not come before the page is seen again.
      if (marked.size + markedLast.size > 0) run(true);
    } else {
      requested = false;
      if (marked.size + markedLast.size > 0) arm();
      beat();
    }
  });

  return {
    schedule(drawable) {
      marked.add(drawable);
      arm();
    },
    scheduleLast(drawable) {
      markedLast.add(drawable);
      arm();
    },
    forget(drawable) {
      marked.delete(drawable);
      markedLast.delete(drawable);
    },
    onBeat(listener) {
      beats.add(listener);
      setBeat();
      return () => {
        beats.delete(listener);
        setBeat();
      };
    },
  };
}

// One drawable that throws must not take the frame from the others, nor be tried for ever.
function drawOne(drawable: Drawable, now: number, unseen: boolean, again: Set<Drawable>): void {
  try {
    if (drawable.draw(now, unseen)) again.add(drawable);
  } catch (error) {
    reportError(error);
  }
}

function browser(): FrameHost {
  return {
    now: () => performance.now(),
    hidden: () => document.hidden,
    onVisibility: (listener) => document.addEventListener("visibilitychange", listener),
    request: (callback) => void requestAnimationFrame(callback),
    later: (callback, ms) => void setTimeout(callback, ms),
    every: (callback, ms) => {
      const id = setInterval(callback, ms);
      return () => clearInterval(id);
    },
  };
}

let made: Frames | null = null;
const frames = (): Frames => (made ??= createFrames(browser()));

export const schedule = (drawable: Drawable): void => frames().schedule(drawable);
export const scheduleLast = (drawable: Drawable): void => frames().scheduleLast(drawable);
export const forget = (drawable: Drawable): void => frames().forget(drawable);
export const onBeat = (listener: () => void): (() => void) => frames().onBeat(listener);

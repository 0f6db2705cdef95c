// What a hand does on the tape: pointer, wheel and pinch, told as moves, drags, clicks, zooms and pans. It knows
// nothing of what is under it.

import type { Disposal } from "../scenes/dom";

/** A press moves this far before it is a drag. */
const DRAG_PX = 4;
/** A notch of a mouse's wheel; a finger's way on a touchpad comes in smaller parts. */
const WHEEL_PX = 60;
/** What a pixel of wheel, and of a pinch that is told as one, does. A notch of a wheel zooms by a third. */
const ZOOM_BY_WHEEL = 0.0048;
const ZOOM_BY_PINCH = 0.012;
/** Pixels in a line, where the wheel counts lines. */
const LINE_PX = 20;

/** What a press has begun. Exactly one of `click`, `end` and `cancel` is called at last. */
export interface Drag {
  /** Whether the press itself is the first move. */
  readonly atOnce: boolean;
  move(x: number): void;
  end(x: number): void;
  /** Released where it was pressed. */
  click(x: number): void;
  cancel(): void;
}

export interface Hand {
  /** Where the pointer is; null when it has left. */
  hover(x: number | null, y: number): void;
  press(x: number, y: number, shift: boolean): Drag;
  double(): void;
  zoom(factor: number, x: number): void;
  pan(byPx: number): void;
}

/** A web view's own pinch, which only WebKit has. */
interface GestureEvent extends UIEvent {
  readonly scale: number;
  readonly clientX: number;
}

/** Places are pixels right of `side`. Answers how to give up a drag; it says whether there was one. */
export function watchHand(canvas: HTMLElement, side: number, hand: Hand, disposal: Disposal): () => boolean {
  /** Fingers and pens that are down, by pointer: where. */
  const down = new Map<number, number>();
  let drag: { readonly pointer: number; readonly from: number; readonly work: Drag; moved: boolean } | null = null;
  let pinched = 1;

  const cancel = (): boolean => {
    const was = drag;
    drag = null;
    was?.work.cancel();
    return was !== null;
  };

  disposal.listen(canvas, "pointerdown", (event) => {
    if (event.button !== 0) return;
    const x = event.offsetX - side;
    down.set(event.pointerId, x);
    if (down.size > 1) {
      // A second finger: what the first began was no drag.
      cancel();
      return;
    }
    canvas.setPointerCapture(event.pointerId);
    const work = hand.press(x, event.offsetY, event.shiftKey);
    drag = { pointer: event.pointerId, from: x, work, moved: false };
    if (work.atOnce) work.move(x);
  });
  disposal.listen(canvas, "pointermove", (event) => {
    const x = event.offsetX - side;
    if (down.size === 2 && down.has(event.pointerId)) {
      pinch(event.pointerId, x);
      return;
    }
    if (drag?.pointer === event.pointerId) {
      drag.moved ||= Math.abs(x - drag.from) >= DRAG_PX;
      if (drag.moved) drag.work.move(x);
    }
    hand.hover(x, event.offsetY);
  });
  const release = (event: PointerEvent): void => {
    down.delete(event.pointerId);
    if (drag?.pointer !== event.pointerId) return;
    const { work, moved } = drag;
    drag = null;
    const x = event.offsetX - side;
    if (event.type === "pointercancel") work.cancel();
    else if (moved) work.end(x);
    else work.click(x);
    if (event.pointerType === "touch") hand.hover(null, 0);
  };
  disposal.listen(canvas, "pointerup", release);
  disposal.listen(canvas, "pointercancel", release);
  disposal.listen(canvas, "pointerleave", () => {
    if (!drag) hand.hover(null, 0);
  });
  disposal.listen(canvas, "dblclick", () => hand.double());

  function pinch(pointer: number, x: number): void {
    const [a = 0, b = 0] = down.values();
    const before = Math.abs(a - b);
    down.set(pointer, x);
    const [c = 0, d = 0] = down.values();
    const after = Math.abs(c - d);
    if (before > 0 && after > 0) hand.zoom(before / after, (c + d) / 2);
  }

  disposal.listen(
    canvas,
    "wheel",
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
      const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
      if (event.shiftKey || (Math.abs(dx) > Math.abs(dy) && !event.ctrlKey)) {
        hand.pan(Math.abs(dx) > Math.abs(dy) ? dx : dy);
        return;
      }
      // A pinch of a touchpad comes as a wheel with Ctrl, in small parts; a wheel with Ctrl held in its usual ones.
      const speed = event.ctrlKey && Math.abs(dy) < WHEEL_PX / 2 ? ZOOM_BY_PINCH : ZOOM_BY_WHEEL;
      hand.zoom(Math.exp(Math.max(-WHEEL_PX, Math.min(WHEEL_PX, dy)) * speed), event.offsetX - side);
    },
    { passive: false },
  );

  const gesture = (event: Event): void => {
    event.preventDefault();
    const { scale, clientX } = event as GestureEvent;
    if (event.type === "gesturechange" && scale > 0) {
      hand.zoom(pinched / scale, clientX - canvas.getBoundingClientRect().left - side);
    }
    pinched = event.type === "gesturechange" ? scale : 1;
  };
  for (const type of ["gesturestart", "gesturechange", "gestureend"]) {
    canvas.addEventListener(type, gesture);
    disposal.add(() => canvas.removeEventListener(type, gesture));
  }
  return cancel;
}

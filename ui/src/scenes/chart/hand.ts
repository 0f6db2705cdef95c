// What a hand does to the panels: the cursor, a part that is dragged to be looked at, thresholds, zoom and pan.

import { Disposal } from "../dom";

/** A shorter way is the tremble of a click. */
const DRAG_PX = 5;
/** One notch of a wheel, roughly, makes the part so many times as long. */
const WHEEL = 0.0016;

export interface HandEvents {
  /** The pointer is there, pixels of the plot; null once it is gone. */
  hover(x: number | null, y: number): void;
  /** A press that may become a drag of a threshold; answers what takes it, or null for none. */
  grip(x: number, y: number): Grip | null;
  /** A part is being dragged; null once it is not any more. */
  part(part: { from: number; to: number } | null): void;
  /** A part was dragged. */
  chose(from: number, to: number): void;
  pan(px: number): void;
  zoom(factor: number, x: number): void;
  /** A double click. */
  live(): void;
  /** Whether the wheel is needed for what does not fit. */
  scrolls(): boolean;
}

export interface Grip {
  move(y: number): void;
  end(): void;
  cancel(): void;
}

export function watchHand(ground: HTMLElement, events: HandEvents, disposal: Disposal): void {
  let drag: { id: number; x: number; shift: boolean; moved: boolean; at: number; grip: Grip | null } | null = null;
  const place = (event: MouseEvent): { x: number; y: number } => {
    const box = ground.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  function end(taken: boolean): void {
    const was = drag;
    drag = null;
    if (!was) return;
    if (ground.hasPointerCapture(was.id)) ground.releasePointerCapture(was.id);
    if (was.grip) {
      if (taken && was.moved) was.grip.end();
      else was.grip.cancel();
    } else if (!was.shift) {
      events.part(null);
      if (taken && was.moved) events.chose(Math.min(was.x, was.at), Math.max(was.x, was.at));
    }
  }

  disposal.listen(ground, "pointerdown", (event) => {
    if (event.button !== 0) return;
    const { x, y } = place(event);
    drag = { id: event.pointerId, x, shift: event.shiftKey, moved: false, at: x, grip: event.shiftKey ? null : events.grip(x, y) };
    ground.setPointerCapture(event.pointerId);
  });
  disposal.listen(ground, "pointermove", (event) => {
    const { x, y } = place(event);
    if (!drag || drag.id !== event.pointerId) {
      events.hover(x, y);
      return;
    }
    if (drag.grip) {
      drag.moved = true;
      drag.grip.move(y);
      return;
    }
    if (!drag.moved && Math.abs(x - drag.x) < DRAG_PX) return;
    drag.moved = true;
    if (drag.shift) events.pan(drag.at - x);
    else events.part({ from: Math.min(drag.x, x), to: Math.max(drag.x, x) });
    drag.at = x;
  });
  disposal.listen(ground, "pointerup", () => end(true));
  disposal.listen(ground, "pointercancel", () => end(false));
  disposal.listen(ground, "pointerleave", () => events.hover(null, 0));
  disposal.listen(ground, "dblclick", () => events.live());
  disposal.listen(
    ground,
    "wheel",
    (event) => {
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
      if (!sideways && !event.ctrlKey && events.scrolls()) return;
      event.preventDefault();
      // Lines and pages of a wheel that does not tell pixels.
      const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
      if (sideways) events.pan((event.deltaX || event.deltaY) * unit);
      else events.zoom(Math.exp(Math.max(-400, Math.min(400, event.deltaY * unit)) * WHEEL), place(event).x);
    },
    { passive: false },
  );
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !drag) return;
    event.preventDefault();
    end(false);
  };
  addEventListener("keydown", onKey, true);
  disposal.add(() => removeEventListener("keydown", onKey, true));
}

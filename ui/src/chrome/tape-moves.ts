// What a hand and the keys do to the tape: zoom and pan it, select a range of it, scrub a replay, go to an event.

import type { Status } from "../ipc/bindings";
import { isCommand, isTyping } from "./keys";
import type { Drag } from "./tape-hand";
import { flagAt, notchAt, toUs, toX, type Layout, type Picture } from "./tape-layout";
import { TOP_PX } from "./tape-paint";
import { edgeAt, eventsIn, rangeOf, type Edge } from "./tape-select";
import { length, type Lens, type Moving, type Span } from "./tape-span";
import { rangeWords, wordsAt } from "./tape-words";

/** The tape under the hand, as it was drawn last. */
export interface Ground {
  readonly lens: Lens;
  status(): Status | null;
  layout(): Layout | null;
  /** Best first. */
  pictures(status: Status): Picture[];
  session(status: Status): Span;
  moving(status: Status): Moving | null;
  playheadUs(status: Status): number | null;
  repaint(): void;
  /** Words for those who do not see it. */
  say(words: string): void;
  onJump(pos: number): void;
  onSelect(range: Span | null): void;
  onSeek(atUs: number): void;
}

export interface Selection {
  readonly range: Span;
  readonly events: number;
}

export interface Moves {
  /** The range that is being dragged. */
  readonly dragged: Selection | null;
  readonly scrubbing: boolean;
  /** The time that the keyboard has chosen. */
  readonly cursorUs: number | null;
  selection(): Selection | null;
  /** Shows a range as selected, or none, without telling. */
  select(range: Span | null): void;
  press(x: number, y: number, shift: boolean): Drag;
  zoom(factor: number, x: number): void;
  pan(px: number): void;
  whole(): void;
  key(event: KeyboardEvent): void;
  /** What keys have selected is taken when they are let go. */
  keyUp(event: KeyboardEvent): void;
  /** Escape gives up, one thing after another: the drag (which `cancel` ends), the selection, the cursor. */
  escape(event: KeyboardEvent, cancel: () => boolean): void;
  /** What is under the pointer, for its shape. */
  over(x: number, y: number): string | null;
  dropCursor(): void;
  /** Another session is on show. */
  reset(): void;
}

/** A press of + or −. */
const ZOOM_STEP = 1.6;
/** Near what moves a zoom is one at it: nobody aims at a line of two pixels. */
const NEAR_PX = 40;
/** Sessions whose selection is kept; the engine has no more. */
const SESSIONS = 64;

export function createMoves(on: Ground): Moves {
  const selections = new Map<number, Selection>();
  let dragged: Selection | null = null;
  let scrubbing = false;
  let cursorUs: number | null = null;
  /** The range that keys select: the end that stands, and the one that moves. It can be gone on with as long as it is selected. */
  let reach: { readonly fixedUs: number; atUs: number } | null = null;
  /** Whether they are at it. */
  let extending = false;

  const selected = (): Selection | null => selections.get(on.status()?.session ?? -1) ?? null;

  const clampX = (x: number): number => Math.min(Math.max(0, x), on.layout()?.width ?? 0);
  const nothing: Drag = { atOnce: false, move() {}, end() {}, click() {}, cancel() {} };

  // The hand

  function press(x: number, y: number, shift: boolean): Drag {
    const status = on.status();
    const layout = on.layout();
    if (!status || !layout) return nothing;
    cursorUs = reach = null;
    const flag = y < TOP_PX ? flagAt(layout, x) : null;
    if (flag) return { ...nothing, click: () => on.onJump(flag.bookmark.pos) };
    const selection = selected();
    const edge = selection && edgeAt(layout, selection.range, x);
    if (selection && edge) return dragEdge(selection, edge);
    if (status.replay && !shift) return scrub(selection);
    return dragRange(toUs(layout, clampX(x)), selection);
  }

  function scrub(selection: Selection | null): Drag {
    const done = (): void => {
      scrubbing = false;
      on.repaint();
    };
    return {
      atOnce: true,
      move(x) {
        const layout = on.layout();
        scrubbing = true;
        if (layout) on.onSeek(toUs(layout, clampX(x)));
        on.repaint();
      },
      end: done,
      click(x) {
        if (selection && !inside(selection, x)) choose(null);
        done();
      },
      cancel: done,
    };
  }

  function dragRange(fromUs: number, before: Selection | null): Drag {
    return {
      atOnce: false,
      move: (x) => drag(fromUs, x),
      end: take,
      click(x) {
        // A click beside the selection gives it up, and is no wish to go anywhere.
        if (before && !inside(before, x)) choose(null);
        else jump(x);
      },
      cancel: drop,
    };
  }

  function dragEdge({ range }: Selection, edge: Edge): Drag {
    const fixedUs = edge === "from" ? range.toUs : range.fromUs;
    return { atOnce: false, move: (x) => drag(fixedUs, x), end: take, click() {}, cancel: drop };
  }

  /** The tape may move under the hand: the end that stands is one of time. */
  function drag(fixedUs: number, x: number): void {
    const status = on.status();
    const layout = on.layout();
    if (!status || !layout) return;
    const pictures = on.pictures(status);
    const range = rangeOf(layout, pictures[0] ?? null, on.session(status), toX(layout, fixedUs), clampX(x));
    dragged = { range, events: eventsIn(pictures, range) };
    on.repaint();
  }

  function take(): void {
    const taken = dragged;
    dragged = null;
    if (taken) choose(taken);
  }

  function drop(): void {
    dragged = null;
    on.repaint();
  }

  function inside({ range }: Selection, x: number): boolean {
    const layout = on.layout();
    if (!layout) return false;
    const at = toUs(layout, x);
    return at >= range.fromUs && at <= range.toUs;
  }

  /** To the nearest notch, however far. */
  function jump(x: number): void {
    const layout = on.layout();
    const notch = layout && notchAt(layout, x, Number.POSITIVE_INFINITY);
    if (notch) on.onJump(notch.pos);
  }

  function choose(selection: Selection | null): void {
    keep(selection);
    on.onSelect(selection?.range ?? null);
  }

  function keep(selection: Selection | null): void {
    const session = on.status()?.session;
    if (session === undefined) return;
    selections.delete(session);
    if (selection) selections.set(session, selection);
    const [oldest] = selections.keys();
    if (selections.size > SESSIONS && oldest !== undefined) selections.delete(oldest);
    on.repaint();
  }

  function zoom(factor: number, x: number): void {
    const status = on.status();
    const layout = on.layout();
    if (!status || !layout) return;
    const moving = on.moving(status);
    // As it was drawn: the present has gone on since, and would be beyond the edge that it is shown at.
    const drawn = layout.playhead ?? layout.now;
    const near = moving !== null && drawn <= layout.width + 1 && Math.abs(drawn - x) < NEAR_PX;
    const at = clampX(near ? drawn : x);
    on.lens.zoom(factor, at / layout.width, on.session(status), moving);
    on.repaint();
  }

  function pan(px: number): void {
    const status = on.status();
    const layout = on.layout();
    if (!status || !layout) return;
    on.lens.pan((px / layout.width) * length(layout.span), on.session(status), on.moving(status));
    on.repaint();
  }

  function whole(): void {
    on.lens.reset();
    on.repaint();
  }

  // The keys

  function key(event: KeyboardEvent): void {
    const status = on.status();
    const layout = on.layout();
    if (isCommand(event) || event.altKey || event.metaKey || !status || !layout) return;
    const work = keyWork(event, status, layout);
    if (!work) return;
    event.preventDefault();
    work();
  }

  function keyWork(event: KeyboardEvent, status: Status, layout: Layout): (() => void) | null {
    const { width, span } = layout;
    const step = event.key === "ArrowLeft" || event.key === "PageUp" ? -1 : 1;
    switch (event.key) {
      case "+":
      case "=":
        return () => zoom(1 / ZOOM_STEP, fixedX(layout));
      case "-":
      case "_":
        return () => zoom(ZOOM_STEP, fixedX(layout));
      case "0":
        return whole;
      case "ArrowLeft":
      case "ArrowRight":
        if (event.shiftKey) return () => extend(status, layout, step);
        return status.replay ? () => seekBy(status, (step * length(span)) / 50) : () => moveCursor(layout, step);
      case "PageUp":
      case "PageDown":
        return status.replay ? () => seekBy(status, (step * length(span)) / 10) : () => pan(step * width * 0.8);
      case "Home":
      case "End": {
        const far = (event.key === "Home" ? -1 : 1) * length(on.session(status));
        return status.replay ? () => seekBy(status, far) : () => pan((far / length(span)) * width);
      }
      case "Enter": {
        const at = cursorUs;
        return at === null ? null : () => jump(toX(layout, at));
      }
      default:
        return null;
    }
  }

  /** What a zoom by key leaves where it is: the cursor, the playhead, the present, else the middle. */
  function fixedX(layout: Layout): number {
    if (cursorUs !== null) return toX(layout, cursorUs);
    const moving = layout.playhead ?? layout.now;
    return moving >= 0 && moving <= layout.width + 1 ? moving : layout.width / 2;
  }

  function seekBy(status: Status, us: number): void {
    const { replay } = status;
    if (replay) on.onSeek(Math.min(replay.end_us, Math.max(replay.start_us, (on.playheadUs(status) ?? 0) + us)));
  }

  /** Shift and an arrow select: from where the cursor stands, else the playhead, else the edge that is come from, to one notch
   *  more. It is taken when Shift is let go. */
  function extend(status: Status, layout: Layout, step: number): void {
    const { notches, width } = layout;
    const start = cursorUs ?? on.playheadUs(status) ?? toUs(layout, step > 0 ? 0 : width);
    if (!reach || (!extending && !selected())) reach = { fixedUs: start, atUs: start };
    const from = toX(layout, reach.atUs);
    const to = step > 0 ? notches.find((notch) => notch.x > from + 1) : notches.findLast((notch) => notch.x < from - 1);
    if (!to) {
      pan(step * width * 0.2);
      return;
    }
    extending = true;
    reach.atUs = toUs(layout, to.x);
    cursorUs = null;
    drag(reach.fixedUs, to.x);
    if (dragged) on.say(rangeWords(dragged.range, dragged.events));
  }

  function keyUp(event: KeyboardEvent): void {
    if (event.key === "Shift") extended();
  }

  function extended(): void {
    if (!extending) return;
    extending = false;
    take();
  }

  /** To the next notch; beyond the edge the tape is moved. */
  function moveCursor(layout: Layout, step: number): void {
    const { notches, width } = layout;
    const from = cursorUs === null ? (step > 0 ? -1 : width + 1) : toX(layout, cursorUs);
    const to = step > 0 ? notches.find((notch) => notch.x > from + 1) : notches.findLast((notch) => notch.x < from - 1);
    if (!to) {
      pan(step * width * 0.2);
      return;
    }
    reach = null;
    cursorUs = toUs(layout, to.x);
    on.say(wordsAt(layout, to.x));
    on.repaint();
  }

  function escape(event: KeyboardEvent, cancel: () => boolean): void {
    if (event.key !== "Escape" || event.defaultPrevented || isTyping(event.target)) return;
    if (cancel() || extending) {
      extending = false;
      reach = null;
      drop();
    }
    else if (selected()) choose(null);
    else if (cursorUs !== null) cursorUs = null;
    else return;
    event.preventDefault();
    on.repaint();
  }

  function over(x: number, y: number): string | null {
    const layout = on.layout();
    if (!layout) return null;
    const selection = selected();
    if (y < TOP_PX && flagAt(layout, x)) return "flag";
    if (selection && edgeAt(layout, selection.range, x)) return "edge";
    return layout.playhead !== null ? "replay" : "tape";
  }

  return {
    get dragged() {
      return dragged;
    },
    get scrubbing() {
      return scrubbing;
    },
    get cursorUs() {
      return cursorUs;
    },
    selection: selected,
    select(range) {
      const status = on.status();
      keep(range && status ? { range, events: eventsIn(on.pictures(status), range) } : null);
    },
    press,
    zoom,
    pan,
    whole,
    key,
    keyUp,
    escape,
    over,
    dropCursor() {
      extended();
      cursorUs = null;
      on.repaint();
    },
    reset() {
      on.lens.reset();
      cursorUs = dragged = reach = null;
      extending = false;
    },
  };
}

// The tape strip: the whole session on one line, a notch for each event; in a replay it is the scrubber. Plain
// TypeScript on a canvas, because it is redrawn while a flood comes in.

import { forget, onBeat, schedule, type Drawable } from "../frame";
import { fmt, t } from "../i18n";
import type { State, Status } from "../ipc/bindings";
import type { Live } from "../model/api";
import { Disposal, el, setAttribute, setText } from "../scenes/dom";
import { isCommand, isTyping } from "./keys";
import { watchHand, type Drag } from "./tape-hand";
import { flagAt, gapAt, layOut, notchAt, toUs, toX, wholeOf, type Layout, type Picture } from "./tape-layout";
import { COLOURS, paint, SIDE_PX, TOP_PX, type Colours } from "./tape-paint";
import { Pictures } from "./tape-pull";
import { edgeAt, eventsIn, rangeOf, type Edge } from "./tape-select";
import { Lens, length, type Moving, type Span } from "./tape-span";
import { breakTip, counter, flagWords, notchWords, rangeCaption, rangeWords, summary } from "./tape-words";

export interface TapeStripOptions {
  /** An entry was clicked. */
  onJump(pos: number): void;
  /** A range was selected, or none. */
  onSelect(range: Span | null): void;
  /** The playhead was put at a time. */
  onSeek(atUs: number): void;
  /** Where the playhead has just been put, until the replay has it there. */
  aimUs(): number | null;
}

export interface TapeStrip {
  readonly element: HTMLElement;
  /** Shows a range as selected, or none, without telling. */
  select(range: Span | null): void;
  /** Bookmarks have changed. */
  refresh(): void;
  /** The aim has changed. */
  repaint(): void;
  dispose(): void;
}

const MOVING: ReadonlySet<State> = new Set(["connecting", "open", "waiting"]);
/** A press of + or −. */
const ZOOM_STEP = 1.6;
/** Near the present a zoom is one at the present: nobody aims at a line of two pixels. */
const NEAR_PX = 40;
/** Room for the button at the end of the labels. */
const WHOLE_PX = 64;
/** Sessions whose selection is kept; the engine has no more. */
const SESSIONS = 64;

interface Selection {
  readonly range: Span;
  readonly events: number;
}

export function createTapeStrip(live: Live, options: TapeStripOptions): TapeStrip {
  const element = el("div", "tape");
  const canvas = el("canvas", "tape-canvas", { "data-testid": "tape-strip", role: "img", tabindex: "0" });
  const empty = el("p", "tape-empty");
  const tip = el("p", "tape-tip", { "data-testid": "tape-tip" });
  const whole = el("button", "tape-whole quiet", { type: "button", "data-testid": "tape-whole", title: t("tape.whole.hint") });
  const said = el("span", "hidden", { role: "status" });
  const probe = el("span", "hidden");
  setText(empty, t("tape.empty"));
  setText(whole, t("tape.whole"));
  tip.hidden = whole.hidden = true;
  element.append(canvas, empty, whole, tip, said, probe);
  const context = canvas.getContext("2d");

  const lens = new Lens();
  const pictures = new Pictures(
    (fromUs, untilUs, bins) => live.strip(fromUs, untilUs, bins),
    () => repaint(),
  );
  const selections = new Map<number, Selection>();
  let layout: Layout | null = null;
  let session: number | null = null;
  /** What the pictures depend on. */
  let content = "";
  /** What is on the canvas is no longer right. Ticks alone do not make it so: a tick a frame would
   *  repaint the strip and, where damage is joined to one rectangle, half of the window with it. */
  let faded = true;
  let timer = 0;
  let pointer: { x: number; y: number } | null = null;
  /** The time that the keyboard has chosen. */
  let cursorUs: number | null = null;
  /** The range that is being dragged. */
  let dragged: Selection | null = null;
  let scrubbing = false;
  let paintedPlayhead = Number.NaN;
  let colours: Colours | null = null;
  let font = "";
  let stopBeat: (() => void) | null = null;

  const drawable: Drawable = {
    draw(now, unseen) {
      // A picture that was not drawn is still owed.
      if (unseen) return true;
      if (faded) draw();
      faded = false;
      pull(now);
      return false;
    },
  };

  function repaint(): void {
    faded = true;
    schedule(drawable);
  }

  // What is on show

  function playheadOf(status: Status): number | null {
    return status.replay ? (options.aimUs() ?? status.replay.at_us) : null;
  }

  function endOf(status: Status): number {
    if (status.replay) return status.replay.end_us;
    const strip = pictures.whole;
    const last = strip?.bins.at(-1);
    // The engine's clock may step between attempts; what came is never drawn past the end.
    return Math.max(status.ended_us ?? live.now(), strip && last ? strip.start_us + last.at * strip.bin_us : 0);
  }

  function sessionOf(status: Status): Span {
    return wholeOf(status.replay?.start_us ?? status.started_us, endOf(status), status.replay !== null);
  }

  function movingOf(status: Status): Moving | null {
    const atUs = playheadOf(status);
    if (atUs !== null) return { atUs, turns: true };
    return status.ended_us === null ? { atUs: endOf(status), turns: false } : null;
  }

  function pull(now: number): void {
    const status = live.status();
    const width = element.clientWidth - 2 * SIDE_PX;
    if (!status || document.hidden || width <= 0) return;
    const all = sessionOf(status);
    const wait = pictures.look(now, {
      session: status.session,
      whole: all,
      span: lens.span(all, movingOf(status)),
      zoomed: lens.zoomed,
      pixels: Math.round(width * (window.devicePixelRatio || 1)),
    });
    // Something must come back for the last change of all.
    if (wait !== null) {
      timer ||= window.setTimeout(() => {
        timer = 0;
        schedule(drawable);
      }, wait);
    }
  }

  function onChange(): void {
    const status = live.status();
    const next = status?.session ?? null;
    if (next !== session) {
      session = next;
      hand();
      lens.reset();
      pictures.forget();
      pointer = null;
      cursorUs = dragged = null;
      content = "";
      faded = true;
    }
    // The picture of a replay is one of the whole tape, wherever the playhead stands.
    const now = !status ? "" : status.replay ? `${status.bookmarks} ${status.replay.events}` : `${status.end_pos} ${status.bookmarks} ${status.state}`;
    if (now !== content) pictures.touch();
    content = now;
    // Between two ticks the present moves on all the same.
    const flows = status !== null && status.replay === null && MOVING.has(status.state);
    if (flows) stopBeat ??= onBeat(repaint);
    else endBeat();
    const playhead = status && layout ? playheadOf(status) : null;
    if (playhead !== null && layout && !(Math.abs(toX(layout, playhead) - paintedPlayhead) < 0.5)) faded = true;
    if (status === null || (!flows && !status.replay)) faded = true;
    schedule(drawable);
  }

  function endBeat(): void {
    stopBeat?.();
    stopBeat = null;
  }

  // Drawing

  function draw(): void {
    const width = element.clientWidth - 2 * SIDE_PX;
    const height = element.clientHeight;
    if (!context || width <= 0 || height <= 0) return;
    const scale = window.devicePixelRatio || 1;
    const wide = Math.round(element.clientWidth * scale);
    const high = Math.round(height * scale);
    if (canvas.width !== wide || canvas.height !== high) {
      canvas.width = wide;
      canvas.height = high;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, wide, high);

    const status = live.status();
    const strip = pictures.whole;
    const filled = status !== null && strip !== null && (strip.bins.length > 0 || strip.breaks.length > 0);
    empty.hidden = filled;
    whole.hidden = !filled || !lens.zoomed;
    if (!filled) {
      layout = null;
      describe(null, null);
      showTip();
      return;
    }
    const all = sessionOf(status);
    const span = lens.span(all, movingOf(status));
    const at = cursorUs;
    layout = layOut({
      pictures: pictures.shown(all, lens.zoomed),
      session: all,
      span,
      endUs: endOf(status),
      ended: status.ended_us !== null || status.replay !== null,
      playheadUs: playheadOf(status),
      width,
      reserved: lens.zoomed ? WHOLE_PX : 0,
    });
    paintedPlayhead = layout.playhead ?? Number.NaN;
    colours ??= readColours();
    context.setTransform(scale, 0, 0, scale, SIDE_PX * scale, 0);
    const selection = dragged ?? selections.get(status.session) ?? null;
    const { fromUs } = all;
    paint({ context, scale, colours, font }, layout, {
      selection: selection && { from: toX(layout, selection.range.fromUs), to: toX(layout, selection.range.toUs) },
      caption: selection && !dragged ? rangeCaption(selection.range, selection.events) : "",
      hair: dragged || scrubbing ? null : (hairOf(pointer) ?? (at === null ? null : toX(layout, at))),
      thumb: lens.zoomed ? { from: (span.fromUs - fromUs) / length(all), to: (span.toUs - fromUs) / length(all) } : null,
      live: status.ended_us === null,
      scrubbing,
    });
    describe(status, selection);
    showTip();
  }

  function hairOf(at: typeof pointer): number | null {
    if (!at || !layout) return null;
    return at.x < -SIDE_PX / 2 || at.x > layout.width + SIDE_PX / 2 ? null : Math.min(Math.max(0, at.x), layout.width);
  }

  /** What tests, scripts and assistive tools read of it. */
  function describe(status: Status | null, selection: Selection | null): void {
    const [on, replay] = [layout, status?.replay ?? null];
    const number = (value: number | undefined): string | null => (value === undefined ? null : String(Math.round(value)));
    const playhead = status ? playheadOf(status) : null;
    setAttribute(canvas, "data-from-us", number(on?.span.fromUs));
    setAttribute(canvas, "data-to-us", number(on?.span.toUs));
    setAttribute(canvas, "data-bins", number(status && on ? shown(status)[0]?.strip.bins.length : undefined));
    setAttribute(canvas, "data-selected-from", number(selection?.range.fromUs));
    setAttribute(canvas, "data-selected-to", number(selection?.range.toUs));
    setAttribute(canvas, "data-playhead-us", number(playhead ?? undefined));

    const slides = replay !== null && on !== null;
    setAttribute(canvas, "role", slides ? "slider" : "img");
    const words = status && on ? summary(replay?.events ?? status.events, on.gaps.length, lens.zoomed ? on.span : null, selection?.range ?? null) : t("tape.empty");
    setAttribute(canvas, "aria-label", slides ? t("tape.playhead") : words);
    setAttribute(canvas, "aria-description", slides ? words : null);
    const since = slides && playhead !== null ? playhead - replay.start_us : 0;
    const long = slides ? replay.end_us - replay.start_us : 0;
    setAttribute(canvas, "aria-valuemin", slides ? "0" : null);
    setAttribute(canvas, "aria-valuemax", slides ? String(long / 1e6) : null);
    setAttribute(canvas, "aria-valuenow", slides ? String(since / 1e6) : null);
    setAttribute(canvas, "aria-valuetext", slides ? t("tape.playhead.at", { at: counter(since), length: counter(long) }) : null);
  }

  function shown(status: Status): Picture[] {
    return pictures.shown(sessionOf(status), lens.zoomed);
  }

  function readColours(): Colours {
    const read = (name: string): string => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    };
    font = `11px ${getComputedStyle(element).fontFamily}`;
    return Object.fromEntries(COLOURS.map((name) => [name, read(name)])) as Colours;
  }

  // The tip

  function showTip(): void {
    const at = tipAt();
    tip.hidden = at === null;
    if (!at) return;
    setText(tip, at.words);
    const half = tip.offsetWidth / 2;
    const x = Math.min(Math.max(at.x + SIDE_PX, half + 4), element.clientWidth - half - 4);
    tip.style.transform = `translateX(${Math.round(x - half)}px)`;
  }

  function tipAt(): { x: number; words: string } | null {
    if (!layout) return null;
    if (dragged) {
      const { range, events } = dragged;
      return { x: toX(layout, (range.fromUs + range.toUs) / 2), words: rangeWords(range, events) };
    }
    const status = live.status();
    if (scrubbing && layout.playhead !== null && status?.replay) {
      const since = toUs(layout, layout.playhead) - status.replay.start_us;
      return { x: layout.playhead, words: counter(since) };
    }
    const x = hairOf(pointer) ?? (cursorUs === null ? null : toX(layout, cursorUs));
    if (x === null) return null;
    const flag = pointer && pointer.y < TOP_PX ? flagAt(layout, x) : null;
    return { x, words: flag ? flagWords(flag) : wordsAt(layout, x) };
  }

  function wordsAt(on: Layout, x: number): string {
    const gap = gapAt(on, x);
    // A break of no width is easily missed, and a notch stands on either side of it.
    if (gap) return breakTip(gap.gap);
    const notch = notchAt(on, x);
    return notch ? notchWords(notch) : fmt.clock(toUs(on, x));
  }

  // The hand

  const clampX = (x: number): number => Math.min(Math.max(0, x), layout?.width ?? 0);
  const nothing: Drag = { atOnce: false, move() {}, end() {}, click() {}, cancel() {} };

  function press(x: number, y: number, shift: boolean): Drag {
    const status = live.status();
    const on = layout;
    if (!status || !on) return nothing;
    cursorUs = null;
    const flag = y < TOP_PX ? flagAt(on, x) : null;
    if (flag) return { ...nothing, click: () => options.onJump(flag.bookmark.pos) };
    const selection = selections.get(status.session) ?? null;
    const edge = selection && edgeAt(on, selection.range, x);
    if (selection && edge) return dragEdge(selection, edge);
    if (status.replay && !shift) return scrub(selection);
    return dragRange(x, selection);
  }

  function scrub(selection: Selection | null): Drag {
    const seek = (x: number): void => {
      if (layout) options.onSeek(toUs(layout, clampX(x)));
    };
    const done = (): void => {
      scrubbing = false;
      repaint();
    };
    return {
      atOnce: true,
      move(x) {
        scrubbing = true;
        seek(x);
        repaint();
      },
      end: done,
      click(x) {
        if (selection && layout && !inside(selection, x)) choose(null);
        done();
      },
      cancel: done,
    };
  }

  function dragRange(from: number, before: Selection | null): Drag {
    const fromUs = layout ? toUs(layout, clampX(from)) : 0;
    return {
      atOnce: false,
      move: (x) => drag(fromUs, x),
      end: take,
      click(x) {
        // A click beside the selection gives it up, and is no wish to go anywhere.
        if (before && !inside(before, x)) choose(null);
        else if (layout) jump(x);
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
    const status = live.status();
    if (!status || !layout) return;
    const there = shown(status);
    const range = rangeOf(layout, there[0] ?? null, sessionOf(status), toX(layout, fixedUs), clampX(x));
    dragged = { range, events: eventsIn(there, range) };
    repaint();
  }

  function take(): void {
    const taken = dragged;
    dragged = null;
    if (taken) choose(taken);
  }

  function drop(): void {
    dragged = null;
    repaint();
  }

  function inside({ range }: Selection, x: number): boolean {
    if (!layout) return false;
    const at = toUs(layout, x);
    return at >= range.fromUs && at <= range.toUs;
  }

  function jump(x: number): void {
    const notch = layout && notchAt(layout, x, Number.POSITIVE_INFINITY);
    if (notch) options.onJump(notch.pos);
  }

  function choose(selection: Selection | null): void {
    keep(selection);
    options.onSelect(selection?.range ?? null);
  }

  function keep(selection: Selection | null): void {
    if (session === null) return;
    selections.delete(session);
    if (selection) selections.set(session, selection);
    const [oldest] = selections.keys();
    if (selections.size > SESSIONS && oldest !== undefined) selections.delete(oldest);
    repaint();
  }

  function zoomAt(factor: number, x: number): void {
    const status = live.status();
    if (!status || !layout) return;
    const moving = movingOf(status);
    const movingX = moving ? toX(layout, moving.atUs) : Number.NaN;
    const at = Math.abs(movingX - x) < NEAR_PX && movingX <= layout.width + 1 ? movingX : clampX(x);
    lens.zoom(factor, Math.min(1, at / layout.width), sessionOf(status), moving);
    repaint();
  }

  function panBy(px: number): void {
    const status = live.status();
    if (!status || !layout) return;
    lens.pan((px / layout.width) * length(layout.span), sessionOf(status), movingOf(status));
    repaint();
  }

  function showWhole(): void {
    lens.reset();
    repaint();
  }

  // The keys

  function onKey(event: KeyboardEvent): void {
    const status = live.status();
    if (isCommand(event) || event.altKey || event.metaKey || !status || !layout) return;
    const work = keyWork(event, status, layout);
    if (!work) return;
    event.preventDefault();
    work();
  }

  function keyWork(event: KeyboardEvent, status: Status, on: Layout): (() => void) | null {
    const step = event.key === "ArrowLeft" || event.key === "PageUp" ? -1 : 1;
    const fixed = (cursorUs === null ? null : toX(on, cursorUs)) ?? on.playhead ?? (on.now <= on.width + 1 ? on.now : on.width / 2);
    switch (event.key) {
      case "+":
      case "=":
        return () => zoomAt(1 / ZOOM_STEP, fixed);
      case "-":
      case "_":
        return () => zoomAt(ZOOM_STEP, fixed);
      case "0":
        return showWhole;
      case "ArrowLeft":
      case "ArrowRight":
        if (event.shiftKey) return () => panBy(step * on.width * 0.2);
        return status.replay ? () => seekBy(status, (step * length(on.span)) / 50) : () => moveCursor(on, step);
      case "PageUp":
      case "PageDown":
        return status.replay ? () => seekBy(status, (step * length(on.span)) / 10) : () => panBy(step * on.width * 0.8);
      case "Home":
      case "End": {
        const far = event.key === "Home" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
        return status.replay ? () => seekBy(status, far) : () => panBy(Math.sign(far) * on.width * 1e9);
      }
      case "Enter":
        return cursorUs === null ? null : () => jump(toX(on, cursorUs ?? 0));
      default:
        return null;
    }
  }

  function seekBy(status: Status, us: number): void {
    const { replay } = status;
    if (replay) options.onSeek(Math.min(replay.end_us, Math.max(replay.start_us, (playheadOf(status) ?? 0) + us)));
  }

  /** To the next notch; beyond the edge the tape is moved. */
  function moveCursor(on: Layout, step: number): void {
    const from = cursorUs === null ? (step > 0 ? -1 : on.width + 1) : toX(on, cursorUs);
    const to = step > 0 ? on.notches.find((notch) => notch.x > from + 1) : on.notches.findLast((notch) => notch.x < from - 1);
    if (!to) {
      panBy(step * on.width * 0.2);
      return;
    }
    cursorUs = toUs(on, to.x);
    pointer = null;
    setText(said, wordsAt(on, to.x));
    repaint();
  }

  /** Escape gives up, one thing after another: the drag, the selection, the cursor. */
  function onEscape(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented || isTyping(event.target)) return;
    const selected = session !== null && selections.has(session);
    if (hand()) drop();
    else if (selected) choose(null);
    else if (cursorUs !== null) cursorUs = null;
    else return;
    event.preventDefault();
    repaint();
  }

  const disposal = new Disposal();
  const hand = watchHand(
    canvas,
    SIDE_PX,
    {
      hover(x, y) {
        pointer = x === null ? null : { x, y };
        if (layout) setAttribute(canvas, "data-over", x === null ? null : overAt(layout, x, y));
        repaint();
      },
      press,
      double: showWhole,
      zoom: zoomAt,
      pan: panBy,
    },
    disposal,
  );

  /** What is under the pointer, for its shape. */
  function overAt(on: Layout, x: number, y: number): string {
    const selection = session === null ? null : (selections.get(session) ?? null);
    if (y < TOP_PX && flagAt(on, x)) return "flag";
    if (selection && edgeAt(on, selection.range, x)) return "edge";
    return on.playhead !== null ? "replay" : "tape";
  }

  disposal.add(live.onChange(onChange));
  disposal.listen(canvas, "keydown", onKey);
  disposal.listen(canvas, "blur", () => {
    cursorUs = null;
    repaint();
  });
  disposal.listen(whole, "click", showWhole);
  addEventListener("keydown", onEscape);
  disposal.add(() => removeEventListener("keydown", onEscape));
  const sizes = new ResizeObserver(repaint);
  sizes.observe(element);
  disposal.add(() => sizes.disconnect());
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
    const media = matchMedia(query);
    const again = (): void => {
      colours = null;
      repaint();
    };
    media.addEventListener("change", again);
    disposal.add(() => media.removeEventListener("change", again));
  }
  onChange();

  return {
    element,
    select(range) {
      const status = live.status();
      keep(range && status ? { range, events: eventsIn(shown(status), range) } : null);
    },
    refresh() {
      pictures.touch();
      repaint();
    },
    repaint,
    dispose() {
      disposal.end();
      endBeat();
      clearTimeout(timer);
      forget(drawable);
      element.remove();
    },
  };
}

// The tape strip: the whole session on one line, a notch for each event; in a replay it is the scrubber. Plain
// TypeScript on a canvas, because it is redrawn while a flood comes in.

import { forget, onBeat, schedule, type Drawable } from "../frame";
import { t } from "../i18n";
import type { State, Status } from "../ipc/bindings";
import type { Live } from "../model/api";
import { Disposal, el, setAttribute, setHidden, setText } from "../scenes/dom";
import { watchHand } from "./tape-hand";
import type { TapeAxis } from "./tape-axis";
import { flagAt, layOut, toUs, toX, wholeOf, type Layout } from "./tape-layout";
import { createMoves, type Selection } from "./tape-moves";
import { COLOURS, paint, SIDE_PX, TOP_PX, type Colours } from "./tape-paint";
import { Pictures } from "./tape-pull";
import { Lens, length, type Moving, type Span } from "./tape-span";
import { counter, flagWords, rangeCaption, rangeWords, summary, wordsAt } from "./tape-words";

export interface TapeStripOptions {
  /** An entry was clicked. */
  onJump(pos: number): void;
  /** A range was selected, or none. */
  onSelect(range: Span | null): void;
  /** The playhead was put at a time. */
  onSeek(atUs: number): void;
  /** Where the playhead has just been put, until the replay has it there. */
  aimUs(): number | null;
  /** What the chart has the same axis by. */
  readonly axis?: TapeAxis;
}

export interface TapeStrip {
  readonly element: HTMLElement;
  /** Shows a range as selected, or none, without telling. */
  select(range: Span | null): void;
  /** Bookmarks have changed. */
  refresh(): void;
  /** The aim has changed. */
  repaint(): void;
  /** The window speaks another language. */
  speak(): void;
  dispose(): void;
}

const MOVING: ReadonlySet<State> = new Set(["connecting", "open", "waiting"]);
/** Where nothing comes the present is seen to move this often. */
const IDLE_US = 950_000;
/** Room for the button at the end of the labels. */
const WHOLE_PX = 64;

export function createTapeStrip(live: Live, options: TapeStripOptions): TapeStrip {
  const element = el("div", "tape");
  const canvas = el("canvas", "tape-canvas", { "data-testid": "tape-strip", role: "group", tabindex: "0" });
  const empty = el("p", "tape-empty");
  const tip = el("p", "tape-tip", { "data-testid": "tape-tip" });
  const whole = el("button", "tape-whole quiet", { type: "button", "data-testid": "tape-whole" });
  const said = el("span", "hidden", { role: "status" });
  const probe = el("span", "hidden");
  tip.hidden = whole.hidden = true;
  element.append(canvas, empty, whole, tip, said, probe);
  const context = canvas.getContext("2d");

  const lens = new Lens();
  const pictures = new Pictures(
    (fromUs, untilUs, bins) => live.strip(fromUs, untilUs, bins),
    () => repaint(),
  );
  let layout: Layout | null = null;
  let session: number | null = null;
  /** What the pictures depend on. */
  let content = "";
  /** What is on the canvas is no longer right. Ticks alone do not make it so: a tick a frame would
   *  repaint the strip and, where damage is joined to one rectangle, half of the window with it. */
  let faded = true;
  let timer = 0;
  let pointer: { x: number; y: number } | null = null;
  /** The window is so low that the strip has half its height (narrow.css). */
  const low = matchMedia("(max-height: 439px)");
  let paintedPlayhead = Number.NaN;
  /** When the strip was painted last, microseconds of the session's clock, and of what. */
  let paintedUs = 0;
  let paintedOf = "";
  let colours: Colours | null = null;
  let font = "";
  let stopBeat: (() => void) | null = null;

  const moves = createMoves({
    lens,
    status: () => live.status(),
    layout: () => layout,
    pictures: (status) => pictures.shown(sessionOf(status), lens.zoomed),
    session: sessionOf,
    moving: movingOf,
    playheadUs: playheadOf,
    repaint,
    say: (words) => setText(said, words),
    onJump: options.onJump,
    onSelect: options.onSelect,
    onSeek: options.onSeek,
  });

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

  function speak(): void {
    setText(empty, t("tape.empty"));
    setText(whole, t("tape.whole"));
    setAttribute(whole, "title", t("tape.whole.hint"));
    // Another language has other faces.
    colours = null;
    repaint();
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
      cancel();
      moves.reset();
      pictures.forget();
      pointer = null;
      content = "";
      faded = true;
    }
    // The picture of a replay is one of the whole tape, wherever the playhead stands.
    const now = !status ? "" : status.replay ? `${status.bookmarks} ${status.replay.events}` : `${status.end_pos} ${status.bookmarks} ${status.state}`;
    if (now !== content) pictures.touch();
    content = now;
    // Between two ticks the present moves on all the same.
    const flows = status !== null && status.replay === null && MOVING.has(status.state);
    if (flows) stopBeat ??= onBeat(flow);
    else endBeat();
    const playhead = status && layout ? playheadOf(status) : null;
    if (status?.replay && playhead !== null && layout) {
      const by = Math.abs(toX(layout, playhead) - paintedPlayhead);
      // While it plays, a way that nobody sees is not worth a repaint; where it stands at last is.
      if (!(by < (status.replay.playing ? 0.5 : Number.MIN_VALUE))) faded = true;
    }
    if (status === null || (!flows && !status.replay)) faded = true;
    schedule(drawable);
  }

  /** The present has moved on: paints where that can be seen. */
  function flow(): void {
    // What comes first is painted when its picture is there.
    if (!layout) return;
    const us = live.now() - paintedUs;
    const pixels = layout.width * (window.devicePixelRatio || 1);
    const still = paintedOf === content;
    if (us >= Math.max(length(layout.span) / pixels, still ? IDLE_US : 0)) repaint();
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
    setHidden(empty, filled);
    setHidden(whole, !filled || !lens.zoomed);
    if (!filled) {
      layout = null;
      options.axis?.tell({ span: null, selection: null, overStrip: null });
      describe(null, null);
      showTip();
      return;
    }
    const all = sessionOf(status);
    const span = lens.span(all, movingOf(status));
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
    [paintedUs, paintedOf] = [live.now(), content];
    colours ??= readColours();
    context.setTransform(scale, 0, 0, scale, SIDE_PX * scale, 0);
    const selection = moves.dragged ?? moves.selection();
    const { fromUs } = all;
    paint({ context, scale, colours, font }, layout, {
      selection: selection && { from: toX(layout, selection.range.fromUs), to: toX(layout, selection.range.toUs) },
      caption: selection && !moves.dragged ? rangeCaption(selection.range, selection.events) : "",
      hair: moves.dragged || moves.scrubbing ? null : hairOf(layout),
      thumb: lens.zoomed ? { from: (span.fromUs - fromUs) / length(all), to: (span.toUs - fromUs) / length(all) } : null,
      live: status.ended_us === null,
      scrubbing: moves.scrubbing,
      labelled: !low.matches,
    });
    describe(status, selection);
    showTip();
    options.axis?.tell({ span: lens.zoomed ? span : null, selection: selection?.range ?? null, overStrip: overUs(layout) });
  }

  /** The time under the pointer. */
  function overUs(on: Layout): number | null {
    const x = pointer ? hairOf(on) : null;
    return x === null ? null : toUs(on, x);
  }

  /** Where the pointer is, else the keyboard's cursor. */
  function hairOf(on: Layout): number | null {
    if (pointer && pointer.x > -SIDE_PX / 2 && pointer.x < on.width + SIDE_PX / 2) return Math.min(Math.max(0, pointer.x), on.width);
    const cursorUs = moves.cursorUs ?? options.axis?.facts.overChart ?? null;
    const x = cursorUs === null ? null : toX(on, cursorUs);
    return x !== null && x >= 0 && x <= on.width ? x : null;
  }

  /** What tests, scripts and assistive tools read of it. */
  function describe(status: Status | null, selection: Selection | null): void {
    const [on, replay] = [layout, status?.replay ?? null];
    const number = (value: number | undefined): string | null => (value === undefined ? null : String(Math.round(value)));
    const playhead = status ? playheadOf(status) : null;
    setAttribute(canvas, "data-from-us", number(on?.span.fromUs));
    setAttribute(canvas, "data-to-us", number(on?.span.toUs));
    setAttribute(canvas, "data-bins", number(status && on ? pictures.shown(on.span, lens.zoomed)[0]?.strip.bins.length : undefined));
    setAttribute(canvas, "data-selected-from", number(selection?.range.fromUs));
    setAttribute(canvas, "data-selected-to", number(selection?.range.toUs));
    setAttribute(canvas, "data-playhead-us", number(playhead ?? undefined));

    const slides = replay !== null && on !== null;
    setAttribute(canvas, "role", slides ? "slider" : "group");
    const words = status && on ? summary(replay?.events ?? status.events, on.gaps.length, lens.zoomed ? on.span : null, selection?.range ?? null) : t("tape.empty");
    // The name stays while the tape flows; what it holds is read when it is asked for.
    setAttribute(canvas, "aria-label", t(slides ? "tape.playhead" : "tape.label"));
    setAttribute(canvas, "aria-description", words);
    const since = slides && playhead !== null ? playhead - replay.start_us : 0;
    const long = slides ? replay.end_us - replay.start_us : 0;
    setAttribute(canvas, "aria-valuemin", slides ? "0" : null);
    setAttribute(canvas, "aria-valuemax", slides ? String(long / 1e6) : null);
    setAttribute(canvas, "aria-valuenow", slides ? String(since / 1e6) : null);
    setAttribute(canvas, "aria-valuetext", slides ? t("tape.playhead.at", { at: counter(since), length: counter(long) }) : null);
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
    setHidden(tip, at === null);
    if (!at) return;
    setText(tip, at.words);
    const half = tip.offsetWidth / 2;
    const x = Math.min(Math.max(at.x + SIDE_PX, half + 4), element.clientWidth - half - 4);
    tip.style.transform = `translateX(${Math.round(x - half)}px)`;
  }

  function tipAt(): { x: number; words: string } | null {
    if (!layout) return null;
    if (moves.dragged) {
      const { range, events } = moves.dragged;
      return { x: toX(layout, (range.fromUs + range.toUs) / 2), words: rangeWords(range, events) };
    }
    const status = live.status();
    if (moves.scrubbing && layout.playhead !== null && status?.replay) {
      const since = toUs(layout, layout.playhead) - status.replay.start_us;
      return { x: layout.playhead, words: counter(since) };
    }
    // The chart says itself what stands at its cursor.
    const x = pointer || moves.cursorUs !== null ? hairOf(layout) : null;
    if (x === null) return null;
    const flag = pointer && pointer.y < TOP_PX ? flagAt(layout, x) : null;
    return { x, words: flag ? flagWords(flag) : wordsAt(layout, x) };
  }

  const disposal = new Disposal();
  const cancel = watchHand(
    canvas,
    SIDE_PX,
    {
      hover(x, y) {
        pointer = x === null ? null : { x, y };
        setAttribute(canvas, "data-over", x === null ? null : moves.over(x, y));
        repaint();
      },
      press: moves.press,
      double: moves.whole,
      zoom: moves.zoom,
      pan: moves.pan,
    },
    disposal,
  );
  const onEscape = (event: KeyboardEvent): void => moves.escape(event, cancel);
  disposal.add(live.onChange(onChange));
  disposal.listen(canvas, "keydown", (event) => {
    if (event.key.startsWith("Arrow")) pointer = null;
    moves.key(event);
  });
  disposal.listen(canvas, "keyup", moves.keyUp);
  disposal.listen(canvas, "blur", moves.dropCursor);
  disposal.listen(whole, "click", moves.whole);
  addEventListener("keydown", onEscape);
  disposal.add(() => removeEventListener("keydown", onEscape));
  const sizes = new ResizeObserver(repaint);
  sizes.observe(element);
  disposal.add(() => sizes.disconnect());
  for (const media of [low, matchMedia("(prefers-color-scheme: dark)"), matchMedia("(forced-colors: active)")]) {
    const again = (): void => {
      colours = null;
      repaint();
    };
    media.addEventListener("change", again);
    disposal.add(() => media.removeEventListener("change", again));
  }
  if (options.axis) disposal.add(onChart(options.axis));
  speak();
  onChange();

  /** The cursor of the chart is another one. */
  function onChart(axis: TapeAxis): () => void {
    let over = axis.facts.overChart;
    return axis.onChange((facts) => {
      if (facts.overChart === over) return;
      over = facts.overChart;
      repaint();
    });
  }

  return {
    element,
    select: moves.select,
    refresh() {
      pictures.touch();
      repaint();
    },
    repaint,
    speak,
    dispose() {
      disposal.end();
      endBeat();
      clearTimeout(timer);
      forget(drawable);
      element.remove();
    },
  };
}

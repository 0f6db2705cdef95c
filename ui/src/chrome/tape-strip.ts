// The tape strip: the whole session on one line, a notch for each event. Plain TypeScript on a canvas,
// because it is redrawn while a flood comes in.

import { forget, onBeat, schedule, type Drawable } from "../frame";
import { fmt, t, tn } from "../i18n";
import type { Break, State, Strip } from "../ipc/bindings";
import type { Live } from "../model/api";
import { Disposal, el, setAttribute, setText } from "../scenes/dom";
import { breakWords } from "../scenes/typewriter/paper";
import { gapAt, layOut, notchAt, type Layout } from "./tape-layout";

export interface TapeStripOptions {
  /** An entry was clicked. */
  onJump(pos: number): void;
}

export interface TapeStrip {
  readonly element: HTMLElement;
  dispose(): void;
}

/** The picture is pulled at most this often. */
const PULL_MS = 125;
/** Left and right of the tape, as wide as the bars above it. */
const SIDE_PX = 16;
const TOP_PX = 10;
const TAPE_PX = 28;
const LABEL_Y = TOP_PX + TAPE_PX + 11;
const NOTCH_PX = 2;

const MOVING: ReadonlySet<State> = new Set(["connecting", "open", "waiting"]);
const COLOURS = ["--ink-2", "--ink-3-text", "--accent", "--waiting"] as const;
type Colour = (typeof COLOURS)[number];

export function createTapeStrip(live: Live, options: TapeStripOptions): TapeStrip {
  const element = el("div", "tape");
  const canvas = el("canvas", "tape-canvas", { "data-testid": "tape-strip", role: "img" });
  const empty = el("p", "tape-empty");
  const tip = el("p", "tape-tip");
  const probe = el("span", "hidden");
  setText(empty, t("tape.empty"));
  tip.hidden = true;
  element.append(canvas, empty, tip, probe);
  const context = canvas.getContext("2d");

  let strip: Strip | null = null;
  let layout: Layout | null = null;
  let session: number | null = null;
  let pulledAt = -PULL_MS;
  let pulling = false;
  /** The session has changed since the picture was pulled. */
  let stale = false;
  /** What is on the canvas is no longer right. Ticks alone do not make it so: a tick a frame would
   *  repaint the strip and, where damage is joined to one rectangle, half of the window with it. */
  let faded = true;
  let timer = 0;
  let pointer: number | null = null;
  let colours: Record<Colour, string> | null = null;
  let font = "";
  let stopBeat: (() => void) | null = null;

  const drawable: Drawable = {
    draw(now, unseen) {
      // A picture that was not drawn is still owed.
      if (unseen) return true;
      pull(now);
      if (faded) paint();
      faded = false;
      return false;
    },
  };

  function repaint(): void {
    faded = true;
    schedule(drawable);
  }

  function pull(now: number): void {
    if (!stale || pulling || session === null || document.hidden) return;
    const wait = PULL_MS - (now - pulledAt);
    if (wait > 0) {
      // Something must come back for the last change of all.
      timer ||= window.setTimeout(() => {
        timer = 0;
        schedule(drawable);
      }, wait);
      return;
    }
    pulledAt = now;
    stale = false;
    void fetchStrip(session);
  }

  async function fetchStrip(of: number): Promise<void> {
    pulling = true;
    const answer = await live.strip(null, null, 2_048);
    pulling = false;
    if (of === session && answer) strip = answer;
    repaint();
  }

  function onChange(): void {
    const status = live.status();
    const next = status?.session ?? null;
    if (next !== session) {
      session = next;
      strip = null;
      pulledAt = -PULL_MS;
      faded = true;
    }
    stale = true;
    // Between two ticks the present moves on all the same.
    const moving = status !== null && MOVING.has(status.state);
    if (moving) stopBeat ??= onBeat(repaint);
    else endBeat();
    schedule(drawable);
  }

  function endBeat(): void {
    stopBeat?.();
    stopBeat = null;
  }

  function paint(): void {
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
    const filled = strip !== null && (strip.bins.length > 0 || strip.breaks.length > 0) && status !== null;
    empty.hidden = filled;
    if (!filled || !strip || !status) {
      layout = null;
      setAttribute(canvas, "aria-label", t("tape.empty"));
      showTip();
      return;
    }
    layout = layOut(strip, live.now(), status.ended_us, width);
    colours ??= readColours();
    context.setTransform(scale, 0, 0, scale, SIDE_PX * scale, 0);
    const snap = (x: number): number => Math.round(x * scale) / scale;
    const base = TOP_PX + TAPE_PX;

    for (const gap of layout.gaps) paintGap(context, snap(gap.from), snap(gap.to), colours["--waiting"]);

    // By colour, not by place: a change of style costs more than a bar.
    for (const named of [false, true]) {
      context.fillStyle = colours[named ? "--accent" : "--ink-2"];
      context.globalAlpha = named ? 0.8 : 0.68;
      for (const notch of layout.notches) {
        if (notch.named !== named) continue;
        const top = snap(base - notch.height);
        context.fillRect(snap(notch.x - NOTCH_PX / 2), top, NOTCH_PX, base - top);
      }
    }
    context.globalAlpha = 1;
    context.fillStyle = colours[status.ended_us === null ? "--accent" : "--ink-3-text"];
    context.fillRect(snap(Math.min(layout.now, width - NOTCH_PX)), TOP_PX, NOTCH_PX, TAPE_PX);

    context.font = font;
    context.fillStyle = colours["--ink-3-text"];
    context.textBaseline = "alphabetic";
    for (const [at, label] of layout.labels.entries()) {
      const isNow = at === layout.labels.length - 1;
      const measured = context.measureText(label.text).width;
      const start = isNow ? label.x - measured : label.x;
      context.fillText(label.text, Math.min(Math.max(0, start), width - measured), LABEL_Y);
    }
    setAttribute(canvas, "aria-label", summary(status.events, layout.gaps.length));
    showTip();
  }

  function summary(events: number, gaps: number): string {
    const parts = [tn("tape.summary", events)];
    if (gaps > 0) parts.push(tn("tape.breaks", gaps));
    return parts.join(" · ");
  }

  function readColours(): Record<Colour, string> {
    const read = (name: Colour): string => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    };
    font = `11px ${getComputedStyle(element).fontFamily}`;
    return Object.fromEntries(COLOURS.map((name) => [name, read(name)])) as Record<Colour, string>;
  }

  // The pointer

  function showTip(): void {
    const words = pointer === null || !layout ? "" : tipWords(layout, pointer);
    tip.hidden = words === "";
    canvas.classList.toggle("target", words !== "");
    if (words === "" || pointer === null) return;
    setText(tip, words);
    const half = tip.offsetWidth / 2;
    const x = Math.min(Math.max(pointer + SIDE_PX, half + 4), element.clientWidth - half - 4);
    tip.style.transform = `translateX(${Math.round(x - half)}px)`;
  }

  function tipWords(on: Layout, x: number): string {
    const notch = notchAt(on, x);
    if (notch) return `${fmt.clock(notch.atUs)} · ${tn("tape.events", notch.count)}`;
    const gap = gapAt(on, x);
    return gap ? gapWords(gap.gap) : "";
  }

  function gapWords(gap: Break): string {
    return `${fmt.clock(gap.from_us)} · ${breakWords(gap)}`;
  }

  const disposal = new Disposal();
  disposal.add(live.onChange(onChange));
  disposal.listen(canvas, "pointermove", (event) => {
    pointer = event.offsetX - SIDE_PX;
    repaint();
  });
  disposal.listen(canvas, "pointerleave", () => {
    pointer = null;
    repaint();
  });
  disposal.listen(canvas, "click", (event) => {
    const notch = layout && notchAt(layout, event.offsetX - SIDE_PX);
    if (notch) options.onJump(notch.pos);
  });
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
    dispose() {
      disposal.end();
      endBeat();
      clearTimeout(timer);
      forget(drawable);
      element.remove();
    },
  };
}

function paintGap(context: CanvasRenderingContext2D, from: number, to: number, colour: string): void {
  const width = Math.max(2, to - from);
  context.fillStyle = colour;
  context.globalAlpha = 0.15;
  context.fillRect(from, TOP_PX, width, TAPE_PX);
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash([3, 2]);
  context.beginPath();
  for (const x of width > 4 ? [from + 0.5, from + width - 0.5] : [from + 0.5]) {
    context.moveTo(x, TOP_PX);
    context.lineTo(x, TOP_PX + TAPE_PX);
  }
  context.stroke();
  context.setLineDash([]);
}

import { beforeEach, describe, expect, it, vi } from "vitest";
import { createFrames, type Drawable, type FrameHost } from "./frame";

let host: FrameHost & { frame(): void; tick(ms: number): void; setHidden(hidden: boolean): void };

beforeEach(() => {
  let now = 0;
  let hidden = false;
  let frames: (() => void)[] = [];
  let timers: { at: number; callback: () => void }[] = [];
  const visibility: (() => void)[] = [];
  const beats = new Set<() => void>();
  host = {
    now: () => now,
    hidden: () => hidden,
    onVisibility: (listener) => void visibility.push(listener),
    request: (callback) => void frames.push(callback),
    later: (callback, ms) => void timers.push({ at: now + ms, callback }),
    every: (callback) => {
      beats.add(callback);
      return () => void beats.delete(callback);
    },
    frame() {
      now += 16;
      const due = frames;
      frames = [];
      for (const callback of due) callback();
    },
    tick(ms) {
      now += ms;
      for (const beat of beats) beat();
      const due = timers.filter((timer) => timer.at <= now);
      timers = timers.filter((timer) => timer.at > now);
      for (const timer of due) timer.callback();
    },
    setHidden(next) {
      hidden = next;
      for (const listener of visibility) listener();
    },
  };
});

const drawing = (again = false): Drawable & { draw: ReturnType<typeof vi.fn> } => ({ draw: vi.fn(() => again) });

describe("the frame loop", () => {
  it("draws what is marked once, and stops", () => {
    const frames = createFrames(host);
    const one = drawing();
    frames.schedule(one);
    frames.schedule(one);
    host.frame();
    host.frame();
    expect(one.draw).toHaveBeenCalledExactlyOnceWith(16, false);
  });

  it("goes on for what wants the next frame", () => {
    const frames = createFrames(host);
    const one = drawing(true);
    frames.schedule(one);
    for (let n = 0; n < 3; n += 1) host.frame();
    expect(one.draw).toHaveBeenCalledTimes(3);
    frames.forget(one);
    host.frame();
    expect(one.draw).toHaveBeenCalledTimes(3);
  });

  it("draws the last ones last", () => {
    const frames = createFrames(host);
    const order: string[] = [];
    frames.scheduleLast({ draw: () => (order.push("acknowledge"), false) });
    frames.schedule({ draw: () => (order.push("scene"), false) });
    host.frame();
    expect(order).toEqual(["scene", "acknowledge"]);
  });

  it("draws by the timer where no frame comes", () => {
    const frames = createFrames(host);
    const one = drawing();
    frames.schedule(one);
    host.tick(250);
    expect(one.draw).toHaveBeenCalledExactlyOnceWith(250, true);
  });

  it("is not hurried by the timer while frames come", () => {
    const frames = createFrames(host);
    const one = drawing(true);
    frames.schedule(one);
    for (let n = 0; n < 15; n += 1) host.frame();
    host.tick(10);
    expect(one.draw.mock.calls.every(([, unseen]) => unseen === false)).toBe(true);
  });

  it("draws what waits when the page is hidden, and by the timer from then on", () => {
    const frames = createFrames(host);
    const one = drawing();
    frames.schedule(one);
    host.setHidden(true);
    expect(one.draw).toHaveBeenLastCalledWith(0, true);
    frames.schedule(one);
    host.tick(1_000);
    expect(one.draw).toHaveBeenCalledTimes(2);
    host.setHidden(false);
    frames.schedule(one);
    host.frame();
    expect(one.draw).toHaveBeenLastCalledWith(1_016, false);
  });

  it("does not lose the others when one throws", () => {
    const frames = createFrames(host);
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const one = drawing();
    frames.schedule({
      draw() {
        throw new Error("torn");
      },
    });
    frames.schedule(one);
    host.frame();
    expect(one.draw).toHaveBeenCalledOnce();
    expect(reported).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
  });

  it("beats only while the page can be seen", () => {
    const frames = createFrames(host);
    const beat = vi.fn();
    const stop = frames.onBeat(beat);
    host.tick(200);
    expect(beat).toHaveBeenCalledTimes(1);
    host.setHidden(true);
    host.tick(1_000);
    expect(beat).toHaveBeenCalledTimes(1);
    host.setHidden(false);
    expect(beat).toHaveBeenCalledTimes(2);
    stop();
    host.tick(200);
    expect(beat).toHaveBeenCalledTimes(2);
  });

  it("keeps what still wants a frame until the page is seen, without a timer", () => {
    const frames = createFrames(host);
    const one = drawing(true);
    host.setHidden(true);
    frames.schedule(one);
    host.tick(250);
    host.tick(250);
    host.tick(250);
    expect(one.draw).toHaveBeenCalledExactlyOnceWith(250, true);
    host.setHidden(false);
    host.frame();
    expect(one.draw).toHaveBeenLastCalledWith(766, false);
  });
});

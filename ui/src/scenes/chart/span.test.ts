import { beforeEach, describe, expect, it } from "vitest";
import { length } from "../../chrome/tape-span";
import { Lens, stepped, type Times } from "./span";

const S = 1_000_000;
const times = (fromUs: number, toUs: number, moves = true): Times => ({ fromUs, toUs, moves });

describe("the part on show", () => {
  let lens: Lens;
  beforeEach(() => {
    lens = new Lens();
    lens.windowS = 60;
  });

  it("is the window up to the present, and goes with it", () => {
    expect(lens.span(times(0, 300 * S), null)).toEqual({ fromUs: 240 * S, toUs: 300 * S });
    expect(lens.span(times(0, 301 * S), null)).toEqual({ fromUs: 241 * S, toUs: 301 * S });
    expect(lens.follows(null)).toBe(true);
  });

  it("of a young session is what there is, with some room to fill", () => {
    expect(lens.span(times(100 * S, 103 * S), null)).toEqual({ fromUs: 100 * S, toUs: 110 * S });
    expect(lens.span(times(100 * S, 130 * S), null)).toEqual({ fromUs: 100 * S, toUs: 130 * S });
  });

  it("of an ended session ends with it, and of one without length is not empty", () => {
    expect(lens.span(times(0, 3 * S, false), null)).toEqual({ fromUs: 0, toUs: 3 * S });
    expect(length(lens.span(times(5, 5, false), null))).toBeGreaterThan(0);
  });

  it("is all with the window of all", () => {
    lens.windowS = 0;
    expect(lens.span(times(0, 9_000 * S), null)).toEqual({ fromUs: 0, toUs: 9_000 * S });
  });

  it("is the tape's where that is zoomed, until a hand chooses", () => {
    const tape = { fromUs: 10 * S, toUs: 20 * S };
    expect(lens.span(times(0, 300 * S), tape)).toEqual(tape);
    expect(lens.follows(tape)).toBe(false);
    lens.show({ fromUs: 12 * S, toUs: 14 * S }, times(0, 300 * S));
    expect(lens.span(times(0, 300 * S), tape)).toEqual({ fromUs: 12 * S, toUs: 14 * S });
    lens.live();
    expect(lens.span(times(0, 300 * S), tape)).toEqual(tape);
  });

  it("stays where a hand has put it, while the present moves on", () => {
    lens.zoom(0.5, 1, times(0, 300 * S), null);
    const span = lens.span(times(0, 300 * S), null);
    expect(span).toEqual({ fromUs: 270 * S, toUs: 300 * S });
    expect(lens.span(times(0, 400 * S), null)).toEqual(span);
    expect(lens.zoomed).toBe(true);
    lens.live();
    expect(lens.span(times(0, 400 * S), null)).toEqual({ fromUs: 340 * S, toUs: 400 * S });
  });

  it("keeps what is under the pointer when it is zoomed, and does not leave the session", () => {
    const now = times(0, 300 * S);
    lens.zoom(0.1, 0.25, now, null);
    const span = lens.span(now, null);
    expect(span.fromUs + 0.25 * length(span)).toBeCloseTo(255 * S, -2);
    lens.pan(-9_000 * S, now, null);
    expect(lens.span(now, null).fromUs).toBe(0);
    lens.pan(9_000 * S, now, null);
    expect(lens.span(now, null).toUs).toBe(300 * S);
  });

  it("cannot be zoomed to nothing, and zoomed out to all it follows again", () => {
    const now = times(0, 300 * S);
    for (let n = 0; n < 60; n += 1) lens.zoom(0.5, 0.5, now, null);
    expect(length(lens.span(now, null))).toBeGreaterThanOrEqual(10_000);
    for (let n = 0; n < 60; n += 1) lens.zoom(2, 0.5, now, null);
    expect(lens.span(now, null)).toEqual({ fromUs: 0, toUs: 300 * S });
    expect(lens.follows(null)).toBe(true);
    expect(lens.windowS).toBe(0);
  });

  it("is held while paused, also when zoomed in it, and goes on after", () => {
    lens.pause(true, times(0, 300 * S), null);
    expect(lens.span(times(0, 400 * S), null)).toEqual({ fromUs: 240 * S, toUs: 300 * S });
    lens.zoom(0.5, 0, times(0, 400 * S), null);
    expect(lens.span(times(0, 500 * S), null)).toEqual({ fromUs: 240 * S, toUs: 270 * S });
    expect(lens.paused).toBe(true);
    lens.pause(false, times(0, 500 * S), null);
    expect(lens.span(times(0, 500 * S), null)).toEqual({ fromUs: 440 * S, toUs: 500 * S });
  });

  it("of another window is that of the present", () => {
    lens.pause(true, times(0, 300 * S), null);
    lens.choose(300);
    expect(lens.paused).toBe(false);
    expect(lens.span(times(0, 400 * S), null)).toEqual({ fromUs: 100 * S, toUs: 400 * S });
  });
});

it("a picture that moves by less than a pixel is the same", () => {
  const a = stepped({ fromUs: 1_000_000, toUs: 61_000_000 }, 1_000);
  expect(stepped({ fromUs: 1_000_500, toUs: 61_000_500 }, 1_000).fromUs).toBe(a.fromUs);
  expect(stepped({ fromUs: 1_070_000, toUs: 61_070_000 }, 1_000).fromUs).not.toBe(a.fromUs);
  expect(a.fromUs).toBeLessThanOrEqual(1_000_000);
  expect(a.toUs).toBeGreaterThanOrEqual(61_000_000);
});

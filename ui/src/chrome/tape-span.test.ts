import { describe, expect, it } from "vitest";
import { Lens, length, panned, SHORTEST_US, within, zoomed, type Span } from "./tape-span";

const SECOND = 1_000_000;
const span = (from: number, to: number): Span => ({ fromUs: from * SECOND, toUs: to * SECOND });
const WHOLE = span(0, 100);

describe("zooming", () => {
  it("leaves what is under the pointer where it is", () => {
    expect(zoomed(WHOLE, WHOLE, 0.5, 0.25)).toEqual(span(12.5, 62.5));
    expect(zoomed(span(20, 40), WHOLE, 2, 0.5)).toEqual(span(10, 50));
  });

  it("stops at the whole and at the shortest", () => {
    expect(zoomed(span(0, 80), WHOLE, 4, 0.1)).toEqual(WHOLE);
    expect(length(zoomed(span(50, 51), WHOLE, 1e-9, 0.5))).toBe(SHORTEST_US);
  });
});

describe("panning", () => {
  it("stops at either end and keeps the length", () => {
    expect(panned(span(10, 30), WHOLE, -50 * SECOND)).toEqual(span(0, 20));
    expect(panned(span(10, 30), WHOLE, 500 * SECOND)).toEqual(span(80, 100));
    expect(panned(span(10, 30), WHOLE, 5 * SECOND)).toEqual(span(15, 35));
    expect(within(span(-5, 400), WHOLE)).toEqual(WHOLE);
  });
});

describe("the lens", () => {
  const present = (at: number): { atUs: number; turns: boolean } => ({ atUs: at * SECOND, turns: false });
  const playhead = (at: number): { atUs: number; turns: boolean } => ({ atUs: at * SECOND, turns: true });

  it("shows the whole until it is zoomed, and again when all of it is on show", () => {
    const lens = new Lens();
    expect(lens.span(WHOLE, null)).toEqual(WHOLE);
    lens.zoom(0.5, 0, WHOLE, null);
    expect([lens.zoomed, lens.span(WHOLE, null)]).toEqual([true, span(0, 50)]);
    lens.zoom(3, 0, WHOLE, null);
    expect([lens.zoomed, lens.span(WHOLE, null)]).toEqual([false, WHOLE]);
  });

  it("flows with the present when that is on show, and not when it was panned away", () => {
    const lens = new Lens();
    lens.zoom(0.1, 1, WHOLE, present(100));
    expect(lens.span(span(0, 105), present(105))).toEqual(span(95, 105));
    lens.pan(-20 * SECOND, span(0, 105), present(105));
    expect(lens.span(span(0, 140), present(140))).toEqual(span(75, 85));
    lens.pan(1_000 * SECOND, span(0, 140), present(140));
    expect(lens.span(span(0, 150), present(150))).toEqual(span(140, 150));
  });

  it("waits for a present that is not yet at its edge", () => {
    const lens = new Lens();
    lens.zoom(0.5, 0, WHOLE, present(20));
    expect(lens.span(WHOLE, present(40))).toEqual(span(0, 50));
    expect(lens.span(WHOLE, present(60))).toEqual(span(10, 60));
  });

  it("turns a page when the playhead has run out of it, forwards or back", () => {
    const lens = new Lens();
    lens.show(span(10, 20), WHOLE, playhead(15));
    expect(lens.span(WHOLE, playhead(19.9))).toEqual(span(10, 20));
    expect(lens.span(WHOLE, playhead(20.5))).toEqual(span(19.5, 29.5));
    expect(lens.span(WHOLE, playhead(2))).toEqual(span(1, 11));
  });

  it("stays where it is when the playhead was left elsewhere", () => {
    const lens = new Lens();
    lens.show(span(50, 60), WHOLE, playhead(5));
    expect(lens.span(WHOLE, playhead(90))).toEqual(span(50, 60));
  });
});

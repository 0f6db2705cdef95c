import { describe, expect, it } from "vitest";
import { GUESS_PX, MOST_PX, WireWindow } from "./window";

const VIEW = 400;

/** A view of `rows` rows whose heights are `height(no)`, all of them measured. */
function measured(rows: number, height: (no: number) => number): WireWindow {
  const window = new WireWindow();
  window.resize(VIEW);
  window.span(0, rows);
  for (let no = 0; no < rows; no += 1) window.measured(no, height(no));
  return window;
}

/** Where a row's top stands in the view. */
function top(window: WireWindow, no: number): number | undefined {
  return window.laid().find((row) => row.no === no)?.top;
}

describe("the window on the wire", () => {
  it("shows all of a short wire from the top", () => {
    const window = measured(3, () => 40);
    window.toEnd();
    expect(window.laid()).toEqual([
      { no: 0, top: 0 },
      { no: 1, top: 40 },
      { no: 2, top: 80 },
    ]);
    expect([window.atStart, window.atEnd, window.scrollHeight]).toEqual([true, true, VIEW]);
  });

  it("stands at the end to the pixel, whatever the heights", () => {
    const window = measured(1_000, (no) => 30 + (no % 7) * 11);
    window.toEnd();
    const last = window.laid().at(-1);
    expect(last?.no).toBe(999);
    expect((last?.top ?? 0) + window.height(999)).toBe(VIEW);
    expect(window.atEnd).toBe(true);
    expect(window.scrollTop).toBeCloseTo(window.scrollHeight - VIEW, 6);
  });

  it("scrolls by pixels across rows, and back to the same place", () => {
    const window = measured(1_000, (no) => 30 + (no % 5) * 40);
    window.scrollBy(5_000);
    const { no, above } = window.anchor;
    window.scrollBy(777);
    window.scrollBy(-777);
    expect(window.anchor).toEqual({ no, above });
    window.scrollBy(-1e9);
    expect(window.atStart).toBe(true);
    window.scrollBy(1e9);
    expect(window.atEnd).toBe(true);
  });

  it("keeps what is read in place as rows come, as rows go, and as heights are learnt", () => {
    const window = new WireWindow();
    window.resize(VIEW);
    window.span(0, 1_000);
    window.reveal(500);
    window.settle();
    // What is seen is always measured.
    for (const { no } of window.laid()) window.measured(no, GUESS_PX);
    const before = top(window, 500);
    window.span(0, 5_000);
    window.span(300, 5_000);
    for (let no = 300; no < 480; no += 1) window.measured(no, 90);
    expect(top(window, 500)).toBe(before);
    expect(window.first).toBe(300);
  });

  it("begins anew at the oldest when what was read has gone", () => {
    const window = measured(1_000, () => 40);
    window.reveal(100);
    window.settle();
    window.span(600, 1_000);
    expect(window.anchor).toEqual({ no: 600, above: 0 });
    expect(window.scrollHeight).toBe(400 * 40);
  });

  it("maps the scrollbar both ways", () => {
    const window = measured(2_000, (no) => 20 + (no % 9) * 13);
    for (const share of [0.1, 0.5, 0.93]) {
      const at = (window.scrollHeight - VIEW) * share;
      window.scrolledTo(at);
      expect(window.scrollTop).toBeCloseTo(at, 3);
    }
    window.scrolledTo(0);
    expect(window.atStart).toBe(true);
    window.scrolledTo(window.scrollHeight - VIEW);
    expect(window.atEnd).toBe(true);
  });

  it("scales the scrollbar of millions of rows, exactly at its ends", () => {
    const window = new WireWindow();
    window.resize(VIEW);
    window.span(0, 5_000_000);
    expect(window.scrollHeight).toBe(MOST_PX);
    window.toEnd();
    expect(window.scrollTop).toBeCloseTo(MOST_PX - VIEW, 3);
    window.scrolledTo((MOST_PX - VIEW) / 2);
    expect(Math.abs(window.anchor.no - 2_500_000)).toBeLessThan(20);
    const { no } = window.anchor;
    window.scrollBy(3 * GUESS_PX);
    expect(window.anchor.no).toBe(no + 3);
  });

  it("leaves no room under the last row when it turns out lower than it was taken for", () => {
    const window = new WireWindow();
    window.resize(VIEW);
    window.span(0, 100);
    window.toEnd();
    for (const { no } of window.laid()) window.measured(no, 20);
    window.settle();
    const last = window.laid().at(-1);
    expect((last?.top ?? 0) + window.height(last?.no ?? 0)).toBe(VIEW);
  });

  it("leaves a row that is seen where it is when it is to be revealed", () => {
    const window = measured(100, () => 40);
    window.reveal(3);
    window.settle();
    expect(window.anchor).toEqual({ no: 0, above: 0 });
    window.reveal(50);
    window.settle();
    expect(top(window, 50)).toBeCloseTo(VIEW / 3, 6);
  });

  it("moves what is seen by just as much when rows above turn out higher than they were taken for", () => {
    const window = new WireWindow();
    window.resize(VIEW);
    window.span(0, 1_000);
    window.reveal(500);
    window.settle();
    for (const { no } of window.laid()) window.measured(no, GUESS_PX);
    const before = top(window, 500) ?? Number.NaN;

    window.shift(-100);
    const pinned = window.anchor;
    window.settle();
    for (const { no } of window.laid()) window.measured(no, window.isKnown(no) ? window.height(no) : 150);
    window.put(pinned);
    window.settle();
    expect(top(window, 500)).toBeCloseTo(before + 100, 6);
  });
});

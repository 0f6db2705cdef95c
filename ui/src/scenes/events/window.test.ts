import { describe, expect, it } from "vitest";
import { MOST_PX, ROW_PX, RowWindow } from "./window";

function view(rows: number, height = 10 * ROW_PX): RowWindow {
  const window = new RowWindow();
  window.resize(height);
  window.span(0, rows);
  return window;
}

describe("the row window", () => {
  it("shows all of a short log from the top", () => {
    const window = view(3);
    window.toEnd();
    expect(window.top).toBe(0);
    expect(window.seen).toEqual({ from: 0, to: 3 });
    expect(window.atEnd).toBe(true);
  });

  it("stands at the end, and stays where it is as the log grows", () => {
    const window = view(1_000);
    window.toEnd();
    expect(window.seen.to).toBe(1_000);
    expect(window.firstSeen.pos).toBe(990);
    window.span(0, 2_000);
    expect(window.firstSeen.pos).toBe(990);
    expect(window.atEnd).toBe(false);
  });

  it("keeps the rows in place when the oldest are dropped", () => {
    const window = view(1_000);
    window.scrolledTo(500 * ROW_PX + 5);
    window.span(200, 1_200);
    expect(window.firstSeen).toEqual({ pos: 500, above: 5 });
    // The note of what was dropped is a row above the oldest.
    expect(window.rows).toBe(1_001);
    window.toStart();
    expect(window.firstSeen.pos).toBe(199);
    expect(window.seen.from).toBe(200);
    window.span(900, 1_500);
    expect(window.firstSeen.pos).toBe(899);
  });

  it("maps a scaled scrollbar both ways, exactly at its ends", () => {
    const window = view(10_000_000);
    expect(window.height).toBe(MOST_PX);
    expect(window.scaled).toBe(true);
    window.toEnd();
    expect(window.seen.to).toBe(10_000_000);
    expect(window.scrollTop).toBeCloseTo(MOST_PX - 10 * ROW_PX, 6);
    window.scrolledTo(0);
    expect(window.firstSeen).toEqual({ pos: 0, above: 0 });
    window.scrolledTo((MOST_PX - 10 * ROW_PX) / 2);
    expect(Math.abs(window.firstSeen.pos - 5_000_000)).toBeLessThan(20);
    const { pos } = window.firstSeen;
    window.scrollBy(3 * ROW_PX);
    expect(window.firstSeen.pos).toBe(pos + 3);
  });

  it("reveals by the shortest way, or in the middle", () => {
    const window = view(1_000);
    window.reveal(500, false);
    expect(window.seen.to).toBeGreaterThanOrEqual(501);
    expect(window.firstSeen.pos).toBe(491);
    window.reveal(495, true);
    expect(window.firstSeen.pos).toBe(491);
    window.reveal(100, true);
    expect(window.firstSeen.pos).toBe(95);
    window.reveal(10, false);
    expect(window.firstSeen.pos).toBe(10);
  });
});

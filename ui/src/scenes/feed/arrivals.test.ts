import { describe, expect, it } from "vitest";
import { Arrivals, CALM_MS } from "./arrivals";

describe("arrivals", () => {
  it("join by themselves at the top while hands are at rest", () => {
    const arrivals = new Arrivals();
    expect(arrivals.note(5, true, 0)).toBe(0);
    expect(arrivals.note(7, true, 10)).toBe(0);
    expect(arrivals.shown).toBe(7);
  });

  it("wait while somebody reads further down", () => {
    const arrivals = new Arrivals();
    arrivals.note(5, true, 0);
    expect(arrivals.note(17, false, 100_000)).toBe(12);
    expect(arrivals.shown).toBe(5);
    expect(arrivals.wait(17, false, 100_000)).toBe(Infinity);
    arrivals.show(17);
    expect(arrivals.note(17, false, 100_000)).toBe(0);
  });

  it("wait while the hands are at it, and join when they rest", () => {
    const arrivals = new Arrivals();
    arrivals.note(5, true, 0);
    arrivals.touch(1_000);
    expect(arrivals.note(6, true, 1_000 + CALM_MS - 1)).toBe(1);
    expect(arrivals.wait(6, true, 1_000 + CALM_MS - 1)).toBe(1);
    expect(arrivals.note(6, true, 1_000 + CALM_MS)).toBe(0);
  });

  it("go with a playhead that goes back", () => {
    const arrivals = new Arrivals();
    arrivals.note(50, true, 0);
    arrivals.touch(0);
    expect(arrivals.note(3, false, 1)).toBe(0);
    expect(arrivals.shown).toBe(3);
    expect(arrivals.note(9, false, 2)).toBe(6);
  });

  it("show the first ones whoever has hands on it", () => {
    const arrivals = new Arrivals();
    arrivals.touch(0);
    expect(arrivals.note(0, true, 1)).toBe(0);
    expect(arrivals.note(4, true, 2)).toBe(0);
  });
});

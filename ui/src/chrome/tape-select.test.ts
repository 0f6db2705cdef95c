import { describe, expect, it } from "vitest";
import type { Strip } from "../ipc/bindings";
import { layOut, type Layout, type Picture } from "./tape-layout";
import { edgeAt, eventsIn, rangeOf } from "./tape-select";

const SECOND = 1_000_000;
const session = { fromUs: 0, toUs: 100 * SECOND };
const strip: Strip = {
  start_us: 0,
  bin_us: SECOND,
  bins: [0, 10, 11, 12, 50].map((at) => ({ at, pos: at, count: at + 1, size: 10, named: false })),
  breaks: [],
  bookmarks: [],
};
const picture: Picture = { ...session, strip };
const layout: Layout = layOut({ pictures: [picture], session, span: session, endUs: 100 * SECOND, ended: true, playheadUs: null, width: 1_000, reserved: 0 });

describe("selecting", () => {
  it("takes whole bins, whichever way it is dragged", () => {
    const range = { fromUs: 10 * SECOND, toUs: 13 * SECOND };
    expect(rangeOf(layout, picture, session, 104, 122)).toEqual(range);
    expect(rangeOf(layout, picture, session, 122, 104)).toEqual(range);
  });

  it("counts what is in it, and nothing beside it", () => {
    expect(eventsIn([picture], { fromUs: 10 * SECOND, toUs: 13 * SECOND })).toBe(11 + 12 + 13);
    expect(eventsIn([picture], { fromUs: 10 * SECOND, toUs: 12 * SECOND })).toBe(11 + 12);
    expect(eventsIn([picture], session)).toBe(1 + 11 + 12 + 13 + 51);
    expect(eventsIn([], session)).toBe(0);
  });

  it("counts by the picture that holds all of it", () => {
    const part: Picture = { fromUs: 9 * SECOND, toUs: 20 * SECOND, strip: { ...strip, bins: [{ at: 10, pos: 10, count: 7, size: 1, named: false }] } };
    expect(eventsIn([part, picture], { fromUs: 10 * SECOND, toUs: 12 * SECOND })).toBe(7);
    expect(eventsIn([part, picture], { fromUs: 0, toUs: 12 * SECOND })).toBe(1 + 11 + 12);
  });

  it("stays within the session", () => {
    expect(rangeOf(layout, picture, session, -50, 2_000)).toEqual(session);
    expect(rangeOf(layout, null, session, 0.5, 1)).toEqual({ fromUs: 50_000, toUs: 100_000 });
  });

  it("finds the edge under the hand", () => {
    const range = { fromUs: 10 * SECOND, toUs: 20 * SECOND };
    expect(edgeAt(layout, range, 98)).toBe("from");
    expect(edgeAt(layout, range, 204)).toBe("to");
    expect(edgeAt(layout, range, 150)).toBeNull();
    // Of two edges in one place the nearer.
    expect(edgeAt(layout, { fromUs: 10 * SECOND, toUs: 10.4 * SECOND }, 104)).toBe("to");
  });
});

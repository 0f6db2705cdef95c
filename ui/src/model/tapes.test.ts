import { describe, expect, it } from "vitest";
import type { TapeInfo } from "../ipc/bindings";
import { figureOf, fileName, firstOrder, goingWithin, lengthUs, limitWords, matching, ordered, readLimits, replayId, shortList, sums, tapeOf } from "./tapes";

const NOW = new Date(2026, 10, 26, 14, 30).getTime() * 1000;
const at = (month: number, day: number, hour: number, year = 2026): number => new Date(year, month - 1, day, hour).getTime() * 1000;

function tape(id: string, started_us: number, more: Partial<TapeInfo> = {}): TapeInfo {
  return {
    id,
    name: id,
    url: `https://example.com/${id}`,
    kept: false,
    origin: "recorded",
    started_us,
    ended_us: started_us + 1_000_000,
    events: 10,
    bytes: 100,
    session: null,
    failure: null,
    ...more,
  };
}

const ids = (tapes: readonly TapeInfo[]): string[] => tapes.map((each) => each.id);

describe("the short list", () => {
  it("has the newest first, kept or not", () => {
    const list = [tape("old", at(11, 1, 9)), tape("kept", at(11, 14, 3), { kept: true }), tape("new", at(11, 26, 12))];
    expect(ids(shortList(list))).toEqual(["new", "kept", "old"]);
  });

  it("keeps the kept ones as new ones come, and never holds more than six", () => {
    const kept = tape("kept", at(1, 1, 9), { kept: true });
    const recent = Array.from({ length: 20 }, (_, n) => tape(`r${n}`, at(11, 1 + n, 9)));
    expect(ids(shortList([kept, ...recent]))).toEqual(["r19", "r18", "r17", "r16", "r15", "kept"]);
  });

  it("leaves room for what has just ended, however many are kept", () => {
    const kept = Array.from({ length: 9 }, (_, n) => tape(`k${n}`, at(11, 10 + n, 9), { kept: true }));
    const recent = Array.from({ length: 3 }, (_, n) => tape(`r${n}`, at(10, 1 + n, 9)));
    expect(ids(shortList([...kept, ...recent]))).toEqual(["k8", "k7", "k6", "k5", "r2", "r1"]);
    // Without any, the kept ones have all the rows.
    expect(ids(shortList(kept))).toEqual(["k8", "k7", "k6", "k5", "k4", "k3"]);
  });

  it("leaves out what is recorded now unless it is kept, and what cannot be opened", () => {
    const list = [
      tape("live", at(11, 26, 12), { session: 3 }),
      tape("live-kept", at(11, 26, 11), { session: 4, kept: true }),
      tape("broken", at(11, 26, 10), { failure: { code: "tape", message: "", args: { what: "damaged" } } }),
    ];
    expect(ids(shortList(list))).toEqual(["live-kept"]);
  });

  it("holds the one on show too", () => {
    const list = Array.from({ length: 8 }, (_, n) => tape(`r${n}`, at(11, 1 + n, 9)));
    expect(ids(shortList(list, "r0"))).toEqual(["r7", "r6", "r5", "r4", "r3", "r2", "r0"]);
    expect(ids(shortList(list, "r7"))).toHaveLength(6);
    expect(ids(shortList(list, "gone"))).toHaveLength(6);
  });
});

describe("what stands at the right of a row", () => {
  it("is the time of day today, else the date", () => {
    expect(figureOf(tape("a", at(11, 26, 0)), NOW)).toEqual({ kind: "time", us: at(11, 26, 0) });
    expect(figureOf(tape("a", at(11, 25, 23)), NOW).kind).toBe("day");
    expect(figureOf(tape("a", at(11, 26, 12, 2025)), NOW).kind).toBe("year");
  });

  it("is the number of events for a large one that is kept", () => {
    const large = tape("a", at(11, 14, 3), { events: 2_104_332 });
    expect(figureOf({ ...large, kept: true }, NOW)).toEqual({ kind: "events", events: 2_104_332 });
    expect(figureOf(large, NOW).kind).toBe("day");
    expect(figureOf(tape("a", at(11, 14, 3), { kept: true }), NOW).kind).toBe("day");
  });
});

describe("the list of all", () => {
  const list = [
    tape("b10", at(11, 3, 9), { bytes: 5, kept: true }),
    tape("B2", at(11, 1, 9), { bytes: 9, events: 1 }),
    tape("a", at(11, 2, 9), { bytes: 5, url: "https://stream.wikimedia.org/v2" }),
  ];

  it("is ordered by a column, either way, the newest first among equals", () => {
    expect(ids(ordered(list, { by: "name", down: false }, NOW))).toEqual(["a", "B2", "b10"]);
    expect(ids(ordered(list, { by: "name", down: true }, NOW))).toEqual(["b10", "B2", "a"]);
    expect(ids(ordered(list, firstOrder("started"), NOW))).toEqual(["b10", "a", "B2"]);
    expect(ids(ordered(list, firstOrder("bytes"), NOW))).toEqual(["B2", "b10", "a"]);
    expect(ids(ordered(list, { by: "bytes", down: false }, NOW))).toEqual(["b10", "a", "B2"]);
    expect(ids(ordered(list, firstOrder("kept"), NOW))[0]).toBe("b10");
    expect(ids(ordered(list, { by: "events", down: false }, NOW))[0]).toBe("B2");
  });

  it("counts what is still recorded up to now", () => {
    const live = tape("live", NOW - 5_000_000, { ended_us: null });
    expect(lengthUs(live, NOW)).toBe(5_000_000);
    expect(ids(ordered([...list, live], firstOrder("length"), NOW))[0]).toBe("live");
    // A clock that was set back makes no length below nothing.
    expect(lengthUs(live, NOW - 9_000_000)).toBe(0);
  });

  it("is found by words of name and address", () => {
    expect(ids(matching(list, "WIKI v2"))).toEqual(["a"]);
    expect(ids(matching(list, "b2 example"))).toEqual(["B2"]);
    expect(matching(list, "wiki b2")).toEqual([]);
    expect(matching(list, "  ")).toBe(list);
  });

  it("counts only what is not kept against the budget", () => {
    expect(sums(list)).toEqual({ kept: 5, unsaved: 14 });
  });
});

describe("names", () => {
  it("tell a replay's stream from others", () => {
    expect(tapeOf(replayId("2026-a"))).toBe("2026-a");
    expect(tapeOf("demo:/stream")).toBeNull();
  });

  it("are such that a file can have them", () => {
    expect(fileName("Incident 14 Nov")).toBe("Incident 14 Nov");
    expect(fileName("api.example.com/v1/events?x=1")).toBe("api.example.com v1 events x=1");
    expect(fileName('..\\a:"b"\n')).toBe("a b");
    expect(fileName("流 1")).toBe("流 1");
    expect(fileName(" / ")).toBe("tape");
    expect([...fileName("𝄞".repeat(200))]).toHaveLength(80);
  });
});

describe("the settings", () => {
  const typed = { session: "4", unsaved: "10", free: "1" };

  it("are read in GiB and kept in MiB", () => {
    const settings = { record: false, session_mib: 4_096, unsaved_mib: 10_240, free_mib: 1_024 };
    expect(readLimits(false, typed)).toEqual({ settings, wrong: {} });
    expect(limitWords(settings)).toEqual(typed);
    expect(readLimits(true, { ...typed, session: " 0,5 " }).settings?.session_mib).toBe(512);
    expect(limitWords({ ...settings, free_mib: 1_536 }).free).toBe("1.5");
  });

  it("say which of them is no number, and which is out of range", () => {
    for (const text of ["", "x", "4 GiB", "-1", "1e3", "1.2.3", "NaN", "."]) {
      expect([text, readLimits(true, { ...typed, session: text })]).toEqual([text, { settings: null, wrong: { session: "number" } }]);
    }
    expect(readLimits(true, { ...typed, unsaved: "0", free: "70000" })).toEqual({
      settings: null,
      wrong: { unsaved: "range", free: "most" },
    });
    expect(readLimits(true, { ...typed, session: "0.0625", free: "16384" }).settings).not.toBeNull();
    expect(readLimits(true, { ...typed, free: "0" }).settings?.free_mib).toBe(0);
    expect(readLimits(true, { ...typed, session: "0.06", free: "16385" }).wrong).toEqual({ session: "range", free: "most" });
  });

  it("are shown as they hold, to the MiB", () => {
    for (const mib of [64, 65, 1_023, 1_025, 4_097]) {
      const words = limitWords({ record: true, session_mib: mib, unsaved_mib: mib, free_mib: mib });
      expect(readLimits(true, words).settings?.session_mib).toBe(mib);
    }
  });

  it("tell what goes when the room is made less: the oldest that are neither kept nor in use", () => {
    const mib = 1_048_576;
    const all = [
      tape("newest", at(11, 26, 9), { bytes: 300 * mib }),
      tape("recorded", at(11, 20, 9), { bytes: 400 * mib, session: 4, ended_us: null }),
      tape("kept", at(11, 19, 9), { bytes: 9_000 * mib, kept: true }),
      tape("old", at(11, 18, 9), { bytes: 200 * mib }),
      tape("oldest", at(11, 17, 9), { bytes: 100 * mib }),
    ];
    expect(goingWithin(all, 1_000)).toEqual({ tapes: 0, bytes: 0 });
    expect(goingWithin(all, 999)).toEqual({ tapes: 1, bytes: 100 * mib });
    expect(goingWithin(all, 850)).toEqual({ tapes: 2, bytes: 300 * mib });
    expect(goingWithin(all, 64)).toEqual({ tapes: 3, bytes: 600 * mib });
  });
});

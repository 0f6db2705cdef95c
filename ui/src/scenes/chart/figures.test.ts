import { afterEach, describe, expect, it } from "vitest";
import { setLanguage } from "../../i18n";
import type { SeriesData } from "../../ipc/bindings";
import { alertWords, decimalsOf, moveWords, numberWords, perMinute, wholeWords, withUnit, writtenDecimals } from "./figures";

afterEach(() => setLanguage("en"));

const data = (patch: Partial<SeriesData>): SeriesData => ({
  key: { type: "cpu", path: "$.load" },
  at_us: [],
  value: [],
  points: 1,
  newest: 41.8,
  newest_us: 100_000_000,
  pos: 0,
  least: 12,
  most: 88.4,
  change: 2.1,
  alert: null,
  ...patch,
});

describe("decimals", () => {
  it("tell apart what lies in the range, and no more", () => {
    expect(decimalsOf(12, 88.4, [41.83])).toBe(1);
    expect(decimalsOf(102, 105, [104.27])).toBe(2);
    expect(decimalsOf(0, 90_000, [12.5])).toBe(0);
    expect(decimalsOf(0.001, 0.002, [0.00123456])).toBe(5);
  });

  it("are not made up: whole numbers stay whole", () => {
    expect(decimalsOf(0, 3, [1, 2, 3])).toBe(0);
    expect(decimalsOf(61.9, 64, [63.2, 63])).toBe(1);
    expect(decimalsOf(5, 5, [5])).toBe(0);
    expect(decimalsOf(0, 0, [0])).toBe(0);
  });

  it("are read from numbers with exponents too", () => {
    expect(writtenDecimals(1.5e-7)).toBe(8);
    expect(writtenDecimals(1e21)).toBe(0);
    expect(writtenDecimals(-0.25)).toBe(2);
  });
});

describe("numbers", () => {
  it("are written in the language of the window", () => {
    expect(numberWords(1234.5, 1)).toBe("1,234.5");
    expect(numberWords(-0.04, 1)).toBe("0.0");
    expect(numberWords(12_345_678, 0)).toBe("12.35M");
    setLanguage("zh-CN");
    expect(numberWords(12_345_678, 0)).toBe("1235万");
  });

  it("stay short where they are huge or tiny, and whole where there is room", () => {
    expect(numberWords(1.5e300, 0).length).toBeLessThan(12);
    expect(numberWords(-1.5e-9, 6)).toMatch(/E-9$/);
    expect(wholeWords(12_345_678.25)).toBe("12,345,678.25");
  });

  it("carry their unit so that a line is not broken there", () => {
    expect(withUnit("41.8", "%")).toBe("41.8\u00a0%");
    expect(withUnit("41.8", "")).toBe("41.8");
  });
});

describe("the line of a tile", () => {
  it("says how it moved, and the range", () => {
    expect(moveWords(data({}), 1, 0)).toBe("+2.1 in 1\u00a0min, 12.0 to 88.4");
    expect(moveWords(data({ change: -42 }), 1, 0)).toBe("\u221242.0 in 1\u00a0min, 12.0 to 88.4");
  });

  it("says no minute of a session that is younger", () => {
    expect(moveWords(data({ newest_us: 20_000_000 }), 1, 0)).toBe("+2.1 since start, 12.0 to 88.4");
  });

  it("says steady where nothing moved to speak of", () => {
    expect(moveWords(data({ change: 0.01, least: 61.9, most: 64 }), 1, 0)).toBe("steady, 61.9 to 64.0");
    expect(moveWords(data({ change: 0, least: 3, most: 3 }), 0, 0)).toBe("always 3");
  });

  it("says the alert, with the threshold as it was set and whole seconds", () => {
    const alert = { over: true, limit: 104, since_us: 88_000_000 };
    expect(alertWords(data({ alert }), 2, 100_900_000)).toBe("above 104.00 for 12\u00a0s");
    expect(alertWords(data({ alert: { ...alert, over: false, limit: 0.125 } }), 1, 340_000_000)).toBe("below 0.125 for 4\u00a0min 12\u00a0s");
    expect(alertWords(data({}), 2, 0)).toBe("");
  });

  it("counts by the minute", () => {
    expect(perMinute(2, 600_000_000)).toBe("0.2 a minute");
    expect(perMinute(1_200, 60_000_000)).toBe("1,200 a minute");
    expect(perMinute(1, 0)).toBe("60 a minute");
  });
});

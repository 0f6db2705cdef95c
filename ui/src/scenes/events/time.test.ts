import { describe, expect, it } from "vitest";
import { between, since } from "./time";

describe("time since the start", () => {
  it("is written as it is read back by Go to", () => {
    expect(since(0)).toBe("+0.000\u00a0s");
    expect(since(12_345_400)).toBe("+12.345\u00a0s");
    expect(since(59_999_600)).toBe("+1:00.000");
    expect(since(80_500_000)).toBe("+1:20.500");
    expect(since(3_723_456_000)).toBe("+1:02:03.456");
    expect(since(-1_500)).toBe("−0.002\u00a0s");
  });
});

describe("a range of time", () => {
  const at = (s: number, ms: number): number => new Date(2026, 10, 26, 12, 4, s, ms).getTime() * 1000;
  it("is told to the second where that tells its ends apart", () => {
    expect(between(at(31, 0), at(45, 900))).toEqual({ from: "12:04:31", to: "12:04:45" });
    expect(between(at(31, 100), at(31, 400))).toEqual({ from: "12:04:31.100", to: "12:04:31.400" });
  });
});

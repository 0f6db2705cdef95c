import { describe, expect, it } from "vitest";
import { readGoal, targetOf } from "./target";

const S = 1_000_000;

describe("what is written into Go to", () => {
  it("is the number of an event", () => {
    for (const text of ["#4185", "4185", " # 4185 ", "＃４１８５", "4,185"]) expect(readGoal(text)).toEqual({ by: "seq", seq: 4185 });
    expect(readGoal("1,000,000")).toEqual({ by: "seq", seq: 1_000_000 });
  });

  it("is a time of day", () => {
    expect(readGoal("12:04:31")).toEqual({ by: "clock", us: 43_471 * S });
    expect(readGoal("12:04:31.456")).toEqual({ by: "clock", us: 43_471_456_000 });
    expect(readGoal("12：04：31.5")).toEqual({ by: "clock", us: 43_471_500_000 });
    expect(readGoal("9:05")).toEqual({ by: "clock", us: (9 * 60 + 5) * 60 * S });
  });

  it("is a time since the start", () => {
    expect(readGoal("+1:20")).toEqual({ by: "since", us: 80 * S });
    expect(readGoal("+80")).toEqual({ by: "since", us: 80 * S });
    expect(readGoal("+12.345\u00a0s")).toEqual({ by: "since", us: 12_345_000 });
    expect(readGoal("+1:02:03.5")).toEqual({ by: "since", us: 3_723_500_000 });
  });

  it("is nothing else", () => {
    for (const text of ["", "#", "abc", "25:00", "12:60:00", "12:04:31:9", "+1:70", "+", "-5", "1.5", "#12:04"]) {
      expect([text, readGoal(text)]).toEqual([text, null]);
    }
  });
});

describe("the target", () => {
  const at = (day: number, h: number, m: number, s = 0, ms = 0): number => new Date(2026, 10, day, h, m, s, ms).getTime() * 1000;
  const clock = (text: string, start: number, end: number): unknown => {
    const goal = readGoal(text);
    return goal && targetOf(goal, start, end);
  };

  it("is that time on the session's day", () => {
    expect(clock("12:04:31", at(26, 12, 0), at(26, 13, 0))).toEqual({ by: "time", at_us: at(26, 12, 4, 31) });
  });

  it("is on the day after where the session ran past midnight", () => {
    expect(clock("00:10:00", at(26, 23, 50), at(27, 0, 30))).toEqual({ by: "time", at_us: at(27, 0, 10) });
    // It had ended by then.
    expect(clock("00:40:00", at(26, 23, 50), at(27, 0, 30))).toEqual({ by: "time", at_us: at(26, 0, 40) });
  });

  it("takes the second in which the session began for its beginning", () => {
    const start = at(26, 12, 4, 31, 456);
    expect(clock("12:04:31", start, at(27, 13, 0))).toEqual({ by: "time", at_us: at(26, 12, 4, 31) });
  });

  it("counts from the start", () => {
    expect(targetOf({ by: "since", us: 5 }, 100, 200)).toEqual({ by: "time", at_us: 105 });
    expect(targetOf({ by: "seq", seq: 7 }, 100, 200)).toEqual({ by: "seq", seq: 7 });
  });
});

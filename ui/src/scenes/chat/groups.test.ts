import { afterEach, describe, expect, it } from "vitest";
import { setLanguage } from "../../i18n";
import type { Bubble } from "../../ipc/bindings";
import { dayWords, saidUs, shortName, standing, typingWords } from "./groups";

const NOON = new Date(2026, 10, 26, 12, 0, 0).getTime() * 1000;
const MINUTE = 60_000_000;

function bubble(patch: Partial<Bubble> = {}): Bubble {
  return { pos: 0, at_us: NOON, said_us: null, kind: "message", sender: "Mira", text: "x", cut: false, id: "", own: false, colour: null, ...patch };
}

afterEach(() => setLanguage("en"));

describe("groups", () => {
  const first = (before: Partial<Bubble> | null, row: Partial<Bubble>): boolean => standing(before && bubble(before), bubble(row)).first;

  it("hold together what one sender says within a minute", () => {
    expect(first(null, {})).toBe(true);
    expect(first({}, {})).toBe(false);
    expect(first({}, { at_us: NOON + MINUTE })).toBe(false);
    expect(first({}, { at_us: NOON + MINUTE + 1 })).toBe(true);
    expect(first({}, { sender: "Tom" })).toBe(true);
    expect(first({}, { own: true })).toBe(true);
    expect(first({ kind: "join" }, {})).toBe(true);
    expect(first({}, { kind: "leave" })).toBe(true);
  });

  it("take the time at which it was said", () => {
    expect(first({}, { at_us: NOON + 5 * MINUTE, said_us: NOON + 1 })).toBe(false);
    expect(first({}, { said_us: NOON + 5 * MINUTE })).toBe(true);
  });

  it("break with the day", () => {
    const late = new Date(2026, 10, 26, 23, 59, 50).getTime() * 1000;
    const stands = standing(bubble({ at_us: late }), bubble({ at_us: late + 20_000_000 }));
    expect(stands).toEqual({ day: true, first: true });
    expect(standing(bubble(), bubble()).day).toBe(false);
    expect(standing(null, bubble()).day).toBe(true);
  });
});

describe("times and names", () => {
  it("name the day", () => {
    const day = 24 * 60 * MINUTE;
    expect(dayWords(NOON, NOON)).toBe("Today");
    expect(dayWords(NOON - day, NOON)).toBe("Yesterday");
    expect(dayWords(NOON - 12 * day, NOON)).toBe("Saturday 14 November");
    expect(dayWords(NOON - 400 * day, NOON)).toContain("2025");
    setLanguage("zh-CN");
    expect(dayWords(NOON, NOON)).toBe("今天");
    expect(dayWords(NOON - 12 * day, NOON)).toContain("11月14日");
  });

  it("take no time that is none", () => {
    for (const said_us of [0, 1e19, Number.MAX_VALUE, 2 ** 64]) {
      expect(saidUs(bubble({ said_us }))).toBe(NOON);
      expect(() => dayWords(saidUs(bubble({ said_us })), NOON)).not.toThrow();
    }
    expect(saidUs(bubble({ said_us: NOON - 1 }))).toBe(NOON - 1);
  });

  it("keep a name on its line", () => {
    expect(shortName(" Mira\n\tB ")).toBe("Mira B");
    expect(shortName("\u202eevil")).toBe("evil");
    expect([...shortName("a".repeat(10_000))].length).toBe(64);
    expect(shortName(" \n ")).toBe("");
    expect(shortName("مرحبا")).toBe("\u2068مرحبا\u2069");
  });

  it("say who is typing", () => {
    expect(typingWords([])).toBe("");
    expect(typingWords(["阿杰"])).toBe("阿杰 is typing");
    expect(typingWords(["阿杰", "Tom"])).toBe("阿杰 and Tom are typing");
    expect(typingWords(["a", "b", "c"])).toBe("Several people are typing");
    expect(typingWords([""])).toBe("Several people are typing");
  });
});

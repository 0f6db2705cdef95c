import { describe, expect, it } from "vitest";
import { fieldNumber, readNumber } from "./number";

describe("a number that was typed", () => {
  it("is read with either decimal sign", () => {
    expect(readNumber("104.5", "en")).toBe(104.5);
    expect(readNumber("104,5", "en")).toBe(104.5);
    expect(readNumber("0,125", "en")).toBe(0.125);
    expect(readNumber(".5", "en")).toBe(0.5);
    expect(readNumber("-3", "en")).toBe(-3);
    expect(readNumber("\u22123", "en")).toBe(-3);
    expect(readNumber("1e3", "en")).toBe(1000);
  });

  it("is read with groups, as the language has them", () => {
    expect(readNumber("1,234", "en")).toBe(1234);
    expect(readNumber("1,234,567.5", "en")).toBe(1_234_567.5);
    expect(readNumber("1.234,5", "en")).toBe(1234.5);
    expect(readNumber("1.234", "en")).toBe(1.234);
    expect(readNumber("1.234", "de")).toBe(1234);
    expect(readNumber("1,234", "de")).toBe(1.234);
    expect(readNumber("1 234,5", "fr")).toBe(1234.5);
    expect(readNumber("1\u202f234,5", "fr")).toBe(1234.5);
    expect(readNumber("1’234.5", "de-CH")).toBe(1234.5);
  });

  it("may come from a Chinese keyboard", () => {
    expect(readNumber("１０４．５", "zh-CN")).toBe(104.5);
    expect(readNumber("－2", "zh-CN")).toBe(-2);
    expect(readNumber("1，234", "zh-CN")).toBe(1234);
  });

  it("is undefined where nothing is there, and null where it is none", () => {
    expect(readNumber("  ", "en")).toBeUndefined();
    for (const text of ["abc", "1.2.3", "1,2,3", "12 %", "--1", "1e", "0x10", "Infinity", "1e999", "1,23.4,5", ",", "1.234.5"]) {
      expect([text, readNumber(text, "en")]).toEqual([text, null]);
    }
  });

  it("is what a field was filled with", () => {
    for (const language of ["en", "zh-CN", "de"]) {
      for (const value of [0, 104.25, -0.125, 1_234_567.891]) expect(readNumber(fieldNumber(value, language), language)).toBe(value);
    }
    expect(fieldNumber(null, "en")).toBe("");
  });
});

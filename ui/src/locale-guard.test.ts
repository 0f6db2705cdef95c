// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { guardLanguage } from "./locale-guard";

it("names a language that Intl takes", () => {
  const odd = Object.create({ language: "C" }) as Navigator;
  expect(() => new Intl.NumberFormat(odd.language)).toThrow(RangeError);
  guardLanguage(odd);
  expect(new Intl.NumberFormat(odd.language).format(1)).toBe("1");
});

it("leaves one that is a language", () => {
  const plain = Object.create({ language: "zh-CN" }) as Navigator;
  guardLanguage(plain);
  expect(plain.language).toBe("zh-CN");
});

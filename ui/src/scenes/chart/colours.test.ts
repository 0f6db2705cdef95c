import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("../../styles/chart.css", import.meta.url), "utf8");
const [light = "", dark = ""] = css.split("@media (prefers-color-scheme: dark)");

function colour(name: string, from: string): string {
  const found = new RegExp(`--${name}: (#[0-9a-f]{6}|var\\(--(series-\\d)\\));`).exec(from);
  if (!found) throw new Error(`no ${name}`);
  return found[2] ? colour(found[2], from) : (found[1] ?? "");
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe("the colours of lines", () => {
  for (const [theme, from, paper] of [
    ["light", light, "#fdfcf9"],
    ["dark", dark.slice(0, dark.indexOf(".chart {")), "#1c1b19"],
  ] as const) {
    it(`can be seen on ${theme} paper, and read as words`, () => {
      for (let n = 1; n <= 8; n += 1) {
        expect([n, contrast(colour(`series-${n}`, from), paper) >= 3]).toEqual([n, true]);
        expect([n, contrast(colour(`series-${n}-text`, from), paper) >= 4.5]).toEqual([n, true]);
      }
    });
  }

  it("are eight different ones", () => {
    expect(new Set(Array.from({ length: 8 }, (_, n) => colour(`series-${n + 1}`, light))).size).toBe(8);
  });
});

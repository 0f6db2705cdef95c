import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

// WCAG 2.2 AA, measured on the tokens themselves: words 4.5 : 1, signs 3 : 1.

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");

type Tokens = ReadonlyMap<string, string>;

/** The declarations of the blocks whose selector, or the query around it, speaks of the dark or does not. */
function declared(dark: boolean): Map<string, string> {
  const found = new Map<string, string>();
  // Innermost blocks, each with what stands before it up to the last brace.
  for (const [, , body = ""] of blocks(dark)) {
    for (const [, name = "", value = ""] of body.matchAll(/--([\w-]+):\s*([^;]+);/g)) found.set(name, value.trim());
  }
  return found;
}

function blocks(dark: boolean): RegExpMatchArray[] {
  return [...css.matchAll(/([^{};]*)\{([^{}]*)\}/g)].filter((block) => {
    const around = css.slice(0, block.index);
    const query = around.lastIndexOf("@media");
    const inside = query >= 0 && (around.slice(query).match(/\{/g)?.length ?? 0) > (around.slice(query).match(/\}/g)?.length ?? 0);
    const speaks = /dark/.test(block[1] ?? "") || (inside && /dark/.test(around.slice(query)));
    return speaks === dark;
  });
}

const LIGHT: Tokens = declared(false);
const DARK: Tokens = new Map([...LIGHT, ...declared(true)]);

type Colour = readonly [number, number, number, number];

function colour(tokens: Tokens, name: string): Colour {
  const value = tokens.get(name) ?? "";
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/.exec(value);
  if (hex) return [Number.parseInt(hex[1] ?? "", 16), Number.parseInt(hex[2] ?? "", 16), Number.parseInt(hex[3] ?? "", 16), 1];
  const rgb = /^rgb\((\d+) (\d+) (\d+) \/ ([\d.]+)\)$/.exec(value);
  if (rgb) return [Number(rgb[1]), Number(rgb[2]), Number(rgb[3]), Number(rgb[4])];
  throw new Error(`${name} is ${value || "not there"}`);
}

function over([r, g, b, a]: Colour, [x, y, z]: Colour): Colour {
  return [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
}

function luminance([r, g, b]: Colour): number {
  const [red = 0, green = 0, blue = 0] = [r, g, b].map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: Colour, b: Colour): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["desk", "paper", "raised"];
/** Under the pointer, pressed or chosen, and washed. */
const OVER = [null, "hover", "active", "accent-wash", "waiting-wash"];
const WORDS = ["ink", "ink-2", "ink-3-text", "accent-text", "live-text", "waiting-text", "bad-text"];
/** What is drawn and not written: dots, notches, rings of the focus. */
const SIGNS = ["ink-3", "accent", "live", "waiting", "bad"];

/** Every ground that words can stand on; what went wrong is washed with a tenth of its colour. */
function grounds(tokens: Tokens): [string, Colour][] {
  return GROUNDS.flatMap((ground): [string, Colour][] => {
    const under = colour(tokens, ground);
    const [r, g, b] = colour(tokens, "bad");
    const plain = OVER.map((wash): [string, Colour] => (wash === null ? [ground, under] : [`${ground} under ${wash}`, over(colour(tokens, wash), under)]));
    return [...plain, [`${ground} under what went wrong`, over([r, g, b, 0.1], under)]];
  });
}

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
] as const)("colours in the %s", (_, tokens) => {
  it("are other ones than in the other", () => {
    expect(LIGHT.get("paper")).not.toBe(DARK.get("paper"));
  });

  it.each(WORDS)("%s can be read on every ground", (name) => {
    const faint = grounds(tokens).filter(([, ground]) => contrast(colour(tokens, name), ground) < 4.5);
    expect(faint.map(([ground, under]) => `${ground}: ${contrast(colour(tokens, name), under).toFixed(2)}`)).toEqual([]);
  });

  it.each(SIGNS)("%s can be seen on every plain ground", (name) => {
    const faint = GROUNDS.filter((ground) => contrast(colour(tokens, name), colour(tokens, ground)) < 3);
    expect(faint).toEqual([]);
  });

  it("leave letters readable on what a query matched, and on ink", () => {
    for (const ground of GROUNDS) expect(contrast(colour(tokens, "ink"), over(colour(tokens, "mark"), colour(tokens, ground)))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour(tokens, "paper"), colour(tokens, "ink"))).toBeGreaterThanOrEqual(4.5);
  });
});

// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";
import { createLetters, type Letters } from "./letters";

const NAMES = ["Long read", "Flaky line", "Flood", "Élan", "消息", "Flow two"];
let letters: Letters;
let now = 0;

const key = (name: string, more: KeyboardEventInit = {}): KeyboardEvent => new KeyboardEvent("keydown", { key: name, ...more });
const type = (text: string, at: number): number | null => [...text].reduce<number | null>((_, letter) => letters.key(key(letter), NAMES, at), null);

beforeEach(() => {
  now = 0;
  letters = createLetters(() => now);
});

it("leads to the next that begins so, and round to the first", () => {
  expect(letters.key(key("f"), NAMES, 0)).toBe(1);
  expect(letters.key(key("f"), NAMES, 1)).toBe(2);
  expect(letters.key(key("f"), NAMES, 5)).toBe(1);
  now += 1_000;
  expect(letters.key(key("e"), NAMES, 1)).toBe(3);
  now += 1_000;
  expect(letters.key(key("消"), NAMES, 1)).toBe(4);
});

it("takes letters that follow soon for one word, and others for a new one", () => {
  expect(type("flo", 0)).toBe(2);
  now += 200;
  expect(type("w t", 2)).toBe(5);
  now += 1_000;
  expect(letters.key(key("l"), NAMES, 2)).toBe(0);
});

it("means nothing by chords, signs and a space alone", () => {
  expect(letters.key(key("f", { ctrlKey: true }), NAMES, 0)).toBeNull();
  expect(letters.key(key(" "), NAMES, 0)).toBeNull();
  expect(letters.key(key("?"), NAMES, 0)).toBeNull();
  expect(letters.key(key("Enter"), NAMES, 0)).toBeNull();
  expect(letters.key(key("z"), NAMES, 0)).toBeNull();
});

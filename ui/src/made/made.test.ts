import { describe, expect, it } from "vitest";
import { en } from "../i18n/en";
import { colours } from "./colours";
import { recipeOf } from "./recipes";

const KEYS = ["message", "answers", "monitor", "chat", "news", "flaky"];

describe("recipes", () => {
  it("are there for each kind of stream, and short", () => {
    for (const key of KEYS) {
      const recipe = recipeOf(key);
      if (!recipe) throw new Error(key);
      for (const code of [recipe.serverCode, recipe.pageCode]) {
        expect([key, code.split("\n").length <= 46]).toEqual([key, true]);
        expect(code).not.toContain("\t");
        expect(code.endsWith("\n")).toBe(true);
      }
      expect(recipe.serverCode).toContain(`"${recipe.path}", response_class=EventSourceResponse`);
      expect(recipe.pageCode).toContain(`"${recipe.path}"`);
      expect(recipe.pageCode).not.toContain("innerHTML");
      expect(en[recipe.server].length).toBeGreaterThan(20);
    }
    for (const key of ["flood", "longread", "toString", ""]) expect(recipeOf(key)).toBe(null);
  });
});

describe("colours", () => {
  it("keep every letter", () => {
    for (const key of KEYS) {
      const recipe = recipeOf(key);
      if (!recipe) throw new Error(key);
      const whole = (code: string, language: "python" | "page"): string =>
        colours(code, language)
          .map(({ text }) => text)
          .join("");
      expect(whole(recipe.serverCode, "python")).toBe(recipe.serverCode);
      expect(whole(recipe.pageCode, "page")).toBe(recipe.pageCode);
    }
  });

  it("tell comments, strings and words", () => {
    const kinds = (code: string, language: "python" | "page"): [string, string][] =>
      colours(code, language)
        .filter(({ kind }) => kind !== "plain")
        .map(({ kind, text }) => [kind, text]);
    expect(kinds('for n in f"a # {n}":  # why', "python")).toEqual([
      ["word", "for"],
      ["word", "in"],
      ["string", 'f"a # {n}"'],
      ["comment", "# why"],
    ]);
    expect(kinds('<p id="last">\n  const url = "http://x"; // a comment', "page")).toEqual([
      ["tag", "<p"],
      ["string", '"last"'],
      ["tag", ">"],
      ["word", "const"],
      ["string", '"http://x"'],
      ["comment", "// a comment"],
    ]);
  });
});

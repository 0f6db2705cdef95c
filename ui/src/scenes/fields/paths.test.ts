import { describe, expect, it } from "vitest";
import { MOST_PATHS, parsed, pathsIn, shortened, stepsOf, valueAt } from "./paths";

describe("suggested paths", () => {
  it("lead to the values that they are suggested with", () => {
    const value = parsed(`{"user":{"name":"Mira","odd key":1,"it's":2,"q\\"":3,"back\\\\slash":4,"":5},"list":[{"a":true},{"a":null},{"a":3}],"名":"x","2x":7}`);
    const found = pathsIn(value);
    expect(found.map(({ path }) => path)).toContain("$.user.name");
    expect(found.map(({ path }) => path)).toContain("$.list[1].a");
    for (const { path, value: shown } of found) {
      const steps = stepsOf(path);
      expect([path, steps]).not.toEqual([path, null]);
      expect([path, shortened(valueAt(value, steps ?? []))]).toEqual([path, shown]);
    }
  });

  it("are bounded, in number, depth and length", () => {
    expect(pathsIn(Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`k${n}`, n]))).length).toBe(MOST_PATHS);
    expect(pathsIn(JSON.parse("[".repeat(5_000) + "]".repeat(5_000)))).toEqual([]);
    expect(shortened("x".repeat(1e6)).length).toBe(80);
    expect(parsed(`"${"x".repeat(300_000)}"`)).toBeUndefined();
    expect(parsed('{"half":')).toBeUndefined();
  });

  it("do not lead into what every object has", () => {
    for (const path of ["$.constructor", "$.__proto__", "$.toString", "$.length"]) {
      expect(valueAt({ a: 1 }, stepsOf(path) ?? [])).toBeUndefined();
    }
  });

  it("are names and indexes; what is more is left to the engine", () => {
    expect(stepsOf("$")).toEqual([]);
    expect(stepsOf("$[\"a\"]['b'][3].c")).toEqual(["a", "b", 3, "c"]);
    for (const path of ["", "a", "$..a", "$.*", "$[?@.a]", "$[1:2]", "$['a", "$.a b", "$[-1]"]) expect([path, stepsOf(path)]).toEqual([path, null]);
  });
});

import { describe, expect, it } from "vitest";
import { DOTS, masked, secretsIn, typedOver, variablesIn, withNumbers } from "./placeholders";

describe("placeholders", () => {
  it("finds variables, each once, and no secrets among them", () => {
    expect(variablesIn("{{model}} {{ prompt }} {{model}} {{secret:1}} {{a b}} {x}")).toEqual(["model", "prompt"]);
    expect(secretsIn("Bearer {{secret:a-1}} {{model}} {{secret:b}}")).toEqual(["a-1", "b"]);
  });

  it("keeps every place of a JSON text whose values are still to come", () => {
    const text = '{"n": {{count}}, "s": "{{secret:x}}"}';
    expect(withNumbers(text)).toHaveLength(text.length);
    expect(() => JSON.parse(withNumbers(text))).not.toThrow();
  });
});

describe("what is typed over dots", () => {
  const text = "https://x.org/?key={{secret:a}}&token={{secret:b}}";

  it("leaves a secret that was not touched", () => {
    expect(masked(text)).toBe(`https://x.org/?key=${DOTS}&token=${DOTS}`);
    expect(typedOver(text, masked(text))).toBe(text);
    expect(typedOver(text, `${masked(text)}&n=1`)).toBe(`${text}&n=1`);
    expect(typedOver(text, masked(text).replace("x.org", "example.org"))).toBe(text.replace("x.org", "example.org"));
    expect(typedOver(text, masked(text).replace(`key=${DOTS}&`, ""))).toBe("https://x.org/?token={{secret:b}}");
  });

  it("leaves nothing of one that was", () => {
    expect(typedOver("Bearer {{secret:a}}", `Bearer ${DOTS.slice(1)}`)).toBe("Bearer ");
    expect(typedOver("Bearer {{secret:a}}", "k")).toBe("k");
    expect(typedOver("{{secret:a}}", "")).toBe("");
    expect(typedOver("{{secret:a}}", `${DOTS.slice(0, 4)}x${DOTS.slice(4)}`)).toBe("x");
  });
});

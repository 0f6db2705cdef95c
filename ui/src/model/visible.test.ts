import { expect, it } from "vitest";
import { visible } from "./visible";

const shown = (text: string): string => visible(text).map((piece) => (piece.spelt ? `⟨${piece.text}⟩` : piece.text)).join("");

it("leaves what can be seen as it is", () => {
  for (const text of ["", "/home/mira/a b.tape", "录制 — één.sse", "https://a.example/?q=%E2%80%AE"]) expect(shown(text)).toBe(text);
});

it("spells what cannot be seen", () => {
  expect(shown("report\u202Eepat.sse")).toBe("report⟨U+202E⟩epat.sse");
  expect(shown("a\nb\u0000c\u001B[1m")).toBe("a⟨U+000A⟩b⟨U+0000⟩c⟨U+001B⟩[1m");
  expect(shown("a\u200Bb\u00ADc\uFEFFd\u2066e\u3164f\u2800g")).toBe("a⟨U+200B⟩b⟨U+00AD⟩c⟨U+FEFF⟩d⟨U+2066⟩e⟨U+3164⟩f⟨U+2800⟩g");
  expect(shown("a\u00A0b\u3000c\u2028d\uD800e\u{E0041}f")).toBe("a⟨U+00A0⟩b⟨U+3000⟩c⟨U+2028⟩d⟨U+D800⟩e⟨U+E0041⟩f");
});

import { describe, expect, it } from "vitest";
import { folded, match } from "./palette-match";

const found = (query: string, text: string): string | null => {
  const is = match(folded(query), folded(text));
  return is && is.at.map((at) => text[at]).join("");
};
const better = (query: string, a: string, b: string): boolean =>
  (match(folded(query), folded(a))?.score ?? -Infinity) > (match(folded(query), folded(b))?.score ?? -Infinity);

describe("a match", () => {
  it("is of one piece, of initials, or of letters that mostly hang together", () => {
    expect(found("new", "New stream")).toBe("New");
    expect(found("ns", "New stream")).toBe("Ns");
    expect(found("nstr", "New stream")).toBe("Nstr");
    expect(found("typwriter", "Typewriter")).toBe("Typwriter");
    expect(found("xyz", "New stream")).toBeNull();
    expect(found("nrm", "Connect to the next server by name")).toBeNull();
  });

  it("takes words in any order, and needs each of them", () => {
    expect(found("dark theme", "Theme: Dark")).toBe("ThemeDark");
    expect(found("theme purple", "Theme: Dark")).toBeNull();
  });

  it("is found in Chinese, from any character on", () => {
    expect(found("设置", "录制设置…")).toBe("设置");
    expect(found("录设", "录制设置…")).toBe("录设");
    expect(found("深色", "主题：深色")).toBe("深色");
  });

  it("does not mind capitals, accents and full width", () => {
    expect(found("cafe", "Le Café")).toBe("Café");
    expect(found("ＡＰＩ", "api prices")).toBe("api");
    expect(folded("İstanbul ﬁn")).toHaveLength("İstanbul ﬁn".length);
  });

  it("is better at the beginning of a word, better still at that of the name, and in the shorter one", () => {
    expect(better("play", "Play", "Replay speed")).toBe(true);
    expect(better("tape", "All tapes", "Metapeople")).toBe(true);
    expect(better("tape", "Tape serves", "All tapes")).toBe(true);
    expect(better("wire", "Wire", "Wire and request heads of it")).toBe(true);
  });

  it("of nothing is everything", () => {
    expect(match("", folded("Anything"))?.at).toEqual([]);
  });
});

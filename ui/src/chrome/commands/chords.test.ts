import { describe, expect, it } from "vitest";
import { ariaChord, capsOf, chordWords, matches, menuKeys, partsOf } from "./chords";

type Pressed = Parameters<typeof matches>[0];

const key = (name: string, more: Partial<Pressed> = {}): Pressed => ({
  key: name,
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

describe("a chord", () => {
  it("is read, with the plus as a key too", () => {
    expect(partsOf("Mod+Shift+K")).toEqual({ mod: true, shift: true, alt: false, key: "K" });
    expect(partsOf("Mod++")).toEqual({ mod: true, shift: false, alt: false, key: "+" });
    expect(partsOf("?")).toEqual({ mod: false, shift: false, alt: false, key: "?" });
  });

  it("is Ctrl elsewhere and Command on a Mac, and no other", () => {
    expect(matches(key("k", { ctrlKey: true }), "Mod+K", false)).toBe(true);
    expect(matches(key("k", { metaKey: true }), "Mod+K", false)).toBe(false);
    expect(matches(key("k", { metaKey: true }), "Mod+K", true)).toBe(true);
    expect(matches(key("k", { ctrlKey: true }), "Mod+K", true)).toBe(false);
    expect(matches(key("k", { ctrlKey: true, altKey: true }), "Mod+K", false)).toBe(false);
    expect(matches(key("k"), "Mod+K", false)).toBe(false);
  });

  it("is not the same with Shift", () => {
    expect(matches(key("N", { ctrlKey: true, shiftKey: true }), "Mod+N", false)).toBe(false);
    expect(matches(key("N", { ctrlKey: true, shiftKey: true }), "Mod+Shift+N", false)).toBe(true);
    expect(matches(key("Enter", { ctrlKey: true, shiftKey: true }), "Mod+Enter", false)).toBe(false);
    // With Caps Lock on.
    expect(matches(key("N", { ctrlKey: true }), "Mod+N", false)).toBe(true);
  });

  it("is found under layouts where its sign needs Shift, or its letter is of another script", () => {
    expect(matches(key("/", { ctrlKey: true, shiftKey: true }), "Mod+/", false)).toBe(true);
    expect(matches(key("?", { shiftKey: true }), "?", false)).toBe(true);
    expect(matches(key("л", { ctrlKey: true, code: "KeyK" }), "Mod+K", false)).toBe(true);
    expect(matches(key("é", { ctrlKey: true, code: "Digit2" }), "Mod+2", false)).toBe(true);
    expect(matches(key("2", { ctrlKey: true, shiftKey: true, code: "Digit2" }), "Mod+2", false)).toBe(true);
    // The minus of AZERTY stands on a digit, and stays a minus.
    expect(matches(key("-", { ctrlKey: true, code: "Digit6" }), "Mod+6", false)).toBe(false);
    expect(matches(key("-", { ctrlKey: true, code: "Digit6" }), "Mod+-", false)).toBe(true);
  });

  it("is shown as the platform shows it", () => {
    expect(chordWords("Mod+Shift+K", false)).toBe("Ctrl+Shift+K");
    expect(chordWords("Mod+Shift+K", true)).toBe("⇧⌘K");
    expect(capsOf("Mod+PageDown", false)).toEqual(["Ctrl", "PgDn"]);
    expect(chordWords(" ", false)).toBe("Space");
  });

  it("is told to the menu and to assistive tools in their own form", () => {
    expect(menuKeys("Mod+Shift+K")).toBe("CmdOrCtrl+Shift+K");
    expect(ariaChord("Mod+K", false)).toBe("Control+K");
    expect(ariaChord("Mod+K", true)).toBe("Meta+K");
  });
});

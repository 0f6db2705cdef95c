import { afterEach, describe, expect, it } from "vitest";
import { setLanguage } from "../../i18n";
import type { Finding, FindingKind } from "../../ipc/bindings";
import { findingWords, remedy } from "./findings";

const finding = (kind: FindingKind, args: Record<string, string> = {}): Finding => ({ kind, level: "warn", args, no: null });

const said = (kind: FindingKind, args: Record<string, string> = {}): string[] => {
  const { title, evidence, advice } = findingWords(finding(kind, args));
  const text = (spans: readonly { text: string }[]): string => spans.map((span) => span.text).join("");
  return [title, text(evidence), text(advice)];
};

/** Every kind with what the engine says of it. */
const ALL: readonly (readonly [FindingKind, Record<string, string>])[] = [
  ["buffered", { events: "38", bursts: "4", seconds: "15", clock: "yes", server: "nginx/1.25" }],
  ["buffered", { events: "1038", bursts: "4", seconds: "0.4", server: "" }],
  ["unflushed", { encoding: "gzip", seconds: "15" }],
  ["content-type", { type: "text/plain" }],
  ["content-type", { type: "" }],
  ["html", { title: "502 Bad Gateway", status: "502" }],
  ["html", { title: "", status: "200" }],
  ["buffered", { events: "38", bursts: "4", seconds: "15", server: "nginx", accel: "no" }],
  ["split-events", { chunks: "12", seconds: "0.3" }],
  ["no-heartbeat", { seconds: "61", died: "0" }],
  ["no-heartbeat", { seconds: "61", died: "2" }],
  ["ignored-lines", { lines: "1", first: "foo", why: "unknown-field", least: "no" }],
  ["ignored-lines", { lines: "1", first: "foo", why: "unknown-field", least: "yes" }],
  ["no-heartbeat", { seconds: "61" }],
  ["cors", { what: "missing", value: "" }],
  ["cors", { what: "other", value: "https://a.example" }],
  ["cors", { what: "credentials", value: "*" }],
  ["ignored-lines", { lines: "2", first: "priority: high", why: "unknown-field" }],
  ["ignored-lines", { lines: "2", first: "retry: 3s", why: "retry-not-number" }],
  ["ignored-lines", { lines: "2", first: "id: a\0", why: "id-with-nul" }],
  ["slow-start", { seconds: "7.2" }],
  ["insecure", {}],
  ["resumes-well", { reconnects: "1" }],
  ["resumes-well", { reconnects: "3" }],
  ["resumes-badly", { lost: "4", repeated: "0" }],
];

afterEach(() => setLanguage("en"));

describe("the words of a finding", () => {
  it("say everything in both languages, and leave nothing to fill in", () => {
    for (const language of ["en", "zh-CN"] as const) {
      setLanguage(language);
      for (const [kind, args] of ALL) {
        const [title, evidence, advice] = said(kind, args);
        expect([language, kind, title, evidence]).not.toContain("");
        if (kind !== "resumes-well") expect([language, kind, advice]).not.toContain("");
        expect([title, evidence, advice].join(" ")).not.toMatch(/[{}`]|undefined|NaN/);
      }
    }
  });

  it("name the evidence in figures of the language", () => {
    expect(said("buffered", ALL[0]?.[1])).toEqual([
      "Something holds bytes back",
      "38 events came in 4 bursts, each after about 15.0\u00a0s. The server’s own clock in the data says they were made one by one.",
      "Behind nginx, send X-Accel-Buffering: no.",
    ]);
    expect(said("buffered", ALL[1]?.[1])[1]).toBe("1,038 events came in 4 bursts, each after about 400\u00a0ms.");
    expect(said("unflushed", { encoding: "br", seconds: "2" })[0]).toBe("br is not flushed");
  });

  it("set code apart, and do not take a value for words", () => {
    const { evidence } = findingWords(finding("ignored-lines", { lines: "1", first: "a`b\t{lines}", why: "unknown-field" }));
    expect(evidence.filter((span) => span.code)).toEqual([{ text: "a`b\\t{lines}", code: true }]);
  });

  it("offer what can be done at once", () => {
    expect(remedy(finding("unflushed"))).toBe("plain");
    // Switching off what was not on would help nobody.
    expect(remedy(finding("unflushed"), "nobody")).toBeNull();
    expect(remedy(finding("unflushed"), "header")).toBeNull();
    const { advice } = findingWords(finding("unflushed", { encoding: "gzip", seconds: "15" }), "nobody");
    expect(advice.map(({ text }) => text).join("")).toMatch(/^The server compresses although nobody asked/);
    expect(remedy(finding("content-type"))).toBe("anyway");
    expect(remedy(finding("cors"))).toBeNull();
  });
});

// What the engine and the window's own commands refuse has words here: every `what` of a bound and every `detail` of an
// address that stands in their sources.

import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { setLanguage, t } from "../i18n";
import type { Code, Failure, Language } from "../ipc/bindings";
import { failureWords } from "./failure";

const ROOT = new URL("../../../src-tauri/", import.meta.url);

interface Fact {
  readonly code: string;
  readonly name: string;
  /** The word itself; null where it is put together. */
  readonly word: string | null;
  readonly file: string;
}

function sources(folder: URL): [string, string][] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    if (["target", "tests", "tests.rs", "gen", "benches", "examples"].includes(entry.name)) return [];
    const at = new URL(entry.isDirectory() ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory()) return sources(at);
    if (!entry.name.endsWith(".rs")) return [];
    const [text = ""] = readFileSync(at, "utf8").split(/#\[cfg\(test\)\]\s*mod \w+ \{/);
    return [[at.pathname.slice(ROOT.pathname.length), text]];
  });
}

/** Each is told of the code that was named last before it. */
function facts(): Fact[] {
  const all: Fact[] = [];
  for (const [file, text] of [...sources(new URL("engine/src/", ROOT)), ...sources(new URL("src/", ROOT))]) {
    let code = "";
    const code_or_fact = /^\s*\/\/.*$|Code::(\w+)|\.with\(\s*"(what|detail)",\s*(?:"([^"]+)")?/gm;
    for (const [, named, name, word] of text.matchAll(code_or_fact)) {
      if (named) code = named;
      else if (name) all.push({ code, name, word: word ?? null, file });
    }
  }
  return all;
}

const all = facts();
const words = (code: string, name: string): string[] => [...new Set(all.flatMap((each) => (each.code === code && each.name === name && each.word ? [each.word] : [])))].sort();
const made = (code: string, name: string): string[] => [...new Set(all.flatMap((each) => (each.code === code && each.name === name && each.word === null ? [each.file] : [])))].sort();

/** Words that are put together, by the file that does it: what they can be is read there. */
const WHATS: Readonly<Record<string, readonly string[]>> = {
  "engine/src/attempt/body.rs": ["line", "event", "id"],
  "engine/src/compose.rs": ["prompt", "message"],
  "engine/src/import/own.rs": ["line", "event", "id"],
};

const DETAILS: Readonly<Record<string, readonly string[]>> = {
  // Else the parser's own words, for which the general advice stands.
  "engine/src/address.rs": ["empty", "demo-off"],
  "engine/src/send.rs": [],
  // Words of the machine.
  "src/commands/scene.rs": [],
};

/** A command line that cannot be read is worded where it is pasted. */
const ELSEWHERE: ReadonlySet<string> = new Set(["curl"]);

afterEach(() => setLanguage("en"));

describe.each<Language>(["en", "zh-CN"])("in %s", (language) => {
  function said(code: Code, args: Record<string, string>): string {
    setLanguage(language);
    const failure: Failure = { code, message: "the engine's own sentence", args };
    const { title, advice } = failureWords(failure, "GET");
    expect([args, `${title} ${advice}`]).not.toEqual([args, expect.stringMatching(/[{}]|undefined|NaN|engine's own/)]);
    if (language === "zh-CN") expect([args, title]).toEqual([args, expect.stringMatching(/[\u4e00-\u9fff]/)]);
    return `${title} ${advice}`;
  }

  it("every bound that the sources name has words of its own", () => {
    expect(made("Limit", "what")).toEqual(Object.keys(WHATS).sort());
    const whats = [...words("Limit", "what"), ...Object.values(WHATS).flat()];
    expect(whats).toEqual(expect.arrayContaining(["actions", "asks", "bookmarks", "jobs", "message", "prompt", "query", "replay", "rule", "views"]));
    setLanguage(language);
    const general = t("fail.limit.title");
    for (const what of whats) {
      const text = said("limit", { what, bound: "7", field: "chat.me" });
      expect([what, text]).not.toEqual([what, expect.stringContaining(general)]);
    }
  });

  it("every address or message that the sources refuse has words of its own", () => {
    expect(made("Url", "detail")).toEqual(Object.keys(DETAILS).sort());
    const details = [...words("Url", "detail"), ...Object.values(DETAILS).flat()].filter((each) => !ELSEWHERE.has(each));
    expect(details).toEqual(expect.arrayContaining(["send-url", "text-missing", "secret-origin", "body-file"]));
    const general = said("url", { detail: "invalid port number" });
    for (const detail of details) {
      const text = said("url", { detail, url: "x", scheme: "ftp", origin: "https://a.example", given: "https://b.example", where: "auth", name: "n", path: "/p", bound: "8" });
      expect([detail, text]).not.toEqual([detail, general]);
    }
  });
});

describe("a bound", () => {
  const title = (args: Record<string, string>): string => failureWords({ code: "limit", message: "x", args }, null).title;

  it("of what is sent is in MiB, and of other things their number", () => {
    expect(title({ what: "prompt", bound: "8" })).toBe("The prompt is longer than 8 MiB.");
    expect(title({ what: "bookmarks", bound: "10000" })).toBe("There are 10,000 bookmarks, and that is as many as there can be.");
    expect(title({ what: "rule", field: "chat.send_url", bound: "4096" })).toBe("“Send to” is too long.");
  });

  it("that is none says what the machine said", () => {
    expect(failureWords({ code: "limit", message: "connect: no", args: {} }, null)).toMatchObject({ title: "It did not work.", detail: "connect: no" });
    expect(failureWords({ code: "limit", message: "x", args: { what: "served", detail: "port in use" } }, null)).toMatchObject({ title: "The tape cannot be served.", detail: "port in use" });
  });
});

// What the dictionaries must hold beside the same keys: idiomatic marks, no word of the other language, and every word of
// the window.

import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { en } from "./en";
import { currentLanguage, fmt, list, setLanguage, t, tn, type Key, type PluralKey } from "./index";
import { zhCN } from "./zh-CN";

const keys = Object.keys(en) as Key[];
/** Shows both scripts on purpose, or the name of a language in itself. */
const BOTH: ReadonlySet<string> = new Set(["settings.sample", "set.language.en", "set.language.zh-CN"]);
/** What is the same in every language: names, protocols and formats, their fields, units and keys. */
const NAMES = new Set(
  `Access-Control-Allow-Origin Alt Anthropic Apache API AppImage application Authorization B Basic Bearer br breaking CA ca-certificates
  Chat Cmd Content-Type Cookie Courier CSV Ctrl curl cURL data deflate DONE Enter Esc event event-stream EventSource F Firefox
  FastAPI fetch Gemini GET GB GiB GNOME gzip Home hb host HTML http HTTP https ID id Inter JetBrains jq JSON jsonl kB KWallet Keyring
  Last-Event-ID Linux macOS Markdown MB MiB MIT Mono NUL NVIDIA no nginx Ollama onerror onmessage onopen open Open OpenAI Option path PATCH PEM
  plain POST Prime PUT p95 Responses retry Retry-After s Secret Serif Service SHA-256 Shift SIL socks5 Source sse SSE stream T tape
  Tapewriter tapewriter Tab TB TCP text token UI url URL VPN Wayland WebKit WebKitGTK Windows X-Accel-Buffering xx x-www-form-urlencoded
  yield You zstd addEventListener example.com json.path End PageUp PageDown Delete Backspace Space F1 F2 F5 F6 F10 F11 K N Z`
    .split(/\s+/)
    .filter(Boolean),
);

const bare = (words: string): string => words.replace(/\{\w+\}/g, "0");
const told = (wrong: (words: string, key: Key) => boolean, of: Readonly<Record<Key, string>>): string[] =>
  keys.filter((key) => !BOTH.has(key) && wrong(of[key], key)).map((key) => `${key}: ${of[key]}`);

afterEach(() => setLanguage("en"));

describe("the Chinese", () => {
  it("holds no English but names", () => {
    const strange = (words: string): string[] =>
      (bare(words).match(/[A-Za-z][A-Za-z0-9.-]*/g) ?? []).map((word) => word.replace(/[.-]+$/, "")).filter((word) => !NAMES.has(word));
    expect(told((words) => strange(words).length > 0, zhCN)).toEqual([]);
  });

  it("has the marks of Chinese between its characters, and none of them twice", () => {
    // A scheme is written with its colon.
    const plain = (words: string): string => bare(words.replaceAll("{scheme}:", "0"));
    expect(told((words) => /[\u4e00-\u9fff”][,;:!?()]|[,;:!?()][\u4e00-\u9fff“]/.test(plain(words)), zhCN)).toEqual([]);
    expect(told((words) => /["']|\.\.\.|[\u4e00-\u9fff]\.$/.test(words), zhCN)).toEqual([]);
    expect(told((words) => /[，。；：！？、]\s|\s[，。；：！？、]|[，。；：、][，。；：、]/.test(words), zhCN)).toEqual([]);
    expect(told((words) => /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/.test(words), zhCN)).toEqual([]);
  });

  it("has a space between the scripts, and none within its own", () => {
    expect(told((words) => /[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]/.test(words), zhCN)).toEqual([]);
    expect(told((words) => /[\u4e00-\u9fff] +[\u4e00-\u9fff]/.test(words), zhCN)).toEqual([]);
  });

  it("speaks to the user in one way", () => {
    expect(told((words) => words.includes("您"), zhCN)).toEqual([]);
  });
});

describe("the English", () => {
  it("holds no Chinese, and no mark of it", () => {
    expect(told((words) => /[\u3000-\u9fff\uff00-\uffef]/.test(words), en)).toEqual([]);
  });

  it("has its own quotation marks and ellipses", () => {
    expect(told((words) => /["']|\.\.\./.test(words), en)).toEqual([]);
  });
});

describe("the parts of a dictionary", () => {
  for (const language of ["en", "zh-CN"]) {
    it(`hold each key once (${language})`, () => {
      const here = new URL("./", import.meta.url);
      const parts = readdirSync(here).filter((name) => name === `${language}.ts` || name.endsWith(`.${language}.ts`));
      const all = parts.flatMap((name) => [...readFileSync(new URL(name, here), "utf8").matchAll(/^ {2}"([^"]+)":/gm)].map((match) => match[1] ?? ""));
      expect(all.length).toBeGreaterThanOrEqual(keys.length);
      // What stands twice is what the one of them says that comes last.
      expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([]);
    });
  }
});

describe("plurals", () => {
  const sources = files(new URL("../", import.meta.url));
  const asked = [...new Set(sources.flatMap(({ text }) => [...text.matchAll(/\btn\(\s*"([^"]+)"/g)].map((match) => match[1] ?? "")))] as PluralKey[];

  it("have every form that a language of the window has, by Intl.PluralRules", () => {
    expect(asked.length).toBeGreaterThan(20);
    for (const language of ["en", "zh-CN"]) {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const base of asked) for (const form of forms) expect(keys).toContain(`${base}.${form}`);
    }
  });

  it("are chosen by the language", () => {
    for (const base of asked) {
      setLanguage("zh-CN");
      expect([base, tn(base, 1)]).toEqual([base, t(`${base}.other` as Key, { n: fmt.int(1) })]);
      setLanguage("en");
      expect([base, tn(base, 1)]).toEqual([base, t(`${base}.one` as Key, { n: fmt.int(1) })]);
      expect([base, tn(base, 0)]).toEqual([base, t(`${base}.other` as Key, { n: fmt.int(0) })]);
    }
  });

  it("and lists are written as the language writes them", () => {
    expect(list(["theme", "pace", "proxy"])).toBe("theme, pace and proxy");
    setLanguage("zh-CN");
    expect(currentLanguage()).toBe("zh-CN");
    expect(list(["主题", "节奏", "代理"])).toBe("主题、节奏和代理");
    expect([fmt.percent(125), fmt.int(1_234_567)]).toEqual(["125%", "1,234,567"]);
  });
});

describe("the sources", () => {
  /** What is written as it is sent, or is no word: a key, a command, an example of an address or a path. */
  const PLAIN = new Set(["Esc", "curl", "$.text", "socks5://127.0.0.1:1080", "%, ms, °C", "BOM", "aria-label"]);

  it("hold no word that is shown outside of the dictionaries", () => {
    const found: string[] = [];
    for (const { name, text } of files(new URL("../", import.meta.url))) {
      if (!/^(chrome|scenes|markdown)\/|^main/.test(name)) continue;
      const code = text.replace(/(^|[^:"])\/\/.*$/gm, "$1").replace(/\/\*[\s\S]*?\*\//g, "");
      const words = [
        // Text between two tags.
        ...(name.endsWith("x") ? [...code.matchAll(/(?:^|[">}\s])>\s*([^<>{}=;()]*[A-Za-z\u4e00-\u9fff]{2,}[^<>{}=;()]*?)\s*<\/?[A-Za-z]/g)] : []),
        // Attributes that are read or heard.
        ...code.matchAll(/\b(?:aria-label|aria-description|aria-valuetext|aria-roledescription|title|placeholder|alt|label|note)="([^"]*[A-Za-z\u4e00-\u9fff][^"]*)"/g),
        ...code.matchAll(/"(?:aria-label|aria-description|aria-valuetext|title|placeholder)"(?::|,)\s*"([^"]*[A-Za-z\u4e00-\u9fff][^"]*)"/g),
        ...code.matchAll(/\.(?:textContent|placeholder|title|ariaLabel)\s*=\s*["`]([^"`$]*[A-Za-z\u4e00-\u9fff][^"`]*)["`]/g),
        ...code.matchAll(/\bsetText\([^,;]+,\s*"([^"]*[A-Za-z\u4e00-\u9fff][^"]*)"/g),
      ];
      for (const match of words) {
        const word = (match[1] ?? "").trim();
        if (!PLAIN.has(word)) found.push(`${name}: ${word}`);
      }
    }
    expect(found).toEqual([]);
  });

  it("hold no Chinese but in the dictionaries, and the name of the language in itself", () => {
    const found = files(new URL("../", import.meta.url)).filter(
      ({ name, text }) => /^(chrome|scenes|markdown|model)\/|^main/.test(name) && /[\u4e00-\u9fff]/.test(text.replaceAll("简体中文", "").replaceAll("Ag 永", "")),
    );
    expect(found.map(({ name }) => name)).toEqual([]);
  });
});

function files(folder: URL, under = ""): { name: string; text: string }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = new URL(entry.isDirectory() ? `${entry.name}/` : entry.name, folder);
    const name = `${under}${entry.name}`;
    if (entry.isDirectory()) return entry.name === "i18n" ? [] : files(at, `${name}/`);
    return /\.tsx?$/.test(name) && !name.includes(".test.") ? [{ name, text: readFileSync(at, "utf8") }] : [];
  });
}

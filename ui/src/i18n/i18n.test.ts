import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { en } from "./en";
import { fmt, isKey, setLanguage, t, tn, type Key } from "./index";
import { zhCN } from "./zh-CN";

const keys = Object.keys(en) as Key[];
const placeholders = (words: string): string[] => [...words.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").sort();

afterEach(() => setLanguage("en"));

describe("the dictionaries", () => {
  it("have the same keys", () => {
    expect(Object.keys(zhCN).sort()).toEqual([...keys].sort());
  });

  it("use the same placeholders", () => {
    for (const key of keys) {
      expect([key, [...new Set(placeholders(zhCN[key]))]]).toEqual([key, [...new Set(placeholders(en[key]))]]);
    }
  });

  it("leave no English sentence in the Chinese", () => {
    // Units, names and key caps are the same in both; anything of two or more words is not.
    for (const key of keys) {
      const words = en[key].replace(/\{\w+\}/g, "").match(/[A-Za-z]{2,}/g) ?? [];
      if (words.length >= 2) expect([key, zhCN[key]]).not.toEqual([key, en[key]]);
      if (words.length >= 2) expect([key, /[\u4e00-\u9fff]/.test(zhCN[key])]).toEqual([key, true]);
    }
  });

  it("set figures, quotations and what is left out as print does", () => {
    const straight = /[\p{L}\d]'|"|\.\.\.|\d-\d/u;
    const loose = /(?:\{\w+\}|\d) (?:ms|s|B|kB|MB|GB|TB|GiB|min|h|毫秒|秒|分|分钟|小时|%)(?![A-Za-z0-9])/;
    for (const key of keys) {
      for (const words of [en[key], zhCN[key]]) {
        // Code stands in backticks, and says what is typed.
        const said = words.replace(/`[^`]*`/g, "");
        expect([key, straight.exec(said)?.[0], loose.exec(said)?.[0]]).toEqual([key, undefined, undefined]);
      }
    }
  });

  it("are used: every key stands somewhere in the sources", () => {
    const sources = files(new URL("../", import.meta.url)).join("\n");
    const unused = keys.filter((key) => !sources.includes(`"${key}"`) && !isBuilt(key, sources));
    expect(unused).toEqual([]);
  });
});

describe("t and tn", () => {
  it("fill the placeholders and leave unknown ones", () => {
    expect(t("wait.drop", { s: "2.4\u00a0s" })).toBe("Line dropped, reconnecting in 2.4\u00a0s");
    expect(t("wait.drop", {})).toContain("{s}");
  });

  it("do not take a value for a placeholder", () => {
    expect(t("undo.deleted", { name: "{s} $& $1" })).toBe("Deleted “{s} $& $1”");
  });

  it("choose the plural form", () => {
    expect(tn("end.total", 1, { time: "1.0\u00a0s" })).toBe("1 event in 1.0\u00a0s.");
    expect(tn("end.total", 1234, { time: "1.0\u00a0s" })).toBe("1,234 events in 1.0\u00a0s.");
    setLanguage("zh-CN");
    expect(tn("end.total", 1, { time: "1.0\u00a0秒" })).toBe("1.0\u00a0秒内收到 1 个事件。");
  });

  it("know their keys", () => {
    expect(isKey("demo.message")).toBe(true);
    expect(isKey("demo.nothing")).toBe(false);
    expect(isKey("toString")).toBe(false);
  });
});

describe("fmt", () => {
  it("writes lengths in the unit that suits", () => {
    expect(fmt.ms(0)).toBe("0\u00a0ms");
    expect(fmt.ms(212.4)).toBe("212\u00a0ms");
    expect(fmt.ms(999.4)).toBe("999\u00a0ms");
    expect(fmt.ms(999.6)).toBe("1.0\u00a0s");
    expect(fmt.ms(9_100)).toBe("9.1\u00a0s");
    expect(fmt.ms(59_949)).toBe("59.9\u00a0s");
    expect(fmt.ms(59_960)).toBe("1\u00a0min 0\u00a0s");
    expect(fmt.ms(252_000)).toBe("4\u00a0min 12\u00a0s");
    expect(fmt.ms(3_599_999)).toBe("1\u00a0h 0\u00a0min");
    expect(fmt.ms(-5)).toBe("0\u00a0ms");
  });

  it("keeps a countdown's width", () => {
    expect(fmt.seconds(2_400)).toBe("2.4\u00a0s");
    expect(fmt.seconds(3_000)).toBe("3.0\u00a0s");
    expect(fmt.seconds(-80)).toBe("0.0\u00a0s");
  });

  it("writes a running clock", () => {
    expect(fmt.elapsed(9_449_000)).toBe("00:09.4");
    expect(fmt.elapsed(59_999_999)).toBe("00:59.9");
    expect(fmt.elapsed(60_000_000)).toBe("01:00");
    expect(fmt.elapsed(652_000_000)).toBe("10:52");
    expect(fmt.elapsed(3_723_000_000)).toBe("1:02:03");
    expect(fmt.elapsed(-1)).toBe("00:00.0");
  });

  it("writes the time of day with milliseconds", () => {
    const noon = new Date(2026, 10, 22, 12, 4, 31, 152);
    expect(fmt.clock(noon.getTime() * 1000)).toBe("12:04:31.152");
    const midnight = new Date(2026, 10, 22, 0, 4, 31, 5);
    expect(fmt.clock(midnight.getTime() * 1000)).toBe("00:04:31.005");
    setLanguage("zh-CN");
    expect(fmt.clock(noon.getTime() * 1000)).toBe("12:04:31.152");
  });

  it("writes moments and large numbers where there is little room", () => {
    const noon = new Date(2026, 10, 14, 12, 4, 31).getTime() * 1000;
    expect([fmt.time(noon), fmt.dayShort(noon), fmt.day(noon), fmt.moment(noon)]).toEqual(["12:04", "14 Nov", "14 Nov 2026", "14 Nov, 12:04"]);
    expect([fmt.count(2_104_332), fmt.count(182)]).toEqual(["2.1M", "182"]);
    setLanguage("zh-CN");
    expect([fmt.time(noon), fmt.dayShort(noon), fmt.count(2_104_332)]).toEqual(["12:04", "11月14日", "210.4万"]);
  });

  it("writes sizes and rates", () => {
    expect(fmt.bytes(96)).toBe("96\u00a0B");
    expect(fmt.bytes(3_120)).toBe("3.1\u00a0kB");
    expect(fmt.bytes(999_960)).toBe("1.0\u00a0MB");
    expect(fmt.bytes(2.5e15)).toBe("2,500.0\u00a0TB");
    expect(fmt.bytesRate(3_120)).toBe("3.1\u00a0kB/s");
    expect(fmt.rate(48.12)).toBe("48.1");
    expect(fmt.rate(0)).toBe("0");
    expect(fmt.rate(512_345.6)).toBe("512,346");
    expect(fmt.rateShort(48.1)).toBe("48/s");
    expect(fmt.rateShort(0.42)).toBe("0.4/s");
    expect(fmt.int(20_197)).toBe("20,197");
  });

  it("follows the language", () => {
    setLanguage("zh-CN");
    expect(fmt.ms(212)).toBe("212\u00a0毫秒");
    expect(fmt.seconds(2_400)).toBe("2.4\u00a0秒");
  });
});

function files(folder: URL): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = new URL(entry.isDirectory() ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory()) return entry.name === "i18n" ? [readFileSync(new URL("format.ts", at), "utf8")] : files(at);
    return /\.tsx?$/.test(entry.name) && !entry.name.includes(".test.") ? [readFileSync(at, "utf8")] : [];
  });
}

/** Keys that are put together: `tn` adds the plural form, and some end in a code or a state. */
function isBuilt(key: string, sources: string): boolean {
  const stem = key.replace(/\.(one|other)$/, "");
  if (stem !== key && sources.includes(`"${stem}"`)) return true;
  const parts = key.split(".");
  return parts.some((_, at) => at > 0 && sources.includes(`\`${parts.slice(0, at).join(".")}.\${`));
}

// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { setLanguage } from "../../i18n";
import { badWords } from "./filter-bar";

afterEach(() => setLanguage("en"));

it("says what the library said in English, and in Chinese where it is wrong", () => {
  const args = { what: "regex", detail: "unclosed group", at: "2" };
  const failure = { code: "filter", message: "the regular expression cannot be read: unclosed group", args } as const;
  expect(badWords(failure)).toBe("This is not a regular expression: unclosed group");
  setLanguage("zh-CN");
  expect(badWords(failure)).toBe("这不是正则表达式：第 3 个字符有误。");
  expect(badWords({ ...failure, args: { what: "path", detail: "no" } })).toBe("这不是 JSON 路径。");
  expect(badWords({ code: "limit", message: "a type can be no longer than 4096 bytes", args: { what: "query", bound: "4096" } })).toBe("条件太长。最多 4,096 字节。");
});

import { afterEach, beforeEach, expect, it } from "vitest";
import { setLanguage } from "../../i18n";
import { AlertVoice, SAY_MS, type AlertLine } from "./alerts";

let said: string[];
let voice: AlertVoice;

const line = (name: string, side: "over" | "under" | null, limit = 40): AlertLine => ({
  key: { type: name, path: "$.load" },
  alert: side === null ? null : { over: side === "over", limit, since_us: 0 },
  decimals: 1,
});

beforeEach(() => {
  said = [];
  voice = new AlertVoice((words) => said.push(words));
});
afterEach(() => setLanguage("en"));

it("says each crossing and each return, and not how it was found", () => {
  voice.look([line("cpu", "over")], 0);
  expect(said).toEqual([]);
  voice.look([line("cpu", null)], SAY_MS);
  voice.look([line("cpu", "under", 3)], 3 * SAY_MS);
  voice.look([line("cpu", "under", 3)], 5 * SAY_MS);
  expect(said).toEqual(["cpu $.load is within its limits again.", "cpu $.load is below 3.0."]);
});

it("says no more than one sentence in a while, and then how it stands", () => {
  voice.look([line("cpu", null)], 0);
  voice.look([line("cpu", "over")], 10);
  for (let n = 1; n < 50; n += 1) voice.look([line("cpu", n % 2 === 0 ? "over" : null)], 10 + n);
  expect(said).toHaveLength(1);
  expect(voice.waits).toBe(true);
  voice.look([line("cpu", null)], 10 + SAY_MS);
  expect(said).toHaveLength(2);
  expect(said[1]).toContain("within");
  expect(voice.waits).toBe(false);
  // A value that came back before it could be said says nothing.
  voice.look([line("cpu", "over")], 20 + SAY_MS);
  voice.look([line("cpu", null)], 30 + SAY_MS);
  voice.look([line("cpu", null)], 30 + 3 * SAY_MS);
  expect(said).toHaveLength(2);
});

it("names a few of many, in the language of the window", () => {
  setLanguage("zh-CN");
  const names = ["a", "b", "c", "d", "e"];
  voice.look(names.map((name) => line(name, null)), 0);
  voice.look(names.map((name) => line(name, "over")), SAY_MS);
  expect(said).toEqual(["a $.load 高于 40.0。b $.load 高于 40.0。c $.load 高于 40.0。另有 2 条。"]);
});

it("begins anew with another session, and forgets lines that are gone", () => {
  voice.look([line("cpu", null)], 0);
  voice.clear();
  voice.look([line("cpu", "over")], SAY_MS);
  expect(said).toEqual([]);
  voice.look([], 2 * SAY_MS);
  // One that comes and is past its limit is said.
  voice.look([line("cpu", "over")], 3 * SAY_MS);
  expect(said).toHaveLength(1);
});

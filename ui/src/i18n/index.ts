// Every word that the window shows. Keys are typed from the English dictionary; the language is the one
// that the backend found or the user chose, never the web view's. It is a signal: what Solid draws speaks another
// language where it stands, with what is typed and focused untouched. Scenes are made anew for it.

import { createSignal } from "solid-js";
import type { Language } from "../ipc/bindings";
import { en } from "./en";
import { createFormats, type Formats } from "./format";
import { zhCN } from "./zh-CN";

export type Key = keyof typeof en;
/** A key that has a `.one` and an `.other` form. */
export type PluralKey = Key extends infer K ? (K extends `${infer Base}.other` ? Base : never) : never;
export type Args = Readonly<Record<string, string | number>>;

const dictionaries: Record<Language, Readonly<Record<Key, string>>> = { en, "zh-CN": zhCN };

const [language, tellLanguage] = createSignal<Language>("en");
const plurals: Readonly<Record<Language, Intl.PluralRules>> = { en: new Intl.PluralRules("en"), "zh-CN": new Intl.PluralRules("zh-CN") };

const lists: Readonly<Record<Language, Intl.ListFormat>> = { en: new Intl.ListFormat("en-GB"), "zh-CN": new Intl.ListFormat("zh-CN") };

/** Numbers, times and sizes in the language of the window. */
export const fmt: Formats = createFormats(language, t);

export function setLanguage(next: Language): void {
  // First, for what is drawn by the signal may look at the page's own.
  if (typeof document !== "undefined") document.documentElement.lang = next;
  tellLanguage(next);
}

/** The language that the window speaks; reactive. */
export function currentLanguage(): Language {
  return language();
}

/** The words of `key`, with each `{name}` replaced by the argument of that name. */
export function t(key: Key, args?: Args): string {
  return fill(dictionaries[language()][key], args);
}

/** The same in English, whatever the window speaks: what is called so elsewhere is looked for by that name too. */
export function english(key: Key, args?: Args): string {
  return fill(en[key], args);
}

/** The form of `base` for `n` things; `{n}` is `n` as a number of this language. */
export function tn(base: PluralKey, n: number, args?: Args): string {
  const form = plurals[language()].select(n) === "one" ? "one" : "other";
  return t(`${base}.${form}` as Key, { n: fmt.int(n), ...args });
}

/** Several things as this language lists them: "a, b and c". */
export function list(things: readonly string[]): string {
  return lists[language()].format(things);
}

/** Whether `text` is a key; for keys that are made from codes. */
export function isKey(text: string): text is Key {
  return Object.hasOwn(en, text);
}

function fill(words: string, args: Args | undefined): string {
  if (!args) return words;
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = args[name];
    return value === undefined ? whole : String(value);
  });
}

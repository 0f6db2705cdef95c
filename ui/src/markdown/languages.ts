// The highlighter with its few languages, a file of its own that is loaded when it is first needed.

import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import go from "highlight.js/lib/languages/go";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

const all = { bash, css, diff, go, java, javascript, json, python, rust, sql, typescript, xml, yaml };
for (const [name, grammar] of Object.entries(all)) hljs.registerLanguage(name, grammar);

interface Scoped {
  readonly scope?: string;
  readonly children: readonly (Scoped | string)[];
}

/** What stands where, or null where the highlighter gave up. */
export function highlighter(code: string, language: string): Scoped | null {
  const result = hljs.highlight(code, { language, ignoreIllegals: true });
  // The markup that it would make is not asked for: its tree has the same, as text.
  const tree = (result._emitter as unknown as { readonly rootNode?: Scoped }).rootNode;
  return tree ?? null;
}

// Colours for code. The highlighter is loaded when the first block is complete; its words become elements, not markup.

import { el } from "../scenes/dom";

/** Longer code stays plain: colouring goes through a megabyte or two a second, and this much still fits between frames. */
export const HIGHLIGHT_MOST = 60_000;

/** The names that a fence may have, and the grammar for each. */
const LANGUAGES: Readonly<Record<string, string>> = {
  js: "javascript", jsx: "javascript", mjs: "javascript", javascript: "javascript", node: "javascript",
  ts: "typescript", tsx: "typescript", typescript: "typescript",
  py: "python", python: "python", python3: "python",
  rs: "rust", rust: "rust",
  json: "json", jsonc: "json", json5: "json", jsonl: "json",
  sh: "bash", bash: "bash", zsh: "bash", shell: "bash", console: "bash",
  html: "xml", xml: "xml", svg: "xml",
  css: "css", sql: "sql", go: "go", golang: "go", java: "java",
  yaml: "yaml", yml: "yaml", diff: "diff", patch: "diff",
}; // prettier-ignore

interface Scoped {
  readonly scope?: string;
  readonly children: readonly (Scoped | string)[];
}

type Highlighter = (code: string, language: string) => Scoped | null;

let loading: Promise<Highlighter> | null = null;

/** Hands the coloured letters to `done`, later; does nothing for a language or a length that is not coloured. While a
 *  selection touches the code it waits: other nodes in its place would end the selection. */
export function highlight(code: HTMLElement, name: string, length: number, done: (tree: DocumentFragment) => void): void {
  const language = Object.hasOwn(LANGUAGES, name.toLowerCase()) ? LANGUAGES[name.toLowerCase()] : undefined;
  if (language === undefined || length === 0 || length > HIGHLIGHT_MOST) return;
  loading ??= load();
  loading.then(
    (run) =>
      untouched(code, () => {
        const tree = run(code.textContent ?? "", language);
        if (tree) done(built(tree));
      }),
    // Without its colours code is as readable.
    () => undefined,
  );
}

/** Calls back at once, or when no selection touches the element any more. */
export function untouched(element: HTMLElement, then: () => void): void {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0 || !selection.getRangeAt(0).intersectsNode(element)) {
    then();
    return;
  }
  const again = (): void => {
    document.removeEventListener("selectionchange", again);
    if (element.isConnected) untouched(element, then);
  };
  document.addEventListener("selectionchange", again);
}

async function load(): Promise<Highlighter> {
  const { highlighter } = await import("./languages");
  return highlighter;
}

function built(tree: Scoped): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const add = (into: ParentNode & Node, kids: Scoped["children"]): void => {
    for (const kid of kids) {
      if (typeof kid === "string") into.appendChild(new Text(kid));
      else if (!kid.scope || kid.scope.startsWith("language:")) add(into, kid.children);
      else {
        const span = el("span", kid.scope.split(".").map((part, n) => (n === 0 ? `hl-${part}` : `${part}_`)).join(" "));
        add(span, kid.children);
        into.appendChild(span);
      }
    }
  };
  add(fragment, tree.children);
  return fragment;
}

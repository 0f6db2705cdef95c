// Blocks of markdown as a tree of plain values, which `patch` makes elements of.

import { t } from "../i18n";
import type { Block, Env, Token } from "./parse";
import { inlinesOf, isOpenable, languageOf } from "./parse";

export type Node = string | ElementNode | CodeNode | ChipNode;

export interface ElementNode {
  readonly kind: "element";
  readonly tag: string;
  readonly className: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly kids: Node[];
}

/** A block of code, which has a language and can be copied. */
export interface CodeNode {
  readonly kind: "code";
  readonly lang: string;
  readonly text: string;
}

/** A picture: said, and not loaded. */
export interface ChipNode {
  readonly kind: "chip";
  readonly words: string;
  readonly address: string;
  /** Whether it can be pressed. In a link it is a part of that. */
  readonly opens: boolean;
}

/** Tags that a token may become; whatever else a token says is not made. */
const TAGS = new Set("p h1 h2 h3 h4 h5 h6 ul ol li blockquote hr table thead tbody tr th td strong em s br code a".split(" "));
/** Those whose direction follows their own first letter. */
const BY_LETTER = new Set("p h1 h2 h3 h4 h5 h6 li blockquote th td".split(" "));
const TASK = /^\[([ xX])\](?=\s|$)\s?/;
/** Letters as wide as they are high, with their own marks; Korean, which has spaces, is not among them. */
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3001-\u303f\uff01-\uff60]/u;
/** And marks that such a text shares with others. */
const WIDE_OR_MARK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3001-\u303f\uff01-\uff60“”‘’…—]/u;
const LINK = "md-link";
/** What remend puts for an address that has not come yet. */
const PENDING = "streamdown:incomplete-image";

/** A block is one node. */
export function nodeOf(block: Block, env: Env): Node {
  if (block.plain !== null) return element("p", "", { dir: "auto" }, [block.plain]);
  return children(block.tokens, env)[0] ?? element("p");
}

function children(tokens: readonly Token[], env: Env): Node[] {
  const root = element("div");
  const stack: ElementNode[] = [root];
  const top = (): ElementNode => stack[stack.length - 1] ?? root;
  for (const token of tokens) {
    switch (token.type) {
      case "inline":
        inline(token, top(), isItem(stack), env);
        break;
      case "fence":
        top().kids.push({ kind: "code", lang: languageOf(token.info), text: token.content });
        break;
      case "code_block":
        top().kids.push({ kind: "code", lang: "", text: token.content });
        break;
      default:
        nest(token, stack);
    }
  }
  return root.kids;
}

function nest(token: Token, stack: ElementNode[]): void {
  const top = stack[stack.length - 1];
  if (!top || !TAGS.has(token.tag)) return;
  if (token.nesting === -1) {
    if (!token.hidden && stack.length > 1) stack.pop();
    if (token.tag === "table" && stack.length > 1) stack.pop();
    return;
  }
  // The paragraph of a tight list is none.
  if (token.hidden) return;
  let parent = top;
  if (token.tag === "table") {
    const frame = element("div", "md-table");
    parent.kids.push(frame);
    stack.push(frame);
    parent = frame;
  }
  const made = element(token.tag, alignment(token), attributesOf(token));
  parent.kids.push(made);
  if (token.nesting === 1) stack.push(made);
}

function attribute(token: Token, name: string): string | null {
  const value = token.attrGet(name);
  return value === null ? null : String(value);
}

function alignment(token: Token): string {
  const aligned = /text-align:\s*(left|center|right)/.exec(attribute(token, "style") ?? "");
  return aligned ? `md-${aligned[1] ?? ""}` : "";
}

function attributesOf(token: Token): Record<string, string> {
  const attributes: Record<string, string> = {};
  if (BY_LETTER.has(token.tag)) attributes["dir"] = "auto";
  const start = token.tag === "ol" ? attribute(token, "start") : null;
  if (start !== null && /^\d{1,9}$/.test(start)) attributes["start"] = start;
  return attributes;
}

/** Whether what is open is the first text of an item of a list. */
function isItem(stack: readonly ElementNode[]): boolean {
  const [list, top] = stack.slice(-2);
  return top?.tag === "li" ? top.kids.length === 0 : top?.tag === "p" && list?.tag === "li" && list.kids[0] === top;
}

function inline(token: Token, into: ElementNode, item: boolean, env: Env): void {
  const tokens = inlinesOf(token.content, env);
  if (!tokens) {
    into.kids.push(token.content);
    return;
  }
  const stack: ElementNode[] = [into];
  for (const [at, each] of tokens.entries()) {
    const top = stack[stack.length - 1] ?? into;
    switch (each.type) {
      case "text":
      case "text_special":
        addText(top, each.content);
        break;
      case "softbreak":
        if (!isWithinWords(tokens, at)) addText(top, "\n");
        break;
      case "hardbreak":
        top.kids.push(element("br"));
        break;
      case "code_inline":
        top.kids.push(element("code", "", { dir: "auto" }, [each.content]));
        break;
      case "image":
        top.kids.push(chip(each, stack.some(({ className }) => className === LINK)));
        break;
      case "link_open":
        stack.push(open(top, link(each)));
        break;
      default:
        if (each.nesting === 1 && TAGS.has(each.tag)) stack.push(open(top, element(each.tag)));
        else if (each.nesting === -1 && stack.length > 1) stack.pop();
        else if (each.nesting === 0) addText(top, each.content);
    }
  }
  if (item) task(into);
}

/** Whether the line break at `at` stands between two letters of a script that has no spaces between words: then it is none. */
function isWithinWords(tokens: readonly Token[], at: number): boolean {
  const before = [...letters(tokens, at, -1).slice(-2)].at(-1) ?? "";
  const after = [...letters(tokens, at, 1).slice(0, 2)][0] ?? "";
  return (WIDE.test(before) && WIDE_OR_MARK.test(after)) || (WIDE_OR_MARK.test(before) && WIDE.test(after));
}

/** The words that stand next to a token, past what only opens or closes. A picture has none. */
function letters(tokens: readonly Token[], at: number, step: -1 | 1): string {
  for (let to = at + step; ; to += step) {
    const token = tokens[to];
    if (!token || token.type === "image") return "";
    if (token.nesting === 0 && (token.content !== "" || token.type !== "text")) return token.content;
  }
}

function chip(image: Token, inLink: boolean): ChipNode {
  const address = addressOf(image);
  return { kind: "chip", words: plain(image.children ?? [], image.content), address, opens: !inLink && isOpenable(address) };
}

function addressOf(image: Token): string {
  const address = attribute(image, "src") ?? "";
  return address === PENDING ? "" : address;
}

function link(token: Token): ElementNode {
  const address = attribute(token, "href") ?? "";
  // Without `href` there is nothing that the web view could follow.
  if (!isOpenable(address)) return element("span");
  return element("a", LINK, { role: "link", tabindex: "0", "data-address": address, title: address });
}

/** `[ ] ` at the beginning of an item is a box, which nobody ticks here. */
function task(item: ElementNode): void {
  const [first] = item.kids;
  const found = typeof first === "string" ? TASK.exec(first) : null;
  if (!found || typeof first !== "string") return;
  const done = found[1] !== " ";
  item.kids[0] = first.slice(found[0].length);
  item.kids.unshift(element("span", done ? "md-box on" : "md-box", { role: "img", "aria-label": t(done ? "md.task.done" : "md.task.open") }));
}

function open(parent: ElementNode, made: ElementNode): ElementNode {
  parent.kids.push(made);
  return made;
}

function addText(parent: ElementNode, text: string): void {
  if (text === "") return;
  const last = parent.kids.length - 1;
  const before = parent.kids[last];
  if (typeof before === "string") parent.kids[last] = before + text;
  else parent.kids.push(text);
}

function plain(tokens: readonly Token[], instead: string): string {
  return tokens.map((token) => token.content).join("") || instead;
}

function element(tag: string, className = "", attributes: Record<string, string> = {}, kids: Node[] = []): ElementNode {
  return { kind: "element", tag, className, attributes, kids };
}

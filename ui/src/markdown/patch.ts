// Makes elements of markdown's tree, and changes those that are there no more than the tree has changed: what was read or
// selected stays the same node, and text that has grown is text that was appended to.

import { t } from "../i18n";
import { el, setAttribute } from "../scenes/dom";
import { CodeBlock } from "./code";
import type { ChipNode, ElementNode, Node as Tree } from "./nodes";

export type Growth = (node: Text, from: number, to: number) => void;

/** Gives `parent` these children from the `from`th on; `final` ones will not change any more. */
export function patch(parent: HTMLElement, kids: readonly Tree[], growth: Growth | null, final: boolean, from = 0): void {
  let node: ChildNode | null = parent.childNodes[from] ?? null;
  for (const kid of kids) {
    const next: ChildNode | null = node?.nextSibling ?? null;
    const made = renew(node, kid, growth, final);
    if (!node) parent.append(made);
    else if (made !== node) node.replaceWith(made);
    node = next;
  }
  while (node) {
    const next: ChildNode | null = node.nextSibling;
    node.remove();
    node = next;
  }
}

/** The same node with what has changed, or another where it cannot be that. */
export function renew(node: ChildNode | null, kid: Tree, growth: Growth | null, final: boolean): ChildNode {
  if (!node || !fits(node, kid)) return make(kid, growth, final);
  update(node, kid, growth, final);
  return node;
}

function fits(node: ChildNode, kid: Tree): boolean {
  if (typeof kid === "string") return node instanceof Text;
  if (!(node instanceof HTMLElement)) return false;
  if (kid.kind === "code") return CodeBlock.of(node) !== null;
  if (kid.kind === "chip") return node.classList.contains("md-chip");
  return node.localName === kid.tag && !node.classList.contains("md-chip") && CodeBlock.of(node) === null;
}

function update(node: ChildNode, kid: Tree, growth: Growth | null, final: boolean): void {
  if (typeof kid === "string") {
    if (node instanceof Text) setData(node, kid, growth);
  } else if (node instanceof HTMLElement) {
    if (kid.kind === "code") CodeBlock.of(node)?.set(kid.lang, kid.text, growth, final);
    else if (kid.kind === "chip") fillChip(node, kid);
    else {
      dress(node, kid);
      patch(node, kid.kids, growth, final);
    }
  }
}

function make(kid: Tree, growth: Growth | null, final: boolean): ChildNode {
  if (typeof kid === "string") {
    const text = new Text(kid);
    growth?.(text, 0, text.length);
    return text;
  }
  if (kid.kind === "code") {
    const code = new CodeBlock();
    code.set(kid.lang, kid.text, growth, final);
    return code.element;
  }
  if (kid.kind === "chip") {
    const chip = el("span", "md-chip");
    fillChip(chip, kid);
    return chip;
  }
  const made = document.createElement(kid.tag);
  dress(made, kid);
  patch(made, kid.kids, growth, final);
  return made;
}

/** Attributes that a tree may give. */
const ATTRIBUTES = ["dir", "start", "role", "tabindex", "title", "aria-label", "data-address"] as const;

function dress(element: HTMLElement, { className, attributes }: ElementNode): void {
  if (element.className !== className) element.className = className;
  for (const name of ATTRIBUTES) setAttribute(element, name, attributes[name] ?? null);
}

function fillChip(chip: HTMLElement, { words, address, opens }: ChipNode): void {
  for (const [name, value] of [["role", "link"], ["tabindex", "0"], ["data-address", address], ["title", address]] as const) setAttribute(chip, name, opens ? value : null);
  const kids: Tree[] = [
    { kind: "element", tag: "span", className: "md-chip-kind", attributes: {}, kids: [t("md.image")] },
    { kind: "element", tag: "span", className: "", attributes: { dir: "auto" }, kids: [words || t("md.image.unnamed")] },
  ];
  if (address) kids.push({ kind: "element", tag: "span", className: "md-chip-address", attributes: {}, kids: [address] });
  patch(chip, kids, null, true);
}

/** Changes no more of a text than differs, so that a selection in what stays is kept. */
export function setData(node: Text, data: string, growth: Growth | null): void {
  const before = node.data;
  if (before === data) return;
  if (data.startsWith(before)) {
    node.appendData(data.slice(before.length));
    growth?.(node, before.length, data.length);
    return;
  }
  let same = 0;
  const most = Math.min(before.length, data.length);
  while (same < most && before.charCodeAt(same) === data.charCodeAt(same)) same += 1;
  node.replaceData(same, before.length - same, data.slice(same));
}

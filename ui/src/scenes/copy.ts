// Copying text from a button.

import { t } from "../i18n";
import { setText } from "./dom";

/** So long a button says what came of it. */
const SAID_MS = 1_600;

/** Answers whether it was copied. To be called in the click itself: text that has yet to be fetched is given as a
 *  promise (one that fails copies nothing), because a page may write to the clipboard only as long as the press of the button is its reason. */
export async function copyText(text: string | Promise<string>): Promise<boolean> {
  try {
    if (typeof text === "string") await navigator.clipboard.writeText(text);
    else {
      const plain = text.then((words) => new Blob([words], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": plain })]);
    }
    return true;
  } catch {
    return Promise.resolve(text).then(copyBySelection, () => false);
  }
}

/** When a button's words come back; a copy that is made meanwhile has a time of its own. */
const backs = new WeakMap<HTMLElement, ReturnType<typeof setTimeout>>();

/** Copies, and has the button say for a moment whether that went well, and `ear` to who hears it. */
export async function copyFrom(button: HTMLElement, text: string, ear?: HTMLElement): Promise<void> {
  const done = await copyText(text);
  const words = t(done ? "md.copied" : "md.copy.failed");
  setText(button, words);
  if (ear) setText(ear, words);
  clearTimeout(backs.get(button));
  const back = setTimeout(() => {
    setText(button, t("md.copy"));
    if (ear) setText(ear, "");
  }, SAID_MS);
  backs.set(button, back);
}

function copyBySelection(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.className = "hidden";
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return copied;
}

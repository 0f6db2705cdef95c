// What a screen reader is told of new messages: the newest few, at most once a second, and never what was pulled for a
// reader further up.

import { t, tn } from "../../i18n";
import type { Bubble } from "../../ipc/bindings";
import { setText } from "../dom";

const EVERY_US = 1_000_000;
/** More are told by their number: reading them out would take longer than they took to come. */
const MOST = 3;
const CHARS = 280;

export class Announcer {
  readonly #node: HTMLElement;
  /** Row up to which all has been told; null before the first answer, which is history. */
  #told: number | null = null;
  #at = 0;

  constructor(node: HTMLElement) {
    this.#node = node;
  }

  clear(): void {
    this.#told = null;
    setText(this.#node, "");
  }

  /** What came meanwhile is not to be told. */
  skip(total: number): void {
    if (this.#told !== null) this.#told = total;
  }

  tell(rows: readonly Bubble[], from: number, total: number, nowUs: number, senderOf: (row: Bubble) => string): void {
    const told = this.#told;
    if (told === null || total < told) {
      this.#told = rows.length > 0 ? total : told;
      return;
    }
    const end = from + rows.length;
    if (end <= told || Math.abs(nowUs - this.#at) < EVERY_US) return;
    this.#told = end;
    this.#at = nowUs;
    const news = rows.slice(Math.max(0, told - from)).filter((row) => row.kind === "message" && !row.own);
    if (news.length === 0) return;
    const words = news.slice(-MOST).map((row) => t("chat.said", { sender: senderOf(row), text: row.text.slice(0, CHARS) }));
    setText(this.#node, news.length > MOST ? [tn("chat.new", news.length), ...words].join("\n") : words.join("\n"));
  }
}

// A message of one's own that the room has not echoed yet.

import { failureWords } from "../../chrome/failure";
import { t } from "../../i18n";
import { el, setText } from "../dom";
import type { Outbox, Pending } from "./pending";

export function createPendingRow(item: Pending, outbox: Outbox): HTMLElement {
  const row = el("div", "chat-row own chat-first", { "data-testid": "pending", "data-state": item.state });
  const bubble = el("div", "bubble");
  const words = el("div", "bubble-words selectable", { dir: "auto" });
  setText(words, item.text);
  bubble.append(words);
  if (item.state === "sending") {
    const ear = el("span", "hidden");
    setText(ear, t("chat.sending"));
    bubble.append(ear);
  }
  row.append(bubble);
  if (item.state === "failed") row.append(failed(item, outbox));
  return row;
}

function failed(item: Pending, outbox: Outbox): HTMLElement {
  const line = el("div", "chat-failed", { role: "alert", "data-code": item.failure?.code ?? "" });
  const words = el("span");
  const why = item.failure ? failureWords(item.failure, null).title : "";
  setText(words, t("chat.failed", { why }));
  const retry = el("button", "quiet link", { type: "button", "data-testid": "pending-retry" });
  setText(retry, t("chat.retry"));
  retry.addEventListener("click", () => outbox.retry(item.id));
  const drop = el("button", "quiet", { type: "button", "data-testid": "pending-drop" });
  setText(drop, t("chat.delete"));
  drop.addEventListener("click", () => outbox.drop(item.id));
  line.append(words, retry, drop);
  return line;
}

// A message of one's own that the room has not echoed yet. Its row stays the same while its fate changes.

import { failureWords, serverTold, serverWords } from "../../chrome/failure";
import { hostOf } from "../../chrome/SecretField";
import { t } from "../../i18n";
import type { Failure } from "../../ipc/bindings";
import type { Outbox, Pending } from "../../model/outbox";
import { el, setAttribute, setText } from "../dom";

export interface PendingHost {
  readonly outbox: Pick<Outbox, "retry" | "drop">;
  /** Lets the secrets of the stream go to an origin; answers whether they may now. Where there is none it is not offered. */
  readonly allow?: (origin: string) => Promise<boolean>;
}

export class PendingRow {
  readonly element = el("div", "chat-row own chat-first", { "data-testid": "pending" });
  readonly #host: PendingHost;
  readonly #id: string;
  readonly #ear = el("span", "hidden");
  #failure: Failure | null = null;
  #said: HTMLElement | null = null;

  constructor(item: Pending, host: PendingHost) {
    this.#host = host;
    this.#id = item.id;
    const bubble = el("div", "bubble");
    const words = el("div", "bubble-words selectable", { dir: "auto" });
    setText(words, item.text);
    bubble.append(words, this.#ear);
    this.element.append(bubble);
    this.set(item);
  }

  set(item: Pending): void {
    setAttribute(this.element, "data-state", item.state);
    setText(this.#ear, item.state === "sending" ? t("chat.sending") : "");
    const failure = item.state === "failed" ? item.failure : null;
    if (item.state === "failed" && this.#said && failure === this.#failure) return;
    this.#said?.remove();
    this.#said = null;
    this.#failure = failure;
    if (item.state !== "failed") return;
    this.#said = this.#failed(failure);
    this.element.append(this.#said);
  }

  #failed(failure: Failure | null): HTMLElement {
    const box = el("div", "chat-failed", { "data-code": failure?.code ?? "" });
    // It is said once: what is read out is not written again.
    const words = el("div", "chat-failed-words", { role: "alert" });
    const { title, advice } = failure ? whyWords(failure) : { title: "", advice: "" };
    words.append(span("", t("chat.failed", { why: title })));
    const told = failure && serverTold(failure);
    if (told) words.append(span("chat-failed-told", told.label === "" ? told.words : t("chat.failed.told", { ...told }), "auto"));
    if (advice !== "") words.append(span("chat-failed-advice", advice));
    box.append(words);
    const body = failure ? serverWords(failure) : "";
    if (body !== "") {
      const said = el("pre", "chat-failed-said selectable", { tabindex: "0", "aria-label": t("fail.said"), dir: "auto" });
      setText(said, body);
      box.append(said);
    }
    const { outbox } = this.#host;
    const tools = el("div", "chat-failed-tools");
    // Without it, sent again it would be refused again.
    const origin = failure?.code === "url" && failure.args["detail"] === "secret-origin" ? (failure.args["origin"] ?? "") : "";
    if (origin !== "" && this.#host.allow) {
      tools.append(button("pending-allow", t("fail.secret-origin.allow", { host: hostOf(origin) }), () => void this.#allow(origin)));
    } else tools.append(button("pending-retry", t("chat.retry"), () => outbox.retry(this.#id)));
    tools.append(button("pending-drop", t("chat.delete"), () => outbox.drop(this.#id)));
    box.append(tools);
    return box;
  }

  async #allow(origin: string): Promise<void> {
    if (await this.#host.allow?.(origin)) this.#host.outbox.retry(this.#id);
  }
}

/** Of a session that was closed nobody knows whether the room had it. */
function whyWords(failure: Failure): { title: string; advice: string } {
  if (failure.code === "stopped") return { title: t("chat.failed.stopped"), advice: t("chat.failed.stopped.advice") };
  const words = failureWords(failure, "POST");
  const status = Number(failure.args["status"]);
  // Other advice speaks of a stream, of its method and of asking again by itself.
  if (failure.code !== "status" || [401, 403, 404, 410].includes(status)) return words;
  return { title: words.title, advice: t(status === 429 ? "chat.failed.429" : status >= 500 ? "chat.failed.5xx" : "chat.failed.status") };
}

function span(className: string, words: string, dir = ""): HTMLElement {
  const made = el("span", className, dir === "" ? {} : { dir });
  setText(made, words);
  return made;
}

function button(id: string, words: string, run: () => void): HTMLElement {
  const made = el("button", id === "pending-drop" ? "quiet" : "quiet link", { type: "button", "data-testid": id });
  setText(made, words);
  made.addEventListener("click", run);
  return made;
}

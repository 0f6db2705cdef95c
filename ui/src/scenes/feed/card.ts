// One card as elements.

import { fmt, t } from "../../i18n";
import type { Card } from "../../ipc/bindings";
import { readAddress } from "../../model/address";
import { dayOf, saidUs, shortName } from "../chat/groups";
import { el, setAttribute, setHidden, setText } from "../dom";

export interface CardView {
  readonly element: HTMLElement;
  readonly card: Card;
  unread: boolean;
  setUnread(unread: boolean): void;
  /** Its time is of another day as soon as that is over. */
  setNow(nowUs: number): void;
  /** Its place among all, from 1 for the newest. */
  setPlace(place: number, of: number): void;
}

let made = 0;

export function createCard(card: Card, open: (href: string) => void): CardView {
  made += 1;
  const element = el("article", "card-item", { tabindex: "-1", "data-testid": "card", "data-pos": String(card.pos), "aria-labelledby": `card-${made}` });
  if (card.breaking) element.classList.add("breaking");
  if (card.colour) element.dataset["colour"] = card.colour;
  const at = saidUs(card);
  const time = el("p", "card-time", { title: `${fmt.day(at)} ${fmt.clock(at)}` });
  const clock = el("span");
  setText(clock, fmt.time(at));
  const day = el("span", "card-day");
  time.append(clock, day);
  const dot = el("span", "card-dot", { role: "img", "aria-label": t("feed.unread") });
  const body = el("div", "card-body");
  const title = el("h3", "card-title", { id: `card-${made}`, dir: "auto" });
  const words = card.title.trim();
  const address = card.link === "" ? null : readAddress(card.link);
  if (address) {
    const link = el("button", "card-link selectable", { type: "button", title: address.href, "data-testid": "card-link" });
    setText(link, words || address.href);
    link.addEventListener("click", () => open(address.href));
    title.append(link);
  } else {
    title.classList.add("selectable");
    setText(title, words || t("feed.untitled"));
  }
  body.append(title);
  if (card.summary.trim() !== "") {
    const summary = el("p", "card-summary selectable", { dir: "auto" });
    setText(summary, card.summary.trim());
    body.append(summary);
  }
  const source = sourceWords(card);
  if (source !== "") {
    const line = el("p", "card-source");
    setText(line, source);
    body.append(line);
  }
  // Said, and not made into something that can be pressed.
  if (card.link.trim() !== "" && !address) {
    const line = el("p", "card-source");
    setText(line, t("feed.no-link", { link: plainLink(card.link) }));
    body.append(line);
  }
  element.append(time, dot, body);
  let told = 0;
  const view: CardView = {
    element,
    card,
    unread: true,
    setUnread(unread) {
      view.unread = unread;
      setHidden(dot, !unread);
      element.classList.toggle("unread", unread);
    },
    setNow(nowUs) {
      const today = dayOf(nowUs);
      if (today === told) return;
      told = today;
      const words = dayOf(at) === today ? "" : sameYear(at, nowUs) ? fmt.dayShort(at) : fmt.day(at);
      setHidden(day, words === "");
      setText(day, words);
    },
    setPlace(place, of) {
      setAttribute(element, "aria-posinset", String(place));
      setAttribute(element, "aria-setsize", String(of));
    },
  };
  return view;
}

function sourceWords(card: Card): string {
  const source = shortName(card.source);
  if (!card.breaking) return source;
  return source === "" ? t("feed.breaking") : t("feed.source", { source, breaking: t("feed.breaking") });
}

function sameYear(a: number, b: number): boolean {
  return new Date(a / 1000).getFullYear() === new Date(b / 1000).getFullYear();
}

/** Characters of a link that is no web address. */
const LINK_CHARS = 120;

function plainLink(link: string): string {
  const line = link.replace(/[\s\u202a-\u202e\u2066-\u2069]+/g, " ").trim();
  return line.length > LINK_CHARS ? `${line.slice(0, LINK_CHARS - 1)}…` : line;
}

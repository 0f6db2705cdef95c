// The feed scene: cards, newest on top, and nothing that is being read moves.

import { forget, onBeat, schedule, type Drawable } from "../../frame";
import { t, tn } from "../../i18n";
import type { Card, FeedRule } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import { RoomWindow } from "../../model/room-window";
import { tapeOf } from "../../model/tapes";
import { anchorOf, movedBy } from "../anchor";
import { dayOf } from "../chat/groups";
import { Disposal, setAttribute, setHidden, setText } from "../dom";
import { createFields, feedFields, type Reading } from "../fields";
import { contentOf, emptyWords, keepOnly, mark, place, rowAt, rowInView } from "../room";
import type { Scene } from "../scene";
import { Arrivals } from "./arrivals";
import { createCard, type CardView } from "./card";
import { browserStore, Unread, type ReadStore } from "./unread";
import { createView } from "./view";

/** A card is read when it has been seen this long. */
const READ_MS = 1_000;
/** This near to the top nothing above it is hidden. */
const TOP_PX = 4;

export interface FeedScene extends Scene {
  /** Brings into view what an entry of the log became. */
  jump(pos: number): void;
}

export interface FeedOptions {
  /** Where the scene puts its tools, right of the tabs. */
  readonly tools: HTMLElement;
  /** How the stream's events are read, and how to change it. */
  readonly reading: Reading;
  /** Asks whether an address is to be opened outside. */
  open(href: string): void;
  /** What the stream does by itself: how many of it are on, and where they are changed. */
  readonly actions?: { count(): number; open(): void };
  readonly store?: ReadStore;
}

const IN_MEMORY: ReadStore = { read: () => null, write: () => undefined };

export function createFeed(live: Live, options: FeedOptions): FeedScene {
  const view = createView();
  const { element, scroller, list, foot, pill } = view;
  const disposal = new Disposal();
  const arrivals = new Arrivals();
  const kept = new Unread(options.store ?? browserStore());
  /** A tape that is looked at again makes nothing read. */
  const ofTapes = new Unread(IN_MEMORY);
  const views = new Map<Card, CardView>();
  /** Since when each unread card has been seen. */
  const seenSince = new Map<CardView, number>();
  let unread = kept;
  let visible = false;
  let session: number | null = null;
  let content = "";
  let readings = live.readings();
  let rule: FeedRule | null = null;
  let today = 0;
  /** What is to be brought into view as soon as it is here. */
  let target: { readonly pos: number; readonly row: number; readonly marked: boolean } | null = null;
  let anew = true;
  /** Where the reader was: a scroller that is out of the layout forgets it. */
  let top = 0;
  let toTop = false;
  let told: number | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const room = new RoomWindow<Card>({
    async ask(from, len) {
      const page = await live.feed(from, len);
      if (!page) return null;
      rule = page.rule;
      const { cards, rows, gone, done } = page;
      return { rows: cards, from: page.from, gone, total: rows, rule: JSON.stringify(page.rule), done };
    },
    changed(all) {
      anew ||= all;
      schedule(drawable);
    },
  });
  const fields = createFields(feedFields, {
    live,
    reading: options.reading,
    found: () => rule,
    sample: () => room.rows.at(-1)?.pos ?? null,
  });
  if (options.actions) options.tools.append(view.markRead, view.actions, fields.button);
  else options.tools.append(view.markRead, fields.button);

  const atTop = (): boolean => top <= TOP_PX && target === null;

  const drawable: Drawable = {
    draw(now, unseen) {
      if (!visible) return false;
      if (anew && room.known) {
        anew = false;
        if (target === null) {
          arrivals.begin();
          toTop = true;
        }
      }
      const waiting = arrivals.note(room.total, atTop(), now);
      // At the very top new cards push the others down.
      const held = toTop || atTop() ? null : anchorOf(scroller, [...list.children] as HTMLElement[]);
      drawCards();
      drawAround(waiting);
      if (held) scroller.scrollTop += movedBy(held);
      if (toTop) scroller.scrollTop = 0;
      toTop = false;
      reveal();
      if (unseen) return true;
      if (scroller.clientHeight > 0) top = scroller.scrollTop;
      pullMore();
      tell(waiting);
      again(arrivals.wait(room.total, atTop(), now));
      return false;
    },
  };

  /** What waits joins by itself when the hands are at rest. */
  function again(ms: number): void {
    if (timer !== null) clearTimeout(timer);
    timer = ms === Infinity ? null : setTimeout(() => schedule(drawable), ms + 1);
  }

  function drawCards(): void {
    const now = live.now();
    today = dayOf(now);
    const end = Math.max(0, arrivals.shown - room.from);
    const shown = room.rows.slice(0, end);
    keepOnly(views, shown, (made) => seenSince.delete(made));
    const wanted: HTMLElement[] = [];
    for (let at = shown.length - 1; at >= 0; at -= 1) {
      const card = shown[at];
      if (!card) continue;
      let made = views.get(card);
      if (!made) {
        views.set(card, (made = createCard(card, options.open)));
        made.setUnread(!unread.isRead(card));
      }
      made.setNow(now);
      made.setPlace(arrivals.shown - (room.from + at), arrivals.shown - room.gone);
      wanted.push(made.element);
    }
    place(list, scroller, () => wanted);
  }

  function drawAround(waiting: number): void {
    setHidden(pill, waiting === 0);
    if (waiting > 0) setText(pill, tn("feed.new", waiting));
    const lost = room.known && room.gone > 0 && room.from <= room.gone && views.size > 0;
    setHidden(view.start, !lost);
    if (lost) setText(view.start, tn("feed.start.gone", room.gone));
    const empty = room.known && room.done && room.total === 0;
    setHidden(view.empty, !empty);
    if (empty) setText(view.empty, emptyWords(live.status(), { yet: "feed.empty", before: "feed.empty.before", none: "feed.empty.none" }));
    const count = options.actions?.count() ?? 0;
    setText(view.actions, count > 0 ? t("feed.actions.n", { n: count }) : t("feed.actions"));
    view.markRead.hidden = !visible || ![...views.values()].some((each) => each.unread);
    // A feed without an article is none.
    const cards = list.childElementCount > 0;
    setAttribute(list, "role", cards ? "feed" : null);
    setAttribute(list, "aria-label", cards ? t("feed.cards") : null);
    setAttribute(list, "aria-busy", cards ? String(!room.known) : null);
  }

  function reveal(): void {
    if (target === null || target.row < room.from || target.row >= room.end) return;
    const { pos, marked } = target;
    const card = rowAt(room.rows, pos);
    const at = card && views.get(card)?.element;
    target = null;
    if (!at) return;
    at.scrollIntoView({ block: "center" });
    if (marked) mark(at);
  }

  function pullMore(): void {
    const { clientHeight, scrollHeight } = scroller;
    if (clientHeight === 0) return;
    // Where the newest page does not reach the cards that stand there, they stay and the newest are counted.
    const reading = !atTop() || arrivals.shown < room.total;
    room.follow(!reading);
    if (scrollHeight - top - clientHeight < 1.5 * clientHeight) room.older();
    if (top < 1.5 * clientHeight) room.newer(arrivals.shown);
  }

  /** A screen reader is told that something waits, not each card. */
  function tell(waiting: number): void {
    if (told !== null && waiting > told) setText(view.spoken, tn("feed.new.said", waiting));
    told = room.known ? waiting : null;
  }

  function showNew(): void {
    arrivals.show(room.total);
    room.follow(true);
    top = 0;
    toTop = true;
    schedule(drawable);
  }

  /** Cards that can be seen for a second are read, while the window is in front. */
  function look(): void {
    const now = performance.now();
    // Nothing is read behind a sheet.
    const front = !document.hidden && document.hasFocus() && document.querySelector("dialog[open]") === null;
    const fresh = [...views.values()].filter((each) => each.unread);
    if (!front || fresh.length === 0) {
      seenSince.clear();
      return;
    }
    const { top: above, bottom: below } = scroller.getBoundingClientRect();
    const done: CardView[] = [];
    for (const each of fresh) {
      const box = each.element.getBoundingClientRect();
      // Its title is in view, which is what is read of it.
      const inView = box.height > 0 && box.top + Math.min(box.height, 40) <= below && box.top >= above - 8;
      const since = seenSince.get(each);
      if (!inView) seenSince.delete(each);
      else if (since === undefined) seenSince.set(each, now);
      else if (now - since >= READ_MS) done.push(each);
    }
    if (done.length === 0) return;
    unread.read(done.map(({ card }) => card));
    for (const each of done) {
      each.setUnread(false);
      seenSince.delete(each);
    }
    schedule(drawable);
  }

  async function jumpTo(pos: number, marked = true): Promise<void> {
    const forSession = session;
    room.follow(false);
    const row = await room.rowOf(pos);
    if (row === null || forSession !== session) return;
    target = { pos, row, marked };
    if (row >= arrivals.shown) arrivals.show(room.total);
    if (row < room.from || row >= room.end) room.around(row);
    arrivals.touch(performance.now());
    schedule(drawable);
  }

  function onChange(): void {
    const status = live.status();
    const next = status?.session ?? null;
    const count = live.readings();
    const another = next !== session;
    if (another || count !== readings) {
      if (another) fields.close();
      session = next;
      readings = count;
      told = null;
      target = null;
      if (status) {
        unread = tapeOf(status.stream) === null ? kept : ofTapes;
        unread.turn(status.stream);
      }
      if (session !== null && another) room.begin();
      else if (session !== null) room.again();
    }
    const now = contentOf(status);
    if (now === content) return;
    content = now;
    room.note();
  }

  // Hands

  const touch = (): void => {
    target = null;
    arrivals.touch(performance.now());
  };

  function onKey(event: KeyboardEvent): void {
    touch();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const items = [...list.children] as HTMLElement[];
    const at = items.findIndex((item) => item.contains(document.activeElement));
    switch (event.key) {
      case "Home":
        showNew();
        items[0]?.blur();
        break;
      case "ArrowDown":
        if (at === -1) {
          // The first that can be seen.
          (anchorOf(scroller, items)?.element ?? items[0])?.focus();
        } else items[at + 1]?.focus();
        break;
      case "ArrowUp":
        if (at <= 0) return;
        items[at - 1]?.focus();
        break;
      case "Enter": {
        const item = items[at];
        if (!item || event.target !== item) return;
        item.querySelector<HTMLButtonElement>(".card-link")?.click();
        break;
      }
      default:
        return;
    }
    event.preventDefault();
  }

  const seeing = (): void => room.see(visible && !document.hidden);

  disposal.add(live.onChange(onChange));
  disposal.add(
    onBeat(() => {
      if (!visible) return;
      look();
      if (dayOf(live.now()) !== today) schedule(drawable);
    }),
  );
  disposal.listen(
    scroller,
    "scroll",
    () => {
      if (scroller.clientHeight === 0 || Math.abs(scroller.scrollTop - top) < 1) return;
      top = scroller.scrollTop;
      touch();
      schedule(drawable);
    },
    { passive: true },
  );
  for (const type of ["pointermove", "pointerdown", "wheel"] as const) disposal.listen(scroller, type, touch, { passive: true });
  disposal.listen(scroller, "keydown", onKey);
  disposal.listen(pill, "click", () => {
    showNew();
    scroller.focus({ preventScroll: true });
  });
  disposal.listen(view.markRead, "click", () => {
    unread.readAll(live.now(), room.rows.slice(0, Math.max(0, arrivals.shown - room.from)));
    for (const each of views.values()) each.setUnread(false);
    schedule(drawable);
  });
  disposal.listen(view.actions, "click", () => options.actions?.open());
  /** What the line says above the cards moves nobody who reads further down. */
  let footHeight = 0;
  const sizes = new ResizeObserver(() => {
    const grown = foot.offsetHeight - footHeight;
    footHeight += grown;
    if (visible && grown !== 0 && !atTop()) scroller.scrollTop += grown;
    schedule(drawable);
  });
  sizes.observe(scroller);
  sizes.observe(foot);
  disposal.add(() => sizes.disconnect());
  document.addEventListener("visibilitychange", seeing);
  disposal.add(() => document.removeEventListener("visibilitychange", seeing));
  fields.offer(false);
  onChange();

  return {
    element,
    foot,
    jump: (pos) => void jumpTo(pos),
    newest: showNew,
    fields: fields.open,
    // The newest is on top: the rows are seen in the other order.
    place: () => ({ at: atTop() ? null : (rowInView(scroller, room.rows.toReversed(), (row) => views.get(row)?.element)?.pos ?? null) }),
    resume({ at }) {
      if (at !== null) void jumpTo(at, false);
    },
    show() {
      visible = true;
      fields.offer(true);
      view.actions.hidden = !options.actions;
      scroller.scrollTop = top;
      seeing();
      schedule(drawable);
    },
    hide() {
      visible = false;
      fields.offer(false);
      for (const tool of [view.actions, view.markRead]) tool.hidden = true;
      fields.close();
      seenSince.clear();
      seeing();
    },
    dispose() {
      disposal.end();
      if (timer !== null) clearTimeout(timer);
      room.dispose();
      fields.dispose();
      forget(drawable);
      view.actions.remove();
      view.markRead.remove();
      element.remove();
    },
  };
}

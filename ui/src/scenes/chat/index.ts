// The chat scene: bubbles by sender, the newest at the end.

import { withKeys } from "../../chrome/commands/keymap";
import { forget, onBeat, schedule, type Drawable } from "../../frame";
import { t, tn } from "../../i18n";
import type { Bubble, ChatRule } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import type { Outbox, Pending } from "../../model/outbox";
import { RoomWindow } from "../../model/room-window";
import { anchorOf, movedBy } from "../anchor";
import { Disposal, setAttribute, setHidden, setText } from "../dom";
import { chatFields, createFields, type Reading } from "../fields";
import { contentOf, emptyWords, keepOnly, mark, place, rowAt, rowInView } from "../room";
import type { Scene } from "../scene";
import { Follow } from "../typewriter/follow";
import { Announcer } from "./announce";
import { dayOf, dayWords, saidUs, standing, typingWords } from "./groups";
import { Echoes } from "./pending";
import { PendingRow } from "./pending-row";
import { createRow, senderOf, type RowHost, type RowView } from "./row";
import { createView } from "./view";

/** Whoever types is asked after this often: it ends without an event. */
const TYPING_MS = 1_000;

const NO_OUTBOX: Outbox = { items: () => [], retry: () => undefined, drop: () => undefined, echoed: () => undefined };

export interface ChatScene extends Scene {
  /** Brings into view what an entry of the log became. */
  jump(pos: number): void;
}

export interface ChatOptions {
  /** Where the scene puts its tools, right of the tabs. */
  readonly tools: HTMLElement;
  /** Messages of one's own that are on their way. */
  readonly outbox?: Outbox;
  /** Lets the secrets of a message go to an origin; answers whether they may now. */
  allow?(origin: string): Promise<boolean>;
  /** How the stream's events are read, and how to change it. */
  readonly reading: Reading;
  /** Asks whether an address is to be opened outside. */
  open(href: string): void;
}

export function createChat(live: Live, options: ChatOptions): ChatScene {
  const view = createView();
  const { element, scroller, rows: list, foot, jump } = view;
  const outbox = options.outbox ?? NO_OUTBOX;
  const disposal = new Disposal();
  const echoes = new Echoes();
  const announcer = new Announcer(view.spoken);
  const views = new Map<Bubble, RowView>();
  const pendingRows = new Map<string, PendingRow>();
  const pendingHost = options.allow ? { outbox, allow: options.allow } : { outbox };
  let visible = false;
  let session: number | null = null;
  let content = "";
  let readings = live.readings();
  let rule: ChatRule | null = null;
  let typing: readonly string[] = [];
  let typingAsked = 0;
  let today = 0;
  let items: readonly Pending[] = [];
  /** The outbox as it was looked at last. */
  let boxed: readonly Pending[] = [];
  /** Rows there were when the reader let go of the end; null before it is known how many there are. */
  let seen: number | null = null;
  /** What is to be brought into view as soon as it is here. */
  let target: { readonly pos: number; readonly row: number; readonly marked: boolean } | null = null;
  /** What stood there is of another session, or read in another way. */
  let anew = true;

  const room = new RoomWindow<Bubble>({
    async ask(from, len) {
      const page = await live.chat(from, len);
      if (!page) return null;
      typing = page.typing;
      rule = page.rule;
      const { bubbles, rows, gone, done } = page;
      return { rows: bubbles, from: page.from, gone, total: rows, rule: JSON.stringify(page.rule), done };
    },
    changed(all) {
      anew ||= all;
      schedule(drawable);
    },
  });
  const follow = new Follow(scroller, list, {
    changed: () => schedule(drawable),
    endIsNewest: () => room.end >= room.total,
  });
  const fields = createFields(chatFields, {
    live,
    reading: options.reading,
    found: () => rule,
    sample: () => room.rows.findLast((row) => row.kind === "message")?.pos ?? null,
  });
  options.tools.append(fields.button, view.follow);

  const host: RowHost = {
    open: options.open,
    entry: (pos, from) => live.entry(pos, from),
    textPath: () => rule?.text ?? "",
    grew: () => schedule(drawable),
  };

  const drawable: Drawable = {
    draw(_now, unseen) {
      if (!visible) return false;
      const anchor = follow.following || anew ? null : anchorOf(scroller, [...list.children] as HTMLElement[]);
      anew = false;
      drawRows();
      drawPending();
      drawAround();
      if (anchor) follow.shift(movedBy(anchor));
      reveal();
      if (unseen) return true;
      follow.settle();
      room.follow(follow.following);
      pullMore();
      if (follow.following) announcer.tell(room.rows, room.from, room.total, live.now(), senderOf);
      else announcer.skip(room.total);
      return false;
    },
  };

  function drawRows(): void {
    const now = live.now();
    today = dayOf(now);
    keepOnly(views, room.rows);
    let before: Bubble | null = null;
    const wanted: HTMLElement[] = [];
    for (const row of room.rows) {
      let made = views.get(row);
      if (!made) views.set(row, (made = createRow(row, host)));
      const stands = standing(before, row);
      made.stand(stands, stands.day ? dayWords(saidUs(row), now) : null);
      wanted.push(made.element);
      before = row;
    }
    place(list, scroller, () => wanted);
  }

  function drawPending(): void {
    const all = outbox.items();
    boxed = all;
    const echoed = new Set(echoes.match(all, room.rows, room.from, room.total));
    const left = all.filter((item) => !echoed.has(item));
    const grown = left.length > items.length || left.at(-1)?.id !== items.at(-1)?.id;
    // They stand after the newest, which a reader further up has not reached.
    const shown = room.end >= room.total ? left : [];
    keepOnly(pendingRows, shown.map(({ id }) => id));
    place(view.pending, scroller, () => shown.map(pendingElement));
    if (grown && left.length > 0 && left.at(-1)?.state === "sending") follow.take();
    items = shown;
    for (const { id, text } of echoed) outbox.echoed(id, text);
  }

  function pendingElement(item: Pending): HTMLElement {
    const there = pendingRows.get(item.id);
    there?.set(item);
    const row = there ?? new PendingRow(item, pendingHost);
    pendingRows.set(item.id, row);
    return row.element;
  }

  function drawAround(): void {
    const status = live.status();
    const lost = room.known && room.gone > 0 && room.from <= room.gone;
    setHidden(view.start, !lost);
    if (lost) setText(view.start, tn("chat.start.gone", room.gone));
    const empty = room.known && room.done && room.total === 0 && items.length === 0;
    setHidden(view.empty, !empty);
    if (empty) setText(view.empty, emptyWords(status, { yet: "chat.empty", before: "chat.empty.before", none: "chat.empty.none" }));
    const words = status?.state === "open" || status?.replay ? typingWords(typing) : "";
    setHidden(view.typing, words === "" || room.end < room.total);
    setText(view.typing, words);
    setText(view.follow, t(follow.following ? "follow.on" : "follow.off"));
    setAttribute(view.follow, "aria-pressed", String(follow.following));
    if (room.known && (follow.following || seen === null)) seen = room.total;
    const fresh = Math.max(0, room.total - (seen ?? room.total));
    setHidden(jump, follow.following || (room.end >= room.total && follow.below < 4));
    jump.title = withKeys(t("jump.newest"), "newest");
    setText(jump, fresh > 0 ? `${t("jump.newest")} · ${tn("chat.new", fresh)}` : t("jump.newest"));
  }

  function reveal(): void {
    if (target === null || target.row < room.from || target.row >= room.end) return;
    const { pos, marked } = target;
    const row = rowAt(room.rows, pos);
    const at = row && views.get(row)?.element;
    target = null;
    if (!at) return;
    follow.reveal(at);
    if (marked) mark(at);
  }

  /** Rows beyond what can be seen are pulled before the reader comes to them. */
  function pullMore(): void {
    const { scrollTop, clientHeight, scrollHeight } = scroller;
    if (clientHeight === 0) return;
    const short = scrollHeight <= clientHeight;
    if (short || (!follow.following && scrollTop < 1.5 * clientHeight)) room.older();
    if (!follow.following && follow.below < 1.5 * clientHeight) room.newer();
  }

  async function jumpTo(pos: number, marked = true): Promise<void> {
    const forSession = session;
    const row = await room.rowOf(pos);
    if (row === null || forSession !== session) return;
    follow.letGo();
    target = { pos, row, marked };
    if (row < room.from || row >= room.end) room.around(row);
    schedule(drawable);
  }

  function onChange(): void {
    const status = live.status();
    const next = status?.session ?? null;
    const count = live.readings();
    const another = next !== session;
    if (another || count !== readings) {
      if (another) {
        echoes.clear();
        announcer.clear();
        fields.close();
        seen = null;
      }
      target = null;
      follow.take();
      session = next;
      readings = count;
      typing = [];
      if (session !== null && another) room.begin();
      else if (session !== null) room.again();
    }
    const now = contentOf(status);
    if (now === content) return;
    content = now;
    room.note();
  }

  function onTheBeat(): void {
    if (!visible) return;
    const box = outbox.items();
    if ((box !== boxed && box.length + boxed.length > 0) || dayOf(live.now()) !== today) schedule(drawable);
    const now = performance.now();
    if (typing.length > 0 && now - typingAsked >= TYPING_MS) {
      typingAsked = now;
      room.note();
    }
  }

  const look = (): void => room.see(visible && !document.hidden);

  disposal.add(live.onChange(onChange));
  disposal.add(onBeat(onTheBeat));
  disposal.listen(jump, "click", () => {
    follow.take();
    scroller.focus({ preventScroll: true });
  });
  disposal.listen(view.follow, "click", () => (follow.following ? follow.letGo() : follow.take()));
  disposal.listen(scroller, "keydown", (event) => {
    if (event.key !== "End" || event.target !== scroller) return;
    event.preventDefault();
    follow.take();
  });
  const sizes = new ResizeObserver(() => schedule(drawable));
  sizes.observe(scroller);
  sizes.observe(foot);
  disposal.add(() => sizes.disconnect());
  document.addEventListener("visibilitychange", look);
  disposal.add(() => document.removeEventListener("visibilitychange", look));
  fields.offer(false);
  view.follow.hidden = true;
  onChange();

  return {
    element,
    foot,
    jump: (pos) => void jumpTo(pos),
    newest: () => follow.take(),
    fields: fields.open,
    place: () => ({ at: follow.following ? null : (rowInView(scroller, room.rows, (row) => views.get(row)?.element)?.pos ?? null), seen: seen ?? room.total }),
    resume(place) {
      if (place.at === null) return;
      seen = place.seen ?? null;
      void jumpTo(place.at, false);
    },
    show() {
      visible = true;
      fields.offer(true);
      view.follow.hidden = false;
      follow.restore();
      look();
      schedule(drawable);
    },
    hide() {
      visible = false;
      fields.offer(false);
      view.follow.hidden = true;
      fields.close();
      look();
    },
    dispose() {
      disposal.end();
      follow.dispose();
      room.dispose();
      fields.dispose();
      forget(drawable);
      view.follow.remove();
      element.remove();
    },
  };
}

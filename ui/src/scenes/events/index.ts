// The events scene: the filter, the table of entries, and beside it the inspector of the one that is selected.

import { withKeys } from "../../chrome/commands/keymap";
import { forget, schedule, type Drawable } from "../../frame";
import { t } from "../../i18n";
import type { Action, Bookmark, SeriesKey } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import { rowsThere } from "../../model/rows";
import { copyText } from "../copy";
import type { Scene } from "../scene";
import { Disposal, el, setAttribute, setHidden, setText } from "../dom";
import { COLUMNS, keepLook, readLook, toggled, type Look } from "./columns";
import type { FilterMemory, Range } from "./filter";
import { FilterBar, noneWords, searches } from "./filter-bar";
import { GoTo } from "./go-to";
import { Inspector } from "./inspector";
import { Menu, type MenuItem } from "./menu";
import { rowText } from "./row-text";
import { Table } from "./table";

export interface EventsScene extends Scene {
  /** Selects an entry and brings it into view. */
  jump(pos: number): void;
  /** Shows what arrived from one time on and before another, or all times with null. */
  range(fromUs: number | null, toUs: number | null): void;
}

export interface EventsOptions {
  /** Where the scene puts its tools, right of the tabs; without it they stand over the table. */
  readonly tools?: HTMLElement;
  /** Exports what the table shows. Without it there is no such tool. */
  readonly onExport?: () => void;
  /** The range of time of the filter was taken away here, or another session's is on. */
  readonly onRange?: (range: Range | null) => void;
  /** What was asked for in each session, kept for a scene that is made in the place of this one. */
  readonly memory?: FilterMemory;
  /** What the stream does when an event matches. */
  readonly actions?: () => readonly Action[];
  /** Draws a number in events as a line. Without it there is no such button. */
  readonly onChart?: (key: SeriesKey) => void;
  /** Makes an action of this. Without it there is no such button. */
  readonly onAction?: (draft: Partial<Action>) => void;
}

export function createEvents(live: Live, options: EventsOptions = {}): EventsScene {
  const element = el("section", "ev");
  const left = el("div", "ev-left");
  const foot = el("div", "ev-foot");
  const empty = el("div", "ev-empty");
  const emptyWords = el("p");
  const emptyClear = el("button", "button small", { type: "button" });
  const jump = el("button", "jump", { type: "button" });
  const tools = el("div", "ev-tools");
  const follow = tool("");
  const goTool = tool(t("goto.tool"));
  const columnsTool = tool(t("columns.tool"));
  const exportTool = tool(t("events.export"));
  const ears = el("span", "hidden", { role: "status" });
  setText(jump, t("jump.newest"));
  jump.title = withKeys(t("jump.newest"), "newest");
  setText(emptyClear, t("filter.clear"));
  goTool.title = withKeys(t("goto.title"), "go-to");
  jump.hidden = true;
  empty.append(emptyWords, emptyClear);
  exportTool.hidden = options.onExport === undefined;

  let look: Look = readLook(shelf());
  let marks: readonly Bookmark[] = [];
  let visible = false;
  const tellRange = (range: Range | null): void => options.onRange?.(range);
  const actions = options.actions ?? (() => NO_ACTIONS);
  const toTable = (): void => table.element.focus({ preventScroll: true });

  const drawable: Drawable = {
    draw(now, unseen) {
      if (!visible || unseen) return visible;
      takeMarks();
      bar.draw();
      const again = table.draw(now);
      inspector.setQuery(bar.filtering.query);
      setHidden(jump, !table.scrolls);
      drawEmpty();
      setText(follow, t(table.following ? "follow.on" : "follow.off"));
      setAttribute(follow, "aria-pressed", String(table.following));
      return again;
    },
  };

  const bar = new FilterBar(live, { dirty: () => schedule(drawable), range: tellRange, leave: toTable, actions, ...(options.memory ? { memory: options.memory } : {}) });
  const inspector = new Inspector(live, {
    close() {
      table.select(null, false);
      toTable();
    },
    bookmark: (pos, note) => void setBookmark(pos, note),
    ask: (query) => bar.ask(query),
    ...(options.onChart ? { chart: options.onChart } : {}),
    ...(options.onAction ? { act: options.onAction } : {}),
    hits: (pos) => {
      const row = table.selectedRow;
      return row?.pos === pos ? (row.hits ?? []) : [];
    },
  });
  const table = new Table(live, look, {
    dirty: () => schedule(drawable),
    selected(pos) {
      if (pos === null) inspector.hide();
      else inspector.show(pos);
    },
    entered: () => inspector.element.focus(),
    bookmark: (pos) => void setBookmark(pos, isMarked(pos) ? null : ""),
    copy: (pos) => void copyText(rowText(live, pos)).then((done) => setText(ears, t(done ? "inspector.copied" : "inspector.not-copied"))),
    toBookmark: (step) => void toBookmark(step),
    actions,
    bare: () => bar.filtering.bare,
    turnTimes: () => setLook({ ...look, relative: !look.relative }),
  });
  const goTo = new GoTo(live, { go: (pos, row) => table.selectAt(pos, row), leave: toTable });
  const columnsMenu = new Menu(columnsTool, t("columns.tool"), columnItems);

  function drawEmpty(): void {
    const view = bar.filtering.bare ? null : live.view();
    const nothing = view ? rowsThere(view) === 0 && !searches(view) : (live.status()?.end_pos ?? 0) === 0;
    setHidden(empty, !nothing);
    setHidden(emptyClear, view === null);
    setText(emptyWords, view ? noneWords(view) : t("events.empty"));
  }

  function setLook(next: Look): void {
    look = next;
    keepLook(shelf(), look);
    table.setLook(look);
  }

  function columnItems(): MenuItem[] {
    const columns = COLUMNS.map(
      (name): MenuItem => ({
        words: t(name === "arrived" ? "events.col.arrived" : `events.col.${name}`),
        kind: "check",
        on: look.shown.includes(name),
        value: name,
        choose: () => setLook(toggled(look, name)),
      }),
    );
    const times = [false, true].map(
      (relative): MenuItem => ({
        words: t(relative ? "columns.since" : "columns.clock"),
        kind: "radio",
        on: look.relative === relative,
        parted: !relative,
        choose: () => setLook({ ...look, relative }),
      }),
    );
    return [...columns, ...times];
  }

  // Bookmarks

  function takeMarks(): void {
    const next = live.bookmarks();
    if (next === marks) return;
    marks = next;
    table.setMarks(new Set(next.map(({ pos }) => pos)));
    inspector.setMarked((pos) => next.find((each) => each.pos === pos)?.note ?? null);
  }

  function isMarked(pos: number): boolean {
    return live.bookmarks().some((each) => each.pos === pos);
  }

  async function setBookmark(pos: number, note: string | null): Promise<void> {
    await live.bookmark(pos, note);
    setText(ears, t(isMarked(pos) ? "bookmark.set" : "bookmark.gone"));
    schedule(drawable);
  }

  /** Goes to the next bookmark that is shown, up or down. */
  async function toBookmark(step: 1 | -1): Promise<void> {
    const all = live.bookmarks().map(({ pos }) => pos);
    const here = table.selected ?? (step > 0 ? -1 : Infinity);
    const ahead = step > 0 ? all.filter((pos) => pos > here) : all.filter((pos) => pos < here).reverse();
    for (const pos of ahead.slice(0, MOST_HIDDEN)) {
      if (live.view() === null) {
        table.select(pos, true);
        return;
      }
      const located = await live.locate({ by: "pos", pos });
      const there = located && (await live.entries(located.row, 1));
      if (there?.rows[0]?.pos !== pos || !located) continue;
      table.selectAt(pos, located.row);
      return;
    }
    setText(ears, t("bookmark.none"));
  }

  const disposal = new Disposal();
  disposal.add(
    live.onChange(() => {
      if (visible) bar.note();
      schedule(drawable);
    }),
  );
  disposal.listen(jump, "click", () => table.follow(true));
  disposal.listen(follow, "click", () => table.follow(!table.following));
  disposal.listen(goTool, "click", () => goTo.open());
  disposal.listen(exportTool, "click", () => options.onExport?.());
  disposal.listen(emptyClear, "click", () => {
    bar.clear();
    toTable();
  });
  disposal.listen(inspector.element, "keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    table.select(null, false);
    toTable();
  });
  const onVisibility = (): void => {
    bar.see(visible && !document.hidden);
    schedule(drawable);
  };
  document.addEventListener("visibilitychange", onVisibility);
  disposal.add(() => document.removeEventListener("visibilitychange", onVisibility));

  const stage = el("div", "ev-stage");
  stage.append(table.element, empty, jump, goTo.element);
  left.append(bar.element, stage, foot);
  tools.append(follow, goTool, columnsTool, exportTool);
  if (options.tools) options.tools.append(tools);
  else left.prepend(tools);
  element.append(left, inspector.element, ears);

  return {
    element,
    foot,
    jump: (pos) => table.select(pos, true),
    newest: () => table.follow(true),
    find: () => bar.focus(),
    goTo: () => goTo.open(),
    selected: () => table.selected,
    place: () => table.place,
    resume: (place) => table.resume(place),
    range(fromUs, toUs) {
      bar.filtering.range(fromUs === null || toUs === null ? null : { fromUs, toUs });
    },
    show() {
      visible = true;
      tools.hidden = false;
      bar.note();
      bar.see(!document.hidden);
      schedule(drawable);
    },
    hide() {
      visible = false;
      tools.hidden = true;
      bar.see(false);
      columnsMenu.close();
      goTo.close();
    },
    dispose() {
      disposal.end();
      table.dispose();
      bar.dispose();
      goTo.dispose();
      inspector.dispose();
      columnsMenu.close();
      tools.remove();
      forget(drawable);
      element.remove();
    },
  };
}

const NO_ACTIONS: readonly Action[] = [];
/** Bookmarks that are passed over because the filter does not show them; each costs a question. */
const MOST_HIDDEN = 200;

function tool(words: string): HTMLButtonElement {
  const button = el("button", "quiet", { type: "button" });
  setText(button, words);
  return button;
}

/** Where the look is kept; some web views have none for some pages. */
function shelf(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

// The bar over the table: the field, the chips with their counts, and under them, while a filter is on, what it has
// found, or what is wrong with it.

import { failureWords } from "../../chrome/failure";
import { isCommand, isComposing } from "../../chrome/keys";
import { currentLanguage, fmt, t, tn } from "../../i18n";
import type { Action, Failure, ViewState } from "../../ipc/bindings";
import { hiddenCount } from "../../model/actions";
import type { Live } from "../../model/api";
import { rowsThere } from "../../model/rows";
import { Disposal, el, setAttribute, setHidden, setText } from "../dom";
import { fitting, ordered, type Counted } from "./chips";
import { FacetFeed } from "./facets";
import { Filtering, type FilterMemory, type Range } from "./filter";
import { Menu, type MenuItem } from "./menu";
import { between } from "./time";

/** What the field keeps for itself beside the chips. */
const FIELD_PX = 236;
const GAP_PX = 8;
/** Characters of a value on its chip. */
const VALUE_CHARS = 28;

export interface FilterBarEvents {
  /** It wants to be drawn. */
  dirty(): void;
  /** The range of time is another one, or none. */
  range(range: Range | null): void;
  /** The table is to have the focus. */
  leave(): void;
  /** The actions of the stream. */
  actions?(): readonly Action[];
  readonly memory?: FilterMemory;
}

export class FilterBar {
  readonly element = el("div", "ev-filter");
  readonly filtering: Filtering;
  readonly #live: Live;
  readonly #events: FilterBarEvents;
  readonly #feed: FacetFeed;
  readonly #disposal = new Disposal();
  readonly #bar = el("div", "ev-bar");
  readonly #box = el("div", "ev-field");
  readonly #field = el("input", "ev-input", { type: "text", "data-testid": "filter", spellcheck: "false", autocomplete: "off" });
  readonly #empty = el("button", "ev-field-empty", { type: "button" });
  readonly #only = el("button", "ev-only", { type: "button", "data-testid": "only-bookmarked" });
  readonly #chips = el("div", "ev-chips", { role: "group" });
  readonly #all = chipButton();
  readonly #more = chipButton();
  readonly #probe = el("span", "ev-chip ev-probe", { "aria-hidden": "true" });
  readonly #hidden = chipButton();
  readonly #menu: Menu;
  readonly #bad = el("p", "ev-bad", { role: "alert", id: "ev-bad" });
  readonly #said = el("div", "ev-said");
  readonly #span = el("button", "ev-span", { type: "button", "data-testid": "filter-range" });
  readonly #found = el("span", "ev-found", { "data-testid": "found" });
  readonly #cancel = el("button", "quiet link", { type: "button" });
  readonly #line = el("div", "ev-progress", { "aria-hidden": "true" });
  readonly #ears = el("span", "hidden", { role: "status" });
  readonly #widths = new Map<string, number>();
  #buttons = new Map<string, HTMLButtonElement>();
  #order: string[] = [];
  #values: Counted[] = [];
  #rest: Counted[] = [];
  #session: number | null = null;
  #room = -1;
  /** What the chips were drawn of. */
  #drawnOf: readonly unknown[] = [];

  constructor(live: Live, events: FilterBarEvents) {
    this.#live = live;
    this.#events = events;
    this.filtering = new Filtering({ set: (filter, session) => live.filter(filter, session), changed: () => events.dirty() }, events.memory);
    this.#feed = new FacetFeed({ ask: (path) => live.facets(path), changed: () => events.dirty() });

    this.#field.placeholder = t("filter.placeholder");
    this.#field.setAttribute("aria-label", t("filter.label"));
    this.#chips.setAttribute("aria-label", t("filter.chips"));
    for (const [button, words] of [
      [this.#empty, t("filter.empty")],
      [this.#only, t("filter.bookmarked")],
    ] as const) {
      button.setAttribute("aria-label", words);
      button.title = words;
    }
    this.#all.dataset["testid"] = "chip-all";
    this.#more.classList.add("ev-more");
    this.#menu = new Menu(this.#more, t("filter.more.label"), () => this.#items());
    this.#box.append(this.#field, this.#empty, this.#only);
    this.#hidden.dataset["testid"] = "hidden-chip";
    this.#hidden.classList.add("ev-hidden");
    this.#bar.append(this.#box, this.#chips, this.#hidden, this.#probe);
    this.#said.append(this.#span, this.#found, this.#cancel);
    this.element.append(this.#bar, this.#bad, this.#said, this.#line, this.#ears);

    const { filtering } = this;
    const on = this.#disposal;
    on.listen(this.#field, "input", (event) => {
      // What an input method is still composing is not a query yet.
      if (!(event instanceof InputEvent && event.isComposing)) filtering.type(this.#field.value);
    });
    on.listen(this.#field, "compositionend", () => filtering.type(this.#field.value));
    on.listen(this.#field, "keydown", (event) => this.#onKey(event));
    on.listen(this.#empty, "click", () => {
      filtering.ask("");
      this.#field.value = "";
      this.#field.focus();
    });
    on.listen(this.#only, "click", () => filtering.bookmarked(!filtering.parts.bookmarked));
    on.listen(this.#all, "click", () => filtering.all());
    on.listen(this.#hidden, "click", () => filtering.showHidden(filtering.unhidden));
    on.listen(this.#span, "click", () => {
      filtering.range(null);
      events.range(null);
      events.leave();
    });
    on.listen(this.#cancel, "click", () => {
      if (searches(live.view())) void live.cancelFilter();
      else {
        this.clear();
        events.leave();
      }
    });
    const sizes = new ResizeObserver(() => {
      this.#room = -1;
      events.dirty();
    });
    sizes.observe(this.#bar);
    on.add(() => sizes.disconnect());
  }

  focus(): void {
    this.#field.focus();
    this.#field.select();
  }

  /** Puts a query into the field and sets it. */
  ask(query: string): void {
    this.#field.value = query;
    this.filtering.ask(query);
  }

  /** Takes the filter away. */
  clear(): void {
    const ranged = this.filtering.parts.range !== null;
    this.filtering.clear();
    this.#field.value = "";
    if (ranged) this.#events.range(null);
  }

  see(visible: boolean): void {
    this.#feed.see(visible);
    if (!visible) this.#menu.close();
  }

  /** The session on show has changed, or is another one. */
  note(): void {
    const status = this.#live.status();
    const session = status?.session ?? null;
    const turned = session !== this.#session;
    if (turned) {
      this.#session = session;
      this.#order = [];
      this.#menu.close();
      this.filtering.turn(session, status?.stream ?? null);
      this.#field.value = this.filtering.parts.query;
      this.#events.range(this.filtering.parts.range);
    }
    // Counts change with the entries that can be read, and with nothing else that a tick may tell.
    this.#feed.note(session, status ? `${status.first_pos} ${status.end_pos} ${status.replay?.seeks ?? 0}` : "");
    this.filtering.hiding(this.#hiding());
    // What a filter goes by is no longer a suggestion.
    const { facet, values } = this.filtering.parts;
    if (turned && values.length > 0) this.#feed.by(facet);
  }

  /** What the actions hide, as far as it depends on them. */
  #hiding(): string {
    const actions = this.#events.actions?.() ?? [];
    // The first that matches is done: one before may keep an event from being hidden.
    return actions.some(({ hide, off }) => hide && !off) ? JSON.stringify(actions.map(({ event_type, query, hide, off }) => [event_type, query, hide, off])) : "";
  }

  #drawHidden(): void {
    const hides = this.#hiding() !== "";
    const count = hiddenCount(this.#events.actions?.() ?? [], this.#live.status()?.actions ?? []);
    const there = hides && count > 0;
    if (this.#hidden.hidden === there) this.#room = -1;
    setHidden(this.#hidden, !there);
    if (!there) return;
    const words = `${tn("hidden.chip", count)} · ${t(this.filtering.unhidden ? "hidden.show" : "hidden.hide")}`;
    // One digit more takes room from the chips.
    if (words.length !== this.#hidden.textContent?.length) this.#room = -1;
    setText(this.#hidden, words);
    setAttribute(this.#hidden, "aria-pressed", String(!this.filtering.unhidden));
  }

  draw(): void {
    this.#drawHidden();
    const { parts, refused } = this.filtering;
    if (this.#field.value !== parts.query && document.activeElement !== this.#field) this.#field.value = parts.query;
    setHidden(this.#empty, parts.query === "");
    setAttribute(this.#only, "aria-pressed", String(parts.bookmarked));
    this.#box.classList.toggle("bad", refused !== null);
    setAttribute(this.#field, "aria-invalid", refused ? "true" : null);
    setAttribute(this.#field, "aria-describedby", refused ? this.#bad.id : null);
    setHidden(this.#bad, refused === null);
    setText(this.#bad, refused ? badWords(refused) : "");
    this.#drawChips();
    this.#drawSaid();
  }

  dispose(): void {
    this.#menu.close();
    this.#disposal.end();
    this.#feed.dispose();
    this.filtering.dispose();
  }

  #onKey(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (event.key === "Enter" && !isCommand(event)) void this.filtering.apply();
    else if (event.key === "Escape") {
      if (this.#field.value === "") this.#events.leave();
      else {
        this.#field.value = "";
        this.filtering.ask("");
      }
    } else if (event.key === "ArrowDown") this.#events.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Chips

  get #on(): readonly string[] {
    const { facet, values } = this.filtering.parts;
    return facet === this.#feed.path ? values : [];
  }

  #drawChips(): void {
    const { facets, path, suggested } = this.#feed;
    if (this.#room < 0) this.#room = this.#bar.clientWidth - FIELD_PX - 3 * 12 - (this.#hidden.hidden ? 0 : this.#hidden.offsetWidth + GAP_PX);
    const drawnOf = [facets, path, suggested, this.filtering.parts, this.#room];
    if (drawnOf.every((each, at) => each === this.#drawnOf[at])) return;
    // What was measured with another font is measured again.
    this.#drawnOf = document.fonts?.status === "loading" ? [] : drawnOf;
    const on = this.#on;
    this.#values = ordered(this.#order, facets?.values ?? [], on);
    this.#order = this.#values.map(({ value }) => value);
    const events = facets?.events ?? this.#live.status()?.events ?? 0;
    label(this.#all, t("filter.all"), events);
    setAttribute(this.#all, "aria-pressed", String(on.length === 0));

    // One value for all events tells nothing apart.
    const choices = this.#values.length > 1 || on.length > 0 ? this.#values : [];
    const paths = suggested.length > 0 || path !== null;
    const places = fitting(
      choices.map((each) => this.#width(nameOf(each.value), each.count)),
      choices.map(({ value }) => on.includes(value)),
      {
        room: this.#room - this.#width(t("filter.all"), events) - GAP_PX,
        gap: GAP_PX,
        more: this.#width(tn("filter.more", choices.length), null) + 14,
        always: paths,
      },
    );
    const shown = places.map((at) => choices[at]).filter((each) => each !== undefined);
    this.#rest = choices.filter((each) => !shown.includes(each));
    const buttons = new Map<string, HTMLButtonElement>();
    for (const { value, count } of shown) {
      const button = this.#buttons.get(value) ?? this.#newChip(value);
      buttons.set(value, button);
      label(button, nameOf(value), count);
      setAttribute(button, "aria-pressed", String(on.includes(value)));
    }
    this.#buttons = buttons;
    const moreOn = this.#rest.some(({ value }) => on.includes(value));
    setHidden(this.#more, this.#rest.length === 0 && !paths);
    label(this.#more, this.#rest.length > 0 ? tn("filter.more", this.#rest.length) : this.#byWords(path), null);
    this.#more.classList.toggle("on", moreOn);
    this.#more.title = this.#byWords(path);
    place(this.#chips, [this.#all, ...buttons.values(), this.#more]);
  }

  #newChip(value: string): HTMLButtonElement {
    const button = chipButton();
    button.dataset["testid"] = "chip";
    button.dataset["value"] = value;
    button.title = value;
    button.addEventListener("click", () => this.#toggle(value));
    return button;
  }

  #toggle(value: string): void {
    const { path } = this.#feed;
    // What a filter goes by is no longer a suggestion.
    this.#feed.by(path);
    this.filtering.toggle(path, value);
  }

  #items(): MenuItem[] {
    const on = this.#on;
    const { path, suggested } = this.#feed;
    const values = this.#rest.map(
      ({ value, count }): MenuItem => ({
        words: nameOf(value),
        ...(count === null ? {} : { note: fmt.int(count) }),
        kind: "check",
        on: on.includes(value),
        value,
        choose: () => {
          this.#toggle(value);
          this.#drawChips();
        },
      }),
    );
    const paths = [null, ...new Set([...suggested, ...(path === null ? [] : [path])])];
    const by =
      paths.length < 2
        ? []
        : paths.map(
            (each, at): MenuItem => ({
              words: this.#byWords(each),
              kind: "radio",
              on: each === path,
              parted: at === 0 && values.length > 0,
              choose: () => {
                this.#order = [];
                this.#feed.by(each);
                this.filtering.by(each);
                this.#menu.close();
              },
            }),
          );
    return [...values, ...by];
  }

  #byWords(path: string | null): string {
    return path === null ? t("filter.by.type") : t("filter.by.path", { path });
  }

  /** How wide a chip is. Figures are all as wide as each other: it is measured once for each length. */
  #width(name: string, count: number | null): number {
    const figures = count === null ? "" : fmt.int(count).replace(/\d/g, "0");
    const key = `${name} ${figures}`;
    let width = this.#widths.get(key);
    if (width === undefined) {
      label(this.#probe, name, count);
      width = Math.ceil(this.#probe.getBoundingClientRect().width);
      // Fonts that are still loading, or a bar that is not shown, measure nothing worth keeping.
      if (width > 0 && document.fonts?.status !== "loading") this.#widths.set(key, width);
      if (this.#widths.size > 500) this.#widths.clear();
    }
    return width;
  }

  // The search

  #drawSaid(): void {
    // What is left out because of an action is no filter of the reader's.
    const view = this.filtering.bare ? null : this.#live.view();
    const { range } = this.filtering.parts;
    setHidden(this.#said, view === null);
    setHidden(this.#span, range === null);
    if (range) {
      const words = t("filter.range", between(range.fromUs, range.toUs));
      setText(this.#span, words);
      this.#span.setAttribute("aria-label", t("filter.range.remove", { range: words }));
    }
    const searching = searches(this.#live.view());
    setHidden(this.#line, !searching);
    const on = this.#live.view();
    const part = !on || on.end === 0 ? 1 : on.scanned / on.end;
    if (searching) this.#line.style.transform = `scaleX(${part.toFixed(4)})`;
    if (!view) {
      setText(this.#ears, "");
      return;
    }
    setText(this.#found, searchWords(view, this.#live.status()?.events ?? 0));
    setText(this.#cancel, t(searching ? "search.cancel" : "filter.clear"));
    // Ears hear the beginning and the end, and no count in between.
    const still = searching ? t("search.begun") : rowsThere(view) === 0 ? noneWords(view) : null;
    if (still !== null) setText(this.#ears, still);
    else if (this.#ears.dataset["view"] !== `${view.view}`) {
      this.#ears.dataset["view"] = `${view.view}`;
      setText(this.#ears, searchWords(view, this.#live.status()?.events ?? 0));
    }
  }
}

export function searches(view: ViewState | null): boolean {
  return view !== null && !view.done && !view.cancelled;
}

export function noneWords(view: ViewState): string {
  return t(view.cancelled ? "search.none.cancelled" : "search.none");
}

export function searchWords(view: ViewState, events: number): string {
  const found = fmt.int(rowsThere(view));
  if (view.done) return tn("search.done", events, { found });
  // Of what is not done, 100 % would say that it is.
  const percent = view.end === 0 ? 0 : Math.min(99, Math.floor((view.scanned / view.end) * 100));
  return t(view.cancelled ? "search.cancelled" : "search.progress", { percent, found });
}

/** What is wrong with a query or a path, or why it was not taken: never in the engine's own words. */
export function badWords(failure: Failure): string {
  const { code, args } = failure;
  if (code === "stopped") return t("window.gone");
  if (code !== "filter") {
    const { title, advice } = failureWords(failure, null);
    return advice === "" ? title : t("sentences", { a: title, b: advice });
  }
  const what = args["what"];
  if (what !== "regex" && what !== "path" && what !== "value") return t("filter.bad.other", { detail: t("filter.bad.plain") });
  // What the library said of it is English.
  const detail = currentLanguage() === "en" ? (args["detail"] ?? "") : "";
  if (detail !== "") return t(`filter.bad.${what}`, { detail });
  const at = Number(args["at"] ?? Number.NaN);
  return Number.isInteger(at) ? t(`filter.bad.${what}.at`, { at: fmt.int(at + 1) }) : t(`filter.bad.${what}.plain`);
}

function chipButton(): HTMLButtonElement {
  return el("button", "ev-chip", { type: "button" });
}

function label(chip: HTMLElement, name: string, count: number | null): void {
  setText(chip, count === null ? name : `${name} ${fmt.int(count)}`);
}

function nameOf(value: string): string {
  if (value === "") return t("filter.value.empty");
  return value.length > VALUE_CHARS ? `${value.slice(0, VALUE_CHARS - 1)}…` : value;
}

/** Puts the children in this order, and touches none that is there already: a button that is moved loses the focus. */
function place(parent: HTMLElement, children: readonly HTMLElement[]): void {
  for (const child of [...parent.children]) if (!children.includes(child as HTMLElement)) child.remove();
  for (const [at, child] of children.entries()) {
    const there = parent.children[at];
    if (there !== child) parent.insertBefore(child, there ?? null);
  }
}

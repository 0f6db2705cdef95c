// The typewriter: the session's text on a page of paper, typed by the pacing law.

import { forget, schedule, type Drawable } from "../../frame";
import { t, tn } from "../../i18n";
import type { Action, Pace, PageForm, Part, Run, State, TextRule } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import type { Scene } from "../scene";
import { listenLinks } from "../link";
import { Disposal, setAttribute, setHidden, setText } from "../dom";
import { PLAIN_TURN } from "./answers";
import { Caret } from "./caret";
import { Follow } from "./follow";
import { LagTeller } from "./lag";
import { Pacer } from "./pacer";
import { Page } from "./page";
import type { Washing } from "./paper";
import { Script } from "./script";
import { listenTints } from "./tint";
import { TypeTools, type TypeChoice } from "./tools";
import { createView } from "./view";
import { createWash } from "./wash";

/** What the page keeps at its end; what is older comes back when the reader scrolls up to it. */
const KEPT_CHARS = 200_000;
const KEPT_LINES = 4_000;
/** What it may hold while someone reads further up. Past that the page stands still for them. */
const READ_CHARS = 2 * KEPT_CHARS;
const READ_LINES = 2 * KEPT_LINES;
/** Older text pulled at once: about ten screens. */
const OLDER_CHARS = 32_768;
/** Entries pulled past the one that is jumped to, so that it can stand in the middle. */
const PAST_ENTRIES = 60;
/** A held back grapheme is shown after this time: longer would be seen as lag. */
const HOLD_MS = 150;
/** What is due within this is drawn in the next frame. */
const NEXT_FRAME_MS = 17;
/** A text that is too long to be set in every frame is looked at again after this time. */
const SET_AGAIN_MS = 50;
/** Text that is older than this when it comes is history, or the window could not keep up. */
const HISTORY_MS = 1_000;

/** What plain text is where it is to be set as markdown. */
const PLAIN: Part = { turn: PLAIN_TURN, channel: "answer", block: "", label: "" };

export interface TypewriterScene extends Scene {
  /** Brings the text of an entry into view. */
  jump(pos: number): void;
  /** Sets answers in this way from now on, and what is there as well. */
  setForm(form: PageForm): void;
  /** The face or the pace is another now. */
  typeSet(): void;
  /** Makes a change of how the letters look; what is being read stays in its place. */
  around(change: () => void): void;
}

export interface TypewriterOptions {
  /** Asks whether an address is to be opened outside. */
  open?(address: string): void;
  /** Those of the stream on show. */
  actions?(): readonly Action[];
  /** How text is revealed. */
  pace?(): Pace;
  /** Whether a sheet is open above the page. */
  covered?(): boolean;
  /** The face and the pace, where they are chosen here as well. */
  readonly type?: TypeChoice;
  /** Where the scene puts its tools, right of the tabs. */
  readonly tools?: HTMLElement;
}

export function createTypewriter(live: Live, options: TypewriterOptions = {}): TypewriterScene {
  const { element, scroller, older, text, foot, jump, spoken } = createView();
  const tools = new TypeTools(options.type ?? null);
  const tool = tools.follow;
  options.tools?.append(tools.element);

  const script = new Script();
  const pacer = new Pacer();
  const paper = new Page(text);
  const wash = createWash();
  const follow = new Follow(scroller, text, {
    changed: () => schedule(drawable),
    endIsNewest: () => !still,
  });
  const caret = new Caret(paper.caret);
  const lag = new LagTeller(live.setTypingLag, () => schedule(drawable));
  const disposal = new Disposal();
  const links = listenLinks(text, (address) => options.open?.(address));
  const tints = listenTints(text, () => options.actions?.() ?? []);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  let visible = false;
  let timer: ReturnType<typeof setTimeout> | 0 = 0;
  /** Everything that waits is to be shown in the next frame. */
  let allAtOnce = false;
  /** The next text is what was there before the page looked. */
  let history = false;
  /** The page stands still for a reader further up: newer text is not taken until they jump. */
  let still = false;
  let skipped = 0;
  /** What the page shows is of before it began anew. It goes in the frame that has something for its place. */
  let stale = false;
  let state: State = "idle";
  /** Whether a replay plays, and whether it is at its end, as it was told last. */
  let stood = "";
  let olderState: "unknown" | "loading" | "none" = "unknown";
  /** Where the next pull of older text ends, if not at the page's beginning. */
  let olderFrom: number | null = null;
  let dropped = 0;
  /** The line has ended, and what came of it is to be set for good once it is typed. */
  let ending = false;
  /** Counts pages begun anew, so that an answer for an earlier one is known. */
  let page = 0;
  /** The text is to be told anew. What comes until then is of a page that is over. */
  let retelling = false;

  /** How events were read when the text was told. */
  let readings = live.readings();

  const clockMs = (): number => live.now() / 1000;
  const rule = (): TextRule => live.status()?.text_rule ?? "lines";

  const drawable: Drawable = {
    draw(now, unseen) {
      const at = clockMs();
      if (still && follow.following && !retelling) startAtNewest();
      const before = paper.chars;
      const washing = type(now, at, unseen);
      const unset = paper.draw(washing);
      if (ending && pacer.backlog === 0 && script.heldSince === null) {
        ending = false;
        paper.finish();
      }
      if (paper.chars !== before) caret.typed(now);
      trim();
      const washed = wash.draw(now);
      if (visible && !unseen) {
        follow.settle();
        pullOlder();
        setHidden(jump, follow.following || (!still && follow.below < 4));
        setText(tool, t(follow.following ? "follow.on" : "follow.off"));
        setAttribute(tool, "aria-pressed", String(follow.following));
      }
      lag.frame(now, unseen || !visible ? 0 : Math.max(pacer.lag(at), at - (script.heldSince ?? at)));
      showCaret();
      showOlder();
      speak();
      // What was written unseen is still to be brought into view.
      if (unseen && visible) return true;
      const held = script.heldSince === null ? Infinity : HOLD_MS - Math.abs(at - script.heldSince);
      return again(Math.min(pacer.wait(at), washed, held, unset ? SET_AGAIN_MS : Infinity));
    },
  };

  /** Answers whether the next frame is to be drawn; one that is later comes by a timer, for frames in between that change
   *  nothing cost as much as those that do. */
  function again(ms: number): boolean {
    clearTimeout(timer);
    timer = 0;
    if (ms <= NEXT_FRAME_MS) return true;
    if (ms < Infinity) timer = setTimeout(() => schedule(drawable), ms);
    return false;
  }

  /** Writes what is due, and answers how it is to be washed. */
  function type(now: number, at: number, unseen: boolean): Washing | null {
    pacer.pace = options.pace?.() ?? "natural";
    const all = allAtOnce || unseen || !visible || calm.matches || pacer.pace === "instant";
    const held = script.heldSince;
    if (held !== null && (all || Math.abs(at - held) >= HOLD_MS)) pacer.arrive(script.release(), held);
    const count = all ? pacer.backlog : pacer.frame(at);
    const steps = script.take(all ? Infinity : count);
    pacer.shown(count);
    const old = history;
    allAtOnce = false;
    if (stale && (steps.length > 0 || skipped === 0)) {
      stale = false;
      wash.clear();
      paper.clear();
    }
    if (steps.length === 0) return null;
    history = false;
    // WebKitGTK 2.50 paints the wash behind words of an open sheet as well, where they can be selected.
    const seen = !all && visible && count <= 400 && options.covered?.() !== true;
    const washing: Washing | null = seen ? (node, from, to) => wash.add(node, from, to, now) : null;
    paper.write(steps, !old, washing);
    return washing;
  }

  function take(runs: readonly Run[]): void {
    const at = clockMs();
    const byRule = rule();
    for (const run of runs) {
      const came = Math.min(run.at_us / 1000, at);
      if (at - came > HISTORY_MS) allAtOnce = true;
      pacer.arrive(script.push(run, byRule, came), came);
    }
  }

  function begin(): void {
    page += 1;
    script.clear();
    pacer.clear();
    stale = true;
    still = false;
    retelling = false;
    skipped = 0;
    olderState = "unknown";
    olderFrom = null;
    dropped = 0;
    follow.take();
  }

  disposal.add(
    live.onText({
      restart(pos, passed) {
        // Passing over what could not be shown in time is no reason to take the page from its reader.
        if (passed > 0 && !follow.following && !paper.empty && !stale && !retelling) {
          standStill();
          return;
        }
        // What was asked for is shown, not typed.
        allAtOnce ||= retelling;
        begin();
        history = passed === 0;
        skipped = passed;
        if (pos === 0) olderState = "none";
        schedule(drawable);
      },
      runs(runs) {
        if (still) return;
        take(runs);
        schedule(drawable);
      },
    }),
  );

  disposal.add(
    live.onChange(() => {
      const status = live.status();
      const next = status?.state ?? "idle";
      paper.tell(status?.figures ?? null);
      if (live.readings() !== readings) {
        readings = live.readings();
        // Other actions give other colours.
        if (status && follow.following && !retelling && !paper.empty) startAtNewest();
      }
      const stands = status?.replay ? `${status.replay.playing} ${atEnd()}` : "";
      if (stands !== stood) schedule(drawable);
      stood = stands;
      if (next !== state) {
        state = next;
        if (state === "failed" || (state === "closed" && status?.failure?.code === "stopped")) allAtOnce = true;
        else if (state === "closed" || state === "waiting") pacer.finish(clockMs());
        ending = state === "closed" || state === "waiting" || state === "failed";
        schedule(drawable);
      }
    }),
  );

  function standStill(): void {
    still = true;
    script.clear();
    pacer.clear();
    schedule(drawable);
  }

  function trim(): void {
    const reading = !follow.following;
    if (reading) {
      if (paper.chars > READ_CHARS || paper.lines > READ_LINES) standStill();
      return;
    }
    if (paper.chars <= KEPT_CHARS && paper.lines <= KEPT_LINES) return;
    if (!paper.trimStart(KEPT_CHARS, KEPT_LINES)) return;
    olderState = "unknown";
    olderFrom = null;
    skipped = 0;
  }

  // Older text

  function pullOlder(): void {
    const from = olderFrom ?? paper.firstPos;
    if (olderState !== "unknown" || from === null || stale) return;
    // Following means that nobody looks up there, unless the page does not fill the window.
    const near = follow.following
      ? scroller.scrollHeight <= scroller.clientHeight
      : scroller.scrollTop < 1.5 * scroller.clientHeight;
    // How half an answer is set depends on its other half.
    if (!near && !(paper.begunWithin && paper.chars < KEPT_CHARS / 2)) return;
    olderState = "loading";
    void fetchOlder(from);
  }

  async function fetchOlder(from: number): Promise<void> {
    const forPage = page;
    const answer = await live.text(from, OLDER_CHARS);
    if (forPage !== page) return;
    olderState = "unknown";
    if (from !== (olderFrom ?? paper.firstPos)) return;
    if (!answer) {
      olderState = "none";
      return;
    }
    const pulled = new Script();
    pulled.as = script.as;
    for (const run of answer.runs) pulled.push(run, rule(), 0);
    pulled.release();
    const height = scroller.scrollHeight;
    paper.prepend(pulled.take(Infinity));
    // It came above what is seen.
    if (!follow.following) follow.shift(scroller.scrollHeight - height);
    if (paper.chars > READ_CHARS) {
      standStill();
      paper.trimEnd(READ_CHARS);
    }
    skipped = 0;
    olderFrom = answer.pos;
    if (!answer.more) {
      olderState = "none";
      dropped = Math.min(answer.dropped, from);
    }
    schedule(drawable);
  }

  function showOlder(): void {
    const words =
      dropped > 0 ? tn("typewriter.dropped", dropped) : skipped > 0 ? tn("typewriter.skipped", skipped) : "";
    setHidden(older, words === "");
    setText(older, words);
  }

  // The newest

  function jumpToNewest(): void {
    if (still) startAtNewest();
    follow.take();
    schedule(drawable);
  }

  function startAtNewest(): void {
    retelling = true;
    void live.retell();
  }

  async function jumpTo(pos: number): Promise<void> {
    const there = !stale && pos >= (paper.firstPos ?? Infinity) && (pos < paper.endPos || !still);
    if (!there) {
      if (!(await pullAround(pos))) return;
      drawable.draw(performance.now(), false);
    }
    const part = paper.partAt(pos);
    if (part) follow.reveal(part);
    else follow.letGo();
    schedule(drawable);
  }

  /** Begins the page anew with the text around an entry, and lets it stand still there. */
  async function pullAround(pos: number): Promise<boolean> {
    begin();
    still = true;
    follow.letGo();
    const forPage = page;
    const end = live.status()?.end_pos ?? pos + 1;
    // Less past it where that is so long that the entry itself had no room.
    for (let past = PAST_ENTRIES; ; past >>= 2) {
      const before = Math.max(pos + 1, Math.min(end, pos + 1 + past));
      const answer = await live.text(before, OLDER_CHARS);
      if (forPage !== page) return false;
      if (!answer) {
        startAtNewest();
        return false;
      }
      if (answer.pos > pos && past > 0) continue;
      history = true;
      allAtOnce = true;
      olderFrom = answer.pos;
      if (!answer.more) {
        olderState = "none";
        dropped = Math.min(answer.dropped, answer.pos);
      }
      take(answer.runs);
      return true;
    }
  }

  // What is told

  /** Whether a replay has shown all of its tape. */
  function atEnd(): boolean {
    const replay = live.status()?.replay;
    return !!replay && replay.at_us >= replay.end_us;
  }

  function speak(): void {
    const replay = live.status()?.replay ?? null;
    const done = pacer.backlog === 0 && script.heldSince === null;
    const { warning } = paper;
    if (paper.empty) setText(spoken, "");
    // Nobody would take it for a card in a text that is complete.
    else if (warning !== null) setText(spoken, warning);
    else if (replay && !replay.playing && done) setText(spoken, t(atEnd() ? "typewriter.complete" : "status.replay.stands"));
    else if (state === "closed" && !replay && done) setText(spoken, t("typewriter.complete"));
    else if (replay) setText(spoken, t("typewriter.typing"));
    else if (state === "open" || !done) setText(spoken, t("typewriter.typing"));
  }

  function showCaret(): void {
    const typing = pacer.backlog > 0;
    const on = !still && (state === "open" || state === "connecting" || state === "waiting" || typing);
    const blinking = visible && state !== "waiting" && !calm.matches && !document.hidden;
    caret.show(on, state === "waiting" && !typing, blinking);
  }

  // Surroundings

  disposal.listen(jump, "click", jumpToNewest);
  disposal.listen(tool, "click", () => {
    if (follow.following) follow.letGo();
    else jumpToNewest();
  });
  const sizes = new ResizeObserver(() => schedule(drawable));
  sizes.observe(scroller);
  sizes.observe(foot);
  disposal.add(() => sizes.disconnect());
  const onVisibility = (): void => schedule(drawable);
  document.addEventListener("visibilitychange", onVisibility);
  disposal.add(() => document.removeEventListener("visibilitychange", onVisibility));

  // A scene that is made while a session is on show has missed what it had.
  let missed = live.status() !== null;

  return {
    element,
    foot,
    jump(pos) {
      missed = false;
      void jumpTo(pos);
    },
    place() {
      if (follow.following) return { at: null };
      const { top, height } = scroller.getBoundingClientRect();
      return { at: paper.posAt(top + height / 2) };
    },
    resume({ at }) {
      if (at === null) return;
      missed = false;
      void jumpTo(at);
    },
    newest: jumpToNewest,
    setForm(form) {
      if ((form === "markdown") !== (script.as !== null)) {
        // What waits was read in the way that is over.
        allAtOnce = true;
        drawable.draw(performance.now(), false);
      }
      const { top } = scroller.getBoundingClientRect();
      script.as = form === "markdown" ? PLAIN : null;
      const moved = paper.setForm(form === "plain" ? "plain" : "markdown", script.as, rule() === "joined", top);
      if (!follow.following) follow.shift(Math.round(moved));
      schedule(drawable);
    },
    typeSet: () => tools.tell(),
    around(change) {
      const { top } = scroller.getBoundingClientRect();
      const moved = paper.around(change, top);
      if (!follow.following) follow.shift(Math.round(moved));
      schedule(drawable);
    },
    show() {
      visible = true;
      tools.hidden = false;
      if (missed) startAtNewest();
      missed = false;
      follow.restore();
      schedule(drawable);
    },
    hide() {
      visible = false;
      tools.hidden = true;
      schedule(drawable);
    },
    dispose() {
      disposal.end();
      links.dispose();
      tints.dispose();
      follow.dispose();
      wash.clear();
      caret.stop();
      clearTimeout(timer);
      lag.stop();
      forget(drawable);
      tools.close();
      tools.element.remove();
      element.remove();
    },
  };
}

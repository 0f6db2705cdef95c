// How the stream on show is read by the scenes, and what it does when an event matches. Other words of its definition,
// and for a tape it lasts as long as the replay is open.

import { createSignal, type Accessor } from "solid-js";
import type { Action, ChartRule, Scenes, SeriesKey, SeriesRule, Stream } from "../ipc/bindings";
import type { Live } from "../model/api";
import type { Library } from "../model/library";
import { SERIES } from "../model/series";
import { blankScenes } from "../model/stream";

const NONE: readonly Action[] = [];
/** Streams whose unapplied actions are kept. */
const MOST_LEFT = 16;

/** What the sheet of actions is opened with: an action to begin with, or none. */
export interface ActionsOpening {
  readonly draft: Partial<Action> | null;
}

export interface Reading {
  scenes(): Scenes;
  actions(): readonly Action[];
  /** Changes the stream and its running session; what is not given stays as it is then. Rejects with a `Failure` where the
   *  session cannot read it; the stream then stays as it was. */
  setScenes(patch: Partial<Scenes>, actions?: readonly Action[]): Promise<void>;
  /** The same for the chart, whose window is the window's own affair; a refusal is said above the page,
   *  and the lines are again those that the session has. */
  setChart(rule: ChartRule): void;
  /** Adds a line to those of the chart; false where there is no room for it. */
  chartValue(key: SeriesKey): Promise<boolean>;
  /** Actions of a stream that were changed and not applied when their sheet was closed; null where there are none, or the
   *  stream has others by now. */
  unapplied(id: string): readonly Action[] | null;
  keepUnapplied(id: string, list: readonly Action[] | null): void;
  readonly actionsOpen: Accessor<ActionsOpening | null>;
  openActions(draft?: Partial<Action>): void;
  closeActions(): void;
}

interface Surroundings {
  readonly live: Live;
  readonly library: Library;
  say(reason: unknown): void;
}

export function createReading({ live, library, say }: Surroundings): Reading {
  const [actionsOpen, setActionsOpen] = createSignal<ActionsOpening | null>(null);
  // A definition of an older form may lack them.
  const scenes = (): Scenes => library.current()?.scenes ?? blankScenes();
  const actions = (): readonly Action[] => library.current()?.actions ?? NONE;

  const of = (id: string): Pick<Stream, "scenes" | "actions"> => {
    const stream = library.stream(id);
    return { scenes: stream?.scenes ?? blankScenes(), actions: stream?.actions ?? [] };
  };

  /** Changes go one after another: each tells the session the whole of it. */
  let turns: Promise<unknown> = Promise.resolve();
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = turns.then(work);
    turns = done.catch(() => undefined);
    return done;
  }

  function setScenes(patch: Partial<Scenes>, next?: readonly Action[]): Promise<void> {
    const id = library.selectedId();
    if (id === null) return Promise.resolve();
    return inTurn(async () => {
      const now = of(id);
      await live.setScenes(id, { ...now.scenes, ...patch }, next ?? now.actions);
      // What was changed meanwhile stays.
      const then = of(id);
      library.reread(id, { scenes: { ...then.scenes, ...patch }, actions: [...(next ?? then.actions)] });
    });
  }

  /** The lines that the session of a stream has, while it is asked to take others. */
  const taken = new Map<string, { series: readonly SeriesRule[]; asked: number }>();

  function setChart(rule: ChartRule): void {
    const id = library.selectedId();
    const before = scenes();
    // At once, so that what is pressed moves under the hand.
    library.edit({ scenes: { ...before, chart: rule } });
    if (id === null || sameLines(rule.series, before.chart.series)) return;
    const held = taken.get(id) ?? { series: before.chart.series, asked: 0 };
    taken.set(id, held);
    held.asked += 1;
    inTurn(async () => {
      const now = of(id);
      try {
        await live.setScenes(id, now.scenes, now.actions);
        held.series = now.scenes.chart.series;
      } catch (reason) {
        const then = of(id).scenes;
        // Lines that were chosen since have their own turn.
        if (sameLines(then.chart.series, now.scenes.chart.series)) {
          library.reread(id, { scenes: { ...then, chart: { ...then.chart, series: [...held.series] } } });
        }
        throw reason;
      } finally {
        held.asked -= 1;
        if (held.asked === 0) taken.delete(id);
      }
    }).catch(say);
  }

  const left = new Map<string, { of: string; list: readonly Action[] }>();

  return {
    unapplied(id) {
      const kept = left.get(id);
      return kept && kept.of === JSON.stringify(of(id).actions) ? kept.list : null;
    },
    keepUnapplied(id, list) {
      left.delete(id);
      if (list) left.set(id, { of: JSON.stringify(of(id).actions), list });
      const [oldest] = left.keys();
      if (left.size > MOST_LEFT && oldest !== undefined) left.delete(oldest);
    },
    scenes,
    actions,
    setScenes,
    setChart,
    async chartValue(key) {
      const id = library.selectedId();
      // Where nobody chose, those that were found stay beside it.
      const auto = scenes().chart.series.length === 0;
      const page = auto ? await live.series({ from_us: null, to_us: null, points: 2, keys: [] }) : null;
      if (library.selectedId() !== id) return true;
      const rule = scenes().chart;
      const shown = page?.series.map((each) => each.key) ?? [];
      const chosen = rule.series.length > 0 ? rule.series : shown.map((each) => ({ key: each, unit: "", above: null, below: null, hysteresis: 0 }));
      if (chosen.some((each) => each.key.type === key.type && each.key.path === key.path)) return true;
      // Nobody chose the last of those that were found.
      if (chosen.length >= SERIES && rule.series.length > 0) return false;
      const room = chosen.slice(0, SERIES - 1);
      setChart({ ...rule, series: [...room, { key, unit: "", above: null, below: null, hysteresis: 0 }] });
      return true;
    },
    actionsOpen,
    openActions: (draft) => setActionsOpen({ draft: draft ?? null }),
    closeActions: () => setActionsOpen(null),
  };
}

function sameLines(a: readonly SeriesRule[], b: readonly SeriesRule[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

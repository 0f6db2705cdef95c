// How the stream on show is read by the scenes, and what it does when an event matches. Other words of its definition,
// and for a tape it lasts as long as the replay is open.

import { createSignal, type Accessor } from "solid-js";
import type { Action, ChartRule, Scenes, SeriesKey } from "../ipc/bindings";
import type { Live } from "../model/api";
import type { Library } from "../model/library";
import { blankScenes } from "../model/stream";

/** The engine's own bound (scene.rs, SERIES). */
export const SERIES = 16;

const NONE: readonly Action[] = [];

/** What the sheet of actions is opened with: an action to begin with, or none. */
export interface ActionsOpening {
  readonly draft: Partial<Action> | null;
}

export interface Reading {
  scenes(): Scenes;
  actions(): readonly Action[];
  /** Changes the stream and its running session. Rejects with a `Failure` of code `filter` where the session cannot read
   *  it; the stream then stays as it was. */
  setScenes(patch: Partial<Scenes>, actions?: readonly Action[]): Promise<void>;
  /** The same for the chart, whose window is the window's own affair; a refusal is said above the page. */
  setChart(rule: ChartRule): void;
  /** Adds a line to those of the chart; false where there is no room for it. */
  chartValue(key: SeriesKey): Promise<boolean>;
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

  async function setScenes(patch: Partial<Scenes>, next: readonly Action[] = actions()): Promise<void> {
    const id = library.selectedId();
    if (id === null) return;
    const all = { ...scenes(), ...patch };
    await live.setScenes(id, all, next);
    // Where another was chosen meanwhile, it is not the one to be changed.
    if (library.selectedId() === id) library.edit({ scenes: all, actions: [...next] });
  }

  function setChart(rule: ChartRule): void {
    const id = library.selectedId();
    const all = { ...scenes(), chart: rule };
    const before = scenes().chart;
    // At once, so that what is pressed moves under the hand.
    library.edit({ scenes: all });
    if (id === null || JSON.stringify(rule.series) === JSON.stringify(before.series)) return;
    live.setScenes(id, all, actions()).catch(say);
  }

  return {
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

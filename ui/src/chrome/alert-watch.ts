// Thresholds of the stream on show, watched whichever scene is shown: how many values are past them now, and a sentence
// for ears at each crossing and return. The notification on the desktop is the engine's.

import { createSignal, onCleanup, type Accessor } from "solid-js";
import { onBeat } from "../frame";
import type { SeriesRule } from "../ipc/bindings";
import { AlertVoice } from "../scenes/chart/alerts";
import { decimalsOf } from "../scenes/chart/figures";
import type { Desk } from "./desk";

/** How often they are asked for. Nobody watches a badge as they watch a line. */
export const WATCH_MS = 1_500;

export interface AlertWatch {
  /** Values that are past a threshold now. */
  readonly count: Accessor<number>;
  /** What was said last. */
  readonly said: Accessor<string>;
}

const limited = ({ above, below }: SeriesRule): boolean => above !== null || below !== null;

export function createAlertWatch({ live, reading }: Pick<Desk, "live" | "reading">, nowMs = (): number => performance.now()): AlertWatch {
  const [count, setCount] = createSignal(0);
  const [said, setSaid] = createSignal("");
  const voice = new AlertVoice(setSaid);
  let session: number | null = null;
  let content = "";
  let askedAt = Number.NEGATIVE_INFINITY;
  let busy = false;

  function clear(): void {
    voice.clear();
    setSaid("");
    setCount(0);
  }

  async function look(): Promise<void> {
    const status = live.status();
    const now = status?.session ?? null;
    if (now !== session) {
      session = now;
      content = "";
      askedAt = Number.NEGATIVE_INFINITY;
      clear();
    }
    const keys = reading.scenes().chart.series.filter(limited).map(({ key }) => key);
    if (!status || keys.length === 0) {
      if (content !== "") clear();
      content = "";
      return;
    }
    const at = nowMs();
    const next = `${status.end_pos} ${status.replay?.at_us ?? ""} ${status.replay?.seeks ?? ""} ${JSON.stringify(reading.scenes().chart.series)}`;
    if (busy || document.hidden || at - askedAt < WATCH_MS || (next === content && !voice.waits)) return;
    askedAt = at;
    busy = true;
    try {
      const page = await live.series({ from_us: null, to_us: null, points: 2, keys });
      if (!page || (live.status()?.session ?? null) !== session) return;
      // What is still being read has no newest value yet.
      content = page.done ? next : "";
      const lines = page.series.filter(({ points }) => points > 0);
      setCount(lines.filter(({ alert }) => alert !== null).length);
      voice.look(
        lines.map(({ key, alert, least, most, newest }) => ({ key, alert, decimals: decimalsOf(least, most, [newest]) })),
        nowMs(),
      );
    } catch {
      // The session has gone; the next look is at another.
    } finally {
      busy = false;
    }
  }

  onCleanup(onBeat(() => void look()));
  return { count, said };
}

// Keys on a tile: the cursor along its line, and the part that is shown.

import { fmt, t } from "../../i18n";
import { numberWords, withUnit } from "./figures";
import { nearest } from "./lines";
import type { Line } from "./stack";

/** A press of + or −. */
const ZOOM_STEP = 1.6;

export interface TileKeysGround {
  line(name: string): Line | null;
  readonly cursorUs: number | null;
  /** Whether something else than the newest is shown, or the picture is held. */
  readonly away: boolean;
  /** Moves the cursor, and says where it stands. */
  move(us: number, said: string): void;
  drop(): void;
  zoom(factor: number): void;
  live(): void;
}

export function onTileKey(on: TileKeysGround, name: string, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const line = on.line(name);
  if (!line || !act(on, line, event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Answers whether the key means anything here. */
function act(on: TileKeysGround, line: Line, key: string): boolean {
  const { data } = line;
  // Points outside of what is shown are not led to.
  const here = on.cursorUs === null ? data.at_us.length : nearest(data.at_us, on.cursorUs);
  const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: data.at_us.length - 1 }[key];
  if (to !== undefined) {
    const point = Math.max(0, Math.min(to, data.at_us.length - 1));
    const us = data.at_us[point];
    if (us === undefined) return false;
    const value = withUnit(numberWords(data.value[point] ?? 0, line.decimals), line.rule.unit);
    on.move(us, t("chart.cursor.said", { value, time: fmt.clock(us) }));
  } else if (key === "+" || key === "=") on.zoom(1 / ZOOM_STEP);
  else if (key === "-") on.zoom(ZOOM_STEP);
  else if (key === "Escape" && on.cursorUs !== null) on.drop();
  else if (key === "Escape" && on.away) on.live();
  else return false;
  return true;
}

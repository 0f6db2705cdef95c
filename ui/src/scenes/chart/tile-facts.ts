// What the tiles and the table for ears say.

import { length } from "../../chrome/tape-span";
import { fmt, t } from "../../i18n";
import type { Action, SeriesPage, Status } from "../../ipc/bindings";
import { actionName } from "../action-name";
import { alertWords, moveWords, numberWords, perMinute, wholeWords, withUnit } from "./figures";
import { nameOf, nearest, titleOf } from "./lines";
import type { Times } from "./span";
import type { Line } from "./stack";
import type { TileFacts } from "./tiles";

/** A tile for each line; at the cursor's time where there is one. */
export function lineTiles(lines: readonly Line[], times: Times, cursorUs: number | null): TileFacts[] {
  return lines.map(({ data, rule, decimals, name, index }) => {
    const at = cursorUs === null ? -1 : nearest(data.at_us, cursorUs);
    const value = at >= 0 ? (data.value[at] ?? data.newest) : data.newest;
    const now = alertWords(data, decimals, times.toUs) || moveWords(data, decimals, times.fromUs);
    return {
      name,
      title: titleOf(data.key),
      index,
      colour: null,
      value: withUnit(numberWords(value, decimals), rule.unit),
      whole: withUnit(wholeWords(value), rule.unit),
      line: at >= 0 ? t("chart.at", { time: fmt.clock(data.at_us[at] ?? 0) }) : now,
      alert: data.alert !== null,
      at: at >= 0,
    };
  });
}

/** Tiles of lines that were chosen and have no value yet. */
export function absentTiles(page: SeriesPage): TileFacts[] {
  return page.series.flatMap(({ key, points }, index) =>
    points > 0
      ? []
      : { name: nameOf(key), title: titleOf(key), index, colour: null, value: "\u2013", whole: "\u2013", line: t("chart.none-yet"), alert: false, at: false },
  );
}

export function countName({ id }: Pick<Action, "id">): string {
  return `count ${id}`;
}

/** A tile for each action that counts. */
export function countTiles(actions: readonly Action[], status: Status, times: Times): TileFacts[] {
  return actions
    .filter(({ count, off }) => count && !off)
    .map((action) => {
      const matched = status.actions.find(({ id }) => id === action.id)?.matched ?? 0;
      return {
        name: countName(action),
        title: actionName(action),
        index: null,
        colour: action.highlight,
        value: fmt.int(matched),
        whole: fmt.int(matched),
        line: matched === 0 ? t("chart.count.none") : perMinute(matched, length(times)),
        alert: false,
        at: false,
      };
    });
}

/** Rows of the table for ears. */
export function tableRows(lines: readonly Line[], times: Times): string[][] {
  return lines.map(({ data, rule, decimals }) => [
    titleOf(data.key),
    withUnit(numberWords(data.newest, decimals), rule.unit),
    t("chart.range", { least: numberWords(data.least, decimals), most: numberWords(data.most, decimals) }),
    alertWords(data, decimals, times.toUs),
  ]);
}

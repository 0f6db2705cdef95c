// Commands, streams, tapes and settings, found by a word.

import type { JSX } from "solid-js";
import type { Commands } from "./commands";
import type { Desk } from "./desk";

export function Palette(_: { desk: Desk; commands: Commands }): JSX.Element {
  return null;
}

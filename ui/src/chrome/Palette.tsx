// Commands, streams, tapes and settings, found by a word.

import type { JSX } from "solid-js";
import type { Desk } from "./desk";

export function Palette(_: { desk: Desk }): JSX.Element {
  return null;
}

// What another program asks to open, before anything is connected.

import type { JSX } from "solid-js";
import type { Desk } from "./desk";

export function OpeningSheet(_: { desk: Desk }): JSX.Element {
  return null;
}

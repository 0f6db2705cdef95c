// What this program is, and what helps to find a fault in it.

import type { JSX } from "solid-js";
import type { Desk } from "./desk";

export function AboutSheet(_: { desk: Desk }): JSX.Element {
  return null;
}

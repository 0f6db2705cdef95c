// What a stream does when an event matches.

import type { JSX } from "solid-js";
import type { Desk } from "./desk";

export function ActionsSheet(_props: { desk: Desk }): JSX.Element {
  return null;
}

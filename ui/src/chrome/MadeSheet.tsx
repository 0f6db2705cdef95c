// How a stream like the one on show is made: the shortest server and client, to copy.

import type { JSX } from "solid-js";
import type { Desk } from "./desk";

export function MadeSheet(_props: { desk: Desk }): JSX.Element {
  return null;
}

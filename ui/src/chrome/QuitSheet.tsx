// Asks before live sessions are ended with the app.

import type { JSX } from "solid-js";
import type { Desk } from "./desk";

export function QuitSheet(_: { desk: Desk }): JSX.Element {
  return null;
}

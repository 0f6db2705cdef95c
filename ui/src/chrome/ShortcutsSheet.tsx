// Which keys do what.

import type { JSX } from "solid-js";
import type { Desk } from "./desk";

export function ShortcutsSheet(_: { desk: Desk }): JSX.Element {
  return null;
}

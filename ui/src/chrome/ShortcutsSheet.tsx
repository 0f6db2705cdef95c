// Which keys do what.

import type { JSX } from "solid-js";
import type { Commands } from "./commands";
import type { Desk } from "./desk";

export function ShortcutsSheet(_: { desk: Desk; commands: Commands }): JSX.Element {
  return null;
}

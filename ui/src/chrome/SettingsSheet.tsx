// What is set for the whole app.

import type { JSX } from "solid-js";
import type { Desk } from "./desk";

export function SettingsSheet(_: { desk: Desk }): JSX.Element {
  return null;
}

// The field at the foot of Typewriter and Chat: asks the model of a stream whose body holds `{{prompt}}`, or speaks to a room.

import type { JSX } from "solid-js";
import type { Desk } from "./desk";

export function Composer(_props: { desk: Desk }): JSX.Element {
  return null;
}

// What every scene is to the chrome.

import type { WireForm } from "../ipc/bindings";

/** How a scene is read, for one that is made in the place of it. */
export interface Place {
  /** An entry that can be seen, or a row by the scene's own number; null where it follows the newest. */
  readonly at: number | null;
  /** How much of it is above what can be seen. */
  readonly above?: number;
  /** The entry that is selected. */
  readonly selected?: number | null;
  /** Rows there were when the reader let go of the newest. */
  readonly seen?: number;
  /** How bytes are written. */
  readonly form?: WireForm;
}

/** A way to look at a session. A scene marks itself dirty and is drawn by frame.ts alone. */
export interface Scene {
  readonly element: HTMLElement;
  /** Inside the scene, after its content: the chrome puts notices of the line here. */
  readonly foot: HTMLElement;
  /** Goes to the newest, and stays with it. */
  newest(): void;
  /** Puts the caret into its filter. */
  find?(): void;
  /** Asks for an event or a time to go to. */
  goTo?(): void;
  /** Shows which fields of events it is read by. */
  fields?(): void;
  /** The entry that is selected. */
  selected?(): number | null;
  place?(): Place;
  /** Goes on where the scene before it was read; before `show`. */
  resume?(place: Place): void;
  show(): void;
  hide(): void;
  dispose(): void;
}

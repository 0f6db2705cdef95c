// What every scene is to the chrome.

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
  /** The entry that is being read, for a scene that is made in the place of this one; null where it follows the newest. */
  place?(): number | null;
  show(): void;
  hide(): void;
  dispose(): void;
}

// What every scene is to the chrome.

/** A way to look at a session. A scene marks itself dirty and is drawn by frame.ts alone. */
export interface Scene {
  readonly element: HTMLElement;
  /** Inside the scene, after its content: the chrome puts notices of the line here. */
  readonly foot: HTMLElement;
  /** The entry that is being read, for a scene that is made in the place of this one; null where it follows the newest. */
  place?(): number | null;
  show(): void;
  hide(): void;
  dispose(): void;
}

// Which scene is on. A stream that has one of its own opens in it; what the user turned to instead is remembered for
// that stream as long as the window is open. Streams without one stay in the scene that was on for such streams last.

import { createEffect, createRoot, createSignal, on, type Accessor } from "solid-js";
import type { SceneKind } from "../ipc/bindings";
import type { Library } from "../model/library";

export interface SceneChoice {
  readonly scene: Accessor<SceneKind>;
  choose(scene: SceneKind): void;
}

export function createSceneChoice(library: Pick<Library, "selectedId" | "current">): SceneChoice {
  const [scene, setScene] = createSignal<SceneKind>("typewriter");
  const chosen = new Map<string, SceneKind>();
  let plain: SceneKind = "typewriter";

  const own = (): SceneKind | null => {
    const kept = library.current()?.scene ?? "typewriter";
    return kept === "typewriter" ? null : kept;
  };

  // For as long as the page: there is one desk.
  createRoot(() =>
    createEffect(
      on(library.selectedId, (id) => {
        if (id !== null) setScene(chosen.get(id) ?? own() ?? plain);
      }),
    ),
  );

  return {
    scene,
    choose(next) {
      const id = library.selectedId();
      if (id !== null && own() !== null) chosen.set(id, next);
      else plain = next;
      setScene(next);
    },
  };
}

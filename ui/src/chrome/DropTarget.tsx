// Files that are dropped onto the window are read into tapes. While one is dragged over it, the window says so.

import { createSignal, onCleanup, onMount, Show, type JSX } from "solid-js";
import { t } from "../i18n";
import type { Desk } from "./desk";

export function DropTarget(props: { desk: Desk }): JSX.Element {
  const { tapes } = props.desk;
  const [over, setOver] = createSignal(false);

  onMount(() => {
    const onEnter = (event: DragEvent): void => {
      if (holdsFiles(event)) setOver(true);
    };
    const onOver = (event: DragEvent): void => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    };
    // Every element that is left says so; only the window's edge has nothing behind it.
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      tapes.drop(event.dataTransfer?.files ?? []);
    };
    const listeners = { dragenter: onEnter, dragover: onOver, dragleave: onLeave, drop: onDrop } as const;
    for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener as EventListener);
    onCleanup(() => {
      for (const [name, listener] of Object.entries(listeners)) removeEventListener(name, listener as EventListener);
    });
  });

  return (
    <Show when={over()}>
      <div class="drop-target" data-testid="drop-target">
        <div>
          <p class="headline">{t("drop.headline")}</p>
          <p>{t("drop.text")}</p>
        </div>
      </div>
    </Show>
  );
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") ?? false;
}

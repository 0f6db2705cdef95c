// The place of the tape strip, under every scene.

import { onCleanup, onMount, type JSX } from "solid-js";
import type { Desk } from "./desk";
import { createTapeStrip } from "./tape-strip";

export function TapeHost(props: { desk: Desk; onJump(pos: number): void }): JSX.Element {
  let host!: HTMLDivElement;
  onMount(() => {
    const strip = createTapeStrip(props.desk.live, { onJump: (pos) => props.onJump(pos) });
    host.append(strip.element);
    onCleanup(() => strip.dispose());
  });
  return <div class="tape-host" ref={host} />;
}

// The place of the tape strip, under every scene, and of the controls of a replay above it.

import { createEffect, on, onCleanup, onMount, Show, type JSX } from "solid-js";
import { currentLanguage } from "../i18n";
import type { Desk } from "./desk";
import { ReplayBar } from "./ReplayBar";
import type { Replayer } from "./replayer";
import type { Span } from "./tape-span";
import { createTapeStrip } from "./tape-strip";

interface Props {
  desk: Desk;
  replayer: Replayer;
  /** The range that is selected elsewhere, or given up there. */
  range: Span | null;
  onJump(pos: number): void;
  onSelect(range: Span | null): void;
}

export function TapeHost(props: Props): JSX.Element {
  let host!: HTMLDivElement;
  const { live } = props.desk;
  const { replayer } = props;
  onMount(() => {
    const strip = createTapeStrip(live, {
      onJump: (pos) => props.onJump(pos),
      onSelect: (range) => props.onSelect(range),
      onSeek: replayer.seek,
      aimUs: replayer.aimUs,
      axis: props.desk.axis,
    });
    createEffect(on(currentLanguage, () => strip.speak(), { defer: true }));
    createEffect(on(live.bookmarks, () => strip.refresh(), { defer: true }));
    createEffect(on(replayer.aimUs, () => strip.repaint(), { defer: true }));
    createEffect(on(() => props.range, (range) => strip.select(range), { defer: true }));
    host.append(strip.element);
    onCleanup(() => strip.dispose());
  });
  return (
    <div class="tape-dock">
      <Show when={replayer.replay()}>{(replay) => <ReplayBar desk={props.desk} replayer={replayer} replay={replay()} />}</Show>
      <div class="tape-host" ref={host} />
    </div>
  );
}

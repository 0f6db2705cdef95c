// Text of a stranger in a sheet that asks about it: all of it, in the order of its characters, and nothing unseen.

import { For, type JSX } from "solid-js";
import { visible } from "../model/visible";

export function Stranger(props: { text: string }): JSX.Element {
  return (
    <For each={visible(props.text)}>
      {({ text, spelt }) => (spelt ? <span class="unseen">{text}</span> : <bdi dir="ltr">{text}</bdi>)}
    </For>
  );
}

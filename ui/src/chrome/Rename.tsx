// A name that is typed in the place where it stands.

import { onMount, type JSX } from "solid-js";
import { isComposing } from "./keys";

interface Props {
  name: string;
  label: string;
  /** Whether the name as it stands is an answer too. */
  takesSame?: boolean;
  /** Null where it was left as it was. `byKey`: the focus is to stay near. */
  done(next: string | null, byKey: boolean): void;
}

export function Rename(props: Props): JSX.Element {
  let input!: HTMLInputElement;
  const shown = props.name;
  // Taking the input away blurs it, and that must not count as a second answer.
  let answered = false;
  const answer = (next: string | null, byKey: boolean): void => {
    if (answered) return;
    answered = true;
    // Left as it was: a name that follows the address goes on following it.
    props.done(next?.trim() === shown && !props.takesSame ? null : next, byKey);
  };
  onMount(() => {
    input.focus();
    input.select();
  });
  return (
    <input
      ref={input}
      value={shown}
      maxLength={120}
      spellcheck={false}
      autocomplete="off"
      aria-label={props.label}
      data-testid="rename"
      onKeyDown={(event) => {
        if (isComposing(event)) return;
        if (event.key === "Enter") answer(input.value, true);
        else if (event.key === "Escape") answer(null, true);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
      onBlur={() => answer(input.value, false)}
    />
  );
}

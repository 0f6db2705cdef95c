// A choice whose few options all stand there. Radio buttons underneath: arrows move, and it is one stop for Tab.

import { createUniqueId, For, type JSX } from "solid-js";

interface Props<T extends string> {
  label: string;
  testid: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange(value: T): void;
}

export function Segmented<T extends string>(props: Props<T>): JSX.Element {
  const name = createUniqueId();
  return (
    <div class="segmented" role="radiogroup" aria-label={props.label} data-testid={props.testid} data-value={props.value}>
      <For each={props.options}>
        {([value, words]) => (
          <label>
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === props.value}
              onChange={() => props.onChange(value)}
            />
            <span>{words}</span>
          </label>
        )}
      </For>
    </div>
  );
}

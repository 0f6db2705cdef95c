// A choice whose few options all stand there. Radio buttons underneath: arrows move, and it is one stop for Tab.

import { createUniqueId, Index, type JSX } from "solid-js";

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
      {/* By place: words that hold a figure may change while one of them has the focus. */}
      <Index each={props.options}>
        {(option) => (
          <label>
            <input
              type="radio"
              name={name}
              value={option()[0]}
              checked={option()[0] === props.value}
              onChange={() => props.onChange(option()[0])}
            />
            <span>{option()[1]}</span>
          </label>
        )}
      </Index>
    </div>
  );
}

// The rows of the panel's right column: what is set, and at its right to what.

import { For, Show, type JSX } from "solid-js";
import { Chevron } from "./icons";

interface ChoiceProps<T extends string> {
  label: string;
  testid: string;
  value: T;
  options: readonly (readonly [T, string])[];
  note?: string | undefined;
  /** The note is a warning. */
  grave?: boolean;
  /** Takes the focus when its sheet opens. */
  autofocus?: boolean;
  children?: JSX.Element;
  onChange(value: T): void;
}

export function Choice<T extends string>(props: ChoiceProps<T>): JSX.Element {
  return (
    <div class="setting">
      <label>
        <span class="label">{props.label}</span>
        <span class="choice">
          <select
            data-testid={props.testid}
            autofocus={props.autofocus ?? false}
            onChange={(event) => {
              const chosen = event.currentTarget.value as T;
              // What comes of it may be something else: a file that was not chosen after all.
              event.currentTarget.value = props.value;
              props.onChange(chosen);
            }}
          >
            <For each={props.options}>
              {([value, words]) => (
                <option value={value} selected={value === props.value}>
                  {words}
                </option>
              )}
            </For>
          </select>
          <Chevron />
        </span>
      </label>
      <Note words={props.note} grave={props.grave ?? false} />
      {props.children}
    </div>
  );
}

interface SwitchProps {
  label: string;
  testid: string;
  checked: boolean;
  note?: string | undefined;
  /** The note is a warning. */
  grave?: boolean;
  onChange(checked: boolean): void;
}

export function Switch(props: SwitchProps): JSX.Element {
  return (
    <div class="setting">
      <label>
        <span class="label">{props.label}</span>
        <input
          type="checkbox"
          role="switch"
          class="switch"
          data-testid={props.testid}
          checked={props.checked}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
      </label>
      <Note words={props.note} grave={props.grave ?? false} />
    </div>
  );
}

interface FigureProps {
  label: string;
  testid: string;
  value: number;
  min: number;
  max: number;
  unit?: string;
  note?: string | undefined;
  onChange(value: number): void;
}

export function Figure(props: FigureProps): JSX.Element {
  return (
    <div class="setting">
      <label>
        <span class="label">{props.label}</span>
        <span class="number">
          <input
            type="number"
            data-testid={props.testid}
            min={props.min}
            max={props.max}
            step="1"
            value={props.value}
            onChange={(event) => {
              const typed = Math.round(event.currentTarget.valueAsNumber);
              const value = Number.isFinite(typed) ? Math.min(props.max, Math.max(props.min, typed)) : props.value;
              event.currentTarget.value = String(value);
              props.onChange(value);
            }}
          />
          <Show when={props.unit}>{(unit) => <span>{unit()}</span>}</Show>
        </span>
      </label>
      <Note words={props.note} />
    </div>
  );
}

function Note(props: { words?: string | undefined; grave?: boolean }): JSX.Element {
  return (
    <Show when={props.words}>
      {(words) => (
        <p class="sub" classList={{ grave: props.grave ?? false }}>
          {words()}
        </p>
      )}
    </Show>
  );
}

// The few drawn signs. Colours come from the style sheets; nothing here carries a style attribute.

import type { JSX } from "solid-js";

/** The mark: a tape, two typed lines, and a third in the accent with its caret; icons/icon-24.svg at this size. */
export function Mark(props: { px?: number }): JSX.Element {
  return (
    <svg width={props.px ?? 22} height={props.px ?? 22} viewBox="0 0 22 22" aria-hidden="true">
      <rect class="mark-ground" width="22" height="22" rx="5.5" />
      <rect class="mark-line" x="4" y="4" width="3" height="14" />
      <rect class="mark-line" x="9" y="4" width="9" height="3" />
      <rect class="mark-line" x="9" y="9" width="7" height="3" />
      <rect class="mark-accent" x="9" y="14" width="3" height="3" />
      <rect class="mark-accent" x="13" y="13" width="2" height="5" />
    </svg>
  );
}

/** A page with a column at its left. */
export function Column(): JSX.Element {
  return (
    <svg width="16" height="14" viewBox="0 0 16 14" fill="none" stroke="currentColor" stroke-width="1.3" aria-hidden="true">
      <rect x="1" y="1" width="14" height="12" rx="2.6" />
      <path d="M5.9 1v12" />
    </svg>
  );
}

export function Dots(): JSX.Element {
  return (
    <svg width="14" height="4" viewBox="0 0 14 4" fill="currentColor" aria-hidden="true">
      <circle cx="2" cy="2" r="1.3" />
      <circle cx="7" cy="2" r="1.3" />
      <circle cx="12" cy="2" r="1.3" />
    </svg>
  );
}

export function Chevron(): JSX.Element {
  return (
    <svg width="9" height="8" viewBox="0 0 9 8" fill="none" stroke="currentColor" stroke-width="1.4" aria-hidden="true">
      <path d="M1.5 2.5 4.5 5.5 7.5 2.5" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

export function Cross(): JSX.Element {
  return (
    <svg width="8" height="8" viewBox="0 0 8 8" fill="none" stroke="currentColor" stroke-width="1.3" aria-hidden="true">
      <path d="M1 1 7 7M7 1 1 7" stroke-linecap="round" />
    </svg>
  );
}

/** A padlock, closed where something is kept secret. */
export function Lock(props: { closed: boolean }): JSX.Element {
  return (
    <svg width="11" height="12" viewBox="0 0 11 12" fill="none" stroke="currentColor" stroke-width="1.2" aria-hidden="true">
      <path d={props.closed ? "M3 5V3.4a2.5 2.5 0 0 1 5 0V5" : "M3 5V3.4a2.5 2.5 0 0 1 4.8-.9"} stroke-linecap="round" />
      <rect x="1.4" y="5" width="8.2" height="6" rx="1.4" fill={props.closed ? "currentColor" : "none"} />
    </svg>
  );
}

/** Settings: three rules, each with something to move on it. */
export function Sliders(): JSX.Element {
  return (
    <svg width="14" height="13" viewBox="0 0 14 13" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linecap="round" aria-hidden="true">
      <path d="M1 2.2h6.1M10.9 2.2H13M1 6.5h1.6M6.4 6.5H13M1 10.8h4.6M9.4 10.8H13" />
      <circle cx="9" cy="2.2" r="1.7" />
      <circle cx="4.5" cy="6.5" r="1.7" />
      <circle cx="7.5" cy="10.8" r="1.7" />
    </svg>
  );
}

/** A tape can be played again. */
export function Play(): JSX.Element {
  return (
    <svg width="7" height="8" viewBox="0 0 7 8" fill="currentColor" aria-hidden="true">
      <path d="M.6.9v6.2c0 .4.4.6.7.4l5-3.1a.5.5 0 0 0 0-.8l-5-3.1C1-.1.6.1.6.5z" />
    </svg>
  );
}

export function Check(): JSX.Element {
  return (
    <svg width="11" height="9" viewBox="0 0 11 9" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true">
      <path d="M1 4.6 4 7.6 10 1.2" />
    </svg>
  );
}

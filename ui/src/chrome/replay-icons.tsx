// The signs of a replay's keys, as on a tape deck.

import type { JSX } from "solid-js";

function Sign(props: { d: string }): JSX.Element {
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" fill="currentColor" aria-hidden="true">
      <path d={props.d} />
    </svg>
  );
}

export const Play = (): JSX.Element => <Sign d="M4 2.3c0-.5.5-.8.9-.5l6.6 4.7c.35.25.35.75 0 1L4.9 12.2c-.4.3-.9 0-.9-.5Z" />;
export const Pause = (): JSX.Element => <Sign d="M3.4 2h2.4v10H3.4ZM8.2 2h2.4v10H8.2Z" />;
export const ToStart = (): JSX.Element => <Sign d="M2.6 3h1.5v8H2.6ZM11.4 3.5v7c0 .4-.4.6-.7.4L5.5 7.4a.5.5 0 0 1 0-.8l5.2-3.5c.3-.2.7 0 .7.4Z" />;
export const ToEnd = (): JSX.Element => <Sign d="M9.9 3h1.5v8H9.9ZM2.6 3.5v7c0 .4.4.6.7.4l5.2-3.5a.5.5 0 0 0 0-.8L3.3 3.1c-.3-.2-.7 0-.7.4Z" />;
/** One notch, and the way to it. */
export const Step = (): JSX.Element => <Sign d="M10 3.2h1.4v7.6H10ZM3 4.5 4 3.5 7.5 7 4 10.5l-1-1L5.5 7Z" />;
export const BackStep = (): JSX.Element => <Sign d="M2.6 3.2H4v7.6H2.6ZM11 4.5l-1-1L6.5 7 10 10.5l1-1L8.5 7Z" />;

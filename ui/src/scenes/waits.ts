// Why a wait is as long as it is, and what a reconnect brought back, in words. The Events table and the notice
// of the line say it alike.

import { fmt, t, tn } from "../i18n";
import type { Wait } from "../ipc/bindings";

/** The engine's own (reconnect.rs): what keeps `retry: 0` from spinning. */
const FLOOR_MS = 100;

/** "as the server asked", after the length of the wait. */
export function waitReason(wait: Wait, ms: number): string {
  switch (wait.why) {
    case "default":
      return t("wait.why.default");
    case "retry":
      return t("wait.why.retry");
    case "floor":
      return t("wait.why.floor", { asked: fmt.ms(wait.asked_ms ?? 0), least: fmt.ms(Math.max(ms, FLOOR_MS)) });
    case "backoff":
      return tn("wait.why.backoff", Math.max(1, wait.failures));
    case "retry-after":
      return t("wait.why.retry-after");
  }
}

/** "1 lost, 2 repeated", or that ids cannot tell. */
export function lossWords(lost: number | null, repeated: number | null): string {
  if (lost === null) return t("resume.unknown");
  const words = tn("events.lost", lost);
  return repeated ? `${words}${t("mark.comma")}${tn("events.repeated", repeated)}` : words;
}

// The three bounds of a line: in the panel of a stream, and among the settings for new ones.

import type { JSX } from "solid-js";
import { t } from "../i18n";
import type { Bounds } from "../ipc/bindings";
import { Figure } from "./Setting";

/** The engine's own (contract.rs, Bounds::MIB). */
const BOUND_MAX_MIB = 1_024;

export function BoundsFigures(props: { bounds: Bounds; testid?: string; onChange(patch: Partial<Bounds>): void }): JSX.Element {
  const testid = (name: string): string => `${props.testid ?? ""}${name}`;
  return (
    <>
      <Figure
        label={t("request.limits.line")}
        testid={testid("line-mib")}
        value={props.bounds.line_mib}
        min={1}
        max={BOUND_MAX_MIB}
        unit="MiB"
        onChange={(line_mib) => props.onChange({ line_mib })}
      />
      <Figure
        label={t("request.limits.event")}
        testid={testid("event-mib")}
        value={props.bounds.event_mib}
        min={1}
        max={BOUND_MAX_MIB}
        unit="MiB"
        onChange={(event_mib) => props.onChange({ event_mib })}
      />
      <Figure
        label={t("request.limits.wire")}
        testid={testid("wire-mib")}
        value={props.bounds.wire_mib}
        min={1}
        max={BOUND_MAX_MIB}
        unit="MiB"
        onChange={(wire_mib) => props.onChange({ wire_mib })}
      />
    </>
  );
}

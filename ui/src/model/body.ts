// What the body of a request is, as the panel offers it.

import type { BodyKind, Stream } from "../ipc/bindings";
import { looksLikeJson } from "./stream";

export type BodyChoice = "none" | Exclude<BodyKind, "auto">;

/** A definition without a choice sends nothing, or what its body reads like. */
export function bodyChoice(stream: Pick<Stream, "body" | "body_kind"> | null): BodyChoice {
  if (!stream) return "none";
  if (stream.body_kind !== "auto") return stream.body_kind;
  if (stream.body === null || stream.body === "") return "none";
  return looksLikeJson(stream.body) ? "json" : "text";
}

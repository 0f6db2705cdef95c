// What a call to the backend was refused with, whatever was thrown.

import type { Failure } from "../ipc/bindings";

export function asFailure(reason: unknown): Failure {
  if (typeof reason === "object" && reason !== null && "code" in reason && "message" in reason) {
    return { args: {}, ...(reason as Omit<Failure, "args">) };
  }
  return { code: "limit", message: String(reason), args: { detail: String(reason) } };
}

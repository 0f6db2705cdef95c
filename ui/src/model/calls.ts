// What the chrome has the backend do with tapes, files, windows and addresses, beside what it asks the model: the calls alone, so
// that nothing else of the seam is within its reach.

import type { Backend } from "../ipc/backend";
import type { JobCalls } from "./jobs";
import type { ServingCalls } from "./serving";

export type TapeCalls = JobCalls &
  ServingCalls &
  Pick<
    Backend,
    | "openTape"
    | "keepTape"
    | "deleteTape"
    | "replay"
    | "openWindow"
    | "setTitle"
    | "choosePath"
    | "chooseFile"
    | "openUrl"
  >;

/** What belongs to the app and to no stream. */
export type HomeCalls = Pick<
  Backend,
  "saveSettings" | "painted" | "setMenu" | "settleOpening" | "stay" | "quit" | "exportStreams" | "importStreams" | "diagnostics" | "choosePath" | "chooseFile"
>;

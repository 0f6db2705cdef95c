// Tapes, replay, files and serving of the pretended backend.

import type { Backend } from "./backend";
import { failure, type FakeSession } from "./fake-session";

type Part =
  | "tapes"
  | "openTape"
  | "keepTape"
  | "deleteTape"
  | "replay"
  | "openWindow"
  | "choosePath"
  | "exportTo"
  | "importFile"
  | "dropBegin"
  | "dropPart"
  | "dropEnd"
  | "job"
  | "cancelJob"
  | "serve"
  | "served"
  | "stopServing"
  | "saveSettings";

export interface FakeHost {
  find(session: number): FakeSession;
}

export function createFakeTapes(_host: FakeHost): Pick<Backend, Part> {
  const none = async (): Promise<never> => {
    throw failure("tape", { what: "missing" });
  };
  return {
    tapes: async () => ({ tapes: [], bytes: 0, generation: 0, folder: "/tmp/tapes" }),
    openTape: none,
    keepTape: none,
    deleteTape: none,
    replay: none,
    openWindow: async () => undefined,
    choosePath: async (name) => `/tmp/${name}`,
    exportTo: none,
    importFile: none,
    dropBegin: none,
    dropPart: none,
    dropEnd: none,
    job: none,
    cancelJob: async () => undefined,
    serve: none,
    served: async () => [],
    stopServing: async () => undefined,
    saveSettings: async () => undefined,
  };
}

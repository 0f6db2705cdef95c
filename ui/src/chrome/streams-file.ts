// Streams that leave as a file, and enter from one. What came of it is told in words of the window's language.

import { t, tn } from "../i18n";
import type { ImportedStreams } from "../ipc/bindings";
import { asFailure } from "../model/failure";
import type { Desk } from "./desk";
import { failureWords, type FailureWords } from "./failure";

/** What to say; null where no file was chosen. */
export interface Outcome {
  readonly words: () => string;
  readonly failed: boolean;
}

type Files = Pick<Desk, "home" | "library">;

export function exportStreams({ home }: Files): Promise<Outcome | null> {
  return trying("streams.export-failed", async () => {
    const path = await home.calls.choosePath(`${t("streams.export.name")}.json`);
    if (path === null) return null;
    const n = await home.calls.exportStreams(path, null);
    return () => tn("streams.exported", n, { path });
  });
}

/** Nothing is connected. */
export function importStreams({ home, library }: Files): Promise<Outcome | null> {
  return trying("streams.import-failed", async () => {
    const path = await home.calls.chooseFile();
    if (path === null) return null;
    const brought = await home.calls.importStreams(path);
    library.takeSaved(brought.streams);
    return () => broughtWords(brought);
  });
}

async function trying(failed: "streams.export-failed" | "streams.import-failed", work: () => Promise<(() => string) | null>): Promise<Outcome | null> {
  try {
    const words = await work();
    return words && { words, failed: false };
  } catch (reason) {
    const why = (): FailureWords => failureWords(asFailure(reason), null);
    return { words: () => t("sentences", { a: t(failed), b: why().detail || why().title }), failed: true };
  }
}

/** "3 streams added, 1 was there already. 2 secrets are to be typed anew." */
export function broughtWords({ added, same, unreadable, secrets, withheld }: ImportedStreams): string {
  const parts = [
    added > 0 ? tn("streams.imported.added", added) : "",
    same > 0 ? tn("streams.imported.same", same) : "",
    unreadable > 0 ? tn("streams.imported.unreadable", unreadable) : "",
  ].filter((part) => part !== "");
  if (parts.length === 0) return t("streams.imported.none");
  return [
    t("streams.imported.all", { parts: parts.join(t("mark.comma")) }),
    withheld > 0 ? tn("streams.imported.withheld", withheld) : "",
    secrets > 0 ? tn("streams.imported.secrets", secrets) : "",
  ]
    .filter((sentence) => sentence !== "")
    .reduce((a, b) => t("sentences", { a, b }));
}

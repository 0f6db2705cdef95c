// Work on files that takes a while, as the window follows it: exports, imports, and files that were dropped and
// are handed over a part at a time. No DOM here; it goes on whatever the window shows.

import { createSignal, type Accessor } from "solid-js";
import type { Backend } from "../ipc/backend";
import type { ExportRequest, Failure, Job, JobKind, JobState } from "../ipc/bindings";
import { asFailure } from "./failure";

/** One piece of work, from its first part to the word that it is done. */
export interface Work {
  readonly id: number;
  readonly kind: JobKind;
  /** `sending`: the file is still being handed over. */
  readonly stage: JobState | "sending";
  /** The file's name. */
  readonly name: string;
  /** Where it is; empty for a file that was dropped. */
  readonly path: string;
  /** Entries of an export, bytes of an import. */
  readonly done: number;
  readonly total: number;
  readonly bytes: number;
  /** The tape that an import made. */
  readonly tape: string | null;
  readonly failure: Failure | null;
}

/** A file that was dropped: a `File` of the page, or a test's own. */
export interface DroppedFile {
  readonly name: string;
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

export interface Jobs {
  /** Oldest first. What is over stays until it is put away. */
  readonly all: Accessor<readonly Work[]>;
  find(id: number): Work | null;
  /** Begins; what becomes of it, also a refusal, is told by `all`. Answers with its number. */
  exportTo(request: ExportRequest): number;
  importFile(path: string): number;
  drop(file: DroppedFile): number;
  cancel(id: number): void;
  dismiss(id: number): void;
  /** Told when an import has made a tape. */
  onTape(listener: (tape: string, work: Work) => void): void;
}

export interface JobsHost {
  later(work: () => void, ms: number): void;
}

/** Five times a second: a bar moves smoothly enough, and a poll costs nothing beside the work. */
const POLL_MS = 200;
/** Bytes of one part. One is on its way at a time, so that a slow disk slows the reading and no queue grows. */
export const PART_BYTES = 1 << 20;
/** Work that is over and not put away: the oldest of more than this goes by itself. */
const MOST_OVER = 8;

const ENDINGS = [".tape", ".sse", ".jsonl"];

/** Whether a file can be read into a tape, by its name. */
export function isReadable(name: string): boolean {
  return ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
}

export function isOver(work: Work): boolean {
  return work.stage !== "sending" && work.stage !== "running";
}

/** `running` is what goes on already: a page that is loaded again follows it to its end. */
/** What of the backend it needs. */
export type JobCalls = Pick<
  Backend,
  "job" | "dropBegin" | "dropPart" | "dropEnd" | "dropAbandon" | "cancelJob" | "exportTo" | "importFile"
>;

export function createJobs(
  backend: JobCalls,
  host: JobsHost = { later: (work, ms) => void setTimeout(work, ms) },
  running: readonly Job[] = [],
): Jobs {
  const [all, setAll] = createSignal<readonly Work[]>([]);
  /** The backend's number of each piece of work, once it has one. */
  const numbers = new Map<number, number>();
  /** Work that is to end before the backend has given it a number, or while it is being handed over. */
  const unwanted = new Set<number>();
  const listeners: ((tape: string, work: Work) => void)[] = [];
  /** Files that were dropped are handed over one after another: each would slow the others, and hold its part in memory. */
  let sending: Promise<void> = Promise.resolve();
  let last = 0;

  const find = (id: number): Work | null => all().find((work) => work.id === id) ?? null;

  function begin(kind: JobKind, stage: Work["stage"], path: string, name: string, total: number): number {
    last += 1;
    const work: Work = { id: last, kind, stage, name, path, done: 0, total, bytes: 0, tape: null, failure: null };
    setAll((list) => {
      const over = list.filter(isOver);
      const gone = new Set(over.slice(0, Math.max(0, over.length - MOST_OVER + 1)));
      return [...list.filter((each) => !gone.has(each)), work];
    });
    return last;
  }

  function change(id: number, patch: Partial<Work>): void {
    setAll((list) => list.map((work) => (work.id === id ? { ...work, ...patch } : work)));
  }

  function fail(id: number, reason: unknown): void {
    unwanted.delete(id);
    numbers.delete(id);
    change(id, { stage: "failed", failure: asFailure(reason) });
  }

  function take(id: number, job: Job): void {
    numbers.set(id, job.job);
    const { state: stage, done, total, bytes, tape, failure } = job;
    change(id, { stage, done, total, bytes, tape, failure, path: find(id)?.path || job.path });
    if (stage === "running") {
      if (unwanted.delete(id)) cancel(id);
      host.later(() => void poll(id, job.job), POLL_MS);
      return;
    }
    unwanted.delete(id);
    numbers.delete(id);
    const work = find(id);
    if (work && stage === "done" && tape !== null) for (const listener of listeners) listener(tape, work);
  }

  async function poll(id: number, number: number): Promise<void> {
    try {
      take(id, await backend.job(number));
    } catch (reason) {
      fail(id, reason);
    }
  }

  async function follow(id: number, call: () => Promise<Job>): Promise<void> {
    try {
      take(id, await call());
    } catch (reason) {
      fail(id, reason);
    }
  }

  async function send(id: number, file: DroppedFile): Promise<void> {
    let drop: number | null = null;
    if (unwanted.delete(id)) {
      change(id, { stage: "cancelled" });
      return;
    }
    try {
      drop = await backend.dropBegin(file.name);
      for (let from = 0; from < file.size && !unwanted.has(id); from += PART_BYTES) {
        const to = Math.min(from + PART_BYTES, file.size);
        await backend.dropPart(drop, await read(file, from, to));
        change(id, { done: to, bytes: to });
      }
    } catch (reason) {
      // The page may have failed where the backend has not: a part of a file is not to stay there.
      if (drop !== null) void discard(drop);
      fail(id, reason);
      return;
    }
    if (unwanted.delete(id)) {
      void discard(drop);
      change(id, { stage: "cancelled" });
      return;
    }
    change(id, { stage: "running", done: 0 });
    const number = drop;
    await follow(id, () => backend.dropEnd(number));
  }

  /** Ends a drop that is not to become a tape. */
  async function discard(drop: number): Promise<void> {
    // Where it has ended already, that is what was wanted.
    await backend.dropAbandon(drop).catch(() => undefined);
  }

  function cancel(id: number): void {
    const work = find(id);
    if (!work || isOver(work)) return;
    const number = numbers.get(id);
    if (number === undefined) unwanted.add(id);
    // The next poll tells whether it was in time.
    else void backend.cancelJob(number).catch(() => undefined);
  }

  for (const job of running) take(begin(job.kind, "running", job.path, baseName(job.path), job.total), job);

  return {
    all,
    find,
    exportTo(request) {
      const id = begin("export", "running", request.path, baseName(request.path), 0);
      void follow(id, () => backend.exportTo(request));
      return id;
    },
    importFile(path) {
      const id = begin("import", "running", path, baseName(path), 0);
      void follow(id, () => backend.importFile(path));
      return id;
    },
    drop(file) {
      const id = begin("import", "sending", "", file.name, file.size);
      if (isReadable(file.name)) sending = sending.then(() => send(id, file));
      else fail(id, { code: "tape", message: "not a file that can be read into a tape", args: { what: "foreign" } });
      return id;
    },
    cancel,
    dismiss(id) {
      numbers.delete(id);
      setAll((list) => list.filter((work) => work.id !== id || !isOver(work)));
    },
    onTape: (listener) => void listeners.push(listener),
  };
}

/** A dropped file may go, or be changed, while it is read. */
async function read(file: DroppedFile, from: number, to: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(from, to).arrayBuffer());
  } catch (reason) {
    throw { code: "tape", message: "the file cannot be read", args: { what: "unreadable", detail: String(reason) } } satisfies Failure;
  }
}

/** The last part of a path, of either kind of system. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1) || path;
}

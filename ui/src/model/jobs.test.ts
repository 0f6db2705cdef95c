import { beforeEach, describe, expect, it } from "vitest";
import type { Backend } from "../ipc/backend";
import type { Job } from "../ipc/bindings";
import { baseName, createJobs, PART_BYTES, type DroppedFile, type Jobs } from "./jobs";

/** Answers as a test says, and notes what was asked. */
class Files {
  asked: string[] = [];
  jobs = new Map<number, Job>();
  parts: Uint8Array[] = [];
  inFlight = 0;
  mostInFlight = 0;
  /** The part, from 1, at which the backend refuses. */
  refuseAt = 0;
  /** Holds each part back until it is let go. */
  hold: (() => Promise<void>) | null = null;

  job(kind: Job["kind"], path: string): Job {
    const job: Job = { job: this.jobs.size + 1, kind, state: "running", done: 0, total: 100, bytes: 0, path, tape: null, failure: null };
    this.jobs.set(job.job, job);
    return { ...job };
  }

  readonly backend = {
    exportTo: async ({ path }: { path: string }) => {
      if (path === "/refused") throw { code: "tape", message: "no", args: { what: "unreadable" } };
      return this.job("export", path);
    },
    importFile: async (path: string) => this.job("import", path),
    job: async (number: number) => {
      this.asked.push(`job ${number}`);
      const job = this.jobs.get(number);
      if (!job) throw { code: "stopped", message: "no such job", args: {} };
      return { ...job };
    },
    cancelJob: async (number: number) => {
      this.asked.push(`cancel ${number}`);
      const job = this.jobs.get(number);
      if (job?.state === "running") job.state = "cancelled";
    },
    dropBegin: async (name: string) => {
      this.asked.push(`begin ${name}`);
      return 7;
    },
    dropPart: async (drop: number, bytes: Uint8Array) => {
      expect(drop).toBe(7);
      this.inFlight += 1;
      this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
      await (this.hold?.() ?? Promise.resolve());
      this.inFlight -= 1;
      if (this.parts.length + 1 === this.refuseAt) throw { code: "tape", message: "full", args: { what: "full" } };
      this.parts.push(bytes);
    },
    dropAbandon: async (drop: number) => {
      this.asked.push(`abandon ${drop}`);
    },
    dropEnd: async (drop: number) => {
      this.asked.push(`end ${drop}`);
      return this.job("import", "dropped");
    },
  } as unknown as Backend;
}

/** A file whose bytes tell their place. */
function file(name: string, size: number, fail = false): DroppedFile {
  return {
    name,
    size,
    slice: (from, to) => ({
      arrayBuffer: async () => {
        if (fail) throw new Error("the file has gone");
        return Uint8Array.from({ length: to - from }, (_, n) => (from + n) % 251).buffer;
      },
    }),
  };
}

let files: Files;
let jobs: Jobs;
let waiting: { work: () => void; ms: number }[];

beforeEach(() => {
  files = new Files();
  waiting = [];
  jobs = createJobs(files.backend, { later: (work, ms) => void waiting.push({ work, ms }) });
});

/** Lets all answers arrive that need no timer. */
const settle = async (): Promise<void> => {
  for (let n = 0; n < 50; n += 1) await Promise.resolve();
};

async function tick(): Promise<void> {
  for (const { work } of waiting.splice(0)) work();
  await settle();
}

describe("a job", () => {
  it("is asked about five times a second until it is done, and no longer", async () => {
    const id = jobs.exportTo({ session: 1, view: null, format: "csv", path: "/home/mira/night.csv" });
    expect(jobs.find(id)).toMatchObject({ stage: "running", name: "night.csv", kind: "export" });
    await settle();
    expect(waiting.map(({ ms }) => ms)).toEqual([200]);
    Object.assign(files.jobs.get(1)!, { done: 40, bytes: 4_000 });
    await tick();
    expect(jobs.find(id)).toMatchObject({ done: 40, total: 100, bytes: 4_000 });
    Object.assign(files.jobs.get(1)!, { state: "done", done: 100 });
    await tick();
    expect(jobs.find(id)?.stage).toBe("done");
    expect(waiting).toEqual([]);
    expect(files.asked).toEqual(["job 1", "job 1"]);
  });

  it("that is refused stands there with its reason", async () => {
    const id = jobs.exportTo({ session: 1, view: null, format: "csv", path: "/refused" });
    await settle();
    expect(jobs.find(id)).toMatchObject({ stage: "failed", failure: { code: "tape", args: { what: "unreadable" } } });
    expect(waiting).toEqual([]);
  });

  it("that the backend no longer knows has failed", async () => {
    const id = jobs.importFile("/a.sse");
    await settle();
    files.jobs.clear();
    await tick();
    expect(jobs.find(id)).toMatchObject({ stage: "failed", failure: { code: "stopped" } });
    expect(waiting).toEqual([]);
  });

  it("is cancelled, also before it has a number", async () => {
    const early = jobs.importFile("/early.sse");
    jobs.cancel(early);
    const late = jobs.importFile("/late.sse");
    await settle();
    jobs.cancel(late);
    await tick();
    expect([jobs.find(early)?.stage, jobs.find(late)?.stage]).toEqual(["cancelled", "cancelled"]);
  });

  it("tells once which tape an import made", async () => {
    const told: string[] = [];
    jobs.onTape((tape, work) => told.push(`${tape} of ${work.name}`));
    jobs.importFile("C:\\tapes\\a.tape");
    await settle();
    Object.assign(files.jobs.get(1)!, { state: "done", tape: "t1" });
    await tick();
    await tick();
    expect(told).toEqual(["t1 of a.tape"]);
  });

  it("stays until it is put away once it is over, and not before", async () => {
    const id = jobs.importFile("/a.sse");
    await settle();
    jobs.dismiss(id);
    expect(jobs.find(id)).not.toBeNull();
    files.jobs.get(1)!.state = "cancelled";
    await tick();
    jobs.dismiss(id);
    expect(jobs.all()).toEqual([]);
  });

  it("makes way for others when many are over", async () => {
    for (let n = 0; n < 12; n += 1) jobs.exportTo({ session: 1, view: null, format: "csv", path: "/refused" });
    await settle();
    jobs.exportTo({ session: 1, view: null, format: "csv", path: "/a.csv" });
    expect(jobs.all()).toHaveLength(8);
    expect(jobs.all().at(-1)).toMatchObject({ name: "a.csv" });
  });
});

describe("a file that is dropped", () => {
  it("is handed over in order, a part of 1 MiB at a time", async () => {
    const size = 2 * PART_BYTES + 3;
    const id = jobs.drop(file("night.SSE", size));
    await settle();
    expect(files.asked.slice(0, 2)).toEqual(["begin night.SSE", "end 7"]);
    expect(files.parts.map((part) => part.length)).toEqual([PART_BYTES, PART_BYTES, 3]);
    expect(files.parts.map((part) => part[0])).toEqual([0, PART_BYTES % 251, (2 * PART_BYTES) % 251]);
    expect(files.mostInFlight).toBe(1);
    expect(jobs.find(id)).toMatchObject({ stage: "running", name: "night.SSE", done: 0 });
  });

  it("says how much has been handed over", async () => {
    let letGo: () => void = () => undefined;
    files.hold = () => new Promise((resolve) => (letGo = resolve));
    const id = jobs.drop(file("a.jsonl", PART_BYTES + 10));
    await settle();
    expect(jobs.find(id)).toMatchObject({ stage: "sending", done: 0, total: PART_BYTES + 10 });
    letGo();
    await settle();
    expect(jobs.find(id)).toMatchObject({ stage: "sending", done: PART_BYTES });
    expect(files.asked).toEqual(["begin a.jsonl"]);
  });

  it("is refused by its name before a byte of it is read", async () => {
    for (const name of ["notes.pdf", "tape", "a.tape.zip"]) {
      const id = jobs.drop(file(name, 10));
      await settle();
      expect(jobs.find(id)).toMatchObject({ stage: "failed", failure: { code: "tape", args: { what: "foreign" } } });
    }
    expect(files.asked).toEqual([]);
  });

  it("fails in the middle with the backend's reason, sends no more, and leaves nothing there", async () => {
    files.refuseAt = 2;
    const id = jobs.drop(file("a.tape", 5 * PART_BYTES));
    await settle();
    expect(jobs.find(id)).toMatchObject({ stage: "failed", failure: { args: { what: "full" } } });
    expect(files.parts).toHaveLength(1);
    expect(files.asked).toEqual(["begin a.tape", "abandon 7"]);
    expect(waiting).toEqual([]);
  });

  it("fails when it cannot be read any more", async () => {
    const id = jobs.drop(file("a.tape", 10, true));
    await settle();
    expect(jobs.find(id)).toMatchObject({ stage: "failed", failure: { args: { what: "unreadable", detail: "Error: the file has gone" } } });
    expect(files.asked).toEqual(["begin a.tape", "abandon 7"]);
  });

  it("can be called off between two parts", async () => {
    let letGo: () => void = () => undefined;
    files.hold = () => new Promise((resolve) => (letGo = resolve));
    const id = jobs.drop(file("a.tape", 9 * PART_BYTES));
    await settle();
    jobs.cancel(id);
    letGo();
    await settle();
    expect(files.parts).toHaveLength(1);
    expect(jobs.find(id)?.stage).toBe("cancelled");
    expect(files.asked).toEqual(["begin a.tape", "abandon 7"]);
  });
});

it("files that are dropped together are handed over one after another, and one that waits can be called off", async () => {
  let letGo: () => void = () => undefined;
  files.hold = () => new Promise((resolve) => (letGo = resolve));
  const first = jobs.drop(file("a.tape", 10));
  const second = jobs.drop(file("b.tape", 10));
  const third = jobs.drop(file("c.tape", 10));
  await settle();
  expect(files.asked).toEqual(["begin a.tape"]);
  jobs.cancel(second);
  letGo();
  await settle();
  expect(files.asked).toEqual(["begin a.tape", "end 7", "begin c.tape"]);
  letGo();
  await settle();
  expect(files.mostInFlight).toBe(1);
  expect([first, second, third].map((id) => jobs.find(id)?.stage)).toEqual(["running", "cancelled", "running"]);
});

it("what goes on when the page is loaded again is followed to its end", async () => {
  const job = files.job("export", "/home/mira/all.jsonl");
  const again = createJobs(files.backend, { later: (work, ms) => void waiting.push({ work, ms }) }, [job]);
  expect(again.all()).toMatchObject([{ kind: "export", stage: "running", name: "all.jsonl", total: 100 }]);
  Object.assign(files.jobs.get(job.job) ?? {}, { state: "done", done: 100 });
  await tick();
  expect(again.all()).toMatchObject([{ stage: "done", done: 100 }]);
  expect(waiting).toEqual([]);
});

it("the name of a file is the last part of its path", () => {
  expect(baseName("/home/mira/a b.csv")).toBe("a b.csv");
  expect(baseName("C:\\Users\\mira\\a.csv")).toBe("a.csv");
  expect(baseName("a.csv")).toBe("a.csv");
});

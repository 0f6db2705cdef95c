// Tapes, files and serving of the pretended backend: a shelf of tapes like those of a week's work, exports and
// imports that take their time, and addresses that others seem to read.

import type { Backend } from "./backend";
import type { Found, Job, RecordingState, Served, TapeInfo, Tapes } from "./bindings";
import { recordTape, type FakeReplays, type FakeTape } from "./fake-replay";
import { takes } from "./fake-scripts";
import { failure, type FakeSession } from "./fake-session";

type Part =
  | "tapes"
  | "openTape"
  | "keepTape"
  | "deleteTape"
  | "replay"
  | "openWindow"
  | "setTitle"
  | "choosePath"
  | "exportTo"
  | "importFile"
  | "dropBegin"
  | "dropPart"
  | "dropEnd"
  | "dropAbandon"
  | "job"
  | "cancelJob"
  | "serve"
  | "served"
  | "stopServing"
;

export interface FakeHost {
  find(session: number): FakeSession;
  readonly replays: FakeReplays;
  nowUs(): number;
  /** The list of tapes has changed. */
  listed(generation: number): void;
}

export interface FakeTapes {
  readonly backend: Pick<Backend, Part>;
  /** Something happened in a session: its tape has grown, or is whole. */
  note(session: FakeSession): void;
  list(): Tapes;
  /** Work that goes on. */
  running(): Job[];
}

const HOUR_US = 3_600_000_000;
const FOLDER = "/home/mira/.local/share/tapewriter/tapes";
/** Bytes of a tape for each byte of events: with times, chunks and the index. */
const OVERHEAD = 1.6;
const JOB_MS = 1_600;

export function createFakeTapes(host: FakeHost): FakeTapes {
  const now = host.nowUs();
  const asked = new URLSearchParams(globalThis.location?.search);
  /** Where the recording of each session stands, for looking at it. */
  const stands = asked.get("recording") as RecordingState | null;

  let generation = 1;
  const shelf: TapeInfo[] = asked.has("no-tapes") ? [] : shelved(now);
  const recorded = new Map<string, FakeTape>();
  const jobs = new Map<number, { job: Job; begun: number; tape: TapeInfo | null }>();
  const drops = new Map<number, { name: string; bytes: number }>();
  let served: Served[] = [];
  let last = 0;

  const list = (): Tapes => ({
    tapes: [...shelf].sort((a, b) => b.started_us - a.started_us),
    bytes: shelf.reduce((n, tape) => n + tape.bytes, 0),
    generation,
    folder: FOLDER,
  });

  function changed(): void {
    generation += 1;
    host.listed(generation);
  }

  function find(id: string): TapeInfo {
    const tape = shelf.find((each) => each.id === id);
    if (!tape) throw failure("tape", { what: "missing" });
    return tape;
  }

  function note(session: FakeSession): void {
    const { status, stream } = session;
    if (status.replay || !stream.record) return;
    const id = `20261126-1204-${status.session}`;
    let tape = shelf.find((each) => each.id === id);
    const state: RecordingState = session.live ? (session.taping?.state ?? stands ?? "on") : stands === "off" ? "off" : "done";
    const lost = session.taping?.lost ?? (state === "no-room" || state === "failed" ? 1_204 : 0);
    const detail = state === "failed" ? "Input/output error (os error 5)" : "";
    const bytes = Math.round(status.bytes * OVERHEAD) + 12_288;
    status.recording = { state, tape: state === "off" ? null : id, bytes, lost, detail };
    if (state === "off") return;
    if (!tape) {
      tape = info(id, stream.name, stream.url, status.started_us, 0, 0, 0, { session: status.session, ended_us: null });
      shelf.push(tape);
      changed();
    }
    Object.assign(tape, { events: status.events, bytes });
    if (!session.live && tape.session !== null) {
      Object.assign(tape, { session: null, ended_us: status.ended_us });
      changed();
    }
  }

  function open(id: string): Found {
    const tape = find(id);
    if (tape.failure) throw tape.failure;
    if (tape.session !== null) return { session: tape.session, stream: host.find(tape.session).stream };
    const take = recorded.get(id) ?? record(tape);
    recorded.set(id, take);
    return host.replays.open(take);
  }

  /** What the tape of a stream like this would hold. */
  function record(tape: TapeInfo): FakeTape {
    const { stream, script } = takes.find((each) => each.stream.url === tape.url) ?? takes[0];
    return recordTape(tape.id, { ...stream, name: tape.name, url: tape.url }, tape.started_us, script);
  }

  function begin(kind: Job["kind"], path: string, total: number, bytes: number, tape: TapeInfo | null): Job {
    last += 1;
    const job: Job = { job: last, kind, state: "running", done: 0, total, bytes: 0, path, tape: null, failure: null };
    jobs.set(last, { job, begun: performance.now(), tape });
    const full = path.includes("full") ? failure("tape", { what: "full", detail: "No space left on device (os error 28)" }) : null;
    const timer = setInterval(() => {
      if (job.state !== "running") return clearInterval(timer);
      const part = Math.min(1, job.done / Math.max(1, total) + 100 / JOB_MS);
      Object.assign(job, { done: Math.round(total * part), bytes: Math.round(bytes * part) });
      if (full && part > 0.5) Object.assign(job, { state: "failed", failure: full });
      else if (part >= 1) finish(job, tape);
    }, 100);
    return { ...job };
  }

  function finish(job: Job, tape: TapeInfo | null): void {
    job.state = "done";
    if (!tape) return;
    job.tape = tape.id;
    shelf.push(tape);
    changed();
  }

  function imported(name: string, bytes: number): TapeInfo {
    const id = `import-${last + 1}`;
    const at = host.nowUs();
    return info(id, name.replace(/\.\w+$/, ""), name, at - 90_000_000, 90_000_000, 812, bytes, { origin: "imported" });
  }

  const refuseForeign = (name: string): void => {
    if (!/\.(tape|sse|jsonl)$/i.test(name)) throw failure("tape", { what: "foreign" });
  };

  return {
    note,
    list,
    running: () => [...jobs.values()].flatMap(({ job }) => (job.state === "running" ? [{ ...job }] : [])),
    backend: {
      tapes: async () => structuredClone(list()),
      openTape: async (id) => open(id),
      async keepTape(id, name, kept) {
        Object.assign(find(id), { name, kept });
        changed();
      },
      async deleteTape(id) {
        if (find(id).session !== null) throw failure("tape", { what: "busy" });
        shelf.splice(shelf.indexOf(find(id)), 1);
        changed();
      },
      replay: async (session, command) => host.replays.command(session, command),
      setTitle: async () => undefined,
      async openWindow(session) {
        globalThis.open?.(`${location.pathname}?fake&session=${session}`, "_blank", "width=900,height=600");
      },
      choosePath: async (name) => `/home/mira/Documents/${asked.has("full") ? "full disk/" : ""}${name}`,
      exportTo: async ({ session, path }) => {
        const { status } = host.find(session);
        const entries = status.replay?.entries ?? status.end_pos;
        return begin("export", path, entries, entries * 118, null);
      },
      async importFile(path) {
        const name = path.slice(path.lastIndexOf("/") + 1);
        refuseForeign(name);
        return begin("import", path, 4_200_000, 4_200_000, imported(name, 5_100_000));
      },
      async dropBegin(name) {
        refuseForeign(name);
        last += 1;
        drops.set(last, { name, bytes: 0 });
        return last;
      },
      async dropPart(drop, bytes) {
        const to = drops.get(drop);
        if (!to) throw failure("tape", { what: "missing" });
        to.bytes += bytes.length;
      },
      async dropEnd(drop) {
        const from = drops.get(drop);
        if (!from) throw failure("tape", { what: "missing" });
        drops.delete(drop);
        return begin("import", from.name, from.bytes, from.bytes, imported(from.name, from.bytes * OVERHEAD));
      },
      async dropAbandon(drop) {
        drops.delete(drop);
      },
      async job(number) {
        const found = jobs.get(number);
        if (!found) throw failure("stopped", { detail: `no job ${number}` });
        return { ...found.job };
      },
      async cancelJob(number) {
        const job = jobs.get(number)?.job;
        if (job?.state === "running") job.state = "cancelled";
      },
      async serve({ tape, speed, repeat, cors }) {
        const { name, events } = find(tape);
        last += 1;
        const url = `http://127.0.0.1:4737/tape/${"q7m2xk4v9c1f".slice(0, 10)}${last}`;
        const one = { id: last, tape, name, url, curl: `curl -N '${url}'`, speed, repeat, cors, chunks: events < 100_000, clients: 0, requests: 0 };
        served = [...served, one];
        return { ...one };
      },
      async served() {
        served = served.map((each) => ({ ...each, clients: 1, requests: Math.max(1, each.requests) }));
        return structuredClone(served);
      },
      async stopServing(id) {
        served = served.filter((each) => each.id !== id);
      },
    },
  };
}

function info(
  id: string,
  name: string,
  url: string,
  started_us: number,
  length_us: number,
  events: number,
  bytes: number,
  more: Partial<TapeInfo> = {},
): TapeInfo {
  const ended_us = started_us + length_us;
  return { id, name, url, kept: false, origin: "recorded", started_us, ended_us, events, bytes, session: null, failure: null, ...more };
}

function shelved(now: number): TapeInfo[] {
  const chat = "https://api.example.com/v1/chat/completions";
  const builds = "https://ci.example.com/v1/builds/events";
  const at = (day: number, hour: number, minute: number): number => {
    const date = new Date(now / 1000);
    date.setDate(date.getDate() - day);
    date.setHours(hour, minute, 31, 152);
    return Math.min(date.getTime() * 1000, now - HOUR_US / 30);
  };
  return [
    info("20261126-120431-gpt-staging", "gpt staging", chat, at(0, 12, 4), 9_400_000, 182, 61_440),
    info("20261114-031207-builds", "Incident 14 Nov", builds, at(12, 3, 12), 5.6 * HOUR_US, 2_104_332, 1_384_120_320, { kept: true }),
    info("20261125-221002-wiki", "Wikimedia changes", "https://stream.wikimedia.org/v2/stream/recentchange", at(1, 22, 10), 41 * 60_000_000, 76_204, 128_450_560),
    info("20261125-181544-flaky", "Flaky line", "demo:/flaky", at(1, 18, 15), 22_400_000, 30, 28_672),
    info("20261124-090011-sensors", "Home sensors", "https://home.example.net/events?room=kitchen&token=…", at(2, 9, 0), 10.2 * HOUR_US, 36_720, 21_340_160, { origin: "imported" }),
    info("20261123-160900-builds", "Build events", builds, at(3, 16, 9), 2.2 * HOUR_US, 20_197, 9_830_400),
    info("20261123-101200-rec", "Market monitor", "demo:/monitor", at(3, 10, 12), 12 * 60_000_000, 7_200, 1_740_800, { origin: "recovered" }),
    info("20261122-203000-old", "Late builds", builds, at(4, 20, 30), 0, 0, 48_234_496, { failure: failure("tape", { what: "damaged", detail: "database disk image is malformed" }) }),
    info("20261121-110500-newer", "From the other laptop", chat, at(5, 11, 5), 0, 0, 90_112, { failure: failure("tape", { what: "newer" }) }),
  ];
}

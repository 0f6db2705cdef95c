// Replays of the pretended backend: a recorded session whose end is a playhead.

import type { Entry } from "./fake-session";
import type { Found, Replay, ReplayCommand, Row, Status, Stream, TextTick } from "./bindings";
import { failure, FakeSession } from "./fake-session";

const FRAME_MS = 16;
/** Entries that go by in a frame where the speed is as fast as possible. */
const BURST = 2_000;
const NEWEST_CHARS = 16 << 10;

/** A tape in memory: the session that was recorded. */
export interface FakeTape {
  readonly id: string;
  readonly session: FakeSession;
}

/** What the replays need of the backend that they are a part of. */
export interface ReplayHost {
  /** Real time. */
  nowUs(): number;
  /** The number of the next session. */
  nextNumber(): number;
  /** Takes a session in, so that it is found and its ticks are sent. */
  add(session: FakeSession): void;
  find(session: number): FakeSession;
  /** Sessions that are there. */
  sessions(): Iterable<FakeSession>;
  /** Moves nothing by itself: a test calls `advance`. */
  readonly byHand?: boolean;
}

/** Plays a script at once, as if it had begun at `startedUs`; each of its waits passes in no time. */
export function recordTape(id: string, stream: Stream, startedUs: number, script: (session: FakeSession) => Iterator<number>): FakeTape {
  let at = startedUs;
  const session = new FakeSession(0, stream, () => at);
  const waits = script(session);
  for (let next = waits.next(); !next.done; next = waits.next()) at += next.value * 1_000;
  return { id, session };
}

export interface FakeReplays {
  open(tape: FakeTape): Found;
  command(session: number, command: ReplayCommand): void;
}

export function createFakeReplay(host: ReplayHost): FakeReplays {
  return {
    open(tape) {
      for (const session of host.sessions()) {
        if (session instanceof FakeReplay && session.tape === tape.id) return { session: session.number, stream: session.stream };
      }
      const session = new FakeReplay(host, tape);
      host.add(session);
      return { session: session.number, stream: session.stream };
    },
    command(number, command) {
      const session = host.find(number);
      if (!(session instanceof FakeReplay)) throw failure("limit", { detail: `session ${number} is no replay` });
      session.command(command);
    },
  };
}

export class FakeReplay extends FakeSession {
  readonly tape: string;
  readonly #host: ReplayHost;
  readonly #entries: readonly Entry[];
  readonly #events: readonly Row[];
  /** The status that the tape ended with. */
  readonly #last: Status;
  #replay: Replay;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #movedAtUs = 0;
  /** A seek begins the page anew, and be it with nothing on it. */
  #anew = false;

  constructor(host: ReplayHost, { id, session }: FakeTape) {
    const { status } = session;
    super(host.nextNumber(), { ...session.stream, id: `tape:${id}` }, host.nowUs);
    this.tape = id;
    this.#host = host;
    this.#last = { ...status };
    this.takeFrom(session);
    this.#entries = session.kept();
    this.#events = this.#entries.map(({ row }) => row).filter((row) => row.kind === "event");
    const end = Math.max(status.ended_us ?? 0, this.#entries.at(-1)?.row.at_us ?? status.started_us);
    this.#replay = {
      tape: id,
      playing: false,
      speed: 1,
      skip_us: null,
      at_us: status.started_us,
      start_us: status.started_us,
      end_us: end,
      entries: status.end_pos,
      events: status.events,
      seeks: 0,
    };
    this.#stand(0);
  }

  override get live(): boolean {
    return this.#replay?.playing ?? false;
  }

  override settle(): void {
    // What came per second is the tape's, not the replay's.
  }

  override since(): TextTick | null {
    const text = super.since();
    if (text) this.#anew = false;
    if (text || !this.#anew) return text;
    this.#anew = false;
    return { runs: [], pos: this.cursor, end: this.cursor, skipped: 0 };
  }

  command(command: ReplayCommand): void {
    const on = this.#replay;
    switch (command.do) {
      case "play":
        if (on.at_us >= on.end_us) this.#seek(on.start_us);
        this.#run(true);
        break;
      case "pause":
        this.#run(false);
        break;
      case "speed":
        this.#set({ speed: command.speed });
        break;
      case "skip":
        this.#set({ skip_us: command.longer_us });
        break;
      case "seek":
        this.#seek(command.at_us);
        break;
      case "seek-pos": {
        const entry = this.#entries[Math.min(command.pos, this.#entries.length - 1)];
        if (entry) this.#seek(entry.row.at_us, entry.row.pos + 1);
        break;
      }
      case "step":
        this.#step(command.events);
    }
  }

  /** Lets real time pass. */
  advance(byUs: number): void {
    const { playing, speed, end_us, at_us, skip_us } = this.#replay;
    if (!playing) return;
    const next = this.#entries[this.status.end_pos];
    if (speed === 0) {
      const entry = this.#entries[this.status.end_pos + BURST - 1];
      this.#go(entry ? entry.row.at_us : end_us, entry ? entry.row.pos + 1 : undefined);
    } else {
      const before = this.#entries[this.status.end_pos - 1]?.row.at_us ?? this.#replay.start_us;
      const skipped = skip_us !== null && next && next.row.at_us - before > skip_us;
      this.#go(skipped ? next.row.at_us : Math.min(end_us, at_us + byUs * speed));
    }
    if (this.#replay.at_us >= end_us) this.#run(false);
  }

  #run(playing: boolean): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#set({ playing });
    if (!playing || this.#host.byHand) return;
    this.#movedAtUs = this.#host.nowUs();
    const frame = (): void => {
      const now = this.#host.nowUs();
      this.advance(now - this.#movedAtUs);
      this.#movedAtUs = now;
      this.#timer = this.#replay.playing ? setTimeout(frame, FRAME_MS) : null;
    };
    this.#timer = setTimeout(frame, FRAME_MS);
  }

  #step(events: number): void {
    this.#run(false);
    const seen = this.status.events;
    if (events > 0) {
      const row = this.#events[Math.min(seen + events, this.#events.length) - 1];
      if (row && row.pos >= this.status.end_pos) this.#go(row.at_us, row.pos + 1);
    } else {
      const row = this.#events[seen + events - 1];
      if (row) this.#seek(row.at_us, row.pos + 1);
      else this.#seek(this.#replay.start_us, 0);
    }
  }

  #seek(at: number, pos?: number): void {
    this.#go(Math.min(this.#replay.end_us, Math.max(this.#replay.start_us, at)), pos);
    this.cursor = this.newest(NEWEST_CHARS);
    this.#anew = true;
    this.#set({ seeks: this.#replay.seeks + 1 });
  }

  #go(at: number, pos = this.#posAfter(at)): void {
    this.#replay = { ...this.#replay, at_us: at >= this.#replay.end_us ? this.#replay.end_us : Math.round(at) };
    this.#stand(pos);
  }

  /** The first entry later than `at`. */
  #posAfter(at: number): number {
    let low = 0;
    for (let high = this.#entries.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.row.at_us ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #set(patch: Partial<Replay>): void {
    this.#replay = { ...this.#replay, ...patch };
    this.status.replay = this.#replay;
    this.changed();
  }

  /** Everything is as it was when this many entries had come. */
  #stand(end: number): void {
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.pos ?? 0) < end) low = middle + 1;
      else high = middle;
    }
    const share = this.#entries.length > 0 ? end / this.#entries.length : 0;
    Object.assign(this.status, {
      state: "closed",
      started_us: this.#last.started_us,
      ended_us: this.#last.ended_us ?? this.#replay.end_us,
      events: low,
      end_pos: end,
      bytes: Math.round(this.#last.bytes * share),
      first_event_us: low > 0 ? this.#last.first_event_us : null,
      reconnects: this.#entries.slice(0, end).filter(({ row }) => row.kind === "resumed").length,
      recording: { state: "off", tape: this.tape, bytes: 0, lost: 0, detail: "" },
      replay: this.#replay,
    } satisfies Partial<Status>);
    this.changed();
  }
}

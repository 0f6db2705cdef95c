import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LIVE_MS, MOST, PAGE, RoomWindow, type RoomPage } from "./room-window";

interface Row {
  readonly pos: number;
  readonly text: string;
}

/** A backend with rows of its own; each row's entry is its number times ten. */
class Rows {
  rows: Row[] = [];
  made = 0;
  gone = 0;
  rule = "a";
  done = true;
  asked: [number | null, number][] = [];

  add(count: number): void {
    for (let n = 0; n < count; n += 1, this.made += 1) this.rows.push({ pos: this.made * 10, text: `row ${this.made}` });
  }

  async page(from: number | null, len: number): Promise<RoomPage<Row> | null> {
    this.asked.push([from, len]);
    expect(len).toBeGreaterThan(0);
    expect(len).toBeLessThanOrEqual(PAGE);
    await new Promise((answer) => setTimeout(answer, 5));
    const total = this.rows.length;
    const start = Math.min(total, Math.max(this.gone, from ?? total - len));
    return { rows: this.rows.slice(start, start + len), from: start, gone: this.gone, total, rule: this.rule, done: this.done };
  }
}

let all: Rows;
let room: RoomWindow<Row>;
let anew: number;

const pass = (ms = 50): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const settle = (): Promise<unknown> => pass(2 * LIVE_MS + 50);

beforeEach(async () => {
  vi.useFakeTimers();
  all = new Rows();
  anew = 0;
  room = new RoomWindow<Row>({ ask: (from, len) => all.page(from, len), changed: (is) => (anew += is ? 1 : 0) });
  room.see(true);
});

afterEach(() => {
  room.dispose();
  vi.useRealTimers();
});

async function begin(count: number): Promise<void> {
  all.add(count);
  room.begin();
  await settle();
  all.asked = [];
}

/** The rows held are a run of those that there are. */
function expectRun(): void {
  expect(room.rows).toEqual(all.rows.slice(room.from, room.end));
  expect(room.rows.length).toBeLessThanOrEqual(MOST);
}

describe("a window that follows", () => {
  it("begins with the newest page and takes what comes", async () => {
    await begin(1_000);
    expect([room.from, room.end, room.total]).toEqual([900, 1_000, 1_000]);
    all.add(7);
    room.note();
    await settle();
    expect(room.end).toBe(1_007);
    expectRun();
  });

  it("holds no more rows than it may, however long it follows", async () => {
    await begin(10);
    for (let n = 0; n < 30; n += 1) {
      all.add(40);
      room.note();
      await settle();
    }
    expect(room.end).toBe(1_210);
    expect(room.rows.length).toBe(MOST);
    expectRun();
  });

  it("passes over a flood instead of pulling all of it", async () => {
    await begin(10);
    all.add(50_000);
    room.note();
    await settle();
    expect(room.end).toBe(50_010);
    expect(all.asked.length).toBeLessThan(5);
    expectRun();
  });

  it("asks at a pace, and nothing while nothing changes", async () => {
    await begin(10);
    for (let n = 0; n < 100; n += 1) {
      all.add(1);
      room.note();
      await pass(10);
    }
    expect(all.asked.length).toBeLessThanOrEqual(Math.ceil(1_000 / LIVE_MS) + 1);
    await settle();
    expectRun();
    all.asked = [];
    await pass(10_000);
    expect(all.asked).toEqual([]);
  });

  it("asks nothing while nobody sees it, and then at once", async () => {
    await begin(10);
    room.see(false);
    all.add(5);
    room.note();
    await pass(5_000);
    expect(all.asked).toEqual([]);
    room.see(true);
    await pass();
    expect(room.end).toBe(15);
  });

  it("goes on asking while the backend has not looked through all", async () => {
    all.done = false;
    await begin(3);
    await pass(500);
    expect(all.asked.length).toBeGreaterThan(3);
    all.done = true;
    await settle();
    all.asked = [];
    await pass(2_000);
    expect(all.asked).toEqual([]);
  });
});

describe("a window whose reader is elsewhere", () => {
  it("only counts what comes", async () => {
    await begin(1_000);
    room.follow(false);
    all.add(300);
    room.note();
    await settle();
    expect([room.end, room.total]).toEqual([1_000, 1_300]);
    expect(all.asked).toEqual([[999, 1]]);
  });

  it("pulls older pages to the beginning, and newer ones back to the end", async () => {
    await begin(1_000);
    room.follow(false);
    for (let n = 0; n < 12; n += 1) {
      room.older();
      await settle();
      expectRun();
    }
    expect(room.from).toBe(0);
    expect(room.rows.length).toBe(MOST);
    for (let n = 0; n < 12; n += 1) {
      room.newer();
      await settle();
      expectRun();
    }
    expect(room.end).toBe(1_000);
    expect(room.rows.length).toBe(MOST);
  });

  it("takes newer rows only as far as it is told", async () => {
    await begin(1_000);
    room.follow(false);
    for (let n = 0; n < 6; n += 1) {
      room.older();
      await settle();
    }
    const { end } = room;
    room.newer(end + 30);
    await settle();
    expect(room.end).toBe(end + 30);
  });

  it("comes back to the newest in one pull where it is far away", async () => {
    await begin(1_000);
    room.follow(false);
    for (let n = 0; n < 9; n += 1) {
      room.older();
      await settle();
    }
    all.asked = [];
    room.follow(true);
    await settle();
    expect([room.from, room.end]).toEqual([900, 1_000]);
    expect(all.asked).toEqual([[null, PAGE]]);
  });

  it("does not ask beyond a beginning that is gone", async () => {
    all.gone = 950;
    await begin(1_000);
    expect(room.from).toBe(950);
    room.follow(false);
    room.older();
    await settle();
    expect(all.asked).toEqual([]);
    expect(room.gone).toBe(950);
  });

  it("loses rows whose beginning goes while they are read", async () => {
    await begin(1_000);
    room.follow(false);
    all.gone = 940;
    room.note();
    await settle();
    expect(room.from).toBe(940);
    expectRun();
  });
});

describe("a window of rows that change", () => {
  it("shrinks with a playhead that goes back, and grows again", async () => {
    await begin(1_000);
    const kept = all.rows;
    all.rows = kept.slice(0, 960);
    room.note();
    await settle();
    expect([room.end, room.total]).toEqual([960, 960]);
    all.rows = kept.slice(0, 20);
    room.note();
    await settle();
    expect([room.from, room.end]).toEqual([0, 20]);
    all.rows = [];
    room.note();
    await settle();
    expect([room.rows, room.total]).toEqual([[], 0]);
    all.rows = kept;
    room.note();
    await settle();
    expect(room.end).toBe(1_000);
    expectRun();
  });

  it("begins anew where the rule is another", async () => {
    await begin(1_000);
    all.rule = "b";
    all.rows = all.rows.slice(0, 500).map((row) => ({ ...row, text: `other ${row.text}` }));
    room.note();
    await settle();
    await settle();
    expect(room.rows[0]?.text).toContain("other");
    expectRun();
  });

  it("keeps what is there in sight until it is read in the other way", async () => {
    await begin(40);
    const before = room.rows;
    const { page } = all;
    // At first it has only begun to look.
    let looks = 2;
    all.page = async (from, len) => {
      const answer = (await page.call(all, from, len)) as RoomPage<Row>;
      looks -= 1;
      return looks < 0 ? answer : { ...answer, rows: [], from: 0, total: 0, done: false };
    };
    all.rule = "b";
    all.rows = all.rows.slice(0, 12).map((row) => ({ ...row, text: `other ${row.text}` }));
    room.again();
    expect([room.rows, room.total, room.known]).toEqual([before, 40, true]);
    await pass(20);
    expect([looks, room.rows, room.total]).toEqual([1, before, 40]);
    await settle();
    expect([room.from, room.end, room.total]).toEqual([0, 12, 12]);
    expect(room.rows[0]?.text).toContain("other");
    expectRun();
  });

  it("shows nothing of the other way where that cannot be had", async () => {
    await begin(40);
    all.page = async () => null;
    room.again();
    await settle();
    expect([room.rows, room.total]).toEqual([[], 0]);
  });

  it("begins anew where the rows have been numbered anew", async () => {
    await begin(1_000);
    // One of the older rows is hidden now: all behind it have another number.
    all.rows.splice(100, 1);
    all.add(2);
    const before = anew;
    room.note();
    await settle();
    await settle();
    expect(anew).toBeGreaterThan(before);
    expectRun();
  });

  it("takes a newest row that has changed, and keeps the others", async () => {
    await begin(1_000);
    const first = room.rows[0];
    all.rows[999] = { pos: 9_990, text: "changed" };
    const before = anew;
    room.note();
    await settle();
    expect(room.rows.at(-1)?.text).toBe("changed");
    expect([anew, room.rows[0]]).toEqual([before, first]);
    expectRun();
  });

  it("does not spin where rows are told of and not given", async () => {
    await begin(10);
    const { page } = all;
    all.page = async (from, len) => ({ ...((await page.call(all, from, len)) as RoomPage<Row>), total: 500 });
    room.note();
    await pass(1_000);
    // At the line's pace, each time with a new beginning.
    expect(all.asked.length).toBeLessThanOrEqual(2 * (Math.ceil(1_000 / LIVE_MS) + 1));
  });

  it("takes no answer of a session that was left", async () => {
    await begin(1_000);
    all.add(1);
    room.note();
    await vi.advanceTimersByTimeAsync(1);
    all = new Rows();
    all.add(3);
    room.begin();
    await settle();
    expect([room.from, room.end]).toEqual([0, 3]);
    expectRun();
  });
});

describe("the row of an entry", () => {
  it("is found without pulling what lies between", async () => {
    await begin(100_000);
    const found = room.rowOf(412_345);
    await pass(500);
    expect(await found).toBe(41_234);
    expect(all.asked.length).toBeLessThan(20);
    room.around(41_234);
    await settle();
    expect(room.from).toBeLessThanOrEqual(41_234);
    expect(room.end).toBeGreaterThan(41_234);
    expect(room.following).toBe(false);
    expectRun();
  });

  it("is the nearest before it, and none in an empty room", async () => {
    await begin(10);
    expect(await room.rowOf(35)).toBe(3);
    all.rows = [];
    room.begin();
    await settle();
    const found = room.rowOf(5);
    await pass();
    expect(await found).toBeNull();
  });
});

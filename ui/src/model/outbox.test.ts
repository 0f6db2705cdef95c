import { beforeEach, describe, expect, it } from "vitest";
import type { Failure, Sent } from "../ipc/bindings";
import { createOutbox, type Postbox } from "./outbox";

const FAILURE: Failure = { code: "status", message: "503", args: { status: "503" } };

let outbox: Postbox;
let session: number | null;
let calls: { id: string; text: string; resolve(): void; reject(why: Failure): void }[];

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 0));
const states = (): string[] => outbox.items().map(({ text, state }) => `${text} ${state}`);

beforeEach(() => {
  session = 1;
  calls = [];
  let n = 0;
  outbox = createOutbox(
    {
      session: () => session,
      send: (id, text) =>
        new Promise<Sent>((resolve, reject) => calls.push({ id, text, resolve: () => resolve({ status: 202 }), reject })),
    },
    { newId: () => `id${(n += 1)}`, nowMs: () => 1_000 + n },
  );
});

describe("a message", () => {
  it("stands there at once, and until the room says it back", async () => {
    outbox.send("hello");
    expect(outbox.items()).toEqual([{ id: "id1", text: "hello", state: "sending", failure: null, atMs: 1_001 }]);
    calls[0]?.resolve();
    await settled();
    expect(states()).toEqual(["hello sent"]);
    outbox.echoed("id1", "hello");
    expect(states()).toEqual([]);
  });

  it("may be said back before it was answered", async () => {
    outbox.send("hello");
    outbox.echoed("id1", "hello");
    calls[0]?.resolve();
    await settled();
    expect(states()).toEqual([]);
  });

  it("is found by its text where the room gives no ids, or its own, the oldest first", () => {
    outbox.send("hi");
    outbox.send("hi");
    outbox.echoed("", "hi");
    expect(outbox.items().map(({ id }) => id)).toEqual(["id2"]);
    outbox.echoed("the room's", "hi");
    expect(states()).toEqual([]);
    outbox.echoed("the room's", "hi");
  });

  it("says why it was not taken, and is sent again under its own id", async () => {
    outbox.send("hello");
    calls[0]?.reject(FAILURE);
    await settled();
    expect(outbox.items()).toMatchObject([{ state: "failed", failure: FAILURE }]);
    outbox.retry("id1");
    expect(states()).toEqual(["hello sending"]);
    expect(outbox.items()[0]?.failure).toBeNull();
    expect(calls.map(({ id }) => id)).toEqual(["id1", "id1"]);
    outbox.retry("id1");
    expect(calls).toHaveLength(2);
    calls[1]?.reject(FAILURE);
    await settled();
    outbox.drop("id1");
    expect(states()).toEqual([]);
  });

  it("of nothing but space is not sent", () => {
    expect(outbox.send(" \n ")).toBe(false);
    expect(calls).toHaveLength(0);
  });

  it("is taken only where there is a session", () => {
    expect(outbox.send("hello")).toBe(true);
    session = null;
    expect(outbox.send("anybody?")).toBe(false);
    expect(calls).toHaveLength(1);
  });
});

it("keeps the sessions apart", async () => {
  outbox.send("one");
  session = 2;
  expect(states()).toEqual([]);
  outbox.send("two");
  calls[0]?.reject(FAILURE);
  await settled();
  expect(states()).toEqual(["two sending"]);
  session = 1;
  expect(states()).toEqual(["one failed"]);
  outbox.settle(["id1", "nobody"]);
  expect(states()).toEqual([]);
});

it("keeps no more than two hundred that are never said back", () => {
  for (let n = 0; n < 230; n += 1) outbox.send(`m${n}`);
  expect(outbox.items()).toHaveLength(200);
  expect(outbox.items()[0]?.text).toBe("m30");
});

import { expect, it } from "vitest";
import type { Backend } from "../ipc/backend";
import type { Served } from "../ipc/bindings";
import { createServing } from "./serving";

const one = (id: number, tape: string, clients = 0): Served => ({
  id,
  tape,
  name: tape,
  url: `http://127.0.0.1:4737/tape/${id}`,
  curl: "",
  speed: 1,
  repeat: false,
  cors: false,
  chunks: true,
  clients,
  requests: 0,
});

function setUp(there: Served[] = []) {
  const state = { served: there, asked: 0, answers: [] as (() => void)[], held: false };
  const backend = {
    served: () => {
      state.asked += 1;
      const answer = [...state.served];
      return state.held ? new Promise((resolve) => state.answers.push(() => resolve(answer))) : Promise.resolve(answer);
    },
    serve: async ({ tape }: { tape: string }) => {
      const next = one(9, tape);
      state.served = [...state.served, next];
      return next;
    },
    stopServing: async (id: number) => {
      state.served = state.served.filter((each) => each.id !== id);
    },
  } as unknown as Backend;
  let beat: (() => void) | null = null;
  const serving = createServing(backend, {
    every(work, ms) {
      expect(ms).toBe(1_000);
      beat = work;
      return () => (beat = null);
    },
  });
  return { serving, state, beat: () => beat?.(), beating: () => beat !== null };
}

const settle = async (): Promise<void> => {
  for (let n = 0; n < 20; n += 1) await Promise.resolve();
};

it("finds what an earlier load of the page had begun to serve", async () => {
  const { serving } = setUp([one(1, "a")]);
  await settle();
  expect(serving.of("a")?.id).toBe(1);
  expect(serving.of("b")).toBeNull();
});

it("asks who reads only while it is watched", async () => {
  const { serving, state, beat, beating } = setUp([one(1, "a")]);
  await settle();
  const stop = serving.watch();
  state.served = [one(1, "a", 2)];
  beat();
  await settle();
  expect(serving.of("a")?.clients).toBe(2);
  stop();
  expect(beating()).toBe(false);
});

it("begins and ends what is served", async () => {
  const { serving } = setUp();
  await settle();
  await serving.start({ tape: "a", speed: 1, repeat: false, cors: false });
  expect(serving.of("a")?.id).toBe(9);
  await serving.stop(9);
  expect(serving.all()).toEqual([]);
});

it("does not let an answer that was asked for before a change undo it", async () => {
  const { serving, state } = setUp();
  await settle();
  state.held = true;
  const stop = serving.watch();
  await serving.start({ tape: "a", speed: 1, repeat: false, cors: false });
  for (const answer of state.answers) answer();
  await settle();
  expect(serving.of("a")?.id).toBe(9);
  stop();
});

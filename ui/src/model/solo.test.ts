import { expect, it } from "vitest";
import { stream } from "../ipc/fake-scripts";
import { soloSession, type Shelf } from "./solo";

const A = stream("demo:/stream", "A");
const B = stream("demo:/flaky", "B");

function shelf(): Shelf {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

it("is none in the main window", () => {
  expect(soloSession("", [{ session: 1, stream: A }], shelf())).toBeNull();
  expect(soloSession("?session=x", [{ session: 1, stream: A }], shelf())).toBeNull();
});

it("is the one in the address, and after a new Connect the one that its stream has now", () => {
  const kept = shelf();
  expect(soloSession("?session=1", [{ session: 1, stream: A }, { session: 2, stream: B }], kept)?.session).toBe(1);
  expect(soloSession("?session=1", [{ session: 2, stream: B }, { session: 5, stream: A }], kept)?.session).toBe(5);
  expect(soloSession("?session=2", [{ session: 2, stream: B }, { session: 5, stream: A }], kept)?.session).toBe(2);
});

it("is gone where neither is there", () => {
  const kept = shelf();
  expect(soloSession("?session=1", [{ session: 2, stream: B }], kept)).toBeUndefined();
  soloSession("?session=1", [{ session: 1, stream: A }], kept);
  expect(soloSession("?session=1", [{ session: 2, stream: B }], kept)).toBeUndefined();
});

// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { createVault } from "../model/vault";
import { createDesk, type Desk } from "./desk";
import { Empty, offeredBy } from "./Empty";

let fake: Fake;
let desk: Desk;
let end: () => void;

const keys = (): string[] => [...document.querySelectorAll("kbd")].map((each) => each.textContent ?? "");
const choose = (key: string): void => desk.select(desk.library.demos.find((demo) => demo.key === key)?.stream.id ?? "");

beforeEach(async () => {
  fake = createFake({ byHand: true });
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  const library = createLibrary(fake, hello, words, { read: () => null, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  end = render(() => <Empty desk={desk} />, document.body);
});
afterEach(async () => {
  end();
  await fake.hello(2 ** 32 - 1, () => undefined);
  document.body.replaceChildren();
});

it("offers Enter once: the composer of a demo that asks has it", () => {
  choose("message");
  expect(keys()).toEqual(["Enter", "2", "3"]);
  choose("answers");
  expect(keys()).toEqual(["1", "2", "3"]);
  expect(offeredBy(desk, "1")?.key).toBe("message");
  expect(offeredBy(desk, "Enter")?.key).toBe("answers");
  // Without its composer it is as any other.
  desk.setScene("events");
  expect(keys()).toEqual(["Enter", "2", "3"]);
});

// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createFake } from "../ipc/fake";
import type { Failure } from "../ipc/bindings";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { blank } from "../model/stream";
import { createVault } from "../model/vault";
import { createDesk, type Desk } from "./desk";
import { LineNotice } from "./LineNotice";

const MODEL = { ...blank("model"), url: "https://model.example/v1" };
let refusal: Failure | null;
let desk: Desk;
let end: () => void = () => undefined;

const $ = (id: string): HTMLElement | null => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);

async function shown(failure: Failure): Promise<void> {
  refusal = failure;
  const fake = createFake({ byHand: true });
  await fake.saveStream(MODEL);
  const live = createLive(fake);
  const hello = await live.start();
  live.refusal = () => refusal;
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  const library = createLibrary(fake, hello, words, { read: () => MODEL.id, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  end = render(() => <LineNotice desk={desk} />, document.body);
}

beforeEach(() => document.body.replaceChildren());
afterEach(() => end());

it("says what the server said was wrong, its type beside it, and what it sent below", async () => {
  const body = '{"error":{"message":"Incorrect <b>API</b> key","type":"invalid_request_error"}}';
  await shown({ code: "status", message: "", args: { status: "401", host: "model.example", error: "Incorrect <b>API</b> key", error_type: "invalid_request_error", body } });
  const told = $("server-told");
  expect(told?.querySelector("span")?.textContent).toBe("Incorrect <b>API</b> key");
  expect(told?.querySelector("code")?.textContent).toBe("invalid_request_error");
  expect(document.querySelector(".said")?.textContent).toBe(body);
  const order = [...($("error")?.children ?? [])].map((each) => each.className || each.tagName);
  expect(order.indexOf("told")).toBe(1);
  expect(order.indexOf("said selectable")).toBeGreaterThan(1);
  expect($("error")?.querySelector("b")).toBeNull();
});

it("says nothing of the server where it said nothing", async () => {
  await shown({ code: "status", message: "", args: { status: "500", host: "model.example", body: "oops" } });
  expect([$("server-told"), document.querySelector(".said")?.textContent]).toEqual([null, "oops"]);
});

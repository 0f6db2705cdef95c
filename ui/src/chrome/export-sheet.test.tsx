// @vitest-environment happy-dom
import { render } from "solid-js/web";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFake, type Fake } from "../ipc/fake";
import type { ExportRequest, Stream } from "../ipc/bindings";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { blank } from "../model/stream";
import { createVault } from "../model/vault";
import { createDesk, type Desk } from "./desk";
import { ExportSheet } from "./ExportSheet";

let fake: Fake;
let desk: Desk;
let end: () => void;
let chosen: string[];
let asked: ExportRequest[];

const $ = <E extends HTMLElement = HTMLElement>(id: string): E | null => document.querySelector<E>(`[data-testid="${id}"]`);
const offered = (): string[] => [...document.querySelectorAll<HTMLElement>(".formats input")].map((each) => each.dataset["testid"]?.replace("export-", "") ?? "");
const ALWAYS = ["jsonl", "csv", "sse", "text", "tape"];

async function begin(stream: Stream, events: readonly (readonly [string, string])[]): Promise<void> {
  await fake.saveStream(stream);
  const live = createLive(fake);
  const hello = await live.start();
  const words = { copyOf: (name: string) => name, unnamed: () => "", demoName: () => "" };
  const library = createLibrary(fake, hello, words, { read: () => stream.id, write: () => undefined });
  desk = createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  live.show(stream.id);
  await live.connect(stream);
  fake.session(1).open();
  for (const [data, type] of events) fake.session(1).event(data, type);
  await vi.waitFor(() => expect(live.status()?.events).toBe(events.length));
  end = render(() => <ExportSheet desk={desk} />, document.body);
  desk.tapes.exportShown();
}

beforeEach(() => {
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true;
  };
  fake = createFake({ byHand: true });
  chosen = [];
  asked = [];
  fake.choosePath = async (name) => {
    chosen.push(name);
    return `/tmp/${name}`;
  };
  const exportTo = fake.exportTo.bind(fake);
  fake.exportTo = (request, ...rest) => {
    asked.push(request);
    return exportTo(request, ...rest);
  };
});
afterEach(() => {
  end();
  fake.session(1).end();
  document.body.replaceChildren();
});

describe("the formats of an export", () => {
  it("are those of events only, where no scene has anything", async () => {
    await begin({ ...blank("plain"), name: "Plain", url: "plain" }, [["hello", "message"]]);
    await vi.waitFor(() => expect(offered()).toEqual(ALWAYS));
    await new Promise((done) => setTimeout(done, 30));
    expect(offered()).toEqual(ALWAYS);
  });

  it.each([
    ["chat", '{"user":"Mira","text":"Hi"}', "message", "txt"],
    ["feed", '{"title":"Bridge reopens","url":"https://a.example/"}', "headline", "jsonl"],
    ["series", '{"load":41.8}', "cpu", "csv"],
  ])("are also the %s that a scene shows", async (format, data, type, ending) => {
    await begin({ ...blank("room"), name: "Room", url: "room" }, [[data, type], [data, type]]);
    await vi.waitFor(() => expect(offered()).toContain(format));
    expect(offered().slice(0, 5)).toEqual(ALWAYS);
    $<HTMLInputElement>(`export-${format}`)?.click();
    $("export-start")?.click();
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    expect(chosen).toEqual([`Room.${ending}`]);
    expect(asked[0]).toMatchObject({ format, view: null });
  });

  it("are also the answer, where events are read in a dialect", async () => {
    await begin({ ...blank("model"), name: "Model", url: "model", text_rule: "openai-chat" }, [['{"choices":[{"delta":{"content":"Hi"}}]}', "message"]]);
    await vi.waitFor(() => expect(offered()).toContain("answer"));
  });

  it("are those of events for what a filter shows", async () => {
    await begin({ ...blank("room"), name: "Room", url: "room", scene: "chat" }, [['{"user":"Mira","text":"Hi"}', "message"]]);
    await vi.waitFor(() => expect(offered()).toContain("chat"));
    $<HTMLInputElement>("export-chat")?.click();
    desk.tapes.setSheet(null);
    await desk.live.filter({ query: "Hi", facet: null, values: [], bookmarked: false, from_us: null, to_us: null, unhidden: false });
    await vi.waitFor(() => expect(desk.live.view()).not.toBeNull());
    desk.tapes.exportShown();
    await vi.waitFor(() => expect($("export-what")).not.toBeNull());
    expect(offered()).toEqual(ALWAYS);
    expect($<HTMLInputElement>("export-jsonl")?.checked).toBe(true);
  });
});

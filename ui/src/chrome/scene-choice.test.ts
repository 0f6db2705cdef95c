// @vitest-environment happy-dom
import { createSignal } from "solid-js";
import { describe, expect, it } from "vitest";
import { createFake } from "../ipc/fake";
import type { SceneKind, Stream } from "../ipc/bindings";
import { createLibrary } from "../model/library";
import { createLive } from "../model/live";
import { blank } from "../model/stream";
import { createVault } from "../model/vault";
import { createDesk, type Desk } from "./desk";
import { createSceneChoice } from "./scene-choice";

const kept: Readonly<Record<string, SceneKind>> = { room: "chat", news: "feed", plain: "typewriter", other: "typewriter" };

it("opens a stream in its own scene, and remembers what the user turned to", () => {
  const [selectedId, select] = createSignal<string | null>(null);
  const current = (): Stream | null => {
    const id = selectedId();
    return id === null ? null : { ...blank(id), scene: kept[id] ?? "typewriter" };
  };
  const scenes = createSceneChoice({ selectedId, current });
  expect(scenes.scene()).toBe("typewriter");
  const shows = (id: string): SceneKind => {
    select(id);
    return scenes.scene();
  };
  expect(shows("room")).toBe("chat");
  expect(shows("plain")).toBe("typewriter");
  scenes.choose("wire");
  expect(shows("other")).toBe("wire");
  expect(shows("news")).toBe("feed");
  scenes.choose("events");
  expect(shows("room")).toBe("chat");
  expect(shows("news")).toBe("events");
  expect(shows("plain")).toBe("wire");
});

describe("the desk", () => {
  async function desk(): Promise<Desk> {
    const fake = createFake({ byHand: true });
    const live = createLive(fake);
    const hello = await live.start();
    const library = createLibrary(fake, hello, { copyOf: (name) => name, unnamed: () => "", demoName: () => "" });
    return createDesk({ backend: fake, live, library, hello, vault: createVault(fake, hello), solo: false });
  }

  it("changes no stream by looking at it in another scene, and does when told to", async () => {
    const { library, setScene, keepScene, select, scene } = await desk();
    for (const id of ["demo:/chat", "busy_feed"]) {
      select(id);
      expect(scene()).toBe(id === "demo:/chat" ? "chat" : "feed");
      setScene("wire");
      expect([library.dirty(id), library.current()?.scene]).toEqual([false, id === "demo:/chat" ? "chat" : "feed"]);
      keepScene();
      expect([library.dirty(id), library.current()?.scene]).toEqual([true, "wire"]);
    }
  });

  it("has the session read otherwise, and leaves all as it was where that is refused", async () => {
    const { live, library, setScenes, select } = await desk();
    select("demo:/chat");
    live.show("demo:/chat");
    const stream = library.current() as Stream;
    await live.connect(stream);
    const before = live.readings();
    const next = { ...stream.scenes, chat: { ...stream.scenes.chat, text: "$.says" } };
    await setScenes(next, []);
    expect(library.current()?.scenes.chat.text).toBe("$.says");
    expect(live.readings()).toBe(before + 1);
    const wrong = { ...next, chat: { ...next.chat, text: "$.a b(" } };
    await expect(setScenes(wrong, [])).rejects.toMatchObject({ code: "filter" });
    expect(library.current()?.scenes.chat.text).toBe("$.says");
    expect(live.readings()).toBe(before + 1);
  });
});

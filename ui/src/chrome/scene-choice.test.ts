import { createSignal } from "solid-js";
import { expect, it } from "vitest";
import type { SceneKind, Stream } from "../ipc/bindings";
import { blank } from "../model/stream";
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

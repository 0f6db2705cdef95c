import { defaults } from "../ipc/fake-desktop";
import { describe, expect, it } from "vitest";
import type { Backend } from "../ipc/backend";
import type { Demo, Found, Hello, Stream } from "../ipc/bindings";
import { createLibrary, type Bookmark, type Library } from "./library";
import { blank, isUnsafe, nameFrom, outgoing, overlaid } from "./stream";

const ORIGIN = "http://127.0.0.1:4737";

function demo(key: string, path: string): Demo {
  return { key, stream: { ...blank(`demo:/${key}`), url: `demo:${path}`, on_end: "stop" } };
}

/** Keeps streams as the real store does: by id, in the order in which they were first saved. */
class Store {
  streams: Stream[] = [];
  deleted: Stream[] = [];
  failing = false;

  readonly backend = {
    saveStream: async (stream: Stream): Promise<Stream> => {
      await Promise.resolve();
      if (this.failing) throw { code: "limit", message: "disk full", args: {} };
      const at = this.streams.findIndex((each) => each.id === stream.id);
      if (at < 0) this.streams.push(stream);
      else this.streams[at] = stream;
      return { ...stream };
    },
    deleteStream: async (id: string): Promise<void> => {
      await Promise.resolve();
      this.deleted.push(...this.streams.filter((each) => each.id === id));
      this.streams = this.streams.filter((each) => each.id !== id);
    },
    restoreStream: async (id: string): Promise<Stream[]> => {
      await Promise.resolve();
      this.streams.push(...this.deleted.filter((each) => each.id === id));
      return [...this.streams];
    },
  } as unknown as Backend;
}

function setUp(
  streams: Stream[] = [],
  sessions: Found[] = [],
  bookmark?: Bookmark,
  demos: Demo[] = [demo("message", "/stream"), demo("flaky", "/flaky")],
): { library: Library; store: Store } {
  const store = new Store();
  store.streams = [...streams];
  const hello: Hello = {
    version: "0",
    language: "en",
    demo_origin: ORIGIN,
    demos,
    streams,
    sessions,
    environments: { all: [], active: "" },
    secrets: [],
    settings: defaults,
    openings: [],
    tapes: { tapes: [], bytes: 0, generation: 0, folder: "" },
        keychain: true,
    jobs: [],
    notices: [],
  };
  const words = {
    copyOf: (name: string) => `${name} copy`,
    unnamed: () => "New stream",
    demoName: (each: Demo) => each.key,
  };
  const library = createLibrary(store.backend, hello, words, bookmark);
  return { library, store };
}

const one = { ...blank("one"), name: "One", url: "https://one.example/a" };
const two = { ...blank("two"), name: "Two", url: "https://two.example/b" };

describe("the library", () => {
  it("begins at the first demo, and opens nothing else", () => {
    const { library } = setUp([one]);
    expect(library.selectedId()).toBe("demo:/message");
    expect(library.ids()).toEqual(["demo:/message", "demo:/flaky", "one"]);
    expect(library.dirty("one")).toBe(false);
  });

  it("begins at the smallest stream, wherever it stands in the list", () => {
    const demos = [demo("answers", "/v1/chat/completions"), demo("message", "/stream"), demo("flaky", "/flaky")];
    expect(setUp([], [], undefined, demos).library.selectedId()).toBe("demo:/message");
    expect(setUp([], [], undefined, demos.slice(2)).library.selectedId()).toBe("demo:/flaky");
  });

  it("keeps edits of each stream while others are looked at", () => {
    const { library } = setUp([one, two]);
    library.select("one");
    library.edit({ url: "https://one.example/changed" });
    library.select("two");
    library.edit({ idle_s: 5 });
    library.select("one");
    expect(library.current()?.url).toBe("https://one.example/changed");
    expect(library.dirty("one")).toBe(true);
    expect(library.stream("two")?.idle_s).toBe(5);
    library.edit({ url: one.url });
    expect(library.dirty("one")).toBe(false);
  });

  it("makes a draft of a demo whose address is edited, and leaves the demo alone", () => {
    const { library } = setUp();
    library.edit({ url: library.typed(`${ORIGIN}/stream?n=3`) });
    const draft = library.current();
    expect(library.kind(draft?.id ?? "")).toBe("draft");
    expect(draft?.url).toBe("demo:/stream?n=3");
    expect(library.shown(draft?.url ?? "")).toBe(`${ORIGIN}/stream?n=3`);
    expect(library.stream("demo:/message")?.url).toBe("demo:/stream");
    expect(library.dirty("demo:/message")).toBe(false);
    library.edit({ url: "https://elsewhere.example/" });
    expect(library.drafts()).toHaveLength(1);
  });

  it("begins an own address that is typed over a demo as a new stream", () => {
    const { library } = setUp();
    library.edit({ text_rule: "joined", idle_s: 5 });
    library.edit({ url: "https://own.example/" });
    const { id = "", ...own } = library.current() ?? {};
    expect(library.kind(id)).toBe("draft");
    const { id: _, ...fresh } = blank("");
    expect(own).toEqual({ ...fresh, url: "https://own.example/" });
    expect(library.dirty("demo:/message")).toBe(false);
  });

  it("keeps the settings of a demo under another query, until the address leaves it", () => {
    const { library } = setUp();
    library.edit({ text_rule: "joined" });
    library.edit({ url: "demo:/stream?n=3" });
    expect(library.current()).toMatchObject({ on_end: "stop", text_rule: "joined" });
    library.edit({ idle_s: 5 });
    library.edit({ url: "demo:/strea" });
    // What was set in the draft itself is the user's own.
    expect(library.current()).toMatchObject({ on_end: "reconnect", text_rule: "auto", idle_s: 5 });
    library.edit({ on_end: "stop" });
    library.edit({ url: "https://own.example/" });
    expect(library.current()?.on_end).toBe("stop");
  });

  it("takes another demo's settings with its path, however it was typed", () => {
    const { library } = setUp();
    library.edit({ url: "" });
    expect(library.current()).toMatchObject({ on_end: "reconnect", text_rule: "auto" });
    for (const address of ["demo:/", "demo:/flak", "demo:/flaky", "demo:/flaky?n=3"]) library.edit({ url: address });
    const { on_end, text_rule } = demo("flaky", "/flaky").stream;
    expect(library.current()).toMatchObject({ on_end, text_rule });
    library.edit({ url: "demo:/flaky2" });
    expect(library.current()).toMatchObject({ on_end: "reconnect", text_rule: "auto" });
  });

  it("keeps method and body with an address typed over a demo", () => {
    const { library } = setUp();
    library.edit({ url: "https://own.example/", method: "POST", body: "{}" });
    expect(library.current()).toMatchObject({ method: "POST", body: "{}", on_end: "reconnect" });
  });

  it("lets a demo's settings be played with, as edits", () => {
    const { library } = setUp();
    library.edit({ text_rule: "joined" });
    expect(library.selectedId()).toBe("demo:/message");
    expect(library.dirty("demo:/message")).toBe(true);
  });

  it("stores demo addresses by path only where they are whole", () => {
    const { library } = setUp();
    expect(library.typed(`${ORIGIN}/a b`)).toBe("demo:/a b");
    expect(library.typed(ORIGIN)).toBe(ORIGIN);
    expect(library.typed(`${ORIGIN}0/x`)).toBe(`${ORIGIN}0/x`);
    expect(library.typed("localhost:8000/x ")).toBe("localhost:8000/x ");
  });
});

describe("the request", () => {
  const header = (value: string) => ({ name: "Authorization", value, secret: false, off: false });

  it("makes a draft of a demo as soon as a header or a password is given", () => {
    for (const patch of [{ headers: [header("")] }, { auth: { kind: "bearer" as const, token: "" } }]) {
      const { library } = setUp();
      library.edit(patch);
      expect(library.kind(library.selectedId() ?? "")).toBe("draft");
      expect(library.dirty("demo:/message")).toBe(false);
    }
  });

  it("takes what the vault answers, wherever nobody has typed since", () => {
    const { library } = setUp([one]);
    library.select("one");
    library.edit({ headers: [header("Bearer k")] });
    const sent = library.current() ?? one;
    library.edit({ url: "https://one.example/b" });
    library.takeSealed("one", sent, { ...sent, headers: [header("Bearer {{secret:1}}")] });
    expect(library.current()).toMatchObject({ url: "https://one.example/b", headers: [header("Bearer {{secret:1}}")] });
    // One that was removed meanwhile stays away.
    library.takeSealed("gone", sent, sent);
    expect(library.stream("gone")).toBeNull();
  });

  it("is no edit where the vault had nothing to take", () => {
    const { library } = setUp([one]);
    library.takeSealed("one", one, { ...one });
    library.takeSealed("demo:/message", library.stream("demo:/message") ?? one, library.stream("demo:/message") ?? one);
    expect([library.dirty("one"), library.kind("demo:/message")]).toEqual([false, "demo"]);
  });

  it("keeps rows of the query that are off, also when a draft is made of the demo", () => {
    const { library } = setUp();
    library.park("demo:/message", [{ before: 0, raw: "n=1" }]);
    library.edit({ url: "demo:/stream?ms=1" });
    expect(library.parked(library.selectedId() ?? "")).toEqual([{ before: 0, raw: "n=1" }]);
    expect(library.parked("demo:/message")).toEqual([]);
  });
});

describe("a tape that is played again", () => {
  const taped = { ...blank("tape:1"), name: "One", url: "https://one.example/a", text_rule: "joined" as const };

  it("is selectable, and neither edited nor saved nor removed", async () => {
    const { library, store } = setUp([one]);
    library.adopt(taped);
    library.select("tape:1");
    expect([library.kind("tape:1"), library.current()?.url]).toEqual(["tape", taped.url]);
    library.edit({ url: "https://elsewhere.example/" });
    library.takeSealed("tape:1", taped, { ...taped, url: "https://elsewhere.example/" });
    expect(library.current()?.url).toBe(taped.url);
    expect(await library.save()).toBeNull();
    expect(await library.duplicate("tape:1")).toBeNull();
    await library.rename("tape:1", "Two");
    await library.remove("tape:1");
    expect(library.stream("tape:1")).toEqual(taped);
    expect([library.drafts(), library.saved(), store.streams]).toEqual([[], [one], [one]]);
  });

  it("takes another text rule without becoming an edited stream", () => {
    const { library } = setUp();
    library.adopt(taped);
    library.select("tape:1");
    library.edit({ text_rule: "auto" });
    expect([library.current()?.text_rule, library.dirty("tape:1")]).toEqual(["auto", false]);
    // Opened again it is as the window has it.
    library.adopt(taped);
    expect([library.current()?.text_rule, library.replays()]).toEqual(["auto", [taped]]);
  });

  it("gives way to the stream that was on show before", () => {
    const { library } = setUp([one, two]);
    library.select("two");
    library.adopt(taped);
    library.select("tape:1");
    library.dropReplay("tape:1");
    expect([library.selectedId(), library.kind("tape:1")]).toEqual(["two", null]);
    // One that is not on show moves nothing.
    library.adopt(taped);
    library.dropReplay("tape:1");
    expect(library.selectedId()).toBe("two");
  });

  it("leads to the stream that asks for the same, else to a draft of it", () => {
    const { library } = setUp([one]);
    library.adopt({ ...one, id: "tape:1", name: "another name" });
    library.select("tape:1");
    library.openOriginal("tape:1");
    expect(library.selectedId()).toBe("one");
    library.adopt({ ...taped, id: "tape:2" });
    library.openOriginal("tape:2");
    expect(library.kind(library.selectedId() ?? "")).toBe("draft");
    expect(library.current()).toEqual({ ...taped, id: library.selectedId() });
  });

  it("is found again after a reload, and is no draft", () => {
    const mark: Bookmark = { read: () => "tape:1", write: () => undefined };
    const { library } = setUp([one], [{ session: 1, stream: taped }], mark);
    expect([library.selectedId(), library.drafts(), library.replays()]).toEqual(["tape:1", [], [taped]]);
  });

  it("has a session whose definition has gone stand as a draft", () => {
    const { library } = setUp([one]);
    library.adopt({ ...two, id: "gone" });
    library.adopt(one);
    expect([library.kind("gone"), library.drafts().length]).toEqual(["draft", 1]);
  });
});

describe("saving", () => {
  it("names a new stream from host and path, and keeps its id", async () => {
    const { library, store } = setUp();
    const id = library.create();
    library.edit({ url: "https://user:secret@api.example.com/v1/events/?key=1" });
    expect(library.dirty(id)).toBe(true);
    const kept = await library.save();
    expect(kept).toMatchObject({ id, name: "api.example.com/v1/events" });
    expect(library.kind(id)).toBe("saved");
    expect(library.drafts()).toEqual([]);
    expect(library.dirty(id)).toBe(false);
    expect(store.streams).toHaveLength(1);
  });

  it("saves an edited demo as a new stream and leaves the demo as it was", async () => {
    const { library } = setUp();
    library.edit({ text_rule: "joined" });
    const kept = await library.save();
    expect(kept?.name).toBe("127.0.0.1:4737/stream");
    expect(kept?.id).not.toBe("demo:/message");
    expect(library.selectedId()).toBe(kept?.id);
    expect(library.dirty("demo:/message")).toBe(false);
  });

  it("makes one stream of two Saves in a row", async () => {
    const { library, store } = setUp();
    library.edit({ text_rule: "joined" });
    const [first, second] = await Promise.all([library.save(), library.save()]);
    expect(second).toBe(first);
    expect(store.streams).toHaveLength(1);
    expect(library.saved()).toHaveLength(1);
    library.edit({ idle_s: 5 });
    await library.save();
    expect(store.streams).toEqual([expect.objectContaining({ idle_s: 5 })]);
  });

  it("can save again after the store refused", async () => {
    const { library, store } = setUp([one]);
    library.select("one");
    library.edit({ idle_s: 5 });
    store.failing = true;
    await expect(library.save()).rejects.toBeDefined();
    store.failing = false;
    expect(await library.save()).toMatchObject({ idle_s: 5 });
  });

  it("gives two streams of one address two names", async () => {
    const { library } = setUp();
    for (let n = 0; n < 3; n += 1) {
      library.create();
      library.edit({ url: "localhost:8000/x" });
      await library.save();
    }
    expect(library.saved().map((each) => each.name)).toEqual(["localhost:8000/x", "localhost:8000/x 2", "localhost:8000/x 3"]);
  });

  it("keeps what was typed while it was being saved", async () => {
    const { library } = setUp();
    const id = library.create();
    library.edit({ url: "https://a.example/" });
    const saving = library.save();
    library.edit({ url: "https://a.example/more" });
    await saving;
    expect(library.current()?.url).toBe("https://a.example/more");
    expect(library.dirty(id)).toBe(true);
    expect(library.saved()[0]?.url).toBe("https://a.example/");
  });

  it("changes nothing when the store refuses", async () => {
    const { library, store } = setUp([one]);
    store.failing = true;
    library.select("one");
    library.edit({ url: "https://one.example/changed" });
    await expect(library.save()).rejects.toMatchObject({ message: "disk full" });
    expect(library.dirty("one")).toBe(true);
    expect(library.saved()[0]?.url).toBe(one.url);
  });
});

describe("renaming, duplicating, deleting", () => {
  it("renames without saving the other edits", async () => {
    const { library, store } = setUp([one]);
    library.select("one");
    library.edit({ url: "https://one.example/changed" });
    await library.rename("one", "  First ");
    expect(store.streams[0]).toMatchObject({ name: "First", url: one.url });
    expect(library.current()).toMatchObject({ name: "First", url: "https://one.example/changed" });
    expect(library.dirty("one")).toBe(true);
    await library.rename("one", "   ");
    expect(store.streams[0]?.name).toBe("First");
  });

  it("names a draft without saving it", async () => {
    const { library, store } = setUp();
    const id = library.create();
    await library.rename(id, "Mine");
    expect(library.stream(id)?.name).toBe("Mine");
    expect(store.streams).toEqual([]);
  });

  it("duplicates what is on show, edits included", async () => {
    const { library } = setUp([one]);
    library.select("one");
    library.edit({ idle_s: 7 });
    const id = await library.duplicate("one");
    expect(library.selectedId()).toBe(id);
    expect(library.current()).toMatchObject({ name: "One copy", idle_s: 7, url: one.url });
    const again = await library.duplicate("demo:/message");
    expect(library.stream(again ?? "")?.name).toBe("message copy");
  });

  it("deletes, moves the selection, and takes it back with its edits", async () => {
    const { library, store } = setUp([one, two]);
    library.select("one");
    library.edit({ idle_s: 7 });
    await library.remove("one");
    expect(library.selectedId()).toBe("two");
    expect(store.streams.map((each) => each.id)).toEqual(["two"]);
    await library.undo();
    expect(library.selectedId()).toBe("one");
    expect(library.current()?.idle_s).toBe(7);
    expect(library.removed()).toBeNull();
    await library.undo();
    expect(library.saved()).toHaveLength(2);
  });

  it("takes back a discarded draft, and keeps demos from harm", async () => {
    const { library } = setUp();
    const id = library.create();
    library.edit({ url: "https://x.example/" });
    await library.remove(id);
    expect(library.drafts()).toEqual([]);
    await library.undo();
    expect(library.stream(id)?.url).toBe("https://x.example/");
    await library.remove("demo:/message");
    expect(library.kind("demo:/message")).toBe("demo");
  });

  it("offers the empty draft again instead of another", () => {
    const { library } = setUp();
    const first = library.create();
    expect(library.create()).toBe(first);
    library.edit({ url: "x" });
    expect(library.create()).not.toBe(first);
  });
});

describe("a page that was loaded again", () => {
  it("finds its drafts and edits in the running sessions", () => {
    const draft = { ...blank("9f1c"), url: "https://draft.example/", method: "POST", body: "{}" };
    const { library } = setUp(
      [one],
      [
        { session: 1, stream: outgoing(draft) },
        { session: 2, stream: { ...one, text_rule: "joined" } },
        { session: 3, stream: demo("flaky", "/flaky").stream },
      ],
    );
    expect(library.stream("9f1c")).toEqual(draft);
    expect(library.kind("9f1c")).toBe("draft");
    expect(library.dirty("one")).toBe(true);
    expect(library.dirty("demo:/flaky")).toBe(false);
    expect(library.selectedId()).toBe("9f1c");
  });
});

describe("the stream on show", () => {
  it("outlives a reload where it is still there", () => {
    let kept: string | null = null;
    const bookmark: Bookmark = { read: () => kept, write: (id) => (kept = id) };
    const { library } = setUp([one, two], [], bookmark);
    library.select("two");
    expect(kept).toBe("two");
    const session = { session: 1, stream: one };
    expect(setUp([one, two], [session], bookmark).library.selectedId()).toBe("two");
    kept = "two";
    expect(setUp([one], [session], bookmark).library.selectedId()).toBe("one");
  });
});

describe("what is sent", () => {
  it("goes out again by itself only where nothing can be done twice", () => {
    expect(["GET", "HEAD"].filter(isUnsafe)).toEqual([]);
    expect(["POST", "PUT", "PATCH", "DELETE", "QUERY"].filter(isUnsafe)).toHaveLength(5);
  });


  it("carries a body only where the method does", () => {
    const stream = { ...blank("x"), url: " https://x.example/ ", body: "{}" };
    expect(outgoing(stream)).toMatchObject({ body: null, url: "https://x.example/" });
    expect(outgoing({ ...stream, method: "POST" }).body).toBe("{}");
  });
});

describe("what is set for the whole app", () => {
  const roomy = { line_mib: 32, event_mib: 128, wire_mib: 16 };

  it("bounds new streams, and those that nobody has touched", () => {
    const { library } = setUp([one]);
    const first = library.create();
    library.takeBounds(roomy);
    expect(library.stream(first)?.bounds).toEqual(roomy);
    expect(library.dirty(first)).toBe(false);
    library.edit({ url: "https://x.example/" });
    library.takeBounds(defaults.bounds);
    // It is the user's own by now.
    expect(library.stream(first)?.bounds).toEqual(roomy);
    const second = library.create();
    expect(second).not.toBe(first);
    expect(library.stream(second)?.bounds).toEqual(defaults.bounds);
    expect(library.stream("one")?.bounds).toEqual(one.bounds);
  });

  it("bounds a stream that begins as another address in a demo, unless the demo's own were changed", () => {
    const { library } = setUp();
    library.takeBounds(roomy);
    library.edit({ url: "https://x.example/" });
    expect(library.current()?.bounds).toEqual(roomy);
    library.select("demo:/flaky");
    library.edit({ bounds: { ...defaults.bounds, wire_mib: 1 } });
    library.edit({ url: "https://y.example/" });
    expect(library.current()?.bounds).toEqual({ ...defaults.bounds, wire_mib: 1 });
  });

  it("brings the demos in another language, and leaves what was changed of them", () => {
    const asking = (prompt: string): Demo => ({ key: "answers", stream: { ...demo("answers", "/v1").stream, prompt } });
    const { library } = setUp([], [], undefined, [asking("Why?"), demo("flaky", "/flaky")]);
    const id = "demo:/answers";
    library.select(id);
    library.takeDemos([asking("为什么？"), demo("flaky", "/flaky")]);
    expect(library.current()?.prompt).toBe("为什么？");
    expect(library.dirty(id)).toBe(false);
    library.edit({ idle_s: 5 });
    library.takeDemos([asking("Why?"), demo("flaky", "/flaky")]);
    expect(library.current()).toMatchObject({ prompt: "Why?", idle_s: 5 });
    library.edit({ prompt: "Mine?" });
    library.takeDemos([asking("为什么？"), demo("flaky", "/flaky")]);
    expect(library.current()).toMatchObject({ prompt: "Mine?", idle_s: 5 });
    expect(library.selectedId()).toBe(id);
  });

  it("lists what an import brought, with what is being edited as it is", () => {
    const { library } = setUp([one]);
    library.select("one");
    library.edit({ idle_s: 5 });
    library.takeSaved([one, two]);
    expect(library.saved().map(({ id }) => id)).toEqual(["one", "two"]);
    expect(library.current()).toMatchObject({ id: "one", idle_s: 5 });
  });
});

describe("a stream's name where none was given", () => {
  it("is its host and path", () => {
    expect(nameFrom(" https://me:secret@api.example.com/v1/events/?key=1#x ")).toBe("api.example.com/v1/events");
    expect(nameFrom("localhost:8000/stream")).toBe("localhost:8000/stream");
    expect(nameFrom(`https://x.example/${"a".repeat(200)}`)).toHaveLength(80);
  });
});

describe("what a command line says of the network", () => {
  it("is laid over what the stream has, and leaves the rest as it was", () => {
    const own = { ...blank("").network, proxy: { kind: "through" as const, url: "http://proxy:3128" }, ca_file: "/ca.pem", head_s: 5 };
    expect(overlaid(own, blank("").network)).toEqual(own);
    expect(overlaid(own, { ...blank("").network, insecure: true, proxy: { kind: "none" } })).toEqual({
      ...own,
      insecure: true,
      proxy: { kind: "none" },
    });
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Filter } from "../../ipc/bindings";
import { compose, Filtering, NOTHING, TYPING_MS } from "./filter";

describe("compose", () => {
  it("asks for nothing where the parts do", () => {
    expect(compose(NOTHING)).toBeNull();
    expect(compose({ ...NOTHING, query: "  ", facet: "$.type" })).toBeNull();
  });

  it("puts all parts into one filter", () => {
    expect(
      compose({ query: " a ", facet: "$.type", values: ["x", "y"], range: { fromUs: 5, toUs: 9 }, bookmarked: true }),
    ).toEqual({ query: "a", facet: "$.type", values: ["x", "y"], from_us: 5, to_us: 9, bookmarked: true, unhidden: false });
  });

  it("names no facet without values", () => {
    expect(compose({ ...NOTHING, query: "a", facet: "$.type" })?.facet).toBeNull();
  });
});

describe("filtering", () => {
  let asked: (Filter | null)[];
  let answer: (filter: Filter | null) => Promise<void>;
  let sessions: number[];
  let filtering: Filtering;

  beforeEach(() => {
    vi.useFakeTimers();
    asked = [];
    sessions = [];
    answer = async () => undefined;
    filtering = new Filtering({
      set: (filter, session) => {
        asked.push(filter);
        sessions.push(session);
        return answer(filter);
      },
      changed: () => undefined,
    });
    filtering.turn(1, "one");
  });
  afterEach(() => {
    filtering.dispose();
    vi.useRealTimers();
  });

  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
  const queries = (): (string | undefined)[] => asked.map((each) => each?.query);

  it("waits for the end of typing, and sets a query once", async () => {
    filtering.type("e");
    await pass(TYPING_MS - 1);
    filtering.type("er");
    await pass(TYPING_MS - 1);
    expect(asked).toEqual([]);
    await pass(1);
    expect(queries()).toEqual(["er"]);
    await filtering.apply();
    expect(queries()).toEqual(["er"]);
  });

  it("sets at once what Enter asks for, and not again after the pause", async () => {
    filtering.type("err");
    await filtering.apply();
    expect(queries()).toEqual(["err"]);
    await pass(TYPING_MS * 2);
    expect(queries()).toEqual(["err"]);
  });

  it("keeps the filter that was on where a query cannot be read, and lets chips go on with it", async () => {
    filtering.ask("good");
    await pass(0);
    answer = async (filter) => {
      if (filter?.query === "/(/") throw { code: "filter", message: "", args: { what: "regex", detail: "open group" } };
    };
    filtering.ask("/(/");
    await pass(0);
    expect(filtering.refused?.args["what"]).toBe("regex");
    expect(filtering.query).toBe("good");
    filtering.toggle(null, "log");
    await pass(0);
    expect(asked.at(-1)).toMatchObject({ query: "good", values: ["log"] });
    expect(filtering.refused).not.toBeNull();
    // Another query is not bad before it was asked.
    filtering.type("/(a)/");
    expect(filtering.refused).toBeNull();
    await pass(TYPING_MS);
    expect(asked.at(-1)).toMatchObject({ query: "/(a)/", values: ["log"] });
  });

  it("shows any of several values, and drops them with their facet", async () => {
    filtering.toggle(null, "log");
    filtering.toggle(null, "step");
    await pass(0);
    expect(asked.at(-1)).toMatchObject({ facet: null, values: ["log", "step"] });
    filtering.toggle(null, "log");
    filtering.toggle("$.build", "918");
    await pass(0);
    expect(asked.at(-1)).toMatchObject({ facet: "$.build", values: ["918"] });
    filtering.by(null);
    await pass(0);
    expect(asked.at(-1)).toBeNull();
  });

  it("remembers the filter of each session", async () => {
    filtering.ask("one");
    filtering.range({ fromUs: 1, toUs: 2 });
    await pass(0);
    filtering.turn(2, "two");
    expect(filtering.parts).toEqual(NOTHING);
    filtering.type("never set");
    filtering.turn(1, "one");
    await pass(TYPING_MS * 2);
    expect(filtering.parts.query).toBe("one");
    expect(queries()).not.toContain("never set");
    filtering.clear();
    await pass(0);
    expect(asked.at(-1)).toBeNull();
  });

  it("takes back what was refused in the session that it was asked in, whatever was asked in another since", async () => {
    let refuse: () => void = () => undefined;
    answer = (filter) =>
      filter?.query === "/(/"
        ? new Promise((_, reject) => (refuse = () => reject({ code: "filter", message: "", args: { what: "regex" } })))
        : Promise.resolve();
    filtering.ask("/(/");
    await pass(0);
    filtering.turn(2, "two");
    filtering.ask("fine");
    await pass(0);
    refuse();
    await pass(0);
    expect(filtering.query).toBe("fine");
    expect(sessions).toEqual([1, 2]);
    filtering.turn(1, "one");
    expect(filtering.query).toBe("");
    expect(filtering.refused?.args["what"]).toBe("regex");
    // What was never on need not be taken away.
    filtering.clear();
    await pass(0);
    expect(sessions).toEqual([1, 2]);
  });

  it("goes on in a new session of the same stream, without what spoke of the one before", async () => {
    filtering.ask("err");
    filtering.toggle("$.type", "edit");
    filtering.range({ fromUs: 1, toUs: 2 });
    filtering.bookmarked(true);
    await pass(0);
    filtering.turn(2, "one");
    await pass(0);
    expect(asked.at(-1)).toEqual({ query: "err", facet: "$.type", values: ["edit"], from_us: null, to_us: null, bookmarked: false, unhidden: false });
  });

  it("leaves out what actions hide, without the reader having asked for anything", async () => {
    filtering.hiding("hides");
    await pass(0);
    expect(asked.at(-1)).toMatchObject({ unhidden: true, query: "" });
    expect(filtering.bare).toBe(true);
    filtering.showHidden(true);
    await pass(0);
    expect(asked.at(-1)).toBeNull();
    filtering.showHidden(false);
    await pass(0);
    expect(asked.at(-1)).toMatchObject({ unhidden: true });
  });

  it("asks anew when the actions hide something else, and goes on with the query", async () => {
    filtering.hiding("hides");
    filtering.ask("x");
    await pass(0);
    const before = asked.length;
    filtering.hiding("hides more");
    await pass(0);
    expect(asked).toHaveLength(before + 1);
    expect(asked.at(-1)).toMatchObject({ unhidden: true, query: "x" });
    expect(filtering.bare).toBe(false);
    filtering.hiding("");
    await pass(0);
    expect(asked.at(-1)).toMatchObject({ unhidden: false, query: "x" });
    filtering.clear();
    filtering.hiding("hides");
    await pass(0);
    filtering.hiding("");
    await pass(0);
    expect(asked.at(-1)).toBeNull();
  });
});

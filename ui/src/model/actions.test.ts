import { describe, expect, it } from "vitest";
import { ACTIONS, blankAction, changed, doesNothing, draftAction, hiddenCount, settled, shifted } from "./actions";

const list = ["a", "b", "c"].map(blankAction);

describe("editing actions", () => {
  it("moves one up or down, and not past the ends", () => {
    const ids = (all: readonly { id: string }[]): string => all.map(({ id }) => id).join("");
    expect(ids(shifted(list, "c", -1))).toBe("acb");
    expect(ids(shifted(list, "a", 1))).toBe("bac");
    expect(ids(shifted(list, "a", -1))).toBe("abc");
    expect(ids(shifted(list, "c", 1))).toBe("abc");
    expect(ids(shifted(list, "gone", 1))).toBe("abc");
    expect(ids(list)).toBe("abc");
  });

  it("changes the one that is meant", () => {
    const next = changed(list, "b", { hide: true });
    expect(next.map(({ hide }) => hide)).toEqual([false, true, false]);
    expect(next[0]).toBe(list[0]);
  });

  it("makes one of what is known, with a colour and an id of its own", () => {
    const draft = draftAction("new", { id: "other", event_type: "cpu", query: "$.load > 3" });
    expect(draft).toMatchObject({ id: "new", event_type: "cpu", query: "$.load > 3", highlight: "blue", off: false });
    expect(doesNothing(draft)).toBe(false);
    expect(doesNothing(blankAction("x"))).toBe(true);
  });

  it("keeps them without spaces around, and no more than a stream may have", () => {
    expect(settled([{ ...blankAction("a"), name: " n ", event_type: " t", query: " $.a " }])[0]).toMatchObject({ name: "n", event_type: "t", query: "$.a" });
    expect(settled(Array.from({ length: 40 }, (_, n) => blankAction(String(n))))).toHaveLength(ACTIONS);
  });

  it("counts what is hidden by those that hide and are on", () => {
    const actions = [
      { ...blankAction("a"), hide: true },
      { ...blankAction("b"), hide: true, off: true },
      { ...blankAction("c"), count: true },
    ];
    const states = [
      { id: "a", matched: 14 },
      { id: "b", matched: 100 },
      { id: "c", matched: 1_000 },
      { id: "gone", matched: 5 },
    ];
    expect(hiddenCount(actions, states)).toBe(14);
  });
});

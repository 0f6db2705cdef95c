import { describe, expect, it } from "vitest";
import type { Environments, Variable } from "../ipc/bindings";
import { settled, takenOver, tidied, type Offered } from "./environments";

const variable = (name: string, value: string, secret = false): Variable => ({ name, value, secret });
const one = (...variables: Variable[]): Environments => ({ all: [{ id: "1", name: "staging", variables }], active: "1" });

describe("environments", () => {
  it("are sent without rows that nothing is written in", () => {
    expect(tidied(one(variable("", ""), variable("a", "1"), variable("b", "")))).toEqual(one(variable("a", "1"), variable("b", "")));
  });

  it("take over what was stored, where nobody has typed since", () => {
    const sent = one(variable("token", "k"), variable("a", "1"));
    const stored = one(variable("token", "{{secret:1}}", true), variable("a", "1"));
    expect(takenOver(sent, sent, stored)).toEqual(stored);
    const typed = one(variable("token", "kk"), variable("a", "1"), variable("", ""));
    expect(takenOver(typed, sent, stored)).toEqual(typed);
  });

  it("are sent without what was offered and not taken", () => {
    const room = variable("room", "");
    const local = { id: "1", name: "local", variables: [] };
    const nothing: Offered = { variable: null, environment: null, active: false };
    expect(settled(one(variable("a", "1"), room), { ...nothing, variable: room })).toEqual(one(variable("a", "1")));
    expect(settled(one(room), { ...nothing, variable: room, active: true }).active).toBe("");
    expect(settled({ all: [{ ...local, variables: [room] }], active: "1" }, { ...nothing, variable: room, environment: local })).toEqual({
      all: [],
      active: "",
    });
    // An empty value that somebody has typed and taken back is one.
    const taken = one(variable("room", ""));
    expect(settled(taken, { variable: room, environment: null, active: true })).toEqual(taken);
    expect(settled({ all: [{ ...local, name: "mine" }], active: "1" }, { ...nothing, environment: local }).all).toHaveLength(1);
    expect(settled({ all: [local], active: "1" }, nothing)).toEqual({ all: [local], active: "1" });
  });

  it("leave a lock closed that an older answer knows open", () => {
    const sent = one(variable("greeting", "k"));
    const locked = one(variable("greeting", "k", true));
    expect(takenOver(locked, sent, sent)).toEqual(locked);
  });
});

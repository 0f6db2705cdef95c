import { describe, expect, it } from "vitest";
import { bodyChoice } from "./body";
import { jsonTokens } from "./json-tokens";
import { asksOtherwise, blank, outgoing, same } from "./stream";

describe("the body", () => {
  it("is what it was chosen to be, else what it reads like", () => {
    expect(bodyChoice({ body: null, body_kind: "auto" })).toBe("none");
    expect(bodyChoice({ body: ' {"a":1}', body_kind: "auto" })).toBe("json");
    expect(bodyChoice({ body: "a=1", body_kind: "auto" })).toBe("text");
    expect(bodyChoice({ body: null, body_kind: "form" })).toBe("form");
  });

  it("goes out without rows in which nothing is written", () => {
    const stream = { ...blank("1"), method: "POST", body: "a=1&=", body_kind: "form" as const };
    expect(outgoing({ ...stream, headers: [{ name: " ", value: "x", secret: false, off: false }] })).toMatchObject({ body: "a=1", headers: [] });
    expect(outgoing({ ...stream, body: "=" }).body).toBeNull();
  });
});

describe("colours", () => {
  it("tell keys from values and lose no letter", () => {
    const text = '{\n  "a": "b\\"c", "n": -1.5e3, "t": [true, null], "open';
    const tokens = jsonTokens(text);
    expect(tokens.map((token) => token.text).join("")).toBe(text);
    expect(tokens.filter((token) => token.kind === "key").map((token) => token.text)).toEqual(['"a"', '"n"', '"t"']);
    expect(tokens.filter((token) => token.kind === "word").map((token) => token.text)).toEqual(["-1.5e3", "true", "null"]);
  });
});

describe("two definitions", () => {
  it("differ in any part of the request, however deep", () => {
    const stream = blank("1");
    const others = [
      { ...stream, headers: [{ name: "A", value: "1", secret: false, off: false }] },
      { ...stream, auth: { kind: "bearer" as const, token: "" } },
      { ...stream, network: { ...stream.network, insecure: true } },
      { ...stream, network: { ...stream.network, proxy: { kind: "none" as const } } },
      { ...stream, bounds: { ...stream.bounds, wire_mib: 1 } },
      { ...stream, framing: "sse" as const },
      { ...stream, on_idle: "reconnect" as const },
      { ...stream, body_kind: "form" as const },
    ];
    for (const other of others) expect(same(stream, other)).toBe(false);
    expect(asksOtherwise(stream, { ...stream, auth: { kind: "bearer", token: "" } })).toBe(true);
    expect(asksOtherwise(stream, { ...stream, framing: "sse" })).toBe(false);
  });
});

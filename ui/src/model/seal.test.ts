import { describe, expect, it } from "vitest";
import names from "../../../src-tauri/engine/src/redact/names.json";
import { isSecretHeader, namesSecret } from "./headers";
import { mayHoldSecrets, sealedOver } from "./seal";
import { blank } from "./stream";

const header = (name: string, value: string) => ({ name, value, secret: false, off: false });

describe("sealing", () => {
  const sent = { ...blank("1"), url: "https://x.org/?key=k", headers: [header("Authorization", "Bearer k"), header("X-Api-Key", "k")] };
  const answer = {
    ...sent,
    url: "https://x.org/?key={{secret:1}}",
    headers: [header("Authorization", "Bearer {{secret:2}}"), header("X-Api-Key", "{{secret:3}}")],
  };

  it("puts placeholders where nobody has typed since", () => {
    expect(sealedOver(sent, sent, answer)).toEqual(answer);
  });

  it("leaves what was typed meanwhile", () => {
    const now = { ...sent, url: "https://x.org/?key=kk", headers: [header("Authorization", "Bearer kk"), header("X-Api-Key", "k")] };
    expect(sealedOver(now, sent, answer)).toEqual({
      ...now,
      headers: [header("Authorization", "Bearer kk"), header("X-Api-Key", "{{secret:3}}")],
    });
    const removed = { ...sent, headers: [header("X-Api-Key", "k")] };
    expect(sealedOver(removed, sent, answer).headers).toEqual(removed.headers);
  });

  it("knows the address that messages of a room go to", () => {
    const room = (send_url: string, me = ""): typeof sent => ({ ...sent, scenes: { ...sent.scenes, chat: { ...sent.scenes.chat, send_url, me } } });
    const plain = room("https://a.example/say?key=k");
    expect(mayHoldSecrets({ ...blank("1"), scenes: plain.scenes })).toBe(true);
    expect(mayHoldSecrets({ ...blank("1"), scenes: room("https://a.example/say").scenes })).toBe(false);
    const sealed = room("https://a.example/say?key={{secret:4}}");
    expect(sealedOver(plain, plain, sealed)).toEqual(sealed);
    // What else of the scenes was changed meanwhile stays, and so does an address that was typed on.
    expect(sealedOver(room("https://a.example/say?key=k", "Mira"), plain, sealed)).toEqual(room("https://a.example/say?key={{secret:4}}", "Mira"));
    expect(sealedOver(room("https://a.example/say?key=kk"), plain, sealed)).toEqual(room("https://a.example/say?key=kk"));
  });

  it("is not asked for where there can be nothing to seal", () => {
    expect(mayHoldSecrets({ ...blank("1"), url: "https://x.org/stream" })).toBe(false);
    expect(mayHoldSecrets({ ...blank("1"), url: "https://x.org/?n=1" })).toBe(true);
    expect(mayHoldSecrets({ ...blank("1"), url: "https://a:b@x.org/" })).toBe(true);
    expect(mayHoldSecrets({ ...blank("1"), headers: [header("X", "1")] })).toBe(true);
  });
});

describe("names", () => {
  it("tell a secret as the engine reads them", () => {
    for (const name of names.secret) expect([name, namesSecret(name)]).toEqual([name, true]);
    for (const name of names.open) expect([name, namesSecret(name)]).toEqual([name, false]);
  });

  it("of headers do so in any case", () => {
    for (const name of ["authorization", "Proxy-Authorization", "Cookie", "X-API-KEY", "X-Goog-API-Key", "token"]) {
      expect([name, isSecretHeader(name)]).toEqual([name, true]);
    }
    for (const name of ["Accept", "X-Keyboard", "Tokens", "Monkey", "Last-Event-ID", "Idempotency-Key"]) {
      expect([name, isSecretHeader(name)]).toEqual([name, false]);
    }
  });
});

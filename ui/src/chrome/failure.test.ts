import { afterEach, describe, expect, it } from "vitest";
import { setLanguage } from "../i18n";
import type { Code, Failure, Language } from "../ipc/bindings";
import { failureWords } from "./failure";

/** Every code with the facts that the engine gives. A code that is missing here does not compile. */
const facts: Record<Code, Record<string, string>[]> = {
  eof: [{}],
  reset: [{ why: "connection reset by peer" }],
  timeout: [
    { host: "example.com", seconds: "30" },
    { host: "example.com", seconds: "30", detail: "head" },
    { host: "proxy:3128", seconds: "30", detail: "proxy", target: "example.com" },
    {},
  ],
  idle: [{ seconds: "31" }],
  refused: [
    { host: "127.0.0.1:9" },
    { host: "proxy:3128", detail: "proxy", target: "example.com", why: "refused" },
    { host: "example.com", detail: "proxy-answer", proxy: "proxy:3128", why: "407" },
  ],
  dns: [{ host: "no.such.host" }],
  tape: ["damaged", "newer", "foreign", "missing", "unreadable", "full", "busy", "empty", "exists", ""].map((what) => ({ what })),
  filter: ["regex", "path", "value"].map((what) => ({ what })),
  tls: [
    ...["issuer", "name", "expired", "not-yet", "revoked", "other"].map((certificate) => ({ host: "example.com", certificate, why: "x" })),
    { host: "example.com", detail: "" },
    { detail: "ca-file", path: "/tmp/ca.pem", why: "no certificate" },
    { detail: "ca-file", path: "/tmp/ca.pem", why: "no certificate", of: "app" },
    { detail: "roots", why: "none found" },
  ],
  status: ["401", "403", "404", "405", "410", "418", "429", "500", "503"].map((status) => ({ status, host: "example.com" })),
  "content-type": [{ type: "text/html" }, { type: "" }],
  redirect: ["", "location", "scheme", "userinfo", "secret"].map((detail) => ({ count: "20", host: "example.com", detail })),
  limit: [
    { what: "line", bound: "16 MiB" },
    { what: "event", bound: "16 MiB" },
    { what: "id", bound: "16 KiB" },
    { what: "head", bound: "400 KiB" },
    { what: "sessions", bound: "64" },
    { what: "body", bound: "1 MiB" },
    {},
  ],
  url: [
    ...["empty", "demo-off", "scheme", "method", "header", "invalid port number"],
    ...["secret-host", "auth-user", "body-file", "body-limit", "prompt-missing", "proxy", "secret-origin", "secret-missing", "variable-missing"],
  ].map((detail) => ({
    detail,
    url: "ftp://x",
    scheme: "ftp",
    origin: "https://other.example.org",
    given: "demo:",
    where: "auth",
    name: "model",
    path: "/home/mira/body.json",
  })),
  encoding: ["unknown", "broken"].map((detail) => ({ encoding: "gzip", host: "example.com", detail, why: "x" })),
  stopped: [{}],
};

const languages: Language[] = ["en", "zh-CN"];

afterEach(() => setLanguage("en"));

describe.each(languages)("failures in %s", (language) => {
  it.each(Object.entries(facts))("%s says what happened and what to try", (code, variants) => {
    setLanguage(language);
    for (const args of variants) {
      const failure: Failure = { code: code as Code, message: "", args };
      const { title, advice } = failureWords(failure, "POST", 41_200_000);
      expect(title).not.toBe("");
      expect(`${title} ${advice}`).not.toMatch(/[{}]|undefined|NaN/);
      if (code !== "limit") expect(advice).not.toBe("");
      if (language === "zh-CN") expect(title + advice).toMatch(/[\u4e00-\u9fff]/);
    }
  });
});

describe("a failure", () => {
  it("tells how long the line was up", () => {
    expect(failureWords({ code: "eof", message: "", args: {} }, "GET", 41_200_000).title).toBe(
      "The server ended the stream after 41.2\u00a0s.",
    );
    expect(failureWords({ code: "reset", message: "", args: {} }, "GET").title).toBe("The connection broke.");
  });

  it("keeps the machine's own words apart from its sentences", () => {
    const args = { host: "x", why: "certificate has expired" };
    const words = failureWords({ code: "tls", message: "", args }, "GET");
    expect(words.detail).toBe("certificate has expired");
    expect(words.title + words.advice).not.toContain("expired");
    // A detail that only names a case of ours is not for reading.
    expect(failureWords({ code: "url", message: "", args: { detail: "demo-off" } }, "GET").detail).toBe("");
  });

  it("does not say where a secret was given for that was never sent", () => {
    const args = { detail: "secret-origin", origin: "https://x.test", given: "" };
    const { title, advice } = failureWords({ code: "url", message: "", args }, "GET");
    expect(title).toBe("A secret would be sent for the first time.");
    expect(advice).toContain("https://x.test");
  });

  it("names the method that was refused", () => {
    expect(failureWords({ code: "status", message: "", args: { status: "405", host: "x" } }, "POST").advice).toContain("POST");
  });
});

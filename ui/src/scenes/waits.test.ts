import { afterEach, describe, expect, it } from "vitest";
import { setLanguage } from "../i18n";
import type { WaitWhy } from "../ipc/bindings";
import { lossWords, waitReason } from "./waits";

afterEach(() => setLanguage("en"));

const wait = (why: WaitWhy, asked_ms: number | null = null, failures = 0) => ({ why, asked_ms, failures });

describe("why a wait is as long as it is", () => {
  it("names what set it", () => {
    expect(waitReason(wait("default"), 3_000)).toBe("the usual time of browsers");
    expect(waitReason(wait("retry", 1_500), 1_500)).toBe("as the server asked");
    expect(waitReason(wait("retry-after", 9_000), 9_000)).toBe("as Retry-After says");
  });

  it("says what was asked for where less is not given", () => {
    expect(waitReason(wait("floor", 0), 100)).toBe("for the server asked for 0\u00a0ms and 100\u00a0ms is the least");
    setLanguage("zh-CN");
    expect(waitReason(wait("floor", 0), 100)).toBe("服务器要求 0\u00a0毫秒，而最短为 100\u00a0毫秒");
  });

  it("counts the attempts that brought nothing", () => {
    expect(waitReason(wait("backoff", null, 1), 3_000)).toBe("for the last attempt brought nothing");
    expect(waitReason(wait("backoff", null, 4), 9_000)).toBe("for 4 attempts in a row brought nothing");
  });
});

describe("what a reconnect lost", () => {
  it("is unknown where ids cannot tell, and never taken for nothing", () => {
    expect(lossWords(null, null)).toBe("loss unknown");
    expect(lossWords(0, 0)).toBe("0 lost");
    expect(lossWords(2, 1)).toBe("2 lost, 1 repeated");
  });
});

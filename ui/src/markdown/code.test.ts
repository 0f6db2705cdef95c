// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { CodeBlock } from "./code";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("copies its letters, and says aloud what became of it", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const copied: string[] = [];
  let allowed = true;
  vi.stubGlobal("navigator", {
    clipboard: { writeText: (text: string) => (allowed ? Promise.resolve(void copied.push(text)) : Promise.reject(new Error("denied"))) },
  });
  document.execCommand = () => false;
  const block = new CodeBlock();
  document.body.replaceChildren(block.element);
  block.set("sh", "ls <b>", null, false);
  const button = block.element.querySelector<HTMLElement>(".md-copy");
  const heard = (): string => block.element.querySelector("[role=status]")?.textContent ?? "";
  button?.click();
  await vi.advanceTimersByTimeAsync(1);
  expect([copied, button?.textContent, heard()]).toEqual([["ls <b>"], "Copied", "Copied"]);
  allowed = false;
  button?.click();
  await vi.advanceTimersByTimeAsync(1);
  expect([button?.textContent, heard()]).toEqual(["Not copied", "Not copied"]);
  // The first copy's time is over; what is said now stays its own.
  await vi.advanceTimersByTimeAsync(1_598);
  expect(button?.textContent).toBe("Not copied");
  await vi.advanceTimersByTimeAsync(10);
  expect([button?.textContent, heard()]).toEqual(["Copy", ""]);
});

import { expect, it } from "vitest";
import { BackendClock } from "./clock";

it("believes the least delayed of the recent ticks", () => {
  const clock = new BackendClock(0, 0);
  clock.note(1_000_000, 100);
  clock.note(1_010_000, 150);
  expect(clock.now(200)).toBe(1_100_000);
  for (let n = 0; n < 64; n += 1) clock.note(5_000_000 + n * 16_000, 300 + n * 16);
  expect(clock.now(300)).toBe(5_000_000);
});

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Drawable } from "../frame";
import { firstPaint, type PaintGround } from "./first-paint";

let wanted: Drawable[];
let hidden: boolean;
let come: () => void;
let painted: () => Promise<void>;
let told: number;

const ground: PaintGround = {
  hidden: () => hidden,
  letters: () => new Promise<void>((done) => (come = done)),
  schedule: (drawable) => void wanted.push(drawable),
};

/** One frame of the loop. */
async function frame(unseen = false): Promise<void> {
  const batch = wanted;
  wanted = batch.filter((drawable) => drawable.draw(0, unseen));
  await vi.advanceTimersByTimeAsync(0);
}

beforeEach(() => {
  vi.useFakeTimers();
  wanted = [];
  hidden = false;
  told = 0;
  painted = async () => {
    told += 1;
  };
});
afterEach(() => void vi.useRealTimers());

it("tells when the letters are there and the first frame is over, once", async () => {
  void firstPaint(painted, null, ground);
  await vi.advanceTimersByTimeAsync(0);
  expect([wanted.length, told]).toEqual([0, 0]);
  come();
  await vi.advanceTimersByTimeAsync(0);
  expect([wanted.length, told]).toEqual([1, 0]);
  await frame();
  // It has been drawn, and may not have been painted.
  expect(told).toBe(0);
  await frame();
  expect([wanted.length, told]).toEqual([0, 1]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(told).toBe(1);
});

it("waits for letters no longer than 300 ms", async () => {
  void firstPaint(painted, null, ground);
  await vi.advanceTimersByTimeAsync(299);
  expect(wanted.length).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(wanted.length).toBe(1);
});

it("waits for the menu bar too, which would move the page, and no longer than 300 ms; without one it goes on", async () => {
  let stand = (): void => undefined;
  void firstPaint(painted, new Promise<void>((done) => (stand = done)), ground);
  come();
  await vi.advanceTimersByTimeAsync(100);
  expect(wanted.length).toBe(0);
  stand();
  await vi.advanceTimersByTimeAsync(0);
  expect(wanted.length).toBe(1);
  void firstPaint(painted, new Promise(() => undefined), ground);
  come();
  await vi.advanceTimersByTimeAsync(299);
  expect(wanted.length).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(wanted.length).toBe(2);
  void firstPaint(painted, Promise.reject(new Error("no bar")), ground);
  await vi.advanceTimersByTimeAsync(0);
  expect(wanted.length).toBe(2);
  come();
  await vi.advanceTimersByTimeAsync(0);
  expect(wanted.length).toBe(3);
});

it("waits for no frame where nobody sees the page: none would come", async () => {
  hidden = true;
  void firstPaint(painted, null, ground);
  come();
  await vi.advanceTimersByTimeAsync(0);
  expect([wanted.length, told]).toEqual([0, 1]);
});

it("is content with one frame that nobody saw", async () => {
  void firstPaint(painted, null, ground);
  come();
  await vi.advanceTimersByTimeAsync(0);
  await frame(true);
  expect(told).toBe(1);
});

it("does not fail where the window cannot be shown", async () => {
  painted = () => Promise.reject(new Error("no window"));
  hidden = true;
  const done = firstPaint(painted, null, ground);
  come();
  await expect(done).resolves.toBeUndefined();
});

// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { atMost, createTypeSetter, type TypeGround } from "./type-look";

function ground(): TypeGround & { loaded: string[]; come(): void } {
  const waiting: (() => void)[] = [];
  const loaded: string[] = [];
  return {
    root: document.createElement("html"),
    loaded,
    load(font) {
      loaded.push(font);
      return new Promise<void>((done) => waiting.push(done));
    },
    come: () => waiting.splice(0).forEach((done) => done()),
  };
}

const lookOf = ({ root }: TypeGround): string => `${root.dataset["face"]} ${root.style.getPropertyValue("--reading-px")}`;

describe("the look of typed text", () => {
  it("is on the page at once when the window begins", () => {
    const page = ground();
    void createTypeSetter(page).set({ face: "mono", face_px: 20 }, () => undefined);
    expect(lookOf(page)).toBe("mono 20px");
  });

  it("turns to another face when that is there, and lets the reader's place be kept", async () => {
    const page = ground();
    const types = createTypeSetter(page);
    const around = vi.fn((change: () => void) => change());
    await types.set({ face: "serif", face_px: 17 }, around);
    const done = types.set({ face: "typewriter", face_px: 17 }, around);
    expect(page.loaded).toEqual(['17px "Courier Prime"']);
    expect(lookOf(page)).toBe("serif 17px");
    page.come();
    await done;
    expect(lookOf(page)).toBe("typewriter 17px");
    expect(around).toHaveBeenCalledOnce();
    // The same again moves nobody.
    await types.set({ face: "typewriter", face_px: 17 }, around);
    expect(around).toHaveBeenCalledOnce();
  });

  it("needs no face for another size", async () => {
    const page = ground();
    const types = createTypeSetter(page);
    await types.set({ face: "serif", face_px: 17 }, (change) => change());
    await types.set({ face: "serif", face_px: 28 }, (change) => change());
    expect([lookOf(page), page.loaded]).toEqual(["serif 28px", []]);
  });

  it("is the later one of two in a hurry", async () => {
    const page = ground();
    const types = createTypeSetter(page);
    await types.set({ face: "serif", face_px: 17 }, (change) => change());
    const first = types.set({ face: "mono", face_px: 17 }, (change) => change());
    const second = types.set({ face: "sans", face_px: 17 }, (change) => change());
    page.come();
    await Promise.all([first, second]);
    expect(lookOf(page)).toBe("sans 17px");
  });
});

it("waits no longer than it says, and takes a failure for an end", async () => {
  vi.useFakeTimers();
  const done = vi.fn();
  void atMost(new Promise(() => undefined), 300).then(done);
  await vi.advanceTimersByTimeAsync(299);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(done).toHaveBeenCalledOnce();
  await atMost(Promise.reject(new Error("no such face")), 300);
  vi.useRealTimers();
});

import { expect, it } from "vitest";
import { createSidebarFold, type FoldHost } from "./sidebar-fold";

function host(matches: boolean): { host: FoldHost; turn(matches: boolean): void; kept: Map<string, string> } {
  const kept = new Map<string, string>();
  const listeners: (() => void)[] = [];
  const query = { matches, addEventListener: (_: string, listener: unknown) => void listeners.push(listener as () => void) };
  return {
    host: {
      matchMedia: () => query,
      localStorage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    },
    turn(now) {
      query.matches = now;
      for (const listener of listeners) listener();
    },
    kept,
  };
}

it("remembers of a wide window whether it is open", () => {
  const wide = host(false);
  const first = createSidebarFold(wide.host);
  expect([first.open(), first.over()]).toEqual([true, false]);
  first.setOpen(false);
  expect(first.open()).toBe(false);
  expect(createSidebarFold(wide.host).open()).toBe(false);
  first.setOpen(true);
  expect(createSidebarFold(wide.host).open()).toBe(true);
});

it("lies over a narrow one only while it is asked for, and leaves the wide one as it was", () => {
  const turning = host(false);
  const fold = createSidebarFold(turning.host);
  turning.turn(true);
  expect([fold.open(), fold.over()]).toEqual([false, true]);
  fold.setOpen(true);
  expect([fold.open(), turning.kept.size]).toEqual([true, 0]);
  turning.turn(false);
  expect([fold.open(), fold.over()]).toEqual([true, false]);
  turning.turn(true);
  expect(fold.open()).toBe(false);
});

it("is open where nothing can be asked or kept", () => {
  expect(createSidebarFold({}).open()).toBe(true);
});

it("takes a page that nobody sees yet for a wide one, and a narrow one for narrow as soon as it is seen", () => {
  const unseen = host(true);
  let seen = (): void => undefined;
  const window = { ...unseen.host, innerWidth: 0, addEventListener: (_: "resize", listener: () => void) => void (seen = listener) };
  const fold = createSidebarFold(window);
  expect([fold.open(), fold.over()]).toEqual([true, false]);
  window.innerWidth = 450;
  seen();
  expect([fold.open(), fold.over()]).toEqual([false, true]);
});

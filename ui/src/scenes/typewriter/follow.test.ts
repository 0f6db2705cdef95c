// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Follow } from "./follow";

let scroller: HTMLElement;
let follow: Follow;
let endIsNewest: boolean;
let height: number;
let top: number;

const VIEW = 500;

beforeEach(() => {
  scroller = document.createElement("div");
  const text = document.createElement("div");
  scroller.append(text);
  document.body.replaceChildren(scroller);
  height = 2_000;
  top = 0;
  endIsNewest = true;
  Object.defineProperties(scroller, {
    clientHeight: { get: () => VIEW },
    scrollHeight: { get: () => Math.max(VIEW, height) },
    scrollTop: { get: () => top, set: (to: number) => (top = Math.max(0, Math.min(to, height - VIEW))) },
  });
  follow = new Follow(scroller, text, { changed: () => undefined, endIsNewest: () => endIsNewest });
  follow.settle();
});

afterEach(() => {
  follow.dispose();
  vi.restoreAllMocks();
});

function scrollTo(to: number): void {
  scroller.scrollTop = to;
  scroller.dispatchEvent(new Event("scroll"));
}

function select(from: number, to: number): void {
  const selection = { isCollapsed: from === to, rangeCount: 1, containsNode: () => true, removeAllRanges: () => undefined };
  vi.spyOn(document, "getSelection").mockReturnValue(selection as unknown as Selection);
  document.dispatchEvent(new Event("selectionchange"));
}

describe("a reader's scroll", () => {
  it("lets go upwards, and takes hold at the end", () => {
    scrollTo(600);
    expect(follow.following).toBe(false);
    scrollTo(1_480);
    expect(follow.following).toBe(true);
  });

  it("does not take hold at the end of a page that stands still", () => {
    scrollTo(600);
    endIsNewest = false;
    scrollTo(1_500);
    expect(follow.following).toBe(false);
  });
});

it("does not take its own scroll for the reader's", () => {
  scrollTo(600);
  const element = document.createElement("p");
  element.scrollIntoView = () => (top = 1_500);
  follow.reveal(element);
  scroller.dispatchEvent(new Event("scroll"));
  expect(top).toBe(1_500);
  expect(follow.following).toBe(false);
});

describe("a selection", () => {
  it.each([2_000, 300])("lets go until it is over, on a page %d high", (high) => {
    height = high;
    follow.settle();
    select(0, 4);
    expect(follow.following).toBe(false);
    select(2, 2);
    expect(follow.following).toBe(true);
  });

  it("leaves it let go when the text has moved on meanwhile", () => {
    select(0, 4);
    height += 400;
    select(2, 2);
    expect(follow.following).toBe(false);
  });

  it("takes no hold where it was not the one to let go", () => {
    follow.letGo();
    select(0, 4);
    select(2, 2);
    expect(follow.following).toBe(false);
  });
});

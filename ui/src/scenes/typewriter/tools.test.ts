// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { TypeTools, type TypeFacts } from "./tools";

let facts: TypeFacts = { face: "serif", pace: "natural" };
let tools: TypeTools;

const $ = (id: string): HTMLButtonElement => {
  const found = document.querySelector<HTMLButtonElement>(`[data-testid="${id}"]`);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const rows = (): (readonly [string | null, string, string | null])[] =>
  [...document.querySelectorAll("[role=menu] button")].map((row) => [row.getAttribute("role"), row.textContent ?? "", row.getAttribute("aria-checked")]);
const choose = (value: string): void => document.querySelector<HTMLElement>(`[role=menu] [data-value="${value}"]`)?.click();

function make(): void {
  facts = { face: "serif", pace: "natural" };
  tools = new TypeTools({ now: () => facts, set: (patch) => void (facts = { ...facts, ...patch }) });
  document.body.replaceChildren(tools.element);
}

afterEach(() => tools.close());

it("says the face and the pace, and left of whether it follows", () => {
  make();
  tools.follow.textContent = "Following";
  expect([...tools.element.children].map((tool) => tool.textContent)).toEqual(["Serif", "Pace: natural", "Following"]);
});

it("offers the four faces and the three paces, each a radio of its menu, and one choice closes it", () => {
  make();
  $("tw-face").click();
  expect($("tw-face").getAttribute("aria-expanded")).toBe("true");
  expect(rows()).toEqual([
    ["menuitemradio", "SerifSource Serif 4", "true"],
    ["menuitemradio", "SansInter", "false"],
    ["menuitemradio", "MonoJetBrains Mono", "false"],
    ["menuitemradio", "TypewriterCourier Prime", "false"],
  ]);
  choose("mono");
  tools.tell();
  expect([facts.face, rows(), document.activeElement === $("tw-face"), $("tw-face").textContent]).toEqual(["mono", [], true, "Mono"]);
  $("tw-pace").click();
  expect(rows().map(([, words]) => words)).toEqual(["Natural", "Brisk", "Instant"]);
  choose("instant");
  tools.tell();
  expect([facts, $("tw-pace").textContent]).toEqual([{ face: "mono", pace: "instant" }, "Pace: instant"]);
});

it("leaves no menu behind when another scene is shown, and offers nothing where nothing can be set", () => {
  make();
  $("tw-pace").click();
  tools.hidden = true;
  expect([rows(), tools.element.hidden]).toEqual([[], true]);
  tools = new TypeTools(null);
  expect([...tools.element.children]).toEqual([tools.follow]);
});

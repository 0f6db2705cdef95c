// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { FakeWire, plainExchange } from "../../ipc/fake-wire";
import type { WireForm } from "../../ipc/bindings";
import { hintsOf } from "./exchange";
import { RowView, type RowHost } from "./row";

const HOST: RowHost = { resized: () => undefined, bytes: async () => null };

/** The rows of a wire that was sent these chunks, drawn. */
function rows(chunks: readonly string[], form: WireForm = "text"): RowView[] {
  const wire = new FakeWire(() => 1_000_000);
  wire.exchange(1, plainExchange("demo:/news"));
  for (const chunk of chunks) wire.chunk(1, chunk);
  wire.end(1, { code: "reset", message: "", args: {} });
  const { rows } = wire.page(0, 100, form);
  return rows.map((row, at) => {
    const view = new RowView(row.no, HOST);
    view.show({ row, before: rows[at - 1], after: rows[at + 1], form, hints: hintsOf([]) });
    return view;
  });
}

const lines = (view: RowView | undefined): string[] =>
  [...(view?.element.querySelectorAll(".wl") ?? [])].map((line) => line.textContent ?? "");

describe("a row of the wire", () => {
  it("can be found by its number and its kind", () => {
    const all = rows([":hb\n\n"]);
    expect(all.map((view) => [view.element.dataset["testid"], view.element.dataset["no"], view.element.dataset["kind"]])).toEqual([
      ["wire-row", "0", "exchange"],
      ["wire-row", "1", "chunk"],
      ["wire-row", "2", "end"],
    ]);
    expect(all[0]?.element.querySelector('[data-testid="wire-exchange"]')?.textContent).toContain("GET /news HTTP/1.1");
  });

  it("shows lines with their ends, and says what was ignored and why", () => {
    const all = rows(["\ufeffdata: a\tb\r\n\r\npriority: high\nretry: 3s\n:hb\n"]);
    expect(lines(all[1])).toEqual([
      "BOMdata: a\\tb\\r\\n\\r\\n",
      "priority: high\\n ignored: unknown field",
      "retry: 3s\\n ignored: retry is not a number",
      ":hb\\n heartbeat",
    ]);
  });

  it("joins the bar of an event across chunks, and says nothing twice of a line in two parts", () => {
    const all = rows(["data: one\n\npri", "ority: high\ndata: tw", "o\n\n"]);
    const bars = (view: RowView | undefined): string[] =>
      [...(view?.element.querySelectorAll(".wl.bar") ?? [])].map((line) =>
        ["odd", "even", "above", "below"].filter((name) => line.classList.contains(name)).join(" "),
      );
    expect(bars(all[1])).toEqual(["odd"]);
    expect(bars(all[2])).toEqual(["even below"]);
    expect(bars(all[3])).toEqual(["even above"]);
    expect(lines(all[2])[0]).toBe("ority: high\\n ignored: unknown field");
  });

  it("never takes data for markup", () => {
    const all = rows(["data: <b>bold</b>\n\n"]);
    expect(all[1]?.element.querySelector("b")).toBeNull();
    expect(lines(all[1])[0]).toContain("<b>bold</b>");
  });

  it("shows bytes in hexadecimal", () => {
    const all = rows(["data: one\n\n"], "hex");
    expect(all[1]?.element.querySelector(".wx-hex")?.textContent?.trim()).toBe("64 61 74 61 3a 20 6f 6e  65 0a 0a");
    expect(all[1]?.element.querySelector(".wx-ascii")?.textContent).toBe("data: one··");
  });

  it("says what was never finished when the line ended", () => {
    const all = rows(["data: half"]);
    expect(all.at(-1)?.element.textContent).toMatch(/The connection broke\..*unfinished: the connection closed before the blank line/);
  });

  it("is drawn anew only when what it shows has changed", () => {
    const wire = new FakeWire(() => 0);
    wire.chunk(1, ":hb\n");
    const row = wire.page(0, 1, "text").rows[0];
    if (!row) throw new Error("a row");
    const view = new RowView(0, HOST);
    const shown = { row, before: undefined, after: undefined, form: "text" as const, hints: hintsOf([]) };
    view.show(shown);
    const first = view.element.querySelector(".wl");
    view.fresh = false;
    view.show({ ...shown });
    expect([view.element.querySelector(".wl") === first, view.fresh]).toEqual([true, false]);
    view.show({ ...shown, row: { ...row } });
    expect([view.element.querySelector(".wl") === first, view.fresh]).toEqual([false, true]);
  });
});

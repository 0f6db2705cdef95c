// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeWire, plainExchange } from "../../ipc/fake-wire";
import type { Status } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import { hintsOf } from "./exchange";
import { WireList } from "./list";

const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

afterEach(() => vi.restoreAllMocks());

describe("the list of the wire", () => {
  it("pulls an open row once for each time that the wire grows, and not in between", async () => {
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
    vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(36);
    const wire = new FakeWire(() => 1_000_000);
    wire.exchange(1, plainExchange("demo:/news"));
    wire.chunk(1, "data: an event that goes on and on");
    let end = 2;
    const pulled: number[] = [];
    const live = {
      status: () => ({ session: 1, wire: { first: 0, end, chunks: 1, dropped_chunks: 0, dropped_bytes: 0, findings: 0 } }) as unknown as Status,
      wire: async (from: number, len: number) => {
        pulled.push(from);
        // Each answer is made of its own objects, as what comes from the engine is.
        return structuredClone(wire.page(from, len, "text"));
      },
    } as unknown as Live;
    const list = new WireList(live, hintsOf([]), () => undefined);
    const frames = async (): Promise<void> => {
      for (let n = 0; n < 6; n += 1) {
        list.draw();
        await settled();
      }
    };
    await frames();
    expect(list.element.querySelector(".wl")).not.toBeNull();
    const before = pulled.length;
    // Another row comes, and the one before stays open.
    end = 3;
    wire.exchange(2, plainExchange("demo:/news"));
    await frames();
    const grown = pulled.length;
    expect(grown - before).toBeLessThanOrEqual(2);
    await frames();
    expect(pulled).toHaveLength(grown);
    list.dispose();
  });
});

import { expect, it } from "vitest";
import { TapeAxis, type AxisFacts } from "./tape-axis";

it("the axis tells what differs, once, and nobody who has gone", () => {
  const axis = new TapeAxis();
  const told: AxisFacts[] = [];
  const end = axis.onChange((facts) => told.push(facts));
  axis.tell({ span: { fromUs: 1, toUs: 2 }, overChart: 5 });
  axis.tell({ span: { fromUs: 1, toUs: 2 } });
  axis.tell({ overStrip: 3 });
  expect(told).toEqual([
    { span: { fromUs: 1, toUs: 2 }, selection: null, overStrip: null, overChart: 5 },
    { span: { fromUs: 1, toUs: 2 }, selection: null, overStrip: 3, overChart: 5 },
  ]);
  end();
  axis.tell({ overStrip: null });
  expect(told).toHaveLength(2);
});

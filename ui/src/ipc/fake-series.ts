// Pretended lines of numbers.

import type { Backend } from "./backend";
import type { FakeSession } from "./fake-session";

export interface SeriesParts {
  find(session: number): FakeSession;
}

export function createFakeSeries(parts: SeriesParts): Pick<Backend, "series"> {
  return {
    async series(session, _query) {
      const end = parts.find(session).status.end_pos;
      return { from_us: 0, to_us: 0, series: [], found: [], gaps: [], scanned: end, end, done: true };
    },
  };
}

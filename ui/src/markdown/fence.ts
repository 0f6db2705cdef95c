// Writes the lines of a fence that is open, straight into its code.

import type { CodeBlock } from "./code";
import { closes, mayClose, withoutIndent, type Fence } from "./parse";
import type { Growth } from "./patch";

export class FenceWriter {
  readonly #fence: Fence;
  readonly code: CodeBlock;
  /** The line that has begun; of it so many characters have been written. */
  #line: string;
  #written: number;

  constructor(fence: Fence, code: CodeBlock, line: string, written: number) {
    this.#fence = fence;
    this.code = code;
    this.#line = line.length < 64 ? line : "";
    this.#written = written;
  }

  /** Characters that wait. */
  get held(): number {
    return this.#written === 0 ? this.#line.length : 0;
  }

  /** Answers null, or how much of the text is left once the fence was closed. */
  write(text: string, growth: Growth | null): number | null {
    const all = this.held > 0 ? this.#line + text : text;
    let ready = "";
    for (let at = 0; at < all.length; ) {
      const end = all.indexOf("\n", at);
      const line = end < 0 ? all.slice(at) : all.slice(at, end);
      const fresh = this.#written === 0;
      if (fresh && end >= 0 && closes(line, this.#fence)) {
        if (ready) this.code.append(ready, growth);
        return all.length - end - 1;
      }
      // Half a line that may yet close it is not shown as a part of it.
      if (fresh && end < 0 && mayClose(line, this.#fence)) {
        this.#line = line;
        if (ready) this.code.append(ready, growth);
        return null;
      }
      ready += fresh ? withoutIndent(line, this.#fence.indent) : line;
      if (end < 0) {
        this.#written += line.length;
        break;
      }
      ready += "\n";
      this.#written = 0;
      at = end + 1;
    }
    this.#line = "";
    if (ready) this.code.append(ready, growth);
    return null;
  }

  /** Takes back the line that has begun, if it may yet close the fence. */
  hold(): void {
    if (this.#written === 0 || this.#line === "" || !mayClose(this.#line, this.#fence)) return;
    this.code.cutTo(this.code.length - this.#line.length);
    this.#written = 0;
  }

  /** Shows what was held, where no more will come. */
  release(ended: boolean): void {
    if (!ended || this.held === 0) return;
    this.code.append(this.#line, null);
    this.#written = this.#line.length;
  }
}

// The entry that is selected, and in which row it is. Without a filter a row's number is its entry's; under a filter
// one of the two is known first, and the other has to be asked for or waited for.

import type { Located, Row } from "../../ipc/bindings";

export interface SelectionHost {
  /** A row that is held. */
  row(at: number): Row | undefined;
  /** Whether a filter's view numbers the rows. */
  inView(): boolean;
  /** Where an entry is, as a row. */
  locate(pos: number): Promise<Located | null>;
  changed(pos: number | null): void;
  /** The row of what was chosen is known: it is to be brought into view. */
  found(at: number, centred: boolean): void;
}

export class Selection {
  readonly #host: SelectionHost;
  #pos: number | null = null;
  #at: number | null = null;
  /** The row was chosen, and which entry is in it will be known when it is pulled. */
  #owed = false;
  #asked = 0;

  constructor(host: SelectionHost) {
    this.#host = host;
  }

  /** The entry. */
  get pos(): number | null {
    return this.#pos;
  }

  /** Its row, or the one nearest to it. */
  get at(): number | null {
    return this.#at;
  }

  /** Selects an entry wherever it is, or none. */
  choose(pos: number | null, centred: boolean): void {
    this.#asked += 1;
    this.#owed = false;
    this.#at = null;
    this.#tell(pos);
    if (pos === null) return;
    if (this.#host.inView()) this.locate(true, centred);
    else {
      this.#at = pos;
      this.#host.found(pos, centred);
    }
  }

  /** Selects an entry in a row. */
  set(pos: number, at: number): void {
    this.#asked += 1;
    this.#owed = false;
    this.#at = at;
    this.#tell(pos);
  }

  /** Selects a row. */
  row(at: number): void {
    this.#asked += 1;
    this.#at = at;
    this.#owed = true;
    if (!this.#host.inView()) {
      this.#owed = false;
      this.#tell(at);
    }
    this.settle();
  }

  /** Takes the entry of a row that has come. */
  settle(): void {
    if (!this.#owed || this.#at === null) return;
    const row = this.#host.row(this.#at);
    if (!row) return;
    this.#owed = false;
    this.#tell(row.pos);
  }

  /** The rows are numbered anew. */
  lose(): void {
    this.#asked += 1;
    this.#owed = false;
    this.#at = this.#host.inView() ? null : this.#pos;
  }

  /** Finds its row once more. */
  locate(reveal: boolean, centred = true): void {
    if (this.#pos === null) return;
    this.lose();
    const asked = this.#asked;
    if (this.#at !== null) {
      if (reveal) this.#host.found(this.#at, centred);
      return;
    }
    void this.#host.locate(this.#pos).then((located) => {
      if (asked !== this.#asked || !located) return;
      this.#at = located.row;
      if (reveal) this.#host.found(located.row, centred);
    });
  }

  #tell(pos: number | null): void {
    if (pos === this.#pos) return;
    this.#pos = pos;
    this.#host.changed(pos);
  }
}

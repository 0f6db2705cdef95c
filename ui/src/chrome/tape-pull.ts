// The pictures that the tape strip is drawn from: one of the whole session and, while less is on show, one of that
// part and a little around it. One pull at a time; until it is answered what is there is stretched.

import type { Strip } from "../ipc/bindings";
import type { Picture } from "./tape-layout";
import { length, type Span } from "./tape-span";

/** What has changed is pulled at most this often. */
const PULL_MS = 125;
/** After a pull that brought nothing. */
const AGAIN_MS = 1_000;
/** The engine's own bound (contract.rs). */
const MOST_BINS = 2_048;
/** This share of the part on show is pulled at either side of it too, so that moving it shows no edge. */
const AROUND = 0.25;
/** A picture this many times as coarse as the screen is pulled anew. */
const COARSE = 1.2;
/** One this much finer holds less than it could. */
const FINE = 0.4;

export interface Wanted {
  readonly session: number;
  /** Its whole, as drawn. */
  readonly whole: Span;
  readonly span: Span;
  readonly zoomed: boolean;
  /** Pixels of the screen across the strip. */
  readonly pixels: number;
}

export type PullStrip = (fromUs: number | null, toUs: number | null, bins: number) => Promise<Strip | null>;

export class Pictures {
  readonly #pull: PullStrip;
  readonly #changed: () => void;
  #session: number | null = null;
  #whole: Strip | null = null;
  #part: Picture | null = null;
  #pulling = false;
  #pulledAt = -AGAIN_MS;
  #pace = 0;
  /** What has come since the pictures were pulled. */
  #wholeStale = true;
  #partStale = true;

  constructor(pull: PullStrip, changed: () => void) {
    this.#pull = pull;
    this.#changed = changed;
  }

  get whole(): Strip | null {
    return this.#whole;
  }

  /** Best first. */
  shown(whole: Span, zoomed: boolean): Picture[] {
    const pictures: Picture[] = [];
    if (zoomed && this.#part) pictures.push(this.#part);
    if (this.#whole) pictures.push({ ...whole, strip: this.#whole });
    return pictures;
  }

  forget(): void {
    this.#session = null;
    this.#whole = this.#part = null;
    this.#stale();
    this.#pace = 0;
  }

  /** The session has changed. */
  touch(): void {
    this.#stale();
  }

  #stale(): void {
    this.#wholeStale = this.#partStale = true;
  }

  /** Pulls what is wanted and not there; answers how many milliseconds to wait before asking again, if anything is
   *  still to be pulled then. */
  look(now: number, wanted: Wanted): number | null {
    if (wanted.session !== this.#session) {
      this.forget();
      this.#session = wanted.session;
    }
    if (this.#pulling) return null;
    const whole = !wanted.zoomed || !this.#whole;
    // What is not there is pulled at once, what is merely older than the session at its pace.
    const missing = whole ? !this.#whole : !this.#fits(wanted);
    if (!missing && !(whole ? this.#wholeStale : this.#partStale)) return null;
    const wait = Math.max(this.#pace, missing ? 0 : PULL_MS) - (now - this.#pulledAt);
    if (wait > 0) return wait;
    this.#pulledAt = now;
    void (whole ? this.#pullWhole(wanted) : this.#pullPart(wanted));
    return null;
  }

  #fits({ span, pixels }: Wanted): boolean {
    const part = this.#part;
    if (!part) return false;
    if (span.fromUs < part.fromUs || span.toUs > part.toUs) return false;
    const ratio = part.strip.bin_us / (length(span) / Math.min(pixels, MOST_BINS / (1 + 2 * AROUND)));
    // The engine may have none as fine as was asked for: what was asked then is what there is.
    return ratio >= FINE ? ratio <= COARSE || length(part) <= length(span) * (1 + 2 * AROUND) * COARSE : false;
  }

  async #pullWhole({ session, pixels }: Wanted): Promise<void> {
    this.#wholeStale = false;
    const strip = await this.#ask(null, null, Math.min(MOST_BINS, Math.ceil(pixels)));
    if (session !== this.#session) return this.#changed();
    if (strip) this.#whole = strip;
    this.#came(strip);
  }

  async #pullPart({ session, span, whole, pixels }: Wanted): Promise<void> {
    this.#partStale = false;
    const bins = Math.min(MOST_BINS, Math.ceil(pixels * (1 + 2 * AROUND)));
    // Bins that begin at multiples of their width do not change their content when the part is moved.
    const grain = Math.max(1, (length(span) * (1 + 2 * AROUND)) / bins);
    const grid = (us: number): number => Math.round(whole.fromUs + Math.floor((us - whole.fromUs) / grain) * grain);
    const fromUs = Math.max(whole.fromUs, grid(span.fromUs - AROUND * length(span)));
    // Past the end too: what comes there soon belongs to this picture.
    const toUs = grid(span.toUs + AROUND * length(span)) + 1;
    const strip = await this.#ask(fromUs, toUs, bins);
    if (session !== this.#session) return this.#changed();
    if (strip) this.#part = { fromUs, toUs, strip };
    this.#came(strip);
  }

  async #ask(fromUs: number | null, toUs: number | null, bins: number): Promise<Strip | null> {
    this.#pulling = true;
    try {
      return await this.#pull(fromUs, toUs, bins);
    } catch {
      return null;
    } finally {
      this.#pulling = false;
    }
  }

  #came(strip: Strip | null): void {
    this.#pace = strip ? 0 : AGAIN_MS;
    if (!strip) this.#stale();
    this.#changed();
  }
}

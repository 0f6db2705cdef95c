// The wash of accent behind text that has just come, which fades within 150 ms. It is drawn with the
// CSS highlight registry: the text nodes are not touched, so a selection and the layout stay as they are.

/** Three tones, 50 ms each; the style sheet has them as `::highlight(tw-new-1)` and on. */
const TONES = ["tw-new-1", "tw-new-2", "tw-new-3"] as const;
const TONE_MS = 50;

interface Stretch {
  readonly range: StaticRange;
  readonly at: number;
  tone: number;
}

export interface Wash {
  add(node: Text, from: number, to: number, now: number): void;
  /** Ages what is there; answers in how many milliseconds it is worth doing again, Infinity where none is left. */
  draw(now: number): number;
  clear(): void;
}

export function createWash(): Wash {
  const registry = typeof CSS === "undefined" ? undefined : CSS.highlights;
  if (!registry) return { add: () => undefined, draw: () => Infinity, clear: () => undefined };

  const tones = TONES.map((name) => {
    const highlight = new Highlight();
    registry.set(name, highlight);
    return highlight;
  });
  let stretches: Stretch[] = [];

  function draw(now: number): number {
    let wait = Infinity;
    stretches = stretches.filter((stretch) => {
      const tone = Math.floor((now - stretch.at) / TONE_MS);
      if (tone !== stretch.tone) {
        tones[stretch.tone]?.delete(stretch.range);
        tones[tone]?.add(stretch.range);
        stretch.tone = tone;
      }
      if (tone >= TONES.length) return false;
      // All together: a frame for each of them would be one for each letter, and a tone late is not seen.
      wait = TONE_MS;
      return true;
    });
    return wait;
  }

  return {
    add(node, from, to, now) {
      const range = new StaticRange({ startContainer: node, startOffset: from, endContainer: node, endOffset: to });
      tones[0]?.add(range);
      stretches.push({ range, at: now, tone: 0 });
    },
    draw,
    clear() {
      stretches = [];
      for (const tone of tones) tone.clear();
    },
  };
}

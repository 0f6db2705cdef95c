// The colours and the type that the canvases draw with, read from the styles.

export interface Look {
  /** In the order of the lines. */
  readonly series: readonly string[];
  /** The same where they are the colour of words. */
  readonly words: readonly string[];
  readonly label: string;
  readonly hairline: string;
  readonly gap: string;
  readonly selection: string;
  readonly font: string;
}

/** Colours of their own; the lines after these have them again, dashed. */
export const COLOURS = 8;

export function readLook(probe: HTMLElement): Look {
  const read = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  return {
    series: Array.from({ length: COLOURS }, (_, n) => read(`--series-${n + 1}`)),
    words: Array.from({ length: COLOURS }, (_, n) => read(`--series-${n + 1}-text`)),
    label: read("--ink-3-text"),
    hairline: read("--hairline"),
    gap: read("--waiting-wash"),
    selection: read("--accent-wash"),
    font: `11px ${getComputedStyle(probe).fontFamily}`,
  };
}

export function colourOf(look: Look, index: number): string {
  return look.series[index % COLOURS] ?? look.label;
}

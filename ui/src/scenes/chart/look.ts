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
  /** Whether lines differ by more than their colour: colours are the system's, or are asked to be plainer. */
  readonly patterned: boolean;
}

/** Colours of their own; the lines after these have them again, dashed. */
export const COLOURS = 8;

/** When lines are patterned. */
export const PATTERNED = "(forced-colors: active), (prefers-contrast: more)";

/** Strokes and gaps in the order of the colours, pixels; chart.css draws the marks of the tiles alike. */
export const DASHES: readonly (readonly number[])[] = [[], [9, 4], [3, 3], [12, 3, 3, 3], [6, 6], [15, 4], [2, 6], [9, 3, 2, 3, 2, 3]];

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
    patterned: matchMedia(PATTERNED).matches,
  };
}

export function colourOf(look: Look, index: number): string {
  return look.series[index % COLOURS] ?? look.label;
}

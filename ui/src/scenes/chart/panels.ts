// Which lines share a panel and an axis, and where the axis has its marks.

/** A line as far as it matters here. */
export interface Ranged {
  readonly name: string;
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  /** Its thresholds. */
  readonly limits: readonly number[];
  /** Decimals that its numbers are written with. */
  readonly decimals: number;
}

export interface Axis {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

/** Lines share a panel where each has at least this share of it; once they share it, they part below the second. */
const SHARE = 0.2;
const PARTS = 0.05;
/** Of two lines of percents the greater is at most so many times the other. */
const TIMES = 10;
/** Pixels between two marks of an axis. */
const MARK_PX = 62;
/** Free room over and under the lines, as a share. */
const AIR = 0.08;
/** An axis begins at zero where this share of it, or less, is between. */
const NEAR_ZERO = 0.35;
/** Sums of greater numbers have no end. */
const FAR = 1e300;

/** Numbers that may be percents. */
function isShare({ unit, least, most }: Ranged): boolean {
  return unit === "%" || (unit === "" && least >= 0 && most <= 100 && most > 1);
}

function alike(a: Ranged, b: Ranged, share: number): boolean {
  if (a.unit !== b.unit) return false;
  if (a.unit !== "") return true;
  const loose = share < SHARE;
  if (isShare(a) && isShare(b)) {
    const [low, high] = a.most < b.most ? [a.most, b.most] : [b.most, a.most];
    return high <= low * TIMES * (loose ? 3 : 1);
  }
  const union = Math.max(a.most, b.most) - Math.min(a.least, b.least);
  if (union === 0) return true;
  const spans = [a, b].map(({ least, most }) => most - least);
  return Math.min(...spans) >= union * share;
}

/** Groups lines by their names, in order. What shares a panel in `before` goes on to, unless it no longer can: a panel
 *  that comes and goes with the figures cannot be read. */
export function grouped(lines: readonly Ranged[], before: readonly (readonly string[])[]): string[][] {
  const byName = new Map(lines.map((line) => [line.name, line]));
  const known = before.flat();
  const same = known.length === lines.length && known.every((name) => byName.has(name));
  if (same && before.every((group) => together(group.map((name) => byName.get(name)), PARTS))) return before.map((group) => [...group]);
  const groups: Ranged[][] = [];
  for (const line of lines) {
    const group = groups.find((each) => each.every((other) => alike(other, line, SHARE)));
    if (group) group.push(line);
    else groups.push([line]);
  }
  return groups.map((group) => group.map(({ name }) => name));
}

function together(group: readonly (Ranged | undefined)[], share: number): boolean {
  const there = group.filter((each) => each !== undefined);
  return there.every((a, at) => there.slice(at + 1).every((b) => alike(a, b, share)));
}

/** The axis of a panel `height` pixels high. Thresholds are on it where they do not flatten the lines. */
export function axisOf(lines: readonly Ranged[], height: number): Axis {
  const shares = lines.length > 0 && lines.every(isShare) && lines.some(({ unit }) => unit === "%" || lines.length > 1);
  let least = Math.max(-FAR, Math.min(...lines.map((line) => line.least)));
  let most = Math.min(FAR, Math.max(...lines.map((line) => line.most)));
  if (!Number.isFinite(least) || !Number.isFinite(most)) return { min: 0, max: 1, ticks: [0, 1] };
  const span = most - least || Math.abs(most) * 0.1 || 1;
  for (const limit of lines.flatMap(({ limits }) => limits)) {
    if (limit > most && limit - most <= 2 * span) most = limit;
    if (limit < least && least - limit <= 2 * span) least = limit;
  }
  const marks = Math.max(3, Math.min(6, Math.floor(height / MARK_PX)));
  if (shares && most <= 100 && least >= 0 && most > 40) return { min: 0, max: 100, ticks: ticksOf(0, 100, height >= 180 ? 25 : 50) };
  // A line that never changes stands in the middle.
  if (most === least) [least, most] = [least - span / 2, most + span / 2];
  const wide = most - least;
  // Half of a whole number is nothing that could be read off.
  const finest = 10 ** -Math.max(...lines.map(({ decimals }) => decimals));
  const air = wide * AIR;
  // An axis that almost reaches zero begins there.
  const min = least >= 0 && least <= wide * NEAR_ZERO ? 0 : least - air;
  const max = most <= 0 && -most <= wide * NEAR_ZERO ? 0 : most + air;
  return { min, max, ticks: ticksOf(min, max, Math.max(niceStep((max - min) / marks), finest)) };
}

/** 1, 2, 2.5 or 5 times a power of ten, and not less than `rough`. */
export function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= rough * 0.999) ?? 10;
  return factor * power;
}

function ticksOf(min: number, max: number, step: number): number[] {
  const ticks: number[] = [];
  const first = Math.ceil(min / step - 1e-9);
  for (let n = first; n * step <= max + step * 1e-9 && ticks.length < 50; n += 1) {
    // Sums of tenths are not tenths: 0.30000000000000004.
    ticks.push(Number((n * step).toPrecision(12)));
  }
  return ticks;
}

/** Lines that share a panel have so many times the height of one alone. */
const SHARED = 2.2;
const SHARED_LEAST = 1.7;

/** Heights of panels in a room; a panel of one line is not less than `least`. */
export function heightsOf(groups: readonly (readonly string[])[], room: number, least: number): number[] {
  const weights = groups.map((group) => (group.length > 1 ? SHARED : 1));
  const floors = groups.map((group) => Math.round(least * (group.length > 1 ? SHARED_LEAST : 1)));
  const sum = weights.reduce((a, b) => a + b, 0);
  // What is raised to its least is taken from those that have more.
  const raised = weights.map((weight, at) => (weight / sum) * room < (floors[at] ?? least));
  const left = floors.reduce((all, floor, at) => (raised[at] ? all - floor : all), room);
  const rest = weights.reduce((all, weight, at) => (raised[at] ? all : all + weight), 0);
  return weights.map((weight, at) => {
    const floor = floors[at] ?? least;
    return raised[at] ? floor : Math.max(floor, Math.floor((weight / rest) * left));
  });
}

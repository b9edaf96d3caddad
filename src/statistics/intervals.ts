import { mean, sampleStd } from './samples.ts';

/** Intervals for what an experiment reports: a share of tasks, and a mean over seeds. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface MeanInterval {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation; null for one value, of which no spread can be told. */
  readonly std: number | null;
  readonly interval: Interval | null;
}

/** Φ⁻¹(0.975) */
const Z_95 = 1.959963984540054;

/**
 * Wilson score interval, 95 %, of a share: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
 * Stays inside [0, 1] and is wide where all or none succeed. @throws RangeError without trials.
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (!(trials > 0) || successes < 0 || successes > trials) {
    throw new RangeError(`${successes} successes of ${trials} trials is not a share.`);
  }
  const p = successes / trials;
  const z2 = Z_95 ** 2;
  const centre = p + z2 / (2 * trials);
  const half = Z_95 * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials ** 2));
  const scale = 1 + z2 / trials;
  return {
    // Exact at the ends, where rounding would leave 0.9999…
    low: successes === 0 ? 0 : (centre - half) / scale,
    high: successes === trials ? 1 : (centre + half) / scale,
  };
}

/** Mean with its 95 % Student-t interval, mean ± t(n − 1)·s/√n, as over seeds. @throws RangeError without values. */
export function meanInterval(values: readonly number[]): MeanInterval {
  const n = values.length;
  const centre = mean(values);
  if (n === 1) return { n, mean: centre, std: null, interval: null };
  const std = sampleStd(values);
  const half = (tQuantile95(n - 1) * std) / Math.sqrt(n);
  return { n, mean: centre, std, interval: { low: centre - half, high: centre + half } };
}

/** t with P(|T| ≤ t) = 0.95 for whole degrees of freedom, by bisection. */
export function tQuantile95(degreesOfFreedom: number): number {
  let low = 0;
  let high = 20;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (centralProbability(middle, degreesOfFreedom) < 0.95) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * P(|T| > |t|), the two-sided p of Student's t for whole degrees of freedom, to 12 digits however small: where it is small
 * it is summed by itself, as I_x(ν/2, ½) with x = ν/(ν + t²) (Abramowitz & Stegun 26.5.4, 26.7.1), not as a difference
 * from 1. @throws RangeError unless degrees of freedom are whole and at least 1
 */
export function studentP(t: number, degreesOfFreedom: number): number {
  if (!Number.isInteger(degreesOfFreedom) || degreesOfFreedom < 1)
    throw new RangeError(`${degreesOfFreedom} are no degrees of freedom.`);
  const inside = centralProbability(Math.abs(t), degreesOfFreedom);
  if (inside < 0.9) return 1 - inside;
  const x = degreesOfFreedom / (degreesOfFreedom + t * t);
  const a = degreesOfFreedom / 2;
  let beta = degreesOfFreedom % 2 === 1 ? Math.PI : 2;
  for (let of = degreesOfFreedom % 2 === 1 ? 0.5 : 1; of < a; of++) beta *= of / (of + 0.5);
  let term = 1;
  let series = 1;
  for (let n = 0; term > 1e-16 * series; n++) {
    term *= ((a + 0.5 + n) / (a + 1 + n)) * x;
    series += term;
  }
  return ((x ** a * Math.sqrt(1 - x)) / (a * beta)) * series;
}

/** P(|T| ≤ t): the finite trigonometric series for whole degrees of freedom (Abramowitz & Stegun 26.7.3, 26.7.4). */
function centralProbability(t: number, degreesOfFreedom: number): number {
  const angle = Math.atan(t / Math.sqrt(degreesOfFreedom));
  const odd = degreesOfFreedom % 2 === 1;
  let term = odd ? Math.cos(angle) : 1;
  let series = 0;
  for (let power = odd ? 1 : 0; power <= degreesOfFreedom - 2; power += 2) {
    series += term;
    term *= ((power + 1) / (power + 2)) * Math.cos(angle) ** 2;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * series) : Math.sin(angle) * series;
}

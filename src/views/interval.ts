export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson score interval of a share `p` seen in `n` trials, at 95 % (z = 1.96):
 * (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). Wilson, JASA 22 (1927).
 */
export function wilson(p: number, n: number): Interval {
  const z = 1.959963984540054;
  const scale = 1 + (z * z) / n;
  const centre = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) };
}

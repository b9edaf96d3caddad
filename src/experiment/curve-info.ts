/** What a curve is called and means, and how high it is drawn. */
import { METRICS } from '../rl/metrics.ts';
import type { Curve } from './curves.ts';

export function meaningOf({ metric, window }: Curve): string {
  const { meaning } = METRICS[metric];
  if (window === 1) return meaning;
  return `${meaning} Each point is the mean of ${window} ${metric.startsWith('eval/') ? 'evaluations' : 'steps'}.`;
}

/** Longer than a label, where that is too short for a title. */
const TITLES: Partial<Record<Curve['metric'], string>> = {
  'rewards/thinking/mean': 'reward for the reasoning, R_t',
  'rewards/outcome/mean': 'reward for passing, R_o',
  agreement: 'answer is what the reasoning says',
  'gate/withheld_share': 'share of R_t that the gate withholds',
};
export const titleOf = ({ metric }: Curve): string => TITLES[metric] ?? METRICS[metric].label;

/** Wide enough for every mean and, within what is possible at all, for every band. */
export function domainOf({ metric, arms }: Curve): [number, number] {
  const [least, most] = METRICS[metric].range;
  const points = arms.flatMap((arm) => arm.points);
  const low = Math.min(...points.map((point) => point.low));
  const high = Math.max(...points.map((point) => point.high));
  const margin = 0.03 * (high - low) || 0.1 * Math.abs(high) || 1;
  return [Math.max(low - margin, least ?? -Infinity), Math.min(high + margin, most ?? Infinity)];
}

/** Numbers as the report writes them. */
import type { Interval } from '../../statistics/intervals.ts';
import type { MeasureName } from '../measures.ts';

/** Tokens are counted; everything else is a share. */
const decimalsOf = (measure: MeasureName): number => (measure === 'tokens' ? 1 : 3);

export const amount = (measure: MeasureName, value: number | null): string =>
  value === null ? '–' : `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(decimalsOf(measure))}`;

export const change = (measure: MeasureName, value: number | null): string =>
  value === null ? '–' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(decimalsOf(measure))}`;

type Show = typeof amount;

export const between = (measure: MeasureName, interval: Interval | null, show: Show = amount): string =>
  interval === null ? '–' : `${show(measure, interval.low)} to ${show(measure, interval.high)}`;

export function probability(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** Hours, minutes or seconds, whichever says most in few digits. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** “a, b and c” */
export const listed = (items: readonly (string | number)[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

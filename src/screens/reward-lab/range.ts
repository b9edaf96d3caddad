import type { Interval } from '../../statistics/intervals.ts';
import { percent } from '../../views/format.ts';
import { text } from './text.ts';

/** Both ends of an interval, or why there is none. */
export const rangeText = (interval: Interval | null, show: (value: number) => string = percent): string =>
  interval === null ? text.noRange : text.range(show(interval.low), show(interval.high));

/**
 * Top-k and top-p as a graph. Top-k is found among the k largest logits; top-p alone by bisection, since sorting a
 * vocabulary takes longer than summing it up some times. The reference is `sampler.ts`.
 */
import {
  add,
  and,
  cast,
  cumsum,
  div,
  equal,
  exp,
  iota,
  less,
  loop,
  max,
  mul,
  neg,
  not,
  or,
  scalar,
  select,
  slice,
  sub,
  sum,
  type Tensor,
  topK as largest,
} from '../graph/index.ts';
import { checkSampler, type Restriction } from './sampler.ts';

/** Above every logit. */
const HIGHEST = 3e38;
/** Halvings after which logits between are as good as equal. */
const HALVINGS = 26;

/** Sum, or smallest value, of each row: [n, V] → [n, 1]. */
const total = (x: Tensor): Tensor => sum(x, [1], true);
const smallest = (x: Tensor): Tensor => neg(max(neg(x), [1], true));
const atLeast = (x: Tensor, y: Tensor): Tensor => not(less(x, y));
const any = (flags: Tensor): Tensor => less(scalar(0), max(cast(flags, 'f32'), [0, 1]));
/** The values where they reach a bound, and 0 where they do not. */
const from = (bound: Tensor, logits: Tensor, values: Tensor): Tensor =>
  select(less(logits, bound), scalar(0), values);

export interface Weights {
  /** [n, V]: the probability of each id before it is normalised; 0 where it may not be drawn. */
  readonly weights: Tensor;
  /** [n, V]: logarithms of the same, of all ids. */
  readonly logs: Tensor;
}

/**
 * What may be drawn by logits [n, V], temperature included; null where that is everything.
 * @throws RangeError as `checkSampler`
 */
export function restrict(logits: Tensor, { topK, topP = 1 }: Restriction): Weights | null {
  checkSampler({ topK, topP });
  const isCut = topK !== undefined && topK < logits.shape[1]!;
  if (!isCut && topP === 1) return null;
  const top = max(logits, [1], true);
  const logs = sub(logits, top);
  const all = exp(logs);
  const values = isCut ? largest(logits, topK) : null;
  const weights = values ? from(slice(values, 1, topK! - 1, topK!), logits, all) : all;
  if (topP === 1) return { weights, logs };
  return { weights: fewest({ logits, top, weights, goal: mul(total(weights), topP) }, topP, values), logs };
}

interface Rows {
  /** [n, V] */
  readonly logits: Tensor;
  readonly weights: Tensor;
  /** [n, 1]: the largest logit, and the weight that is to be reached. */
  readonly top: Tensor;
  readonly goal: Tensor;
}

/** The weights of the fewest ids that reach the goal. @param values the largest of each row in order, if no others weigh anything */
function fewest(rows: Rows, topP: number, values: Tensor | null): Tensor {
  const { logits, weights } = rows;
  const bound = values ? boundAmong(values, rows) : boundByBisection(rows, topP);
  const [least, first] = withoutSurplus(bound, rows) as [Tensor, Tensor];
  const isEarlier = less(iota(logits.shape[1]!, 'f32'), first);
  return select(and(equal(logits, least), isEarlier), scalar(0), from(least, logits, weights));
}

interface Bound {
  /** [n, 1]: the smallest logit of those that reach the goal together, or what lies just below it. */
  readonly least: Tensor;
  /** Whether in any row it may be that of several ids, not all of which are needed. */
  readonly hasSurplus: Tensor;
}

function boundAmong(values: Tensor, { logits, weights, top, goal }: Rows): Bound {
  const own = exp(sub(values, top));
  const isNeeded = less(sub(cumsum(own), own), goal);
  const least = smallest(select(isNeeded, values, scalar(HIGHEST)));
  const reached = total(from(least, logits, weights));
  return { least, hasSurplus: any(atLeast(sub(reached, exp(sub(least, top))), goal)) };
}

/**
 * Halves the logits between one from which on the goal is reached and one from which on it is not, until in each row a
 * single id lies between them, or ids that are as good as equal.
 */
function boundByBisection({ logits, weights, top, goal }: Rows, topP: number): Bound {
  /** Whether several ids lie between, by their weight: each has that of the lower end at least. */
  const several = (low: Tensor, weight: Tensor): Tensor => atLeast(weight, mul(exp(sub(low, top)), 2));
  // All logits below this weigh less than what may be missing, since the largest alone weighs 1.
  const lowest = sub(top, 0.1 + Math.log(logits.shape[1]! / (1 - topP)));
  const start = [lowest, add(top, 0.1), total(from(lowest, logits, weights)), mul(top, 0)];
  const [least, , reached, above] = loop(HALVINGS, any(several(lowest, start[2]!)), start, (_, carried) => {
    const [low, high, ofLow, ofHigh] = carried as [Tensor, Tensor, Tensor, Tensor];
    const middle = div(add(low, high), 2);
    const weight = total(from(middle, logits, weights));
    const isReached = atLeast(weight, goal);
    const [nextLow, nextOfLow] = [select(isReached, middle, low), select(isReached, weight, ofLow)];
    const [nextHigh, nextOfHigh] = [select(isReached, high, middle), select(isReached, ofHigh, weight)];
    return {
      goOn: any(several(nextLow, sub(nextOfLow, nextOfHigh))),
      carried: [nextLow, nextHigh, nextOfLow, nextOfHigh],
    };
  });
  return { least: least!, hasSurplus: any(several(least!, sub(reached!, above!))) };
}

/**
 * The smallest logit that is needed and, of the ids that have it, the first: the last ones are taken, as many as it needs,
 * [n, 1] both. Where there is no surplus nothing is looked for, and the first is 0.
 */
function withoutSurplus(
  { least: bound, hasSurplus }: Bound,
  { logits, weights, top, goal }: Rows,
): readonly Tensor[] {
  return loop(1, hasSurplus, [bound, mul(bound, 0)], (_, [low]) => {
    const least = smallest(select(less(logits, low!), scalar(HIGHEST), logits));
    const equals = equal(logits, least);
    const counted = cast(equals, 'f32');
    const above = total(select(less(least, logits), weights, scalar(0)));
    const after = sub(total(counted), cumsum(counted));
    const isLacking = less(add(above, mul(after, exp(sub(least, top)))), goal);
    const isNeeded = and(equals, or(isLacking, less(after, 0.5)));
    const first = smallest(select(isNeeded, iota(logits.shape[1]!, 'f32'), scalar(HIGHEST)));
    return { goOn: less(scalar(1), 0), carried: [least, first] };
  });
}

/** Whether a run with a large model fits into this machine, and with how many engines. */
import type { PolicyShape } from '../model/policy-shape.ts';
import { type MemoryPlan, predictMemory } from '../rl/memory.ts';
import type { FullConfig } from '../rl/types.ts';
import { RunModelError } from './run-models.ts';

/** An engine is 32-bit WebAssembly. */
const MOST_ENGINE = 4 * 2 ** 30;
/** Of the machine's memory, what a page may plan with. */
const SHARE = 0.6;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Bytes of the machine, as far as a browser tells; `null` where it does not. */
export function machineBytes(): number | null {
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  return deviceMemory === undefined ? null : deviceMemory * 2 ** 30;
}

/**
 * As many engines as fit, of at most so many.
 * @param machine bytes, or `null` where nobody knows
 * @throws RunModelError where a single one does not fit; it names a setting that would, where there is one
 */
export function planMemory(
  policy: PolicyShape,
  run: FullConfig,
  most: number,
  machine: number | null,
): MemoryPlan {
  const single = predictMemory(policy, run, 1);
  const room = machine === null ? Infinity : SHARE * machine;
  const fits = (plan: MemoryPlan): boolean => plan.engine <= MOST_ENGINE && plan.total <= room;
  if (!fits(single)) throw new RunModelError(refusal(policy, run, single, fits, machine));
  const engines = Math.floor((room - (single.total - single.engine)) / single.engine);
  const count = Math.max(1, Math.min(most, engines));
  return { ...single, engines: count, total: single.total + (count - 1) * single.engine };
}

function refusal(
  policy: PolicyShape,
  run: FullConfig,
  { total, engine }: MemoryPlan,
  fits: (plan: MemoryPlan) => boolean,
  machine: number | null,
): string {
  const why =
    engine > MOST_ENGINE
      ? `An engine would take ${gigabytes(engine)} for this run, and has room for ${gigabytes(MOST_ENGINE)}.`
      : `This run would take about ${gigabytes(total)}, and the browser says that this machine has ${gigabytes(machine!)}.`;
  const smaller = nearest(policy, run, fits);
  return `${why} Nothing was started: ${smaller ? `set ${smaller}, or choose a smaller model` : 'choose a smaller model'}.`;
}

/** The first change of a setting that fits, from those that change least of what is learned. */
function nearest(policy: PolicyShape, run: FullConfig, fits: (plan: MemoryPlan) => boolean): string | null {
  const { groupSize, microBatch, maxCompletionTokens: tokens } = run;
  const changes: Partial<FullConfig>[] = [
    ...(microBatch > groupSize ? [{ microBatch: groupSize }] : []),
    ...(groupSize > 4 ? [{ groupSize: 4, microBatch: 4 }] : []),
    ...(tokens > 128 ? [{ maxCompletionTokens: Math.max(128, Math.floor(tokens / 2)) }] : []),
  ];
  const change = changes.find((each) => fits(predictMemory(policy, { ...run, ...each }, 1)));
  return change
    ? Object.entries(change)
        .map(([name, value]) => `${name}=${value}`)
        .join(' and ')
    : null;
}

/** What a run takes, for a person. */
export const memorySentence = ({ weights, trained, engine, engines, page, total }: MemoryPlan): string =>
  `This run takes about ${gigabytes(total)} of memory: ${gigabytes(weights)} for the model’s weights, ` +
  `${gigabytes(trained)} for what is trained, ${engines} × ${gigabytes(engine)} for engines, ${gigabytes(page)} for the page.`;

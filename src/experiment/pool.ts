/** Which tasks a start passes how often, so that an arm can train on those of a difficulty. */
import { restrictionOf } from '../rl/restriction.ts';
import { decodeAll, SAMPLE_BATCH } from '../rl/sampling.ts';
import type { TrainerPorts } from '../rl/trainer.ts';
import type { FullConfig } from '../rl/types.ts';
import { groupsOf } from '../statistics/samples.ts';
import type { Pool } from './file.ts';
import { changedPrompts, hashOf } from './plan.ts';

/** Share of the completions of a task that pass its visible checks. */
export interface PassRate {
  readonly task: string;
  readonly rate: number;
}

/** What the pass rates of a start are kept under: the same draws, the same key. @param start names the policy */
export function passRatesKey(start: string, config: FullConfig, samples: number): Promise<string> {
  const { domain, tasks, taskSettings, seed, temperature, maxPromptTokens, maxCompletionTokens } = config;
  const sampling = {
    seed,
    temperature,
    maxPromptTokens,
    maxCompletionTokens,
    samples,
    ...restrictionOf(config),
  };
  return hashOf({ start, domain, tasks, taskSettings, ...sampling, ...changedPrompts(config) });
}

/** Tasks sampled at once. */
const PART = 24;

/**
 * Pass rates of the train tasks under the policy that is loaded.
 * @param seed of the sampling
 * @throws VerificationError; AbortError when the signal fires
 */
export async function passRates(
  { policy, prompting, verifier, tokenizer, tasks: { train } }: TrainerPorts,
  { maxPromptTokens, maxCompletionTokens, temperature, seed, ...rest }: FullConfig,
  samples: number,
  progress: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<PassRate[]> {
  const rates: PassRate[] = [];
  for (let at = 0; at < train.length; at += PART) {
    signal.throwIfAborted();
    progress(at, train.length);
    const tasks = train.slice(at, at + PART);
    const completions = await policy.sample({
      prompts: tasks.map((task) => tokenizer.encode(prompting.promptOf(task))),
      group: samples,
      maxPromptTokens,
      maxCompletionTokens,
      temperature,
      ...restrictionOf(rest),
      microBatch: SAMPLE_BATCH,
      seed,
      step: 0,
      purpose: 'pool',
      skipped: at,
    });
    const texts = await decodeAll(tokenizer, completions);
    const attempts = texts.map((text, i) => {
      const { answer, reasoning } = prompting.parse(text);
      return { task: tasks[Math.floor(i / samples)]!, answer, reasoning };
    });
    const verifications = await verifier.verify(attempts, 'visible', signal);
    groupsOf(verifications, samples).forEach((own, i) =>
      rates.push({ task: tasks[i]!.id, rate: own.filter(({ passes }) => passes).length / samples }),
    );
  }
  progress(train.length, train.length);
  return rates;
}

/** The tasks of a range, ends included. */
export const poolOf = (rates: readonly PassRate[], { low, high }: Pool): string[] =>
  rates.filter(({ rate }) => rate >= low && rate <= high).map(({ task }) => task);

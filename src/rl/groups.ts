/** The groups of a step before their advantages are known, and which of them are worth learning from. */
import type { ParsedCompletion } from '../domains/completion.ts';
import type { Task, Verification } from '../domains/domain.ts';
import { sampleStd } from '../statistics/samples.ts';
import type { Rewarded } from './advantages.ts';
import type { PromptGroup } from './batches.ts';
import type { Completion } from './policy.ts';
import type { FullConfig, SamplingFilter } from './types.ts';

/** One completion with what came of it. */
export interface Attempted extends Rewarded {
  readonly completion: Completion;
  readonly text: string;
  readonly parsed: ParsedCompletion;
  readonly verification: Verification;
  /** Log-probability of each token under the reference policy, where the reward has a KL term. */
  readonly refLogprobs: readonly number[] | null;
  /** The same under the policy among all tokens, where it was sampled from some of them. */
  readonly fullLogprobs: readonly number[] | null;
}

export interface SampledGroup {
  readonly task: Task;
  readonly prompt: readonly number[];
  readonly members: readonly Attempted[];
}

export const promptGroup = ({ prompt, members }: SampledGroup): PromptGroup => ({
  prompt,
  completions: members.map(({ completion }) => completion.tokens),
});

const passes = ({ rewards }: Attempted): boolean => rewards.outcome === 1;

/** Whether dynamic sampling keeps a group: its rewards differ, or some of it passes and some fails. */
function teaches({ members }: SampledGroup, filter: SamplingFilter): boolean {
  switch (filter) {
    case 'none':
      return true;
    case 'reward':
      return sampleStd(members.map(({ reward }) => reward)) > 0;
    case 'accuracy':
      return members.some(passes) && !members.every(passes);
  }
}

/** What a step learns from, and what it took to find it. */
export interface Collected {
  readonly groups: readonly SampledGroup[];
  /** All that were sampled, the dropped ones among them. */
  readonly sampled: readonly SampledGroup[];
  readonly rounds: number;
  /** Groups that dynamic sampling replaced. */
  readonly dropped: number;
}

/**
 * Samples groups for tasks in their order until `promptsPerStep` of them teach something, the tasks or the rounds run out
 * (DAPO, arXiv 2503.14476). What is missing then is filled up with those that were dropped.
 *
 * @param atOnce further rounds ask for a multiple of this, so that few different shapes have to be compiled
 */
export async function collectGroups(
  tasks: readonly Task[],
  attempt: (tasks: readonly Task[], round: number) => Promise<SampledGroup[]>,
  {
    promptsPerStep,
    dynamicSampling,
    maxResamples,
  }: Pick<FullConfig, 'promptsPerStep' | 'dynamicSampling' | 'maxResamples'>,
  atOnce: number,
): Promise<Collected> {
  const sampled: SampledGroup[] = [];
  const kept: SampledGroup[] = [];
  let rounds = 0;
  while (kept.length < promptsPerStep && sampled.length < tasks.length && rounds <= maxResamples) {
    const missing = promptsPerStep - kept.length;
    const wanted = rounds === 0 ? missing : Math.ceil(missing / atOnce) * atOnce;
    const groups = await attempt(tasks.slice(sampled.length, sampled.length + wanted), rounds++);
    sampled.push(...groups);
    kept.push(...groups.filter((group) => teaches(group, dynamicSampling)));
  }
  const others = sampled.filter((group) => !kept.includes(group));
  const groups = [...kept, ...others].slice(0, promptsPerStep);
  return { groups, sampled, rounds, dropped: others.filter((group) => !groups.includes(group)).length };
}

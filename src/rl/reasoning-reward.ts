/**
 * Where R_t comes from: the reward model, or a control that shows what of a result is due to what the reward model reads.
 * A completion without reasoning earns 0 from each of them.
 */
import type { Domain, Task } from '../domains/domain.ts';
import { Random } from '../random.ts';

/**
 * `model`: the reward model. `random`: uniform in [0, 1), whatever the reasoning. `shuffled`: the reward model's, handed
 * round among the passing completions of a group. `oracle`: 1 where the reasoning is right, checked exactly, else 0.
 */
export const REASONING_REWARDS = ['model', 'random', 'shuffled', 'oracle'] as const;
export type ReasoningReward = (typeof REASONING_REWARDS)[number];

/** Whether the reward model is asked at all. */
export const asksModel = (kind: ReasoningReward): boolean => kind === 'model' || kind === 'shuffled';

/** Reasoning that should be checked exactly cannot be. */
export class ReasoningRewardError extends Error {
  override readonly name = 'ReasoningRewardError';
  constructor(what: string) {
    super(
      `${what} cannot be checked exactly, which reasoningReward “oracle” needs. Nothing was learned from it. ` +
        'Choose tasks of a starter world, or the reasoningReward model, random or shuffled.',
    );
  }
}

type Checking = Pick<Domain, 'name' | 'soundness'>;

/**
 * Refuses an oracle that would not know.
 * @throws ReasoningRewardError naming the domain, or the first task, that cannot be checked
 */
export function refuseUncheckable(kind: ReasoningReward, domain: Checking, tasks: readonly Task[]): void {
  if (kind !== 'oracle') return;
  for (const task of tasks) isSound(domain, task, '');
}

/** @throws ReasoningRewardError */
function isSound(domain: Checking, task: Task, reasoning: string): boolean {
  if (domain.soundness === undefined)
    throw new ReasoningRewardError(`Reasoning in the domain “${domain.name}”`);
  const sound = domain.soundness(task, reasoning);
  if (sound === null) throw new ReasoningRewardError(`Reasoning about the task “${task.id}”`);
  return sound;
}

/** The completions of one task, by their places in the group. */
export interface ReasonedGroup {
  readonly task: Task;
  /** Null where there is none to score. */
  readonly reasonings: readonly (string | null)[];
  /** Every visible check holds. */
  readonly passes: readonly boolean[];
}

export interface ReasoningRewardSettings {
  readonly reasoningReward: ReasoningReward;
  readonly seed: number;
  /** Of the run, from 1. */
  readonly step: number;
}

/**
 * R_t ∈ [0, 1] of each completion of a group. Random numbers are keyed by seed, step and task, and belong to places in the
 * group, so that a step repeated or resumed has the same.
 *
 * @param modelled the reward model's R_t; not looked at where {@link asksModel} is false
 * @throws ReasoningRewardError where an oracle cannot check a reasoning
 */
export function reasoningRewards(
  { task, reasonings, passes }: ReasonedGroup,
  modelled: readonly number[],
  { reasoningReward, seed, step }: ReasoningRewardSettings,
  domain: Checking,
): readonly number[] {
  const random = new Random(seed, step, `${reasoningReward} R_t ${task.id}`);
  switch (reasoningReward) {
    case 'model':
      return modelled;
    case 'random': {
      const drawn = reasonings.map(() => random.uniform());
      return reasonings.map((reasoning, i) => (reasoning === null ? 0 : drawn[i]!));
    }
    case 'shuffled': {
      const places = reasonings.flatMap((reasoning, i) => (reasoning !== null && passes[i] ? [i] : []));
      const from = random.shuffle(places);
      const source = new Map(places.map((place, i) => [place, from[i]!]));
      return modelled.map((_, i) => modelled[source.get(i) ?? i]!);
    }
    case 'oracle':
      return reasonings.map((reasoning) =>
        reasoning === null ? 0 : Number(isSound(domain, task, reasoning)),
      );
  }
}

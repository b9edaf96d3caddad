/** Which completions are kept for readers, and what of them. */
import type { Domain, Task } from '../domains/domain.ts';
import type { Prompting } from '../domains/prompting.ts';
import type { Rollout } from '../rl/types.ts';
import { groupBy } from '../statistics/samples.ts';
import type { ExampleCompletion, ExampleGroup, ExampleRollout } from './results.ts';

/** Completions that the report shows of an arm. */
const EXAMPLES = 3;
/** Steps of which a group is kept, so that hundreds of steps do not make a large file. */
export const GROUP_STEPS = 24;
/** Characters of a text that are kept in a group. */
const CHARACTERS = 2000;

/** So many of a list, evenly, the first and the last among them. */
export function evenly<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}

/** Of the last step: the completion that was rewarded most, the least, and one between. */
export function chooseExamples(rollouts: readonly Rollout[]): Rollout[] {
  const last = rollouts.at(-1)?.step;
  const ranked = rollouts
    .filter(({ step }) => step === last)
    .toSorted((a, b) => b.reward - a.reward || a.group - b.group || a.index - b.index);
  return evenly(ranked, EXAMPLES);
}

/**
 * The first group of some steps, in their order: with the same seed, those of two arms answer the same prompt.
 * @param rollouts in order of step, group and index
 */
export function chooseGroups(rollouts: readonly Rollout[]): Rollout[][] {
  const steps = groupBy(rollouts, ({ step }) => step);
  return evenly(steps, GROUP_STEPS).map((own) => own.filter(({ group }) => group === own[0]!.group));
}

type PromptOf = Prompting['promptOf'];

/**
 * @param task where it is not known any more, its name stands for the prompt
 * @param promptOf what the policy read; the task in the domain's words where that is not known
 */
export function exampleOf(
  rollout: Rollout,
  task: Task | undefined,
  domain: Domain,
  promptOf: PromptOf = domain.promptOf,
): ExampleRollout {
  const { step, taskId } = rollout;
  return {
    step,
    task: taskId,
    prompt: task === undefined ? taskId : promptOf(task),
    ...completionOf(rollout, task, domain),
  };
}

/** As {@link exampleOf}. @param rollouts of one group, at least one */
export function exampleGroup(
  rollouts: readonly Rollout[],
  task: Task | undefined,
  domain: Domain,
  promptOf: PromptOf = domain.promptOf,
): ExampleGroup {
  const { step, taskId } = rollouts[0]!;
  const completions = rollouts.map((rollout) => {
    const completion = completionOf(rollout, task, domain);
    return { ...completion, text: cut(completion.text) };
  });
  return { step, task: taskId, prompt: cut(task === undefined ? taskId : promptOf(task)), completions };
}

const cut = (text: string): string => (text.length <= CHARACTERS ? text : `${text.slice(0, CHARACTERS)} …`);

function completionOf(
  { text, verification, rewards, reward, advantage }: Rollout,
  task: Task | undefined,
  domain: Domain,
): ExampleCompletion {
  const { outcome } = domain.show(verification, task);
  return { text, passes: verification.passes, outcome: outcome.word, rewards, reward, advantage };
}

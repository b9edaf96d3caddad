/** Tasks and completions as the recording has them: plain, short, and the same whenever they are made. */
import type { CodeTask } from '../../domains/code/task.ts';
import type { StarterTask } from '../../domains/code/starter/task.ts';
import type { RecordedGroup, RecordedRollout, RecordedTask } from '../../lesson/recording.ts';
import type { Tokenizer } from '../../model/tokenizer/index.ts';
import type { Metrics, Rollout } from '../../rl/types.ts';

/** What a clock measured is another in every run. */
export const withoutClock = (metrics: Metrics): Metrics =>
  Object.fromEntries(
    Object.entries(metrics)
      .filter(([name]) => !/^time\/|^step_time$|^tokens_per_second$/.test(name))
      .map(([name, value]) => [name, short(value)]),
  );

/** Seven digits are what float32 holds. */
export const short = (value: number): number => Number(value.toPrecision(7));

export function recordedTask({
  id,
  family,
  split,
  prompt,
  entry,
  composition,
  reference = '',
  visibleTests,
  heldOutTests,
}: StarterTask): RecordedTask {
  const plain = (tests: CodeTask['visibleTests']): RecordedTask['visibleTests'] =>
    tests.map(({ args, expected }) => ({ args: [...args], expected }));
  return {
    id,
    family,
    split,
    prompt,
    entry,
    composition,
    reference,
    visibleTests: plain(visibleTests),
    heldOutTests: plain(heldOutTests),
  };
}

export function recordedGroup(
  rollouts: readonly Rollout[],
  tasks: ReadonlyMap<string, StarterTask>,
  tokenizer: Pick<Tokenizer, 'decode'>,
): RecordedGroup {
  return {
    task: recordedTask(tasks.get(rollouts[0]!.taskId)!),
    rollouts: rollouts.map(recordedRollout),
    texts: rollouts.map(({ tokens }) => tokens.map((token) => tokenizer.decode([token]))),
  };
}

function recordedRollout(rollout: Rollout): RecordedRollout {
  const { tokens, logprobs, verification, rewards, reward, advantage, entropy, kl } = rollout;
  const { measures: _, extra: __, ...rest } = rollout;
  return {
    ...rest,
    tokens: [...tokens],
    logprobs: logprobs.map(short),
    verification: plainVerification(verification),
    rewards: { ...rewards, thinking: short(rewards.thinking) },
    reward: short(reward),
    advantage: short(advantage),
    entropy: short(entropy),
    kl: kl === null ? null : short(kl),
  };
}

/** Without what the clock and the engine's memory had to say. */
export function plainVerification(verification: Rollout['verification']): RecordedRollout['verification'] {
  const detail = verification.detail as Record<string, unknown>;
  return {
    ...verification,
    detail: {
      ...detail,
      timeMs: null,
      memoryMb: null,
    } as unknown as RecordedRollout['verification']['detail'],
  };
}

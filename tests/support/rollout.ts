import { verificationOf } from '../../src/domains/code/verifier.ts';
import { rewardsOf } from '../../src/rl/rewards/index.ts';
import type { Rollout } from '../../src/rl/types.ts';
import type { Status, Verdict } from '../../src/sandbox/types.ts';

export const verdictOf = (status: Status, passed = 0, total = 1): Verdict => ({
  id: '',
  status,
  passed,
  total,
  tests: [],
  output: '',
  timeMs: 0,
  memoryMb: null,
  weak: false,
  engine: 'test',
});

/** A rollout of which only what a test is about is said. */
export const rolloutOf = (known: Partial<Rollout>): Rollout => ({
  step: 1,
  group: 0,
  index: 0,
  taskId: 'task',
  tokens: [1],
  logprobs: [-1],
  text: 'text',
  reasoning: null,
  answer: null,
  truncated: false,
  verification: verificationOf(verdictOf('no-code'), 0),
  rewards: rewardsOf({}),
  reward: 0,
  advantage: 0,
  entropy: 0,
  kl: null,
  agreement: null,
  ...known,
});

/** A stored run of the starter world that nobody had to train: real tasks and vocabulary, made-up completions. */
import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer';
import { completionText } from '../../src/domains/completion.ts';
import { referenceSolution, starterTasks } from '../../src/domains/code/starter/index.ts';
import { verificationOf } from '../../src/domains/code/verifier.ts';
import { loadTokenizer, type Tokenizer } from '../../src/model/tokenizer/index.ts';
import { advantages } from '../../src/rl/advantages.ts';
import { DEFAULT_CONFIG } from '../../src/rl/config.ts';
import { totalReward } from '../../src/rl/gate.ts';
import { rewardsOf } from '../../src/rl/rewards/index.ts';
import type { FullConfig, Rollout } from '../../src/rl/types.ts';
import { groupsOf } from '../../src/statistics/samples.ts';
import { rolloutOf, verdictOf } from './rollout.ts';

export const STORED_CONFIG: FullConfig = {
  ...DEFAULT_CONFIG,
  preset: 'quick',
  seed: 7,
  steps: 40,
  promptsPerStep: 3,
  groupSize: 4,
};

const TASKS = starterTasks()
  .filter(({ split }) => split === 'train')
  .filter((_, i) => i % 400 === 0)
  .slice(0, STORED_CONFIG.promptsPerStep)
  .map((task) => ({ task, ...referenceSolution(task) }));

const tokenizer: Tokenizer = loadTokenizer(
  JSON.parse(readFileSync(new URL('../../public/starter/tokenizer.json', import.meta.url), 'utf8')),
);

const known = new Map<string, number[]>();
/** Few texts come again and again. */
function encoded(text: string): number[] {
  const tokens = known.get(text) ?? tokenizer.encode(text);
  known.set(text, tokens);
  return tokens;
}

/** A number in [0, 1) that a place always has. */
const noise = (...place: readonly number[]): number =>
  (place.reduce((mixed, each) => Math.imul(mixed ^ (each + 1), 0x9e3779b1) >>> 0, 7) >>> 8) / 2 ** 24;

/** In each group: one that passes, one more from step 5 on, one that fails with fine reasoning, one without the form. */
function completionOf(
  { task, reasoning, program }: (typeof TASKS)[number],
  step: number,
  group: number,
  index: number,
): Rollout {
  const passes = index === 0 || (index === 1 && step >= 5);
  const answer = passes ? program : program.replace(/return .*/, 'return ...');
  const isFormed = index < 3;
  const whole = completionText(reasoning, answer);
  const text = isFormed ? whole.replace(/<\|end\|>$/, '') : whole.slice(0, 60);
  const tokens = encoded(isFormed ? whole : text);
  const checks = task.visibleTests.length;
  const verdict = verdictOf(isFormed ? (passes ? 'pass' : 'wrong') : 'no-code', passes ? checks : 0, checks);
  const rewards = rewardsOf({
    format: Number(isFormed),
    outcome: Number(passes),
    thinking: isFormed ? 0.4 + 0.5 * noise(step, group, index) : 0,
  });
  return rolloutOf({
    step,
    group,
    index,
    taskId: task.id,
    tokens,
    logprobs: tokens.map((_, t) => -3 * noise(step, group, index, t) ** 4),
    text,
    reasoning: isFormed ? reasoning : null,
    answer: isFormed ? answer : null,
    truncated: !isFormed,
    verification: verificationOf(
      {
        ...verdict,
        tests: isFormed
          ? task.visibleTests.map(() => ({ status: passes ? 'pass' : 'wrong', got: null }))
          : [],
      },
      checks,
    ),
    rewards,
    reward: totalReward(rewards, STORED_CONFIG.gate),
    entropy: 0.2 + 0.1 * noise(step, group, index),
    agreement: isFormed ? passes : null,
  });
}

/** All completions of a step, in order of group and index. */
export function stepOf(step: number): Rollout[] {
  const { groupSize } = STORED_CONFIG;
  const rollouts = TASKS.flatMap((solved, group) =>
    Array.from({ length: groupSize }, (_, index) => completionOf(solved, step, group, index)),
  );
  const A = groupsOf(
    rollouts.map(({ reward }) => reward),
    groupSize,
  ).flatMap((group) => advantages(group, groupSize, 'group'));
  return rollouts.map((rollout, i) => ({ ...rollout, advantage: A[i]! }));
}

/** Keeps such a run in the store of a page from which modules of the sources can be imported; returns its id. */
export async function storeRun(page: Page, config: FullConfig, steps: readonly Rollout[][]): Promise<string> {
  // As text, because the test runner rewrites an import() in a function and the page could not run it.
  return (await page.evaluate(`(async () => {
    const { openStore } = await import('/src/store/index.ts');
    const store = await openStore('posterior');
    const { id } = await store.createRun(${JSON.stringify(config)}, 'wasm, 2 threads');
    for (const rollouts of ${JSON.stringify(steps)})
      await store.appendStep(id, { step: rollouts[0].step, metrics: {} }, rollouts);
    await store.setStatus(id, 'finished');
    store.close();
    return id;
  })()`)) as string;
}

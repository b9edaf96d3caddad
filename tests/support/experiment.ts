/** Made-up experiments, as real ones look: many arms, seeds that differ, tasks that are hard or easy. */
import { type Experiment, parseExperiment } from '../../src/experiment/file.ts';
import type { CellResult, TaskResult } from '../../src/experiment/results.ts';
import { fullConfig, parseConfig } from '../../src/rl/config.ts';
import type { EvalRecord, StepRecord } from '../../src/rl/types.ts';
import { Random } from '../../src/random.ts';
import { findPreset } from '../../src/run/presets.ts';

/** A cell of which only what a test is about is said. */
export function cellOf(known: Partial<CellResult> & Pick<CellResult, 'arm' | 'seed'>): CellResult {
  const { arm, seed, preset = 'starter' } = known;
  return {
    key: `${arm} ${preset} ${seed}`,
    preset,
    config: fullConfig(parseConfig({ ...findPreset(preset).config, seed })),
    frozen: false,
    models: {
      policy: { name: `policy-${seed}`, hash: 'ab'.repeat(32) },
      reward: { name: 'site', hash: 'cd'.repeat(32) },
    },
    pool: 100,
    steps: [],
    evals: [],
    tasks: [],
    examples: [],
    device: { kind: 'wasm', reason: 'no GPU' },
    seconds: 100,
    version: '0.1.0',
    ...known,
  };
}

/** A task of which so many of its samples pass. */
export const taskOf = (task: string, samples: number, strict: number): TaskResult => ({
  task,
  family: 'digits',
  samples,
  strict,
  visible: strict,
  parts: {},
  sound: null,
  agreeing: 0,
  comparable: 0,
  best: { strict: Number(2 * strict > samples), visible: Number(2 * strict > samples) },
  tokens: samples * 50,
});

export const experimentOf = (json: Record<string, unknown>): Experiment =>
  parseExperiment({ version: 1, name: 'e', title: 'An experiment', seeds: [1, 2, 3], arms: [{ name: 'a' }], ...json }); // prettier-ignore

export interface MadeUp {
  readonly arms: number;
  readonly seeds: number;
  readonly steps: number;
  readonly tasks: number;
}

const GATES = ['posterior', 'ungated', 'outcome', 'soft'];

/** An experiment of so many arms, the first of them frozen, and all of its cells. */
export function madeUp(size: MadeUp): { experiment: Experiment; results: CellResult[] } {
  const trained = Array.from({ length: size.arms - 1 }, (_, i) => ({
    name: `arm-${i + 1}`,
    label: `${['Posterior', 'Ungated', 'Outcome only', 'Soft gate'][i % 4]}, weight ${1 + Math.floor(i / 4)} of R_t`,
    settings: { gate: GATES[i % 4], rewardWeights: { thinking: 1 + Math.floor(i / 4) } },
  }));
  const experiment = experimentOf({
    title: 'When does the gate matter?',
    question: 'Does it help to count the reward for reasoning only where the tests pass?',
    expectation: 'The gated arm is above the outcome-only arm where tests leave edge cases out.',
    seeds: Array.from({ length: size.seeds }, (_, i) => i + 1),
    settings: { steps: size.steps },
    bootstrap: { resamples: 200 },
    arms: [{ name: 'frozen', label: 'Frozen start', frozen: true }, ...trained],
    contrasts: [
      { name: 'gate', label: 'Posterior against outcome only', plus: ['arm-1'], minus: ['arm-3'], primary: true },
      { name: 'ungated', label: 'Posterior against ungated', plus: ['arm-1'], minus: ['arm-2'] },
      { name: 'gain', label: 'Posterior against its start', plus: ['arm-1'], minus: ['frozen'], measure: 'visible' },
      { name: 'tokens', label: 'Length: posterior against ungated', plus: ['arm-1'], minus: ['arm-2'], measure: 'tokens' },
    ],
  }); // prettier-ignore
  const results = experiment.seeds.flatMap((seed) =>
    experiment.arms.map((arm, i) => madeUpCell(arm, i, seed, size)),
  );
  return { experiment, results };
}

function madeUpCell(
  arm: Experiment['arms'][number],
  index: number,
  seed: number,
  { steps, tasks }: MadeUp,
): CellResult {
  const random = new Random(seed, index, 'made-up');
  const gain = arm.frozen ? 0 : [0.3, 0.18, 0.08, 0.24][(index - 1) % 4]! + 0.05 * random.normal();
  const config = fullConfig(parseConfig({ ...findPreset('starter').config, ...arm.settings, seed }));
  const done = (step: number): number => 1 - Math.exp((-3 * step) / steps);
  const share = (value: number): number => Math.min(1, Math.max(0, value));
  const passes = (step: number): number => share(0.42 + gain * done(step) + 0.02 * random.normal());
  const stepAt = (step: number): StepRecord => ({
    step,
    metrics: {
      reward: 1 + passes(step),
      'rewards/thinking/mean': share(0.4 + 0.4 * done(step) + 0.04 * random.normal()),
      'rewards/outcome/mean': passes(step) + 0.2,
      agreement: share(0.9 + 0.05 * random.normal()),
      'gate/withheld_share': config.gate === 'ungated' ? 0 : share(0.5 - 0.3 * done(step)),
      'completions/mean_length': 52 + 6 * done(step) + random.normal(),
      kl: 0.2 * done(step) * (1 + 0.2 * random.normal()),
      entropy: 0.9 - 0.5 * done(step) + 0.03 * random.normal(),
      'by_group/frac_all_good': 0.2 + 0.4 * done(step),
      'by_group/frac_mixed': 0.6 - 0.3 * done(step),
      'by_group/frac_all_bad': 0.2 - 0.1 * done(step),
      'advantage/share_from_all_good': 0.3 * done(step),
    },
  });
  const evalAt = (step: number): EvalRecord => ({
    step,
    metrics: { 'eval/pass@1': passes(step), 'eval/visible_pass@1': passes(step) + 0.2 },
  });
  return cellOf({
    arm: arm.name,
    seed,
    config,
    frozen: arm.frozen,
    models: {
      policy: { name: `policy-700-${seed}`, hash: random.bits().toString(16).padStart(8, '0').repeat(8) },
      reward: { name: `reward-strong-${seed}`, hash: seed.toString(16).padStart(64, 'c') },
    },
    steps: arm.frozen ? [] : Array.from({ length: steps }, (_, i) => stepAt(i + 1)),
    evals: arm.frozen ? [] : Array.from({ length: 7 }, (_, i) => evalAt(Math.round((i * steps) / 6))),
    tasks: Array.from({ length: tasks }, (_, i) => madeUpTask(i, 0.1 + 0.6 * ((i * 7) % 10) / 10 + gain, random)), // prettier-ignore
    examples: arm.frozen ? [] : [3.9, 2, 1.1].map((reward, i) => ({ ...EXAMPLE, reward, passes: i < 2, outcome: i < 2 ? 'passes' : 'wrong', step: steps })), // prettier-ignore
    seconds: 240 + 20 * random.uniform(),
  });
}

function madeUpTask(index: number, rate: number, random: Random): TaskResult {
  const samples = 8;
  const drawn = (of: number): number =>
    Array.from({ length: samples }, () => random.uniform()).filter((value) => value < of).length;
  const strict = drawn(rate);
  const visible = Math.max(strict, drawn(rate + 0.2));
  return {
    ...taskOf(`task-${index}`, samples, strict),
    visible,
    parts: { edge: strict, ordinary: visible },
    sound: drawn(rate),
    agreeing: drawn(0.9),
    comparable: samples,
    tokens: samples * (45 + random.int(20)),
  };
}

const EXAMPLE = {
  task: 'digits-017',
  prompt: 'Return the largest even digit of n, or -1 if there is none.\n',
  text: '<think>Read the digits of n. Keep the even ones. If none is left, return -1.</think>\ndef solve(n):\n    best = -1\n    for d in str(n):\n        if int(d) % 2 == 0:\n            best = max(best, int(d))\n    return best\n',
  rewards: { format: 1, outcome: 1, thinking: 0.87 },
  advantage: 0.61,
};

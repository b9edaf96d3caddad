/** Named starting points for a run. */
import type { TaskChoice } from '../domains/index.ts';
import type { TrainConfig } from '../rl/types.ts';

export interface Preset {
  readonly name: string;
  readonly label: string;
  /** One sentence: what it is for and what it costs. */
  readonly description: string;
  readonly config: TrainConfig;
}

const starter: TrainConfig = {
  preset: 'starter',
  gate: 'posterior',
  seed: 1,
  steps: 100,
  learningRate: 1e-4,
  promptsPerStep: 12,
  groupSize: 8,
  temperature: 1,
  maxPromptTokens: 48,
  maxCompletionTokens: 88,
  advantage: 'group',
  importance: 'token',
  aggregation: 'token',
  clipLow: 0.2,
  clipHigh: 0.28,
  beta: 0,
  innerIterations: 1,
  microBatch: 24,
  weightDecay: 0,
  maxGradNorm: 1,
  evalEvery: 10,
  evalTasks: 192,
  checkpointEvery: 5,
  timeoutMs: 1000,
};

export const PRESETS: readonly Preset[] = [
  {
    name: 'starter',
    label: 'Starter',
    description:
      'The starter world from a supervised start: 12 prompts × 8 completions a step, a little over a second each on two cores.',
    config: starter,
  },
  {
    name: 'quick',
    label: 'Quick look',
    description:
      'The same world with 4 prompts × 8 completions a step: noisier, for seeing every part move at once.',
    config: { ...starter, preset: 'quick', promptsPerStep: 4, steps: 30, evalTasks: 48 },
  },
  {
    name: 'maths',
    label: 'Mathematics',
    description:
      'Problems in several steps with one exact answer, each step checked: 12 prompts × 8 completions a step, less than two seconds each on two cores.',
    config: {
      ...starter,
      preset: 'maths',
      domain: 'maths',
      learningRate: 2e-4,
      maxCompletionTokens: 64,
    },
  },
];

/** Prompts of other people's tasks are longer than those of the starter world: what the starter policy can still read. */
const OWN_PROMPT_TOKENS = 160;

/** A preset with tasks of one's own in place of its own. */
export const withOwnTasks = (config: TrainConfig, tasks: TaskChoice): TrainConfig => ({
  ...config,
  ...tasks,
  maxPromptTokens: Math.max(config.maxPromptTokens, OWN_PROMPT_TOKENS),
});

export const DEFAULT_PRESET = 'starter';

export class UnknownPresetError extends Error {
  override readonly name = 'UnknownPresetError';
  constructor(name: string) {
    super(`There is no preset "${name}". Choose one of: ${PRESETS.map((preset) => preset.name).join(', ')}.`);
  }
}

export function findPreset(name: string): Preset {
  const preset = PRESETS.find((candidate) => candidate.name === name);
  if (!preset) throw new UnknownPresetError(name);
  return preset;
}

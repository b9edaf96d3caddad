/** The cells of an experiment: every arm with every preset and seed, and what decides the numbers of each. */
import { restrictionOf } from '../rl/restriction.ts';
import { ConfigError, DEFAULT_CONFIG, fullConfig, parseConfig } from '../rl/config.ts';
import type { FullConfig } from '../rl/types.ts';
import { findPreset } from '../run/presets.ts';
import { sha256 } from '../sha256.ts';
import {
  type Arm,
  type Experiment,
  ExperimentError,
  type PolicyChoice,
  type Pool,
  type RewardChoice,
} from './file.ts';

/** One arm, preset and seed. */
export interface Cell {
  readonly key: string;
  readonly arm: string;
  readonly preset: string;
  readonly seed: number;
  readonly config: FullConfig;
  readonly policy: PolicyChoice;
  readonly reward: RewardChoice;
  readonly pool: Pool | null;
  readonly evaluation: Experiment['evaluation'];
  readonly frozen: boolean;
}

/** JSON with the names of objects in order, so that equal values have equal texts. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

export const hashOf = (value: unknown): Promise<string> => sha256(canonical(value));

/** Of an arm that is not trained, the settings that its evaluation is made with. */
export function evaluatedWith(config: FullConfig): Partial<FullConfig> {
  const { domain, tasks, taskSettings, temperature, maxPromptTokens, maxCompletionTokens, timeoutMs } =
    config;
  return {
    domain,
    tasks,
    taskSettings,
    temperature,
    maxPromptTokens,
    maxCompletionTokens,
    timeoutMs,
    ...restrictionOf(config),
    ...changedPrompts(config),
  };
}

const PROMPT_SETTINGS = ['promptStyle', 'systemPrompt', 'shots', 'formatProfile'] as const;

/** What decides the prompts, where that is not as by default. */
export function changedPrompts(config: FullConfig): Partial<FullConfig> {
  const changed = PROMPT_SETTINGS.filter((name) => config[name] !== DEFAULT_CONFIG[name]);
  return {
    ...Object.fromEntries(changed.map((name) => [name, config[name]])),
    // It chooses the examples.
    ...(config.promptStyle === 'few-shot' ? { seed: config.seed } : {}),
  };
}

/** Settings that came when cells had been computed: by default they decide nothing, so that those cells still count. */
const CAME_LATER = [
  'reasoningCredit',
  'topK',
  'topP',
  'loraRank',
  'loraAlpha',
  'loraTargets',
  'loraRankStabilized',
  ...PROMPT_SETTINGS,
] as const satisfies readonly (keyof FullConfig)[];

/** Of an arm that is trained, the settings that decide its numbers. */
function trainedWith({ preset: _, ...config }: FullConfig): Partial<FullConfig> {
  const idle = CAME_LATER.filter((name) => config[name] === DEFAULT_CONFIG[name]);
  return { ...config, ...Object.fromEntries(idle.map((name) => [name, undefined])) };
}

function configOf({ name, settings }: Arm, preset: string, seed: number): FullConfig {
  for (const own of ['seed', 'preset'] as const)
    if (own in settings)
      throw new ExperimentError([
        `The arm “${name}” sets ${own}, which the experiment’s list of ${own}s is for.`,
      ]);
  try {
    return fullConfig(parseConfig({ ...findPreset(preset).config, ...settings, preset, seed }));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ExperimentError(error.problems.map((problem) => `In the arm “${name}”: ${problem}`));
  }
}

/**
 * All cells, replicate by replicate, so that what is finished early can be compared.
 * @throws ExperimentError for settings that cannot be used
 */
export async function cellsOf(experiment: Experiment): Promise<Cell[]> {
  const { seeds, presets, arms, evaluation } = experiment;
  const cells = seeds.flatMap((seed) =>
    presets.flatMap((preset) =>
      arms.map((arm) => {
        const { policy, reward, pool, frozen } = arm;
        return {
          arm: arm.name,
          preset,
          seed,
          config: configOf(arm, preset, seed),
          policy,
          reward,
          pool,
          evaluation,
          frozen,
        };
      }),
    ),
  );
  return Promise.all(
    cells.map(async (cell) => {
      const { config, policy, reward, pool, frozen, seed } = cell;
      const decides = frozen
        ? {
            frozen,
            seed: policy === 'site' && reward === 'site' ? null : seed,
            policy,
            reward,
            evaluation,
            ...evaluatedWith(config),
          }
        : { policy, reward, pool, evaluation, ...trainedWith(config) };
      return { ...cell, key: await hashOf(decides) };
    }),
  );
}

/** What a run or an evaluation takes of memory on WASM, foreseen from its shapes. */
import { engineBytes } from '../host/engine-memory.ts';
import { parameterLayout } from '../model/parameters.ts';
import { type PolicyShape, specOf } from '../model/policy-shape.ts';
import {
  buildProgram,
  type GenerateSpec,
  type LogprobsSpec,
  type PreferenceSpec,
  type ScoreSpec,
  type UpdateSpec,
} from '../programs/index.ts';
import type { BradleyTerrySettings } from '../programs/score.ts';
import type { ProgramSpec } from '../programs/spec.ts';
import { generateSpec, promptsAtOnce, updateSpec } from './policy.ts';
import type { Restriction } from './restriction.ts';
import { SAMPLE_BATCH } from './sampling.ts';
import type { FullConfig } from './types.ts';

const MIB = 2 ** 20;

/** Bytes. */
export interface MemoryPlan {
  /** The model's weights where they are not trained, which all engines read in one place. */
  readonly weights: number;
  /** What is trained, with gradient, moments and reference. */
  readonly trained: number;
  /** One engine. */
  readonly engine: number;
  /** One of the reward model's, of which there are as many; 0 where that is small, and a part of the page. */
  readonly reward: number;
  readonly engines: number;
  /** The page with its sandboxes and the reward model. */
  readonly page: number;
  readonly total: number;
}

/** Measured in Chromium: the page in a run of the starter, without its engines. */
const PAGE = 830 * MIB;

/** What the policy's engines compute in a run. */
export interface RunPrograms {
  readonly sampling: GenerateSpec;
  /** Of held-out tasks, one sample each. */
  readonly evaluating: GenerateSpec;
  readonly updating: UpdateSpec;
  readonly scoring: LogprobsSpec;
}

export function programsOf(policy: PolicyShape, run: FullConfig): RunPrograms {
  const model = specOf(policy);
  const { promptsPerStep: prompts, groupSize: group } = run;
  const shape = {
    prompts: promptsAtOnce(run, group, prompts),
    group,
    promptTime: run.maxPromptTokens,
    completionTime: run.maxCompletionTokens,
  };
  return {
    sampling: generateSpec(model, { ...run, prompts, group, microBatch: SAMPLE_BATCH }),
    evaluating: generateSpec(model, { ...run, prompts: run.evalTasks, group: 1, microBatch: SAMPLE_BATCH }),
    updating: updateSpec(model, shape, run, 'completion'),
    scoring: { kind: 'logprobs', ...model, shape },
  };
}

/** Texts that a large reward model scores at once. */
export const REWARD_BATCH = 8;

const scoring = (reward: PolicyShape, time: number): ScoreSpec => ({
  kind: 'score',
  ...specOf(reward),
  shape: { batch: REWARD_BATCH, time },
});

/**
 * @param engines as many as compute at once
 * @param reward a reward model beside the same weights
 */
export function predictMemory(
  policy: PolicyShape,
  run: FullConfig,
  engines: number,
  reward: PolicyShape | null = null,
): MemoryPlan {
  const own = planOf(policy, Object.values(programsOf(policy, run)), engines);
  if (reward === null) return own;
  const each = enginesOf([scoring(reward, run.maxPromptTokens + run.maxCompletionTokens)]);
  return { ...own, reward: each, total: own.total + engines * each };
}

/** What a reward model is trained on. */
export interface PairsShape {
  /** Of which the gradient is computed at once. */
  readonly pairs: number;
  /** Tokens of the longest text. */
  readonly time: number;
  readonly settings: BradleyTerrySettings;
}

/** What it takes to train a large reward model on pairs. */
export function predictPairs(
  reward: PolicyShape,
  { pairs, time, settings }: PairsShape,
  engines: number,
): MemoryPlan {
  const learning: PreferenceSpec = {
    kind: 'preference',
    ...specOf(reward),
    shape: { batch: 2 * pairs, time },
    settings,
  };
  return planOf(reward, [learning, scoring(reward, time)], engines);
}

/** What is sampled where nothing is trained. */
export interface SampledShape extends Restriction {
  readonly prompts: number;
  /** Completions of each. */
  readonly group: number;
  readonly maxPromptTokens: number;
  readonly maxCompletionTokens: number;
}

export const samplingProgram = (policy: PolicyShape, sampled: SampledShape): GenerateSpec =>
  generateSpec(specOf(policy), { ...sampled, microBatch: SAMPLE_BATCH });

/** @param engines as many as compute at once */
export const predictSampling = (policy: PolicyShape, sampled: SampledShape, engines: number): MemoryPlan =>
  planOf(policy, [samplingProgram(policy, sampled)], engines);

/** What it takes to score texts of so many tokens with a large reward model, without the policy. */
export const predictScoring = (reward: PolicyShape, time: number, engines: number): MemoryPlan =>
  planOf(reward, [scoring(reward, time)], engines);

const enginesOf = (programs: readonly ProgramSpec[]): number => engineBytes(programs.map(buildProgram));

function planOf(policy: PolicyShape, programs: readonly ProgramSpec[], engines: number): MemoryPlan {
  const model = specOf(policy);
  const engine = enginesOf(programs);
  const { size } = parameterLayout(model.config, model.frozen, model.lora);
  const weights = policy.trained === 'all' ? 0 : 4 * parameterLayout(model.config).size;
  const trained = 5 * 4 * size;
  return {
    weights,
    trained,
    engine,
    reward: 0,
    engines,
    page: PAGE,
    total: weights + trained + engines * engine + PAGE,
  };
}

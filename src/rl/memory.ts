/** What a run or an evaluation takes of memory on WASM, foreseen from its shapes. */
import { engineBytes } from '../host/engine-memory.ts';
import { parameterLayout } from '../model/parameters.ts';
import { type PolicyShape, specOf } from '../model/policy-shape.ts';
import { buildProgram, type GenerateSpec, type LogprobsSpec, type UpdateSpec } from '../programs/index.ts';
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
  readonly engines: number;
  /** The page with its sandboxes and the reward model. */
  readonly page: number;
  readonly total: number;
}

/** Measured in Chromium: the page in a run of the starter, without its engines. */
const PAGE = 830 * MIB;

type PolicySpec = GenerateSpec | UpdateSpec | LogprobsSpec;

/** What the policy's engines compute in a run. */
export function programsOf(policy: PolicyShape, run: FullConfig): PolicySpec[] {
  const model = specOf(policy);
  const { promptsPerStep: prompts, groupSize: group } = run;
  const shape = {
    prompts: promptsAtOnce(run, group, prompts),
    group,
    promptTime: run.maxPromptTokens,
    completionTime: run.maxCompletionTokens,
  };
  const update = updateSpec(model, shape, run, 'completion');
  const scored: LogprobsSpec = { kind: 'logprobs', ...model, shape };
  return [generateSpec(model, { ...run, prompts, group, microBatch: SAMPLE_BATCH }), update, scored];
}

/** @param engines as many as compute at once */
export const predictMemory = (policy: PolicyShape, run: FullConfig, engines: number): MemoryPlan =>
  planOf(policy, programsOf(policy, run), engines);

/** What is sampled where nothing is trained. */
export interface SampledShape extends Restriction {
  readonly prompts: number;
  /** Completions of each. */
  readonly group: number;
  readonly maxPromptTokens: number;
  readonly maxCompletionTokens: number;
}

/** @param engines as many as compute at once */
export const predictSampling = (policy: PolicyShape, sampled: SampledShape, engines: number): MemoryPlan =>
  planOf(policy, [generateSpec(specOf(policy), { ...sampled, microBatch: SAMPLE_BATCH })], engines);

function planOf(policy: PolicyShape, programs: readonly PolicySpec[], engines: number): MemoryPlan {
  const model = specOf(policy);
  const engine = engineBytes(programs.map(buildProgram));
  const { size } = parameterLayout(model.config, model.frozen, model.lora);
  const weights = policy.trained === 'all' ? 0 : 4 * parameterLayout(model.config).size;
  const trained = 5 * 4 * size;
  return {
    weights,
    trained,
    engine,
    engines,
    page: PAGE,
    total: weights + trained + engines * engine + PAGE,
  };
}

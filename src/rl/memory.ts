/** What a run takes of memory on WASM, foreseen from its shapes. */
import { hasCheckpoints, sectionsOf } from '../graph/index.ts';
import { inputBytes, peakBytes } from '../graph/liveness.ts';
import { parameterLayout } from '../model/parameters.ts';
import { type PolicyShape, specOf } from '../model/policy-shape.ts';
import { buildProgram, type GenerateSpec, type LogprobsSpec, type UpdateSpec } from '../programs/index.ts';
import type { ProgramSpec } from '../programs/spec.ts';
import { generateSpec, promptsAtOnce, updateSpec } from './policy.ts';
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

/** What an engine takes before it computes anything. */
const ENGINE_START = 16 * MIB;
/** Emscripten lets memory grow by up to a fifth more than is asked for, and no more than this; most of it in the mean. */
const [GROWTH, MOST_GROWTH] = [0.15, 96 * MIB];
/** Measured: the page after a run of the starter. */
const PAGE = 700 * MIB;

/** What an engine takes for a program: all that it reads, and what is computed at one time. */
function programBytes(spec: ProgramSpec): number {
  const outputs = buildProgram(spec);
  const sections = hasCheckpoints(outputs)
    ? sectionsOf(outputs).map((section) => section.outputs)
    : [outputs];
  return Math.max(...sections.map(Object.values).map((tensors) => inputBytes(tensors) + peakBytes(tensors)));
}

/** What the policy's engines compute in a run. */
export function programsOf(
  policy: PolicyShape,
  run: FullConfig,
): (GenerateSpec | UpdateSpec | LogprobsSpec)[] {
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
export function predictMemory(policy: PolicyShape, run: FullConfig, engines: number): MemoryPlan {
  const model = specOf(policy);
  const needed = ENGINE_START + Math.max(...programsOf(policy, run).map(programBytes));
  const engine = needed + Math.min(GROWTH * needed, MOST_GROWTH);
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

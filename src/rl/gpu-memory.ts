/** What a run or an evaluation of a large model takes of a GPU's memory, foreseen from its shapes. */
import { type GpuPlan, gpuPlanOf } from '../host/gpu-memory.ts';
import { type PolicyShape, specOf } from '../model/policy-shape.ts';
import { programsOf, type SampledShape, samplingProgram } from './memory.ts';
import type { FullConfig } from './types.ts';

/** @param packed whether the weights are bfloat16 numbers */
export const predictGpu = (policy: PolicyShape, run: FullConfig, packed: boolean): GpuPlan =>
  gpuPlanOf(specOf(policy), Object.values(programsOf(policy, run)), packed);

/** The same where nothing is trained. */
export const predictGpuSampling = (policy: PolicyShape, sampled: SampledShape, packed: boolean): GpuPlan =>
  gpuPlanOf(specOf(policy), [samplingProgram(policy, sampled)], packed);

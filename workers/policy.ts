/** Shell of the policy: chooses the host for the device and passes calls through. */
import * as Comlink from 'comlink';
import {
  type NamedTensors,
  type ParameterLayout,
  parameterLayout,
  unpackWeights,
} from '../src/model/parameters.ts';
import { isMeasured, type PolicyShape, specOf } from '../src/model/policy-shape.ts';
import { type ModelVerification, verifyModel } from '../src/verify/model.ts';
import type { PromptGroup } from '../src/rl/batches.ts';
import {
  type Completion,
  Policy,
  type PolicyBatch,
  type PolicyUpdate,
  type SampleRequest,
  type SupervisedExample,
  type UpdateSettings,
} from '../src/rl/policy.ts';
import { chooseDevice, type Device, type DeviceChoice, type StepTimes } from '../src/runtime/device.ts';
import type { OptimizerState } from '../src/host/host.ts';
import { createRuntimeFor, type Open, openFaster } from '../src/host/open-host.ts';
import { RuntimeError } from '../src/runtime/runtime.ts';
import { engineBytesFor, openHost } from './host.ts';

/** The device that a policy was started on, and what was measured to choose it. */
export interface StartedPolicy extends Device {
  readonly threads: number;
  readonly times: StepTimes | null;
}

let policy: Policy | null = null;
/** Of the model without what LoRA adds. */
let base: ParameterLayout | null = null;

function started(): Policy {
  if (!policy) throw new RuntimeError('The policy worker was used before it was started.');
  return policy;
}

const api = {
  /**
   * @param cores to use at most on WASM; by default all
   * @param known what a step of such a model was measured to take here
   */
  async start(
    choice: DeviceChoice,
    shape: PolicyShape,
    cores?: number,
    known: StepTimes | null = null,
  ): Promise<StartedPolicy> {
    const device = await chooseDevice(choice);
    const engineBytes = engineBytesFor(shape.config);
    const open: Open = (kind, answerMs) => openHost(kind, { threads: cores, answerMs, engineBytes });
    const isOpen = choice === 'auto' && device.kind === 'webgpu' && isMeasured(shape);
    const { host, ...chosen } = isOpen
      ? await openFaster(device, shape.config, open, known)
      : { ...(await open(device.kind)), device, times: null };
    policy = new Policy(host, specOf(shape));
    base = parameterLayout(shape.config);
    return { ...chosen.device, threads: chosen.threads, times: chosen.times };
  },
  /** The weights of the model where those are not trained. */
  loadBase: (weights: Float32Array): Promise<void> => started().loadFrozen(unpackWeights(base!, weights)),
  load: (state: OptimizerState): Promise<void> => started().load(state),
  loadReference: (parameters: Float32Array): Promise<void> => started().loadReference(parameters),
  async snapshot(): Promise<OptimizerState> {
    const state = await started().snapshot();
    return Comlink.transfer(state, [
      state.parameters.buffer,
      state.momentum.buffer,
      state.variance.buffer,
    ] as ArrayBuffer[]);
  },
  speed: (rows: number, engines: number): Promise<number> => started().speed(rows, engines),
  /** Bytes that the engines or the GPU hold now. */
  held: (): Promise<number> => started().held(),
  sample: (request: SampleRequest): Promise<Completion[]> => started().sample(request),
  logprobs: (
    groups: readonly PromptGroup[],
    settings: UpdateSettings,
    weights: 'current' | 'reference',
  ): Promise<number[][]> => started().logprobs(groups, settings, weights),
  update: (batch: PolicyBatch, settings: UpdateSettings): Promise<PolicyUpdate> =>
    started().update(batch, settings),
  supervise: (
    examples: readonly SupervisedExample[],
    learningRate: number,
    microBatch: number,
    minTokens?: number,
  ): Promise<number> => started().supervise(examples, learningRate, microBatch, minTokens),
  /** Compares the engine with a fixture; needs no `start`. */
  async verify(
    choice: DeviceChoice,
    config: unknown,
    tensors: NamedTensors,
    expected: unknown,
  ): Promise<ModelVerification & { readonly device: Device }> {
    const device = await chooseDevice(choice);
    const runtime = await createRuntimeFor(device.kind);
    return { ...(await verifyModel(runtime, config, tensors, expected)), device };
  },
};

export type PolicyApi = typeof api;

Comlink.expose(api);

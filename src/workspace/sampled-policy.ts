import { isBfloat16 } from '../host/bfloat16.ts';
import { freshState } from '../host/host.ts';
import { isLarge } from '../model/parameters.ts';
import { sampledShape } from '../model/policy-shape.ts';
import type { LoadedModel } from '../model/sources/source.ts';
import { predictGpuSampling } from '../rl/gpu-memory.ts';
import type { SampledShape } from '../rl/memory.ts';
import type { DeviceChoice } from '../runtime/device.ts';
import { enginesFor, planSampling } from './run-memory.ts';
import type { OpenPolicy, Workspace } from './workspace.ts';

/** What a policy is sampled with. */
export type SamplingWorkspace = Pick<Workspace, 'policy' | 'device' | 'cores' | 'notices'>;

/**
 * The policy's worker with a model to sample from.
 * @param sampled the largest request to come
 * @throws RunModelError where a large model does not fit into the machine
 */
export async function openSampled(
  workspace: SamplingWorkspace,
  device: DeviceChoice,
  { config, weights }: LoadedModel,
  sampled: SampledShape,
): Promise<OpenPolicy> {
  const shape = sampledShape(config);
  const cores = isLarge(config)
    ? await enginesFor(workspace, device, {
        wasm: (most, machine) => planSampling(shape, sampled, most, machine),
        webgpu: () => predictGpuSampling(shape, sampled, isBfloat16(weights)),
      })
    : null;
  const opened = await workspace.policy.get({ device, shape, ...(cores !== null && { cores }) });
  if (shape.trained === 'all') await opened.api.load(freshState(weights));
  else {
    await opened.api.load(freshState(new Float32Array()));
    await opened.api.loadBase(weights);
  }
  return opened;
}

import { freshState } from '../host/host.ts';
import { sampledShape } from '../model/policy-shape.ts';
import type { LoadedModel } from '../model/sources/source.ts';
import type { DeviceChoice } from '../runtime/device.ts';
import type { OpenPolicy, Workspace } from './workspace.ts';

/** The policy's worker with a model to sample from. */
export async function openSampled(
  { policy }: Pick<Workspace, 'policy'>,
  device: DeviceChoice,
  { config, weights }: LoadedModel,
): Promise<OpenPolicy> {
  const shape = sampledShape(config);
  const opened = await policy.get({ device, shape });
  if (shape.trained === 'all') await opened.api.load(freshState(weights));
  else {
    await opened.api.load(freshState(new Float32Array()));
    await opened.api.loadBase(weights);
  }
  return opened;
}

/** What the tests of the engine run on the hosts of a page. */
import { GENERATE, microBatch, policyGradient, PROMPTS, uniforms } from '../../bench/gpu/programs.ts';
import { ADAMW_DEFAULTS } from '../../src/host/adamw.ts';
import type { ModelHost, Values } from '../../src/host/host.ts';
import { LocalHost } from '../../src/host/local-host.ts';
import { createRuntimeFor } from '../../src/host/open-host.ts';
import { ReplicatedHost } from '../../src/host/replicated-host.ts';
import { buildProgram, buildStepped, type UpdateSpec } from '../../src/programs/index.ts';
import { spawnEngine } from '../../workers/host.ts';

export type HostName = 'wasm' | 'webgpu' | 'one engine' | 'two engines';

export async function open(name: HostName): Promise<ModelHost> {
  if (name === 'one engine') return new ReplicatedHost(spawnEngine, 1);
  if (name === 'two engines') return new ReplicatedHost(spawnEngine, 2);
  return new LocalHost(
    await createRuntimeFor(name),
    buildProgram,
    name === 'webgpu' ? { stepped: buildStepped } : {},
  );
}

export async function sample(host: ModelHost, seed: number): Promise<Values> {
  const feeds = { ...PROMPTS, uniforms: uniforms(seed), inverseTemperature: Float32Array.of(1.25) };
  const [values] = await host.run(GENERATE, [feeds]);
  return values!;
}

export const step = (host: ModelHost, n: number, frozen: readonly string[] = []) => {
  const spec: UpdateSpec = { ...policyGradient, frozen };
  const batches = [microBatch(3 * n), microBatch(3 * n + 1), microBatch(3 * n + 2)];
  return host.update(spec, batches, 0.01, { ...ADAMW_DEFAULTS, weightDecay: 0.05 });
};

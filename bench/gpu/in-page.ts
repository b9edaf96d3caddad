/** The stage of a page. */
import { type ModelConfig, parseModelConfig } from '../../src/model/config.ts';
import { createRuntimeFor } from '../../src/host/open-host.ts';
import { suspendsWebAssembly, webgpuModule } from '../../src/runtime/ort/webgpu.ts';
import { DeviceError, readAdapter } from '../../src/runtime/device.ts';
import { readEnvironment } from '../environment.ts';
import type { GpuStage } from './stage.ts';

/** @throws DeviceError where there is no adapter */
export async function pageStage(): Promise<GpuStage> {
  if (!(await readAdapter()))
    throw new DeviceError('There is nothing to measure, because this browser offers no WebGPU adapter.');
  return {
    environment: {
      ...(await readEnvironment()),
      'WebAssembly waits by': suspendsWebAssembly() ? 'JSPI' : 'Asyncify',
    },
    openRuntime: () => createRuntimeFor('webgpu'),
    openJax: () => import('../jax.ts'),
    models: { policy: await served('policy'), reward: await served('reward') },
    leavesToCpu,
  };
}

async function served(model: 'policy' | 'reward'): Promise<ModelConfig> {
  const answer = await fetch(new URL(`../starter/${model}/config.json`, document.baseURI));
  return parseModelConfig(await answer.json());
}

/** What ONNX Runtime logs about a graph of which the GPU does not run every node; which nodes, its builds for pages do not say. */
const NOT_ALL_ON_GPU = 'not assigned to the preferred execution providers';

async function leavesToCpu(work: () => Promise<unknown>): Promise<boolean> {
  const ort = await webgpuModule();
  const { error, warn } = console;
  const { logLevel } = ort.env;
  let isTold = false;
  const listen = (...said: unknown[]): void => {
    if (said.join(' ').includes(NOT_ALL_ON_GPU)) isTold = true;
  };
  console.error = console.warn = listen;
  ort.env.logLevel = 'warning';
  try {
    await work();
  } finally {
    Object.assign(console, { error, warn });
    if (logLevel) ort.env.logLevel = logLevel;
  }
  return isTold;
}

/** Where a GPU is measured: a page, or Node with Dawn, which is Chrome's WebGPU. */
import { LocalHost } from '../../src/host/local-host.ts';
import type { ModelHost } from '../../src/host/host.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { buildProgram, buildStepped } from '../../src/programs/index.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import type { Environment } from '../environment.ts';

export interface GpuStage {
  readonly environment: Environment;
  readonly openRuntime: () => Promise<Runtime>;
  /** The peer's module, which may not load everywhere. */
  readonly openJax: () => Promise<typeof import('../jax.ts')>;
  /** The models that the site serves. */
  readonly models: Readonly<Record<'policy' | 'reward', ModelConfig>>;
  /** Whether ONNX Runtime leaves nodes to the CPU in a graph that is compiled meanwhile; absent where that is not told. */
  readonly leavesToCpu?: (work: () => Promise<unknown>) => Promise<boolean>;
}

export type Progress = (activity: string, done: number, total: number) => void;

/** A host over a runtime, recording programs or not. */
export function hostOn(runtime: Runtime, capture = true): ModelHost {
  const bind: Runtime['bind'] = (outputs, bindings) => runtime.bind(outputs, bindings, { capture });
  return new LocalHost({ ...runtime, bind }, buildProgram, { stepped: buildStepped });
}

/**
 * An update at a full vocabulary, 151,936 × 896 as Qwen2.5-Coder-0.5B has it, on the GPU of Node against WASM: `npx tsx
 * bench/gpu/vocabulary.ts [LAYERS] [MIB]`, as on an adapter whose bindings end at so many MiB. On a software adapter it takes
 * minutes.
 */
import { type ModelHost, type Values } from '../../src/host/host.ts';
import { LocalHost } from '../../src/host/local-host.ts';
import { parameterLayout } from '../../src/model/parameters.ts';
import { buildProgram } from '../../src/programs/index.ts';
import { allowMemory } from '../../src/runtime/ort/memory-cap.ts';
import { createPlainRuntime } from '../../src/runtime/ort/plain.ts';
import { ADAMW, LEARNING_RATE } from '../workload.ts';
import { nodeStage } from './in-node.ts';
import { LAYER_SIZES, LORA, openLayers } from './layer.ts';
import { hostOn } from './stage.ts';

const layers = Number(process.argv[2] ?? 1);
const binding = process.argv[3] === undefined ? null : Number(process.argv[3]) * 2 ** 20;
const size = {
  config: { ...LAYER_SIZES.full.config, vocabulary: 151_936 },
  shape: { prompts: 1, group: 2, promptTime: 4, completionTime: 8 },
};

interface Result {
  readonly values: Values;
  readonly gradNorm: number;
  readonly seconds: number;
}

async function updated(host: ModelHost): Promise<Result> {
  const { spec, feeds } = await openLayers(host, size, layers);
  const start = performance.now();
  const { values, gradNorm } = await host.update(spec, [feeds], LEARNING_RATE, ADAMW);
  const seconds = (performance.now() - start) / 1000;
  return { values: values[0]!, gradNorm, seconds };
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const { environment, openRuntime } = await nodeStage([], binding);
const runtime = await openRuntime();
say(`adapter: ${String(environment['adapter'])}`);
say(`largest binding: ${runtime.kernels!.bindingBytes.toLocaleString('en')} bytes`);
const onGpu = hostOn(runtime);
const gpu = await updated(onGpu);
say(`GPU: ${gpu.seconds.toFixed(1)} s, ${(runtime.held() / 1e6).toFixed(0)} MB held`);
await onGpu.dispose();

allowMemory(4 * 2 ** 30);
const wasm = await updated(new LocalHost(createPlainRuntime(), buildProgram));
say(`WASM: ${wasm.seconds.toFixed(1)} s`);
const trained = parameterLayout({ ...size.config, layers }, [], LORA).size;
say(`${layers} of 24 layers, ${trained.toLocaleString('en')} trained values; largest differences:`);
for (const name of ['loss', 'logprobs'])
  say(`  ${name} ${largest(gpu.values[name]!, wasm.values[name]!).toExponential(1)}`);
say(
  `  norm of the gradient ${(Math.abs(gpu.gradNorm - wasm.gradNorm) / wasm.gradNorm).toExponential(1)} of it`,
);
process.exit(0);

/** The stage of Node: Dawn in this process, where ONNX Runtime and jax-js look for a browser's WebGPU. */
import { readFile } from 'node:fs/promises';
import * as os from 'node:os';
import { dependencies, devDependencies } from '../../package.json';
import { type ModelConfig, parseModelConfig } from '../../src/model/config.ts';
import { DeviceError, readAdapter } from '../../src/runtime/device.ts';
import { openGpu } from '../../src/runtime/ort/gpu.ts';
import { createRuntime } from '../../src/runtime/ort/runtime.ts';
import type { GpuStage } from './stage.ts';

/** What jax-js uses of iterators and Node 20 does not have yet. */
function installIteratorHelpers(): void {
  const prototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as Record<
    string,
    unknown
  >;
  const onArray = (name: string, finish: (value: unknown) => unknown) =>
    function (this: Iterable<unknown>, ...args: unknown[]) {
      const own = [...this] as unknown as Record<string, (...args: unknown[]) => unknown>;
      return finish(own[name]!(...args));
    };
  const again = (value: unknown) => (value as unknown[])[Symbol.iterator]();
  for (const name of ['map', 'filter', 'flatMap']) prototype[name] ??= onArray(name, again);
  for (const name of ['some', 'every', 'find', 'forEach', 'reduce'])
    prototype[name] ??= onArray(name, (value) => value);
  prototype['toArray'] ??= function (this: Iterable<unknown>) {
    return [...this];
  };
}

async function installWebGpu(flags: readonly string[]): Promise<void> {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const navigator = {
    gpu: create([...flags]),
    hardwareConcurrency: os.availableParallelism(),
    userAgent: 'Node',
  };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  const { writeBuffer } = GPUQueue.prototype;
  // Of a view into WebAssembly's memory Dawn in Node reads other bytes than those of the view.
  GPUQueue.prototype.writeBuffer = function (this: GPUQueue, buffer, offset, data, start = 0, size) {
    const view = ArrayBuffer.isView(data);
    const bytes = view
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data as ArrayBuffer);
    const unit = view ? ((data as Uint8Array).BYTES_PER_ELEMENT ?? 1) : 1;
    const end = size === undefined ? bytes.length : (start + size) * unit;
    return writeBuffer.call(this, buffer, offset, bytes.slice(start * unit, end));
  };
  // Dawn in Node asks over and over whether an answer is there, which takes more of a core than compiling does.
  GPUDevice.prototype.createComputePipelineAsync = async function (this: GPUDevice, descriptor) {
    this.pushErrorScope('validation');
    const pipeline = this.createComputePipeline(descriptor);
    const error = await this.popErrorScope();
    if (error) throw new Error(error.message);
    return pipeline;
  };
}

/** Devices from now on as if the adapter's bindings ended here. */
function limitBindings(bytes: number): void {
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = function (this: GPUAdapter, descriptor) {
    const requiredLimits = { ...descriptor?.requiredLimits, maxStorageBufferBindingSize: bytes };
    return requestDevice.call(this, { ...descriptor, requiredLimits });
  };
}

/**
 * @param flags of Dawn, such as `backend=null`
 * @param bindingBytes of the largest binding, where it is to be less than the adapter's
 * @throws DeviceError where there is no adapter
 */
export async function nodeStage(
  flags: readonly string[] = [],
  bindingBytes: number | null = null,
): Promise<GpuStage> {
  installIteratorHelpers();
  await installWebGpu(flags);
  if (bindingBytes !== null) limitBindings(bindingBytes);
  const adapter = await readAdapter();
  if (!adapter)
    throw new DeviceError(
      'There is nothing to measure: Dawn found no adapter. It needs a Vulkan driver on Linux, Metal on macOS, Direct3D 12 on Windows.',
    );
  const ort = await import('onnxruntime-web/webgpu');
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  const gpu = await openGpu();
  return {
    environment: {
      node: process.version,
      platform: `${os.type()} ${os.release()} ${os.arch()}`,
      webgpu: devDependencies.webgpu,
      'onnxruntime-web': dependencies['onnxruntime-web'],
      'jax-js': devDependencies['@jax-js/jax'],
      adapter: adapter.description,
    },
    openRuntime: async () => createRuntime(ort, 'webgpu', 1, gpu),
    openJax: () => import('../jax.ts'),
    models: { policy: await stored('policy'), reward: await stored('reward') },
  };
}

async function stored(model: 'policy' | 'reward'): Promise<ModelConfig> {
  const config = new URL(`../../public/starter/${model}/config.json`, import.meta.url);
  return parseModelConfig(JSON.parse(await readFile(config, 'utf8')));
}

import type { DeviceKind } from '../../runtime/device.ts';
import type { FeatureName } from './state/features.ts';
import type { Stage } from './state/speed.ts';
import { spoken } from '../../text/spoken.ts';

const feature: Record<FeatureName, { readonly name: string; readonly about: string }> = {
  isolation: {
    name: 'Cross-origin isolation',
    about: 'Lets the engines share memory. Without it, weights are copied to each of them.',
  },
  simd: {
    name: 'WebAssembly SIMD',
    about: 'The engine computes with vectors. Without it, nothing can be computed here.',
  },
  threads: { name: 'Shared memory', about: 'Lets workers use one copy of the weights. It needs isolation.' },
  jspi: {
    name: 'JavaScript promise integration (JSPI)',
    about: 'A faster way for WebAssembly to wait for the GPU. The engine here does without.',
  },
  webgpu: { name: 'WebGPU', about: 'Computes on the graphics processor, where there is an adapter.' },
  indexedDb: { name: 'IndexedDB', about: 'Keeps runs and models. Without it, no run can begin.' },
  opfs: { name: 'Origin private file system', about: 'Room for files as large as models. Not used yet.' },
  locks: { name: 'Web Locks', about: 'Keep two tabs from training one run. Without them, nothing is kept.' },
  workers: { name: 'Workers', about: 'Compute apart from what you see. Without them, nothing runs.' },
};
const stage: Record<Stage, string> = {
  start: 'Starting the engine',
  score: 'Scoring a batch',
  update: 'Training on it',
};
const device: Record<DeviceKind, string> = { webgpu: 'WebGPU', wasm: 'WebAssembly' };

/** Every sentence of the diagnostics. */
export const text = spoken('diagnostics', {
  title: 'Diagnostics',
  skip: 'Skip to the diagnostics',
  about:
    'What this browser and this machine offer, whether every operator computes what it should, and how fast a step is. Nothing of it leaves the page unless you copy it.',
  yes: 'yes',
  no: 'no',
  unknown: 'not reported',
  device,
  inUse: {
    heading: 'Device in use',
    none: 'The device has not been chosen yet.',
    threads: (n: number) => (n === 1 ? '1 thread' : `${n} threads`),
    choose: 'To force another, open the page with ?device=webgpu or ?device=wasm.',
  },
  feature,
  features: {
    heading: 'Browser',
    name: 'Feature',
    there: 'There',
    about: 'What it is for',
  },
  adapter: {
    heading: 'GPU adapter',
    none: 'This browser offers no WebGPU adapter. Everything works on WebAssembly, slower.',
    software: 'It is software, not hardware: WebAssembly is faster.',
    limit: 'Limit',
    value: 'Value',
    features: 'Features',
  },
  selfTest: {
    heading: 'Self-test',
    about:
      'Runs every operator, with its gradient, on a device and compares with a reference in float64. Whatever fails here makes training wrong or impossible.',
    start: 'Test',
    startOn: (name: string) => `Test every operator on ${name}`,
    starting: 'Starting the engine',
    progress: (done: number, total: number) => `${done} of ${total}`,
    passed: (total: number, worst: string) => `All ${total} operators passed; largest error ${worst}.`,
    failed: (failed: number, of: number) => `${failed} of ${of} operators failed.`,
    stopped: (done: number) => `Stopped after ${done}.`,
    operator: 'Operator',
    error: 'Error',
    why: 'Why',
    wrong: 'wrong result',
    todo: 'Choose the other device with ?device=, update the browser or its graphics driver, and send us the report.',
  },
  speed: {
    heading: 'Speed',
    about: (completions: number, prompt: number, completion: number) =>
      `A step of the default preset with the policy that comes with the page: ${completions} completions of ${prompt} + ${completion} tokens, each as long as can be. Sampling and running programs come on top.`,
    start: 'Measure',
    startOn: (name: string) => `Measure the speed of ${name}`,
    stage,
    device: 'Device',
    score: 'Score a batch',
    update: 'Train on it',
    first: (ms: string) => `first ${ms}, with compiling`,
    rate: (tokens: string) => `${tokens} tokens/s`,
    none: 'not measured',
    busy: 'A run is training: both are slower while they share the machine.',
  },
  stop: 'Stop',
  memory: {
    heading: 'Memory',
    page: 'This page',
    of: (used: string, limit: string) => `${used} of at most ${limit}`,
    machine: 'This machine',
    gigabytes: (gb: number) => `${gb} GB or more`,
    cores: 'Cores',
    engines: 'Engines have memory of their own, which browsers do not report.',
  },
  storage: {
    heading: 'Storage',
    used: 'In use',
    free: (used: string, quota: string) => `${used} of ${quota}`,
    persisted: 'Persistent',
    checkpoints: 'Checkpoints',
  },
  log: {
    heading: 'Log',
    none: 'Nothing has been said since the page was opened.',
    kind: { notice: 'notice', error: 'error' },
    at: (seconds: string) => `${seconds} s`,
    about: 'What this page has said since it was opened. It is not kept.',
  },
  report: {
    heading: 'Report',
    about:
      'All of the above as text, to send with a bug report. It has no paths, no file names, nothing of your tasks, and of the browser only name and version.',
    label: 'Report',
    copy: 'Copy',
    copied: 'Copied.',
    notCopied: 'The browser did not allow that: select the text and copy it.',
  },
});

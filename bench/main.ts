/** The page of the benchmarks: an entry of its own, so that the app ships none of them and not their peer. */
import '../src/headless/requests.ts';
import { benchEngine } from './engine.ts';
import { countGpu } from './gpu/counts.ts';
import { pageStage } from './gpu/in-page.ts';
import { measureGpu } from './gpu/measure.ts';
import { modelsAutomation } from './models/in-page.ts';
import './types.ts';

const progress = (activity: string, done: number, total: number): unknown =>
  window.posteriorEmit?.({ type: 'progress', activity, done, total });

window.posteriorBench = {
  benchEngine: (request) => benchEngine(request, progress),
  gpuCounts: async () => countGpu(await pageStage(), progress),
  benchGpu: async ({ size }) => measureGpu(await pageStage(), size, progress),
  ...modelsAutomation,
};

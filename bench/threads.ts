/**
 * Where the cores should go, run inside an isolated page: engines of one thread with a micro-batch each, or one engine
 * whose operators share their work between threads.
 */
import * as ort from 'onnxruntime-web/wasm';
import mjsUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { LocalHost } from '../src/host/local-host.ts';
import { buildProgram } from '../src/programs/index.ts';
import { createRuntime } from '../src/runtime/ort/runtime.ts';
import { callsToSettle } from '../src/host/tuner.ts';
import { openOurs } from './ours.ts';
import { type Ours, oursOn } from './ours-on.ts';
import { interleave, largestRelativeDifference, median } from './statistics.ts';
import { createWorkload } from './workload.ts';

const CHECKED_STEPS = 5;

export interface ThreadsRow {
  readonly work: string;
  /** Medians in ms: one-thread engines; one engine, whole batch; the same engine, as many micro-batches as the former. */
  readonly medians: readonly number[];
}

/** @throws Error when the page is not isolated, or the ways do not compute the same */
export async function benchThreads(threads: number, repetitions: number): Promise<readonly ThreadsRow[]> {
  if (!crossOriginIsolated) throw new Error('Threads share memory, which needs an isolated page.');
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = { mjs: mjsUrl, wasm: wasmUrl };
  const workload = createWorkload();
  const host = () => new LocalHost(createRuntime(ort, 'wasm', threads), buildProgram);
  const engines = await openOurs('wasm', workload);
  const ways: readonly Ours[] = [
    engines,
    await oursOn(host(), threads, 1, workload),
    await oursOn(host(), threads, engines.parts, workload),
  ];
  const warmUp = 1 + callsToSettle(threads);
  const losses: number[][] = [];
  for (const way of ways) {
    const own: number[] = [];
    for (let i = 0; i < Math.max(CHECKED_STEPS, warmUp); i++) own.push(await way.trainStep());
    losses.push(own.slice(0, CHECKED_STEPS));
    for (let i = 0; i < warmUp; i++) {
      await way.generate();
      await way.generateGroups();
    }
  }
  const difference = Math.max(...losses.map((own) => largestRelativeDifference(own, losses[0]!)));
  if (!(difference < 1e-4)) throw new Error(`The ways do not compute the same: ${JSON.stringify(losses)}`);
  const measure = async (work: string, job: (way: Ours) => Promise<unknown>): Promise<ThreadsRow> => {
    const times = await interleave(
      ways.map((way) => () => job(way)),
      repetitions,
      () => {},
    );
    return { work, medians: times.map(median) };
  };
  return [
    await measure('training step', (way) => way.trainStep()),
    await measure('generation, 64 prompts', (way) => way.generate()),
    await measure('generation, 8 prompts × 8', (way) => way.generateGroups()),
  ];
}

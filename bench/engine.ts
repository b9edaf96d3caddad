/**
 * Side-by-side measurement of the engine, run inside the page: this project's and jax-js take turns at the same work on
 * the same device, after both have shown that they compute the same.
 */
import { DeviceError, type DeviceKind, isSoftware, readAdapter } from '../src/runtime/device.ts';
import { callsToSettle } from '../src/host/tuner.ts';
import { type Environment, measureMemory, readEnvironment } from './environment.ts';
import { openOurs } from './ours.ts';
import type { Ours } from './ours-on.ts';
import { agreement, interleave, largestRelativeDifference, median } from './statistics.ts';
import type { BenchReport, BenchRequest, BenchRow } from './types.ts';
import {
  COMPLETION_TIME,
  COMPLETIONS,
  type Contender,
  createWorkload,
  GROUP,
  MODEL,
  type Workload,
} from './workload.ts';

export class BenchError extends Error {
  override readonly name = 'BenchError';
}

type Progress = (activity: string, done: number, total: number) => void;

/** Steps in which both must have the same loss before they are timed; the later ones check the optimizer too. */
const CHECKED_STEPS = 5;
const LOSS_TOLERANCE = 1e-4;
/** Rounding turns a draw now and then, and the rest of that completion with it. */
const MIN_AGREEMENT = 0.9;
/** Training steps over which memory must not grow. */
const MEMORY_STEPS = 50;

const TITLES: Readonly<Record<DeviceKind, string>> = { wasm: 'WASM', webgpu: 'WebGPU' };

/**
 * Measures on WASM, and on WebGPU where the adapter is real hardware.
 * @throws DeviceError when only WebGPU was asked for and there is no hardware for it
 * @throws BenchError when the engines do not agree, so that their times would mean nothing
 */
export async function benchEngine(request: BenchRequest, progress: Progress): Promise<BenchReport> {
  const { kinds, note } = await chooseKinds(request.device);
  const facts = await readEnvironment();
  const reports = [];
  for (const kind of kinds) reports.push(await benchDevice(kind, request.repetitions, progress));
  return {
    environment: {
      ...facts,
      ...(note ? { WebGPU: note } : {}),
      repetitions: request.repetitions,
      ...Object.assign({}, ...reports.map(({ environment }) => environment)),
    },
    rows: reports.flatMap(({ rows }) => rows),
  };
}

async function chooseKinds(
  choice: BenchRequest['device'],
): Promise<{ kinds: readonly DeviceKind[]; note: string | null }> {
  if (choice === 'wasm') return { kinds: ['wasm'], note: 'left out, because only WASM was asked for' };
  const adapter = await readAdapter();
  const reason = !adapter
    ? 'this browser offers no adapter'
    : isSoftware(adapter)
      ? `the only adapter is a program, not hardware (${adapter.description})`
      : null;
  if (reason === null) return { kinds: choice === 'webgpu' ? ['webgpu'] : ['wasm', 'webgpu'], note: null };
  if (choice === 'webgpu')
    throw new DeviceError(
      `WebGPU cannot be measured here: ${reason}. Nothing was measured. Use --device wasm, or a machine with a GPU.`,
    );
  return { kinds: ['wasm'], note: `left out, because ${reason}` };
}

async function benchDevice(
  kind: DeviceKind,
  repetitions: number,
  report: Progress,
): Promise<{ environment: Environment; rows: BenchRow[] }> {
  const title = TITLES[kind];
  const progress = (activity: string, done = 0, total = 1) => report(`${title}: ${activity}`, done, total);
  const workload = createWorkload();
  const growth = await memoryGrowth(kind, workload, progress);
  progress('starting both engines');
  const ours = await openOurs(kind, workload);
  const { openJax } = await import('./jax.ts');
  const peer = await openJax(kind, workload);
  try {
    const loss = await checkTraining(ours, peer, progress);
    const tokens = await checkGeneration(ours, peer, progress);
    const rows: BenchRow[] = [];
    const measure = async (name: string, unit: Unit, work: (engine: Contender) => Promise<unknown>) => {
      const jobs = [ours, peer].map((engine) => () => work(engine));
      let round = 0;
      const times = await interleave(jobs, repetitions, () => progress(name, ++round, repetitions));
      rows.push(toRow(`${name}, ${title}`, unit, times[0]!, times[1]!));
    };
    await measure('training step', 'ms', (engine) => engine.trainStep());
    await measure(`generation, ${COMPLETIONS} prompts`, 'tokens/s', (engine) => engine.generate());
    await measure(`generation, ${COMPLETIONS / GROUP} prompts × ${GROUP}`, 'tokens/s', (engine) =>
      engine.generateGroups(),
    );
    return {
      environment: {
        [`${title}: our engines`]: `${ours.threads} × 1 thread, ${ours.parts} micro-batches`,
        [`${title}: largest loss difference over ${CHECKED_STEPS} steps`]: loss.toExponential(1),
        [`${title}: equal tokens`]: `${(100 * tokens).toFixed(1)} %`,
        [`${title}: memory of the page with ours alone, ${MEMORY_STEPS} training steps`]: growth,
      },
      rows,
    };
  } finally {
    await ours.dispose();
    await peer.dispose();
  }
}

type Activity = (activity: string, done?: number, total?: number) => void;

/** Calls until every way of spreading the work has been compiled and tried. */
const warmUpCalls = ({ threads }: Ours): number => 1 + callsToSettle(threads);

/** Trains both for some steps; returns the largest relative difference of their losses. */
async function checkTraining(ours: Ours, peer: Contender, progress: Activity): Promise<number> {
  const steps = Math.max(CHECKED_STEPS, warmUpCalls(ours));
  const [own, others]: [number[], number[]] = [[], []];
  for (let i = 0; i < steps; i++) {
    progress('warming up and comparing losses', i, steps);
    own.push(await ours.trainStep());
    others.push(await peer.trainStep());
  }
  const difference = largestRelativeDifference(own.slice(0, CHECKED_STEPS), others.slice(0, CHECKED_STEPS));
  if (!(difference < LOSS_TOLERANCE))
    throw new BenchError(
      `The engines do not compute the same: losses ${own.slice(0, CHECKED_STEPS).join(', ')} against ${others.slice(0, CHECKED_STEPS).join(', ')}.`,
    );
  return difference;
}

/** Generates with both; returns the lower share of equal tokens. */
async function checkGeneration(ours: Ours, peer: Contender, progress: Activity): Promise<number> {
  const calls = warmUpCalls(ours);
  let lowest = 1;
  for (const form of ['generate', 'generateGroups'] as const) {
    const theirs = await peer[form]();
    let own = theirs;
    for (let i = 0; i < calls; i++) {
      progress('warming up and comparing tokens', i, calls);
      own = await ours[form]();
    }
    for (const ids of [own, theirs])
      if (MODEL.endIds.some((end) => ids.includes(end)))
        throw new BenchError('A completion ended early, so tokens are not comparable.');
    lowest = Math.min(lowest, agreement(own, theirs));
  }
  if (lowest < MIN_AGREEMENT)
    throw new BenchError(
      `The engines do not sample the same: only ${(100 * lowest).toFixed(1)} % of their tokens are equal.`,
    );
  return lowest;
}

type Unit = 'ms' | 'tokens/s';

function toRow(name: string, unit: Unit, oursMs: readonly number[], peerMs: readonly number[]): BenchRow {
  const convert = (times: readonly number[]) =>
    unit === 'ms' ? [...times] : times.map((ms) => (1000 * COMPLETIONS * COMPLETION_TIME) / ms);
  const samples = { ours: convert(oursMs), peer: convert(peerMs) };
  const ratio = median(peerMs) / median(oursMs);
  return { name, unit, ours: median(samples.ours), peer: median(samples.peer), ratio, samples };
}

const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

/** What training steps of ours leave behind, in words; before the peer is there, whose heap would be counted too. */
async function memoryGrowth(kind: DeviceKind, workload: Workload, progress: Activity): Promise<string> {
  const ours = await openOurs(kind, workload);
  try {
    const train = async (steps: number) => {
      for (let i = 0; i < steps; i++) {
        progress('measuring memory', i, steps);
        await ours.trainStep();
      }
      return measureMemory();
    };
    const before = await train(warmUpCalls(ours));
    if (before === null) return 'not measurable in this browser';
    const after = await train(MEMORY_STEPS);
    return after === null ? 'not measurable in this browser' : `${mib(before)} → ${mib(after)} MiB`;
  } finally {
    await ours.dispose();
  }
}

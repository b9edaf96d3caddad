/** The page's side of the command line: what `/?headless` offers as `window.posterior`. */
import * as Comlink from 'comlink';
import { LineGrader } from '../domains/code/grading/grade.ts';
import type { GradeItem } from '../domains/code/grading/lines.ts';
import { sameConfig } from '../run/identity.ts';
import { findPreset } from '../run/presets.ts';
import { recordsOf, runTraining } from '../run/training.ts';
import type { StarterProgress } from '../recipes/starter.ts';
import { parseConfig } from '../rl/config.ts';
import type { TrainConfig } from '../rl/types.ts';
import { createSandbox } from '../sandbox/index.ts';
import { openStore, type RunRecord, type Store } from '../store/index.ts';
import { readShards } from '../store/safetensors.ts';
import type {
  Automation,
  AutomationEvent,
  ModelReport,
  StarterRequest,
  StarterResult,
  TrainRequest,
  TrainResult,
  VerifyModelRequest,
} from './automation-types.ts';
import { fromBase64, toBase64 } from './base64.ts';
import {
  benchReward,
  buildPairsFor,
  freezeBenchmark,
  scoreReasonings,
  trainPolicy,
  trainRewardModel,
} from './reward-automation.ts';
import { withOwnModels } from './own-models.ts';
import { openSession, portsOf } from './session.ts';
import { modelFiles } from './starter-training.ts';
import { startPolicyWorker, startStarterWorker } from './workers.ts';

const emit = (event: AutomationEvent): void => window.posteriorEmit?.(event);

const progress = (activity: string, done: number, total: number): void =>
  emit({ type: 'progress', activity, done, total });

/** The run to continue, or a new one. */
async function findRun(
  store: Store,
  config: TrainConfig,
  resume: boolean,
  device: string,
): Promise<RunRecord> {
  const unfinished = (run: RunRecord) => run.status !== 'finished' && sameConfig(run.config, config);
  const known = resume ? (await store.listRuns()).find(unfinished) : undefined;
  return known ?? store.createRun(config, device);
}

async function train(request: TrainRequest, signal: AbortSignal): Promise<TrainResult> {
  const { preset, gate, steps, seed, device: choice, overrides, resume, policy, reward } = request;
  const config = parseConfig({ ...findPreset(preset).config, ...overrides, preset, gate, steps, seed });
  /** What is to be closed at the end, however it comes, the latest first. */
  const open: (() => void)[] = [];
  try {
    const store = await openStore('posterior', (message) => emit({ type: 'notice', message }));
    open.push(() => store.close());
    const session = await openSession(
      choice,
      (label, fraction) => progress(label, Math.round((fraction ?? 0) * 100), 100),
      null,
      config,
    );
    const stop = () => session.stop();
    open.push(stop);
    signal.addEventListener('abort', stop, { once: true });
    open.push(() => signal.removeEventListener('abort', stop));
    const start = await withOwnModels(session, { policy, reward });
    const { kind, reason } = session.device;
    const run = await findRun(store, config, resume, `${kind}, ${session.device.threads} threads`);
    const release = await store.holdRun(run.id);
    if (!release) throw new Error('This run is open in another tab. Close it there, or start another run.');
    open.push(release);
    const checkpoint = await store.loadCheckpoint(run.id);
    emit({ type: 'run', runId: run.id, config, device: { kind, reason }, stepsDone: checkpoint?.step ?? 0 });
    const begin = performance.now();
    await runTraining({
      runId: run.id,
      config,
      start,
      ports: await portsOf(session, config, emit),
      weights: session.policy,
      rewardWeights: session.reward,
      store,
      signal,
      pauseAfter: () => false,
    });
    const seconds = (performance.now() - begin) / 1000;
    const { evals } = await recordsOf(store, run.id);
    const { parameters } = await session.policy.snapshot();
    return {
      start: evals[0]?.metrics ?? {},
      end: evals.at(-1)?.metrics ?? {},
      seconds,
      device: { kind, reason },
      config,
      runId: run.id,
      files: modelFiles('policy', session.shapes.policy, parameters, {
        recipe: JSON.stringify(config),
      }).map(([path, bytes]) => ({ path, base64: toBase64(bytes) })),
    };
  } finally {
    for (const close of open.reverse()) close();
  }
}

async function verifyModel(request: VerifyModelRequest, signal: AbortSignal): Promise<ModelReport> {
  const tensors = readShards(request.weights.map(fromBase64));
  const worker = startPolicyWorker();
  signal.addEventListener('abort', worker.stop, { once: true });
  try {
    const report = await worker.api.verify(request.device, request.config, tensors, request.expected);
    const { kind, reason } = report.device;
    return { ...report, device: { kind, reason } };
  } finally {
    worker.stop();
  }
}

async function starter({ seed, device }: StarterRequest, signal: AbortSignal): Promise<StarterResult> {
  const begin = performance.now();
  progress('Training the tokenizer', 0, 1);
  const worker = startStarterWorker();
  signal.addEventListener('abort', worker.stop, { once: true });
  try {
    const report = Comlink.proxy(({ stage, step, steps }: StarterProgress) =>
      progress(stage === 'policy' ? 'Fine-tuning the policy' : 'Training the reward model', step, steps),
    );
    const { files, metrics } = await worker.api.train(seed, device, report);
    return {
      files: [...files].map(([path, bytes]) => ({ path: `starter/${path}`, base64: toBase64(bytes) })),
      metrics,
      seconds: (performance.now() - begin) / 1000,
    };
  } finally {
    worker.stop();
  }
}

/** One request at a time: two would share the processor and spoil each other's figures. */
export function createAutomation(): Automation {
  let current: AbortController | null = null;
  let grader: LineGrader | null = null;
  const alone =
    <A, R>(work: (argument: A, signal: AbortSignal) => Promise<R>) =>
    async (argument: A): Promise<R> => {
      if (current) throw new Error('The page is busy with another request.');
      current = new AbortController();
      try {
        return await work(argument, current.signal);
      } finally {
        current = null;
      }
    };
  return {
    train: alone(train),
    verifyModel: alone(verifyModel),
    starter: alone(starter),
    policyTrain: alone((request, signal) => trainPolicy(request, signal, emit)),
    pairs: alone((request, signal) => buildPairsFor(request, signal, emit)),
    rewardTrain: alone((request, signal) => trainRewardModel(request, signal, emit)),
    rewardBench: alone((request, signal) => benchReward(request, signal, emit)),
    rewardScore: alone(scoreReasonings),
    benchmarkBuild: alone((request, signal) => freezeBenchmark(request, signal, emit)),
    grade: alone(async ({ items, options }, signal) => {
      grader ??= new LineGrader(createSandbox(options));
      return JSON.stringify(await grader.grade(JSON.parse(items) as GradeItem[], signal));
    }),
    async cancel() {
      current?.abort();
    },
  };
}

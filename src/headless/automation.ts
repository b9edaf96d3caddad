/** The page's side of the command line: what `/?headless` offers as `window.posterior`. */
import * as Comlink from 'comlink';
import { LineGrader } from '../domains/code/grading/grade.ts';
import { domainOf } from '../domains/index.ts';
import type { GradeItem } from '../domains/code/grading/lines.ts';
import { sameConfig } from '../run/identity.ts';
import { findPreset, withOwnTasks } from '../run/presets.ts';
import { recordsOf, runTraining } from '../run/training.ts';
import type { StarterProgress } from '../recipes/starter.ts';
import { parseConfig } from '../rl/config.ts';
import type { TrainConfig } from '../rl/types.ts';
import { createSandbox } from '../sandbox/index.ts';
import type { RunRecord, Store } from '../store/index.ts';
import { readTensors } from '../model/sources/source.ts';
import type { BundledModels } from '../workspace/bundled.ts';
import { readRunModels } from '../workspace/run-models.ts';
import type {
  Automation,
  AutomationEvent,
  ModelReport,
  StarterRequest,
  TrainedModels,
  TrainRequest,
  TrainResult,
  VerifyModelRequest,
} from './requests.ts';
import {
  benchReward,
  buildPairsFor,
  freezeBenchmark,
  scoreReasonings,
  trainPolicy,
} from './reward-models.ts';
import { trainRewardModel } from './reward-train.ts';
import { evaluatePolicy } from './evaluation.ts';
import { handOverPolicy, handOverReward, ratePool, runExperimentCell } from './experiment.ts';
import { recordLesson } from './lesson/index.ts';
import { policyFiles } from './policy-files.ts';
import { loadingTo, progressOf } from './progress.ts';
import { sendFiles, servedModel, servedModels } from './served.ts';
import { superviseOnTasks } from './sft.ts';
import { sendPolicyOfRun } from './stored-run.ts';
import { withRunParts } from '../workspace/run-parts.ts';
import { checkTasks, takeTasks } from './task-files.ts';
import { startPolicyWorker, startStarterWorker } from '../workspace/workers.ts';
import type { Workspace } from '../workspace/workspace.ts';

const emit = (event: AutomationEvent): void => window.posteriorEmit?.(event);

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

async function train(workspace: Workspace, request: TrainRequest, signal: AbortSignal): Promise<TrainResult> {
  const { preset, gate, steps, seed, device: choice, overrides, resume, upload } = request;
  const tasks = request.tasks && (await takeTasks(workspace, request.tasks, signal, emit));
  const base = findPreset(preset).config;
  const start = tasks ? withOwnTasks(base, tasks) : base;
  const config = parseConfig({ ...start, ...overrides, preset, gate, steps, seed });
  const store = await workspace.store.get();
  const options = {
    device: choice,
    config,
    models: (site: BundledModels) => readRunModels(servedModels(request), config, site),
    report: loadingTo(emit),
    signal,
  };
  return withRunParts(workspace, options, async (parts) => {
    const { kind, reason, threads } = parts.device;
    const run = await findRun(store, config, resume, `${kind}, ${threads} threads`);
    const release = await store.holdRun(run.id);
    if (!release) throw new Error('This run is open in another tab. Close it there, or start another run.');
    try {
      const checkpoint = await store.loadCheckpoint(run.id);
      const device = { kind, reason };
      emit({ type: 'run', runId: run.id, config, device, stepsDone: checkpoint?.step ?? 0 });
      const begin = performance.now();
      await runTraining({
        runId: run.id,
        config,
        start: parts.start,
        ports: parts.ports(emit),
        weights: parts.weights,
        rewardWeights: parts.rewardWeights,
        store,
        signal,
        pauseAfter: () => false,
      });
      const seconds = (performance.now() - begin) / 1000;
      const { evals } = await recordsOf(store, run.id);
      const { parameters } = await parts.weights.snapshot();
      const engineBytes = await parts.held();
      return {
        start: evals[0]?.metrics ?? {},
        end: evals.at(-1)?.metrics ?? {},
        seconds,
        device,
        engineBytes,
        config,
        runId: run.id,
        files:
          upload === null
            ? []
            : await sendFiles(
                upload,
                await policyFiles(config, parts.models.policy, parameters, await workspace.bundled(config)),
              ),
      };
    } finally {
      release();
    }
  });
}

async function verifyModel(request: VerifyModelRequest, signal: AbortSignal): Promise<ModelReport> {
  const tensors = await readTensors(servedModel(request.model));
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

async function starter(
  { world, seed, device, upload }: StarterRequest,
  signal: AbortSignal,
): Promise<TrainedModels> {
  const begin = performance.now();
  progressOf(emit, 'Training the tokenizer')(0, 1);
  const worker = startStarterWorker();
  signal.addEventListener('abort', worker.stop, { once: true });
  try {
    const report = Comlink.proxy(({ stage, step, steps }: StarterProgress) =>
      progressOf(emit, stage === 'policy' ? 'Fine-tuning the policy' : 'Training the reward model')(
        step,
        steps,
      ),
    );
    const { files, metrics } = await worker.api.train(world, seed, device, report);
    return {
      files: await sendFiles(
        upload,
        files.map(([path, bytes]) => [`${domainOf({ domain: world }).models}/${path}`, bytes] as const),
      ),
      metrics,
      seconds: (performance.now() - begin) / 1000,
    };
  } finally {
    worker.stop();
  }
}

/** One request at a time: two would share the processor and spoil each other's figures. */
export function createAutomation(workspace: Workspace): Automation {
  workspace.notices.add((message) => emit({ type: 'notice', message }));
  let current: AbortController | null = null;
  let grader: LineGrader | null = null;
  /** What it computed with stays open, for the next request of a series. */
  const inSeries =
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
  const alone = <A, R>(work: (argument: A, signal: AbortSignal) => Promise<R>) => {
    const once = inSeries(work);
    return (argument: A): Promise<R> => once(argument).finally(() => workspace.close());
  };
  return {
    train: alone((request, signal) => train(workspace, request, signal)),
    checkTasks: alone((request, signal) => checkTasks(workspace, request, signal, emit)),
    storedTasks: alone(async ({ hash }) => (await workspace.store.get()).taskFile(hash)),
    runPolicy: alone((request) => sendPolicyOfRun(workspace, request)),
    verifyModel: alone(verifyModel),
    starter: alone(starter),
    sft: alone((request, signal) => superviseOnTasks(workspace, request, signal, emit)),
    policyTrain: alone((request, signal) => trainPolicy(workspace, request, signal, emit)),
    pairs: alone((request, signal) => buildPairsFor(workspace, request, signal, emit)),
    rewardTrain: alone((request, signal) => trainRewardModel(workspace, request, signal, emit)),
    rewardBench: alone((request) => benchReward(workspace, request, emit)),
    rewardScore: alone((request) => scoreReasonings(workspace, request)),
    benchmarkBuild: alone((request, signal) => freezeBenchmark(workspace, request, signal, emit)),
    evaluate: alone((request, signal) => evaluatePolicy(workspace, request, signal, emit)),
    ownPolicy: inSeries((request, signal) => handOverPolicy(workspace, request, signal, emit)),
    ownReward: inSeries((request, signal) => handOverReward(workspace, request, signal, emit)),
    passRates: inSeries((request, signal) => ratePool(workspace, request, signal, emit)),
    experimentCell: inSeries((request, signal) => runExperimentCell(workspace, request, signal, emit)),
    lesson: alone((request, signal) => recordLesson(workspace, request, signal, emit)),
    grade: alone(async ({ items, options }, signal) => {
      grader ??= new LineGrader(createSandbox(options));
      return JSON.stringify(await grader.grade(JSON.parse(items) as GradeItem[], signal));
    }),
    async cancel() {
      current?.abort();
      workspace.close();
    },
  };
}

/**
 * What the page computes with, opened at its first use and shared by every screen and by the command line: the store,
 * the models, the sandbox, the workers. Nothing is opened by making a workspace.
 */
import type { Beside } from '../model/adapter.ts';
import type { ModelConfig } from '../model/config.ts';
import type { PolicyShape } from '../model/policy-shape.ts';
import { chooseDevice, type Device, type DeviceChoice } from '../runtime/device.ts';
import type { AdjustableSandbox } from '../sandbox/index.ts';
import type { Store } from '../store/index.ts';
import type { ModelFiles } from '../store/model-files.ts';
import type { TaskSet } from '../domains/domain.ts';
import { domainOf, sourceOf, type TaskChoice } from '../domains/index.ts';
import type { PolicyApi } from '../../workers/policy.ts';
import type { StudyApi } from '../../workers/study.ts';
import { RunQueue } from '../run/queue.ts';
import { type BundledModels, readBundledModels } from './bundled.ts';
import { type Scorer, Scorers } from './scorer.ts';
import { Shared, SharedByKey } from './shared.ts';
import { rememberedTimes, rememberTimes } from './step-times.ts';
import {
  type Remote,
  startPolicyWorker,
  startRewardWorker,
  startStudyWorker,
  startTasksWorker,
  type WorkerHandle,
} from './workers.ts';

/** The policy worker, started on a device for models of one shape. */
export interface OpenPolicy {
  readonly device: Device & { readonly threads: number };
  readonly api: Remote<PolicyApi>;
  stop(): void;
}

/** What a reward worker is started for. */
export interface RewardShape {
  readonly config: ModelConfig;
  readonly tokenizerJson: unknown;
  /** Of an adapter: what it stands beside. */
  readonly beside?: Beside;
  /** By default as many as for everything. */
  readonly cores?: number | undefined;
}

/** An unused sandbox is closed after so long: its interpreters hold some hundred megabytes. */
const SANDBOX_IDLE_MS = 300_000;

export class Workspace {
  /** Cores to use at most; all where nothing is said. */
  readonly cores: number | undefined;

  /** Hears of what the store has to say, such as another tab that is in the way. */
  readonly notices = new Set<(message: string) => void>();

  readonly store = new Shared<Store>({
    open: async () => {
      const { openStore } = await import('../store/index.ts');
      return openStore('posterior', (message) => {
        for (const hear of this.notices) hear(message);
      });
    },
    close: (store) => store.close(),
  });

  /** Models as they were downloaded. */
  readonly modelFiles = new Shared<ModelFiles>({
    open: async () => (await import('../store/model-files.ts')).openModelFiles(),
  });

  readonly sandbox = new Shared<AdjustableSandbox>({
    open: async () =>
      (await import('../sandbox/index.ts')).createSandbox(
        this.cores === undefined ? {} : { workers: this.cores },
      ),
    close: (sandbox) => sandbox.dispose(),
    idleMs: SANDBOX_IDLE_MS,
  });

  /** Tasks, pairs and judgements for the Reward lab. */
  readonly study = new Shared<WorkerHandle<StudyApi>>({
    open: async () => {
      const worker = startStudyWorker();
      void worker.failed.then(() => this.study.ended(worker));
      return worker;
    },
    close: (worker) => worker.stop(),
  });

  /** The policy worker for the device and the shape that were asked for last. */
  readonly policy = new SharedByKey<
    { readonly device: DeviceChoice; readonly shape: PolicyShape; readonly cores?: number },
    OpenPolicy
  >(
    async ({ device, shape, cores = this.cores }, signal) => {
      const worker = startPolicyWorker();
      const { api, stop } = worker;
      signal.addEventListener('abort', stop, { once: true });
      try {
        const known = rememberedTimes(shape.config);
        const { times, ...started } = await api.start(device, shape, cores, known);
        if (times && !known) rememberTimes(shape.config, times);
        const opened = { device: started, api, stop };
        void worker.failed.then(() => this.policy.ended(opened));
        return opened;
      } catch (error) {
        stop();
        throw error;
      }
    },
    (policy) => policy.stop(),
  );

  /** Runs wait here for their turn. */
  readonly queue = new RunQueue();

  /** Reward workers by the shape that they were started for. */
  readonly #rewards = new Map<
    string,
    {
      readonly base: Float32Array | undefined;
      readonly worker: Shared<RewardWorkerOf>;
      readonly scorers: Scorers;
    }
  >();

  /** Tasks by the choice that they were built for. */
  readonly #tasks = new Map<string, Shared<TaskSet>>();

  /** The models of the site by their folder. */
  readonly #bundled = new Map<string, Shared<BundledModels>>();

  constructor(cores?: number) {
    this.cores = cores;
  }

  /** The device that a choice comes to. @throws DeviceError where there is no such device */
  device(choice: DeviceChoice): Promise<Device> {
    return chooseDevice(choice);
  }

  /**
   * The tasks of a choice: those of a file from the store, others built once, in a worker of their own.
   * @throws TaskFileError where the file is not stored
   */
  async tasks({ domain, tasks, taskSettings }: TaskChoice): Promise<TaskSet> {
    const choice: TaskChoice = {
      ...(domain === undefined ? {} : { domain }),
      ...(tasks === undefined ? {} : { tasks }),
      ...(taskSettings === undefined ? {} : { taskSettings }),
    };
    const { file, load } = sourceOf(choice);
    if (file !== null) return load(await (await this.store.get()).taskFile(file));
    const key = JSON.stringify(choice);
    const known =
      this.#tasks.get(key) ??
      new Shared<TaskSet>({
        open: (signal) => withWorker(startTasksWorker(), signal, ({ api }) => api.load(choice)),
      });
    this.#tasks.set(key, known);
    return known.get();
  }

  /** The site's models that know the tasks of a choice; those for programs without one. @throws AssetError */
  bundled(choice: TaskChoice = {}): Promise<BundledModels> {
    const { models } = domainOf(choice);
    const known =
      this.#bundled.get(models) ?? new Shared<BundledModels>({ open: () => readBundledModels(models) });
    this.#bundled.set(models, known);
    return known.get();
  }

  /** A view of the reward worker for models of this shape, which is started now if it was not. */
  async scorer(shape: RewardShape): Promise<Scorer> {
    const { config, tokenizerJson, beside, cores } = shape;
    const key = JSON.stringify([config, tokenizerJson, beside?.lora, cores]);
    let known = this.#rewards.get(key);
    if (known?.base !== beside?.base.weights) {
      known?.worker.close();
      known = undefined;
    }
    known ??= this.#newReward(shape);
    this.#rewards.set(key, known);
    await known.worker.get();
    return known.scorers.open();
  }

  /** What a run computes with is opened anew at the next use: after a failure, whichever part it was. */
  renew(): void {
    this.policy.close();
    for (const { worker } of this.#rewards.values()) worker.close();
    this.sandbox.retire();
  }

  /** Ends everything at once. What is used afterwards is opened anew. */
  close(): void {
    this.policy.close();
    for (const { worker } of this.#rewards.values()) worker.close();
    for (const read of [...this.#tasks.values(), ...this.#bundled.values()]) read.close();
    for (const shared of [this.sandbox, this.study, this.store, this.modelFiles]) shared.close();
  }

  #newReward({ config, tokenizerJson, beside, cores = this.cores }: RewardShape) {
    const worker = new Shared<RewardWorkerOf>({
      open: async (signal) => {
        const started = startRewardWorker();
        signal.addEventListener('abort', started.stop, { once: true });
        void started.failed.then(() => worker.ended(started));
        try {
          await started.api.start({ config, trained: beside?.lora ?? 'all' }, tokenizerJson, cores);
          if (beside) await started.api.loadBase(beside.base);
          return started;
        } catch (error) {
          started.stop();
          throw error;
        }
      },
      close: (started) => started.stop(),
    });
    return {
      base: beside?.base.weights,
      worker,
      scorers: new Scorers(async () => (await worker.get()).api),
    };
  }
}

type RewardWorkerOf = ReturnType<typeof startRewardWorker>;

async function withWorker<A, T>(
  worker: WorkerHandle<A>,
  signal: AbortSignal,
  work: (worker: WorkerHandle<A>) => Promise<T>,
): Promise<T> {
  signal.addEventListener('abort', worker.stop, { once: true });
  try {
    return await work(worker);
  } finally {
    worker.stop();
  }
}

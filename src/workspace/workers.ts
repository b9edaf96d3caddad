/** The trusted workers, as typed remote objects. A call never waits for a worker that has died or been stopped. */
import * as Comlink from 'comlink';
import { serveEngines } from '../host/engine-link.ts';
import type { HubApi } from '../../workers/hub.ts';
import type { PolicyApi } from '../../workers/policy.ts';
import type { RewardApi } from '../../workers/reward.ts';
import type { RewardTrainingApi } from '../../workers/reward-training.ts';
import type { SelfTestApi } from '../../workers/self-test.ts';
import type { StarterApi } from '../../workers/starter.ts';
import type { StudyApi } from '../../workers/study.ts';
import type { TasksApi } from '../../workers/tasks.ts';

export class WorkerStoppedError extends Error {
  override readonly name = 'WorkerStoppedError';
}

/** Every method of a worker's API as an asynchronous one. */
export type Remote<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never;
};

export interface WorkerHandle<T> {
  readonly api: Remote<T>;
  /** Resolves when the worker has ended by itself; calls in progress reject with WorkerStoppedError. */
  readonly failed: Promise<void>;
  /** Ends the worker at once; calls in progress reject with AbortError. */
  stop(): void;
}

const startEngine = (): Worker =>
  new Worker(new URL('../../workers/engine.ts', import.meta.url), { type: 'module', name: 'engine' });

function connect<T extends object>(worker: Worker, name: string): WorkerHandle<T> {
  const endEngines = serveEngines(worker, startEngine);
  const remote = Comlink.wrap<T>(worker);
  let fail: (error: Error) => void = () => {};
  const failure = new Promise<never>((_, reject) => (fail = reject));
  failure.catch(() => {});
  const failed = new Promise<void>((resolve) =>
    worker.addEventListener('error', (event) => {
      endEngines();
      fail(
        new WorkerStoppedError(
          `The ${name} worker stopped (${event.message || 'it failed to load or ran out of memory'}). The run is kept up to its last checkpoint; reload the page to continue.`,
        ),
      );
      resolve();
    }),
  );
  const api = new Proxy({} as Remote<T>, {
    get(_, method) {
      // It answers to every name, but is no promise: one that resolves to it must not wait for it.
      if (method === 'then') return undefined;
      return (...args: unknown[]) => {
        const call = (remote as Record<PropertyKey, (...args: unknown[]) => Promise<unknown>>)[method]!;
        return Promise.race([call(...args), failure]);
      };
    },
  });
  return {
    api,
    failed,
    stop() {
      fail(new DOMException(`The ${name} worker was stopped.`, 'AbortError'));
      worker.terminate();
      endEngines();
    },
  };
}

export const startPolicyWorker = (): WorkerHandle<PolicyApi> =>
  connect(
    new Worker(new URL('../../workers/policy.ts', import.meta.url), { type: 'module', name: 'policy' }),
    'policy',
  );

export const startRewardWorker = (): WorkerHandle<RewardApi> =>
  connect(
    new Worker(new URL('../../workers/reward.ts', import.meta.url), { type: 'module', name: 'reward' }),
    'reward',
  );

export const startTasksWorker = (): WorkerHandle<TasksApi> =>
  connect(
    new Worker(new URL('../../workers/tasks.ts', import.meta.url), { type: 'module', name: 'tasks' }),
    'tasks',
  );

export const startStarterWorker = (): WorkerHandle<StarterApi> =>
  connect(
    new Worker(new URL('../../workers/starter.ts', import.meta.url), { type: 'module', name: 'starter' }),
    'starter training',
  );

export const startSelfTestWorker = (): WorkerHandle<SelfTestApi> =>
  connect(
    new Worker(new URL('../../workers/self-test.ts', import.meta.url), { type: 'module', name: 'self-test' }),
    'self-test',
  );

export const startHubWorker = (): WorkerHandle<HubApi> =>
  connect(
    new Worker(new URL('../../workers/hub.ts', import.meta.url), { type: 'module', name: 'download' }),
    'download',
  );

export const startStudyWorker = (): WorkerHandle<StudyApi> =>
  connect(
    new Worker(new URL('../../workers/study.ts', import.meta.url), { type: 'module', name: 'study' }),
    'study',
  );

export const startRewardTrainingWorker = (): WorkerHandle<RewardTrainingApi> =>
  connect(
    new Worker(new URL('../../workers/reward-training.ts', import.meta.url), {
      type: 'module',
      name: 'reward training',
    }),
    'reward training',
  );

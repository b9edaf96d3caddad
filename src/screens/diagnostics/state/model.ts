/** The state behind the screen: what was found out, and what is being tried. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { isAbort, messageOf } from '../../../errors.ts';
import type { LoadedModel } from '../../../model/sources/source.ts';
import { whole } from '../../../model/policy-shape.ts';
import type { FullConfig } from '../../../rl/types.ts';
import type { DeviceKind } from '../../../runtime/device.ts';
import { OPERATOR_TOLERANCE, type OperatorReport } from '../../../runtime/self-test.ts';
import type { Usage } from '../../../store/index.ts';
import type { PolicyApi } from '../../../../workers/policy.ts';
import type { SelfTestApi } from '../../../../workers/self-test.ts';
import type { WorkerHandle } from '../../../workspace/workers.ts';
import type { AdapterReport } from './adapter.ts';
import type { Features } from './features.ts';
import type { Memory } from './memory.ts';
import { measureSpeed, type SpeedReport, type Stage } from './speed.ts';

export interface SelfTestState {
  readonly done: number;
  /** Null until the engine has started. */
  readonly total: number | null;
  readonly failed: readonly OperatorReport[];
  /** Largest error of those that passed. */
  readonly worst: number;
  readonly running: boolean;
  /** Why it could not go on, where it could not. */
  readonly error: string | null;
}

export interface SpeedState {
  /** What is being measured; null when nothing is. */
  readonly stage: Stage | null;
  readonly report: SpeedReport | null;
  readonly error: string | null;
}

export interface DiagnosticsState {
  readonly features: Features | null;
  /** Null where there is none, or nobody looked yet. */
  readonly adapter: AdapterReport | null;
  readonly memory: Memory | null;
  readonly usage: Usage | null;
  readonly browser: string;
  readonly selfTest: Readonly<Partial<Record<DeviceKind, SelfTestState>>>;
  readonly speed: Readonly<Partial<Record<DeviceKind, SpeedState>>>;
}

export interface DiagnosticsOptions {
  readonly browser: string;
  readonly features: () => Promise<Features>;
  readonly adapter: () => Promise<AdapterReport | null>;
  readonly memory: () => Memory;
  readonly usage: () => Promise<Usage>;
  readonly startSelfTest: () => WorkerHandle<SelfTestApi>;
  readonly startPolicy: () => WorkerHandle<PolicyApi>;
  /** Lets the worker call back into this page. */
  readonly proxy: <T extends object>(heard: T) => T;
  /** The model and the run that speed is measured with. */
  readonly subject: () => Promise<{ readonly model: LoadedModel; readonly config: FullConfig }>;
}

export interface Diagnostics {
  readonly state: ReadonlySignal<DiagnosticsState>;
  /** Looks at everything that costs nothing. */
  look(): Promise<void>;
  /** Tries every operator on a device. */
  test(device: DeviceKind): Promise<void>;
  measure(device: DeviceKind): Promise<void>;
  /** Ends the test or the measurement that runs on a device. */
  stop(device: DeviceKind): void;
}

const passes = ({ error }: OperatorReport): boolean => error <= OPERATOR_TOLERANCE;

/** With one more operator. */
export function withOperator(state: SelfTestState, operator: OperatorReport, total: number): SelfTestState {
  const { failed, worst, done } = state;
  const passed = passes(operator);
  return {
    ...state,
    done: done + 1,
    total,
    failed: passed ? failed : [...failed, operator],
    worst: passed ? Math.max(worst, operator.error) : worst,
  };
}

export function createDiagnostics(options: DiagnosticsOptions): Diagnostics {
  const state = signal<DiagnosticsState>({
    features: null,
    adapter: null,
    memory: null,
    usage: null,
    browser: options.browser,
    selfTest: {},
    speed: {},
  });
  const stops = new Map<DeviceKind, () => void>();
  const set = (change: Partial<DiagnosticsState>): void => {
    state.value = { ...state.peek(), ...change };
  };
  const setTest = (device: DeviceKind, change: SelfTestState): void =>
    set({ selfTest: { ...state.peek().selfTest, [device]: change } });
  const setSpeed = (device: DeviceKind, change: Partial<SpeedState>): void => {
    const { speed } = state.peek();
    const before = speed[device] ?? { stage: null, report: null, error: null };
    set({ speed: { ...speed, [device]: { ...before, ...change } } });
  };

  /** One thing at a time on a device. What was stopped is no fault. @returns what went wrong */
  const busy = async (
    device: DeviceKind,
    { stop }: Pick<WorkerHandle<object>, 'stop'>,
    work: () => Promise<void>,
  ): Promise<string | null> => {
    stops.set(device, stop);
    try {
      await work();
      return null;
    } catch (error) {
      return isAbort(error) ? null : messageOf(error);
    } finally {
      stops.delete(device);
      stop();
    }
  };

  return {
    state,
    async look() {
      set({ memory: options.memory() });
      const [features, adapter, usage] = await Promise.all([
        options.features(),
        options.adapter().catch(() => null),
        options.usage().catch(() => null),
      ]);
      set({ features, adapter, usage });
    },
    async test(device) {
      if (stops.has(device)) return;
      const worker = options.startSelfTest();
      setTest(device, { done: 0, total: null, failed: [], worst: 0, running: true, error: null });
      const now = (): SelfTestState => state.peek().selfTest[device]!;
      const heard = options.proxy((operator: OperatorReport, total: number): void =>
        setTest(device, withOperator(now(), operator, total)),
      );
      const error = await busy(device, worker, async () => void (await worker.api.run(device, heard)));
      setTest(device, { ...now(), running: false, error });
    },
    async measure(device) {
      if (stops.has(device)) return;
      const worker = options.startPolicy();
      setSpeed(device, { stage: 'start', report: null, error: null });
      const error = await busy(device, worker, async () => {
        const { model, config } = await options.subject();
        const { api, stop } = worker;
        const opened = { device: await api.start(device, whole(model.config)), api, stop };
        setSpeed(device, {
          report: await measureSpeed(opened, model, config, (stage) => setSpeed(device, { stage })),
        });
      });
      setSpeed(device, { stage: null, error });
    },
    stop: (device) => stops.get(device)?.(),
  };
}

/** What the Lab shows: its own state, the run on view, and the queue, as one piece of plain data. */
import { computed, type ReadonlySignal } from '@preact/signals';
import type { TrainConfig } from '../rl/types.ts';
import { type Loading, NO_PHASE, type RunHandle } from '../run/handle.ts';
import type {
  DeviceReport,
  LabMessage,
  LabSettings,
  LabState,
  LabStatus,
  RewardInUse,
  StoredRun,
  TaskFiles,
} from './controller-types.ts';
import { SHIPPED_REWARD } from './lab-state.ts';
import type { RunSource } from './run-source.ts';
import { differences, waitingRun } from './stored-runs.ts';

/** What belongs to the Lab itself and to no run. */
export interface Own {
  readonly status: 'loading' | 'ready' | 'failed';
  readonly loading: Loading | null;
  readonly device: DeviceReport | null;
  readonly settings: LabSettings;
  readonly messages: readonly LabMessage[];
  readonly stored: readonly StoredRun[];
}

/** What stands behind it. */
interface Behind {
  readonly runs: RunSource;
  readonly own: ReadonlySignal<Own>;
  /** The run on view. */
  readonly viewed: ReadonlySignal<RunHandle | null>;
  /** Every run that was on view or queued since the page was opened, by id. */
  readonly handles: ReadonlyMap<string, RunHandle>;
  readonly taskFiles: ReadonlySignal<TaskFiles | null>;
  /** @throws ConfigError */
  readonly configOf: (settings: LabSettings) => TrainConfig;
}

export function shownState({
  runs,
  own,
  viewed,
  handles,
  taskFiles,
  configOf,
}: Behind): ReadonlySignal<LabState> {
  const { source, presets, choosesReward, nextReward, queue } = runs;
  const part = <K extends keyof Own>(name: K) => computed(() => own.value[name]);
  const [settings, kept] = [part('settings'), part('stored')];
  const run = computed(() => {
    const handle = viewed.value;
    return handle?.status.value === 'idle' ? null : handle;
  });
  const needsRestart = computed(() => differences(settings.value, run.value?.config ?? null, configOf));
  const stored = computed(() => {
    const { value: active } = queue.active;
    // Those that wait for their first turn are not in the store yet.
    const begun = [active ?? '', ...queue.waiting].flatMap((id) => {
      const handle = kept.value.some((each) => each.id === id) ? undefined : handles.get(id);
      return handle ? [waitingRun(handle)] : [];
    });
    return [...begun, ...kept.value]
      .filter(({ id }) => id !== run.value?.id)
      .map((each): StoredRun => {
        if (active === each.id) return { ...each, status: 'training' };
        return queue.waiting.includes(each.id) ? { ...each, status: 'queued' } : each;
      });
  });
  const reward = computed((): RewardInUse => {
    const turns = run.value?.turns.value ?? [];
    const { id, name } =
      turns.at(-1) ?? (run.value ? SHIPPED_REWARD : nextReward(settings.value, taskFiles.value?.kept ?? []));
    const scaling = run.value?.config.rewardScaling ?? SHIPPED_REWARD.scaling;
    const swaps = turns.filter((turn) => turn.step > 0);
    return { id, name, scaling, next: run.value?.nextReward.value ?? null, swaps };
  });
  return computed((): LabState => {
    const { status, loading, device, messages } = own.value;
    // Of a run that could not begin there is nothing to show but what is being opened for it.
    const behind = viewed.value;
    const shown = run.value;
    const at: LabStatus = status === 'ready' ? (shown?.status.value ?? 'idle') : status;
    return {
      source,
      presets,
      choosesReward,
      status: at,
      loading: loading ?? behind?.loading.value ?? null,
      device,
      settings: settings.value,
      needsRestart: needsRestart.value,
      config: shown?.config ?? null,
      changes: shown?.changes.value ?? NOTHING,
      nextSettings: shown?.nextSettings.value ?? null,
      changesSettings: shown?.capabilities.value.changeSettings ?? false,
      phase: shown?.phase.value ?? NO_PHASE,
      steps: shown?.steps.value ?? NOTHING,
      evals: shown?.evals.value ?? NOTHING,
      rollouts: shown?.rollouts.value ?? NOTHING,
      tasks: shown?.tasks.value ?? NO_TASKS,
      messages,
      stored: stored.value,
      timeLeftMs: shown?.timeLeftMs.value ?? null,
      reward: reward.value,
      taskFiles: taskFiles.value,
    };
  });
}

const NOTHING: readonly never[] = [];
const NO_TASKS: LabState['tasks'] = {};

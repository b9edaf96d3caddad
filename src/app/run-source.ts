import type { TrainConfig } from '../rl/types.ts';
import type { Loading, RunHandle } from '../run/handle.ts';
import type { RunQueue } from '../run/queue.ts';
import type { RewardTurn } from '../run/reward-turns.ts';
import type { StoredTaskFile } from '../store/index.ts';
import type {
  DeviceReport,
  LabSettings,
  LabState,
  PresetSummary,
  RewardChoice,
  StoredRun,
} from './controller-types.ts';
import type { TaskFileShelf } from './task-files.ts';

/** Where the Lab has its runs from: trained here, or played from records. */
export interface RunSource {
  readonly source: LabState['source'];
  readonly presets: readonly PresetSummary[];
  readonly queue: RunQueue;
  /** What the next run is scored by. */
  readonly nextReward: (
    settings: LabSettings,
    files: readonly StoredTaskFile[],
  ) => Pick<RewardTurn, 'id' | 'name'>;
  /** Whether a reward model can be chosen. */
  readonly choosesReward: boolean;
  /** Files of tasks that runs can be about; null where there is no choice. */
  readonly taskFiles: TaskFileShelf | null;
  /** Makes sure that runs can be kept. */
  open(): Promise<void>;
  device(choice: LabSettings['device']): Promise<DeviceReport>;
  /** @throws ConfigError */
  configOf(settings: LabSettings, files: readonly StoredTaskFile[]): TrainConfig;
  /** The settings that stand for a run. */
  settingsOf(config: TrainConfig): Omit<LabSettings, 'device'>;
  create(config: TrainConfig): RunHandle;
  list(): Promise<readonly StoredRun[]>;
  /** A stored run, to be looked at or gone on with; `null` where it is gone. */
  find(id: string): Promise<RunHandle | null>;
  /** A run that a closed tab left behind and that is as asked. */
  interrupted(asked: Partial<LabSettings>): Promise<StoredRun | null>;
  useReward(choice: RewardChoice): void;
  /** Trains the site's models again; what came of it, in a sentence. */
  retrain(settings: LabSettings, report: (loading: Loading) => void, signal: AbortSignal): Promise<string>;
}

/** The Lab with simulated data, to develop and test the page without a model. */
import type { TrainConfig } from '../../rl/types.ts';
import { RunQueue } from '../../run/queue.ts';
import type {
  DeviceReport,
  LabController,
  LabSettings,
  PresetSummary,
  StoredRun,
} from '../controller-types.ts';
import { Lab } from '../lab.ts';
import { settingsOf } from '../stored-runs.ts';
import { SHIPPED_REWARD } from '../lab-state.ts';
import { PRESET_TASKS } from '../own-tasks.ts';
import { text } from '../../text/index.ts';
import { RecordedRun } from './recorded-run.ts';
import { scenario } from './scenarios.ts';

const presets: readonly PresetSummary[] = [
  {
    name: 'starter',
    label: 'Starter world',
    description: 'Short Python functions over lists, numbers and strings; 12 tasks × 8 completions a step.',
    defaults: { steps: 100, learningRate: 1e-4 },
  },
  {
    name: 'starter-kl',
    label: 'Starter world, kept close',
    description: 'The same with a KL term that holds the policy near its start.',
    defaults: { steps: 60, learningRate: 2e-4 },
  },
];

const SETTINGS: LabSettings = {
  preset: 'starter',
  gate: 'posterior',
  seed: 1,
  steps: 100,
  learningRate: 1e-4,
  device: 'auto',
  tasks: PRESET_TASKS,
  overrides: {},
};

const DEVICE: DeviceReport = {
  kind: 'wasm',
  reason: 'The only WebGPU adapter is a software one (SwiftShader), which is slower than WebAssembly.',
  threads: 2,
  isolated: true,
};

const configOf = ({ preset, gate, seed, steps, learningRate }: LabSettings): TrainConfig => ({
  preset,
  gate,
  seed,
  steps,
  learningRate,
  promptsPerStep: 12,
  groupSize: 8,
  temperature: 1,
  maxPromptTokens: 96,
  maxCompletionTokens: 128,
  advantage: 'group',
  importance: 'token',
  aggregation: 'token',
  clipLow: 0.2,
  clipHigh: 0.28,
  beta: preset === 'starter-kl' ? 0.02 : 0,
  innerIterations: 1,
  microBatch: 32,
  weightDecay: 0,
  maxGradNorm: 1,
  evalEvery: 5,
  evalTasks: 200,
  checkpointEvery: 10,
  timeoutMs: 2000,
});

/** `mode` is what follows `?demo=`: steps that have been played, or a scenario. */
export function createDemoLab(mode: string): LabController {
  const queue = new RunQueue();
  const own = scenario(mode, {
    status: 'ready',
    loading: null,
    device: DEVICE,
    settings: SETTINGS,
    stored: [],
  });
  let stored: readonly StoredRun[] = own.stored;
  let runs = 0;
  const played = (config: TrainConfig, steps = 0): RecordedRun =>
    new RecordedRun(`demo-${runs++}`, config, queue, steps);
  const skip = Number(mode);
  return new Lab({
    runs: {
      source: 'demonstration',
      presets,
      queue,
      choosesReward: false,
      taskFiles: null,
      nextReward: () => SHIPPED_REWARD,
      configOf,
      settingsOf: (config) => ({ ...settingsOf(config), overrides: {} }),
      open: async () => {},
      device: async () => DEVICE,
      create: (config) => played(config),
      list: async () => stored,
      async find(id) {
        const run = stored.find((each) => each.id === id);
        if (!run) return null;
        stored = stored.filter((each) => each !== run);
        return played(configOf({ ...SETTINGS, ...run }), run.stepsDone);
      },
      interrupted: async () => null,
      useReward: () => {},
      retrain: async () => text.demo.noModel,
    },
    own,
    first: Number.isInteger(skip) && skip > 0 ? played(configOf(SETTINGS), skip) : null,
  });
}

/** The Lab's state at its start, and the configuration that its settings stand for. */
import { findPreset, PRESETS } from '../run/presets.ts';
import { parseConfig } from '../rl/config.ts';
import type { TrainConfig } from '../rl/types.ts';
import type { DeviceChoice } from '../runtime/device.ts';
import type { LabSettings, LabState, RewardInUse } from './controller-types.ts';
import { text } from '../text/index.ts';

const presets = PRESETS.map(({ name, label, description, config }) => ({
  name,
  label,
  description,
  defaults: { steps: config.steps, learningRate: config.learningRate },
}));

/** What a run scores with where nothing else was chosen. */
export const SHIPPED_REWARD: RewardInUse = {
  id: 'shipped',
  name: text.rewardModel.shipped,
  scaling: 'sigmoid',
  next: null,
  swaps: [],
};

/** The Lab before anything is opened. */
export function initialState(device: DeviceChoice): LabState {
  const [first] = PRESETS;
  const { name, config } = first!;
  return {
    source: 'live',
    status: 'loading',
    loading: { label: text.engine.opening, fraction: null },
    device: null,
    presets,
    settings: {
      preset: name,
      gate: config.gate,
      seed: config.seed,
      steps: config.steps,
      learningRate: config.learningRate,
      device,
    },
    needsRestart: [],
    config: null,
    phase: { step: 0, phase: null, state: 'end', lastMs: {} },
    steps: [],
    evals: [],
    rollouts: [],
    tasks: {},
    messages: [],
    stored: [],
    timeLeftMs: null,
    reward: SHIPPED_REWARD,
  };
}

/** The configuration that the settings ask for. */
export const configOf = ({ preset, gate, seed, steps, learningRate }: LabSettings): TrainConfig =>
  parseConfig({ ...findPreset(preset).config, preset, gate, seed, steps, learningRate });

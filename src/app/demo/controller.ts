import { signal } from '@preact/signals';
import type { Phase, TrainConfig } from '../../rl/types.ts';
import type { LabController, LabSettings, LabState, PresetSummary } from '../controller-types.ts';
import { SHIPPED_REWARD } from '../lab-state.ts';
import { text } from '../../text/index.ts';
import { demoRollouts, demoTasks } from './attempts.ts';
import { demoEval, demoStep, skillAt } from './records.ts';
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

const initial: LabState = {
  source: 'demonstration',
  status: 'idle',
  loading: null,
  device: {
    kind: 'wasm',
    reason: 'The only WebGPU adapter is a software one (SwiftShader), which is slower than WebAssembly.',
    threads: 2,
    isolated: true,
  },
  presets,
  settings: { preset: 'starter', gate: 'posterior', seed: 1, steps: 100, learningRate: 1e-4, device: 'auto' },
  needsRestart: [],
  config: null,
  phase: { step: 0, phase: null, state: 'end', lastMs: {} },
  steps: [],
  evals: [],
  rollouts: [],
  tasks: demoTasks,
  messages: [],
  stored: [],
  timeLeftMs: null,
  reward: SHIPPED_REWARD,
};

const configOf = (settings: LabSettings): TrainConfig => ({
  ...settings,
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
  beta: settings.preset === 'starter-kl' ? 0.02 : 0,
  innerIterations: 1,
  microBatch: 32,
  weightDecay: 0,
  maxGradNorm: 1,
  evalEvery: 5,
  evalTasks: 200,
  checkpointEvery: 10,
  timeoutMs: 2000,
});

/** Milliseconds of playback for each phase. */
const pace: Record<Phase, number> = { sample: 240, execute: 70, score: 60, update: 190, eval: 130 };

/**
 * Plays simulated data through the interface of a real run, to develop and test the page without an engine.
 * The page marks it as demonstration data. `mode` is what follows `?demo=`: steps to skip, or a scenario.
 */
export function createDemoController(mode: string): LabController {
  const state = signal<LabState>({ ...initial, ...scenario(mode, initial) });
  let stopRequested = false;
  let epoch = 0;
  const set = (change: Partial<LabState>): void => {
    state.value = { ...state.value, ...change };
  };

  const begin = (): TrainConfig => {
    const config = configOf(state.value.settings);
    set({ config, needsRestart: [], evals: [demoEval(config, 0)] });
    return config;
  };

  const record = (config: TrainConfig): void => {
    const step = state.value.steps.length + 1;
    const rollouts = demoRollouts(config, step, skillAt(config.gate, step));
    const due = step % config.evalEvery === 0 || step === config.steps;
    set({
      rollouts,
      steps: [...state.value.steps, demoStep(rollouts, config.gate, step)],
      evals: due ? [...state.value.evals, demoEval(config, step)] : state.value.evals,
      timeLeftMs: (config.steps - step) * 590,
    });
  };

  const play = async (limit: number): Promise<void> => {
    const mine = ++epoch;
    stopRequested = false;
    const config = state.value.config ?? begin();
    set({ status: 'running' });
    for (let n = 0; n < limit && state.value.steps.length < config.steps; n++) {
      const step = state.value.steps.length + 1;
      const phases: Phase[] = ['sample', 'execute', 'score', 'update'];
      if (step % config.evalEvery === 0) phases.push('eval');
      for (const phase of phases) {
        set({ phase: { ...state.value.phase, step, phase, state: 'start' } });
        const ms = pace[phase] * (0.92 + 0.16 * ((step * 7919) % 13) * (1 / 13));
        await new Promise((done) => setTimeout(done, ms));
        if (mine !== epoch) return;
        const lastMs = { ...state.value.phase.lastMs, [phase]: ms };
        set({ phase: { step, phase, state: 'end', lastMs } });
      }
      record(config);
      if (stopRequested) break;
    }
    set({
      status: state.value.steps.length >= config.steps ? 'done' : 'paused',
      phase: { ...state.value.phase, phase: null, state: 'end' },
      timeLeftMs: state.value.steps.length >= config.steps ? 0 : state.value.timeLeftMs,
    });
  };

  const skip = Number(mode);
  if (Number.isInteger(skip) && skip > 0) {
    const config = begin();
    for (let i = 0; i < Math.min(skip, config.steps); i++) record(config);
    const lastMs = { sample: 236, execute: 72, score: 58, update: 187, eval: 131 };
    set({
      status: skip >= config.steps ? 'done' : 'paused',
      phase: { step: skip, phase: null, state: 'end', lastMs },
    });
  }

  return {
    state,
    run: () => void play(Infinity),
    step: () => void play(1),
    pause() {
      stopRequested = true;
      set({ status: 'pausing' });
    },
    cancel() {
      epoch++;
      const phase = { ...state.value.phase, phase: null };
      set({ status: state.value.steps.length > 0 ? 'paused' : 'idle', loading: null, phase });
    },
    reset() {
      epoch++;
      const { steps, evals, rollouts, config, phase, needsRestart, timeLeftMs } = initial;
      set({ status: 'idle', steps, evals, rollouts, config, phase, needsRestart, timeLeftMs });
    },
    configure(change) {
      const preset = presets.find((p) => p.name === change.preset);
      const settings = { ...state.value.settings, ...preset?.defaults, ...change };
      const { config } = state.value;
      const names = ['preset', 'gate', 'seed', 'steps', 'learningRate'] as const;
      set({ settings, needsRestart: config ? names.filter((n) => settings[n] !== config[n]) : [] });
    },
    resume: () => set({ stored: [] }),
    dismiss: (id) => set({ messages: state.value.messages.filter((m) => m.id !== id) }),
    trainStarter: () => set({ messages: [{ id: 'starter', kind: 'notice', what: text.demo.noModel }] }),
  };
}

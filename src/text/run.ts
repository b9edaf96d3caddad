import type { Phase, PhaseFound } from '../rl/types.ts';
import { counted } from '../counted.ts';

/** The states that a run can be in. */
export const status = {
  loading: 'Loading',
  idle: 'Ready',
  queued: 'Waiting for another run',
  running: 'Training',
  holding: 'Holding between two phases',
  pausing: 'Pausing after this step',
  paused: 'Paused',
  done: 'Done',
  failed: 'Stopped by an error',
} as const;

const phaseName: Record<Phase, string> = {
  sample: 'Sample',
  execute: 'Execute',
  score: 'Score',
  update: 'Update',
  eval: 'Evaluate',
};
const phaseAbout: Record<Phase, string> = {
  sample: 'the policy writes completions',
  execute: 'their answers are checked: programs run against the visible tests',
  score: 'the reward model reads their reasoning',
  update: 'advantages move the weights',
  eval: 'held-out tasks, strict tests',
};

/** What a phase came to; empty where there is nothing to say. */
function phaseFound(
  phase: Phase,
  { completions = 0, length, passing, thinking, loss, gradNorm }: PhaseFound,
): string {
  switch (phase) {
    case 'sample':
      return `${counted(completions, 'completion')} written, ${Math.round(length ?? 0)} tokens each on average.`;
    case 'execute':
      return `${passing} of ${counted(completions, 'completion')} pass the visible tests.`;
    case 'score':
      return `Mean R_t ${(thinking ?? 0).toFixed(2)}.`;
    case 'update':
      return `Weights moved: loss ${(loss ?? 0).toFixed(3).replace('-', '−')}, gradient norm ${(gradNorm ?? 0).toFixed(2)}.`;
    case 'eval':
      return '';
  }
}

/** The phases of a step. */
export const phase = {
  heading: 'This step',
  name: phaseName,
  about: phaseAbout,
  none: '–',
  active: 'now',
  found: phaseFound,
} as const;

export const device = {
  unknown: 'Device…',
  unknownAbout: 'The device has not been chosen yet.',
  kind: { webgpu: 'WebGPU', wasm: 'WebAssembly' },
  threads: (n: number) => (n === 1 ? '1 thread' : `${n} threads`),
  title: 'Where the model runs',
  isolated: 'The page is cross-origin isolated, so the engines share memory.',
  notIsolated: 'The page is not cross-origin isolated, so weights are copied to each engine.',
  force: 'To force another, choose it in the settings or open the page with',
} as const;

/** On a setting whose change waits for the next run. */
export const setting = { restart: 'Reset to apply' } as const;

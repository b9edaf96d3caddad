/** How the Lab's state answers to what happens: each change as plain data. */
import type { EvalRecord, Rollout, StepRecord, TrainConfig, TrainEvent } from '../rl/types.ts';
import type { RunRecord } from '../store/index.ts';
import type { Task } from '../domains/domain.ts';
import type { LabSettings, LabState, StoredRun } from './controller-types.ts';

type Tasks = ReadonlyMap<string, Task>;

/** Steps whose durations say how long the rest will take. */
const RECENT_STEPS = 5;

/** Settings that a run with this configuration does not have. */
export function differences(settings: LabSettings, config: TrainConfig | null): (keyof LabSettings)[] {
  if (!config) return [];
  const keys = ['preset', 'gate', 'seed', 'steps', 'learningRate'] as const;
  return keys.filter((key) => settings[key] !== config[key]);
}

/** The runs that can be gone on with, but for the one at hand. */
export const storedRuns = (runs: readonly RunRecord[], current: string | undefined): StoredRun[] =>
  runs
    .filter(({ id, status }) => status !== 'finished' && id !== current)
    .map(({ id, config, lastStep, created }) => ({
      id,
      preset: config.preset,
      gate: config.gate,
      seed: config.seed,
      stepsDone: lastStep ?? 0,
      steps: config.steps,
      updatedAt: created,
    }));

/** Completions to show, with the tasks that they answer. */
export function shownRollouts(
  rollouts: readonly Rollout[],
  known: Tasks,
): Pick<LabState, 'rollouts' | 'tasks'> {
  const tasks = Object.fromEntries(
    rollouts.flatMap(({ taskId }) => {
      const task = known.get(taskId);
      return task ? [[taskId, task] as const] : [];
    }),
  );
  return { rollouts, tasks };
}

/** The records up to a step, which is where a run goes on from. */
export const recordsUpTo = (
  last: number,
  { steps, evals }: { readonly steps: readonly StepRecord[]; readonly evals: readonly EvalRecord[] },
): Pick<LabState, 'steps' | 'evals'> => ({
  steps: steps.filter(({ step }) => step <= last),
  evals: evals.filter(({ step }) => step <= last),
});

/** Milliseconds that the rest of the run will take, going by its latest steps. */
function timeLeftMs(steps: readonly StepRecord[], config: TrainConfig | null): number | null {
  const recent = steps.slice(-RECENT_STEPS).flatMap(({ metrics }) => metrics['step_time'] ?? []);
  if (!config || recent.length === 0) return null;
  const seconds = recent.reduce((a, b) => a + b, 0) / recent.length;
  return seconds * 1000 * (config.steps - steps.length);
}

/** What a phase, a step or an evaluation changes. */
export function afterEvent(
  state: LabState,
  event: TrainEvent & { readonly type: 'phase' | 'step' | 'eval' },
  known: Tasks,
): Partial<LabState> {
  switch (event.type) {
    case 'phase': {
      const { step, phase, state: at, ms } = event;
      const before = state.phase.lastMs;
      return {
        phase: { step, phase, state: at, lastMs: ms === undefined ? before : { ...before, [phase]: ms } },
      };
    }
    case 'step': {
      const steps = [...state.steps, event.record];
      return { steps, ...shownRollouts(event.rollouts, known), timeLeftMs: timeLeftMs(steps, state.config) };
    }
    case 'eval':
      return { evals: [...state.evals, event.record] };
  }
}

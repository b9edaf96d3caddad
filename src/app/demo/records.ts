import { openingOf, type Gate } from '../../rl/gate.ts';
import { evalMetrics, stepMetrics } from '../../rl/metrics.ts';
import type { EvalRecord, Rollout, StepRecord, TrainConfig } from '../../rl/types.ts';
import type { Skill } from './attempts.ts';
import { uniforms } from './random.ts';

const rise = (step: number, from: number, to: number, pace: number): number =>
  to + (from - to) * Math.exp(-step / pace);

/** A plausible course of skill, after the shape of small trials: by what the gate pays for, after a pass and a failure. */
export function skillAt(gate: Gate, step: number): Skill {
  const opening = (outcome: number): number => openingOf(gate, { format: 1, outcome, thinking: 1 });
  const pays = opening(1) > 0;
  const paysFailures = opening(0) > 0;
  const careless = 0.42 + 0.1 * Math.sin(step / 18) - 0.001 * step;
  const learnsCare = paysFailures ? rise(step, 0.4, 0.95, 16) : rise(step, 0.4, 0.97, 22);
  return {
    form: rise(step, 0.93, 0.998, 12),
    solves: paysFailures ? rise(step, 0.62, 0.84, 30) : rise(step, 0.62, 0.94, 26),
    careful: pays ? learnsCare : careless,
    polish: paysFailures ? rise(step, 0.3, 0.9, 20) : rise(step, 0.3, 0.4, 40),
  };
}

export function demoStep(rollouts: readonly Rollout[], gate: Gate, step: number): StepRecord {
  return { step, metrics: stepMetrics(rollouts, gate) };
}

/** An evaluation on as many simulated tasks as the run would use. */
export function demoEval(config: TrainConfig, step: number): EvalRecord {
  const random = uniforms('eval', config.seed, config.gate, step);
  const { form, solves, careful } = skillAt(config.gate, step);
  const samples = Array.from({ length: config.evalTasks }, (_, i) => {
    const visible = random() < form * solves;
    return { taskId: String(i), visible, heldOut: visible && random() < careful };
  });
  return { step, metrics: evalMetrics(samples) };
}

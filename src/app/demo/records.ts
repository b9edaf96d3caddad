import type { EvalRecord, Gate, Metrics, Rollout, StepRecord, TrainConfig } from '../../rl/types.ts';
import { throughGate } from '../../views/gate-data.ts';
import type { Skill } from './attempts.ts';
import { uniforms } from './random.ts';

const rise = (step: number, from: number, to: number, pace: number): number =>
  to + (from - to) * Math.exp(-step / pace);

/** A plausible course of skill for each gate, after the shape of small trials. */
export function skillAt(gate: Gate, step: number): Skill {
  const careful: Record<Gate, number> = {
    posterior: rise(step, 0.4, 0.97, 22),
    ungated: rise(step, 0.4, 0.95, 16),
    outcome: 0.42 + 0.1 * Math.sin(step / 18) - 0.001 * step,
  };
  return {
    form: rise(step, 0.93, 0.998, 12),
    solves: gate === 'ungated' ? rise(step, 0.62, 0.84, 30) : rise(step, 0.62, 0.94, 26),
    careful: careful[gate],
    polish: gate === 'ungated' ? rise(step, 0.3, 0.9, 20) : rise(step, 0.3, 0.4, 40),
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const m = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - m) ** 2)));
};

function optional(name: string, values: readonly number[]): Metrics {
  return values.length > 0 ? { [name]: mean(values) } : {};
}

export function demoStep(config: TrainConfig, rollouts: readonly Rollout[], step: number): StepRecord {
  const gated = throughGate(rollouts, config.gate, config.groupSize, config.advantage);
  const finished = rollouts.filter((r) => !r.truncated);
  const passing = rollouts.filter((r) => r.rewards.outcome === 1);
  const failing = rollouts.filter((r) => r.rewards.outcome !== 1);
  const rewards = rollouts.map((r) => r.reward);
  return {
    step,
    metrics: {
      reward: mean(rewards),
      reward_std: deviation(rewards),
      frac_reward_zero_std: mean(gated.groups.map((g) => (g.flat ? 1 : 0))),
      'by_group/frac_mixed': mean(
        gated.groups.map((g) => (g.passing > 0 && g.passing < g.completions.length ? 1 : 0)),
      ),
      'rewards/format/mean': mean(rollouts.map((r) => r.rewards.format)),
      'rewards/outcome/mean': mean(rollouts.map((r) => r.rewards.outcome)),
      'rewards/thinking/mean': mean(rollouts.map((r) => r.rewards.thinking)),
      'completions/mean_length': mean(rollouts.map((r) => r.tokens.length)),
      ...optional(
        'completions/mean_terminated_length',
        finished.map((r) => r.tokens.length),
      ),
      ...optional(
        'agreement',
        rollouts.flatMap((r) => (r.agreement === null ? [] : [r.agreement ? 1 : 0])),
      ),
      entropy: mean(rollouts.map((r) => r.entropy)),
      ...optional(
        'kl',
        rollouts.flatMap((r) => (r.kl === null ? [] : [r.kl])),
      ),
      'gate/open_rate': passing.length / rollouts.length,
      'gate/withheld_share': gated.withheldShare,
      'gate/inversions': gated.inversions,
      ...optional(
        'thinking/mean_given_pass',
        passing.map((r) => r.rewards.thinking),
      ),
      ...optional(
        'thinking/mean_given_fail',
        failing.map((r) => r.rewards.thinking),
      ),
    },
  };
}

export function demoEval(config: TrainConfig, step: number): EvalRecord {
  const random = uniforms('eval', config.seed, config.gate, step);
  const { form, solves, careful } = skillAt(config.gate, step);
  const noisy = (share: number): number =>
    Math.round(Math.min(1, Math.max(0, share + (random() - 0.5) * 0.06)) * config.evalTasks) /
    config.evalTasks;
  return {
    step,
    metrics: { 'eval/pass@1': noisy(form * solves * careful), 'eval/visible_pass@1': noisy(form * solves) },
  };
}

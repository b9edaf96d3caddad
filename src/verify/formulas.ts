import * as v from 'valibot';
import { bradleyTerry, pairwiseAccuracy } from '../programs/bradley-terry.ts';
import { batchAdvantages } from '../rl/advantages.ts';
import { klEstimates, policyLoss, PLAIN_LOSS, type Matrix } from '../programs/loss.ts';
import { GATE_NAMES, totalReward, type Gate } from '../rl/gate.ts';
import type { Aggregation } from '../programs/loss.ts';
import { ADVANTAGE_KINDS, type AdvantageKind } from '../rl/types.ts';
import { Comparison, malformed, parseFile, type Verification } from './comparison.ts';

export { MalformedFileError, TOLERANCE, type Verification } from './comparison.ts';

const numbers = v.array(v.pipe(v.number(), v.finite()));
const matrix = v.array(numbers);
const gate = v.picklist(GATE_NAMES);
const binary = v.array(v.picklist([0, 1], 'is not 0 or 1'));
const maskMatrix = v.array(
  v.array(
    v.pipe(
      v.union([v.picklist([0, 1]), v.boolean()], 'is not 0 or 1'),
      v.transform((value) => Number(value)),
    ),
  ),
);
const advantageKey = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^(${GATE_NAMES.join('|')})/(${ADVANTAGE_KINDS.join('|')})$`),
    'is not “gate/kind”, such as “posterior/group”',
  ),
);
const positive = v.pipe(v.number(), v.gtValue(0, 'must be above 0'));
const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const coefficient = v.pipe(v.number(), v.finite(), v.minValue(0, 'must not be negative'));

const lossSchema = v.object({
  importance_level: v.picklist(['token', 'sequence']),
  aggregation: v.picklist(['seq_mean', 'token_mean', 'constant']),
  epsilon_low: coefficient,
  epsilon_high: coefficient,
  beta: coefficient,
  loss: v.pipe(v.number(), v.finite()),
  grad: v.optional(matrix),
  clip_low_fraction: v.optional(fraction),
  clip_high_fraction: v.optional(fraction),
  kl_k3_mean: v.optional(v.nullable(v.number())),
});

const formulasSchema = v.object({
  group_size: v.pipe(v.number(), v.integer(), v.minValue(2, 'must be at least 2')),
  groups: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  reward_format: binary,
  reward_outcome: binary,
  reward_thinking: v.array(fraction),
  totals: v.optional(v.record(gate, numbers), {}),
  advantages: v.optional(v.record(advantageKey, numbers), {}),
  advantage_used: v.optional(advantageKey),
  constant_length: v.optional(positive),
  mask: v.optional(maskMatrix),
  logp: v.optional(matrix),
  old_logp: v.optional(matrix),
  ref_logp: v.optional(v.nullable(matrix)),
  kl_means: v.optional(
    v.object({ k1: v.optional(v.number()), k2: v.optional(v.number()), k3: v.optional(v.number()) }),
  ),
  losses: v.optional(v.array(lossSchema), []),
});
type FormulasFile = v.InferOutput<typeof formulasSchema>;

const rewardSchema = v.object({
  chosen: v.pipe(numbers, v.minLength(1, 'is empty')),
  rejected: numbers,
  accuracy: v.optional(fraction),
  cases: v.optional(
    v.array(
      v.object({
        margin: v.pipe(v.number(), v.finite()),
        center_coefficient: coefficient,
        loss: v.pipe(v.number(), v.finite()),
        grad_chosen: v.optional(numbers),
        grad_rejected: v.optional(numbers),
      }),
    ),
    [],
  ),
});

const AGGREGATIONS: Readonly<Record<'seq_mean' | 'token_mean' | 'constant', Aggregation>> = {
  seq_mean: 'sequence',
  token_mean: 'token',
  constant: 'constant',
};

/**
 * Compares rewards, advantages, losses, gradients, clip fractions and KL estimates with a `grpo.json` of any number
 * of groups, sizes and lengths and any subset of combinations.
 * @throws MalformedFileError when the file has another form or holds nothing to compare.
 */
export function verifyFormulas(json: unknown): Verification {
  const file = parseFile(formulasSchema, json);
  const rewards = readRewards(file);
  const comparison = new Comparison();
  for (const [key, expected] of Object.entries(file.totals)) {
    comparison.vector('totals', `totals.${key}`, totals(rewards, v.parse(gate, key)), expected);
  }
  const ours = (key: string): number[] => {
    const [gate, advantage] = key.split('/') as [Gate, AdvantageKind];
    return batchAdvantages(
      rewards.map((parts) => ({
        rewards: parts,
        passedTests: parts.outcome,
        extra: 0,
        reward: totalReward(parts, gate),
      })),
      { gate, advantage, groupSize: file.group_size },
    );
  };
  for (const [key, expected] of Object.entries(file.advantages)) {
    comparison.vector('advantages', `advantages.${key}`, ours(key), expected);
  }
  if (file.kl_means !== undefined) {
    const { logp, ref, mask } = readTokens(file, rewards.length);
    if (ref === null) throw malformed('ref_logp', 'is missing, and kl_means needs it');
    const estimates = klEstimates(logp, ref, mask);
    for (const name of ['k1', 'k2', 'k3'] as const) {
      const expected = file.kl_means[name];
      if (expected !== undefined) comparison.scalar('kl', `kl_means.${name}`, estimates[name], expected);
    }
  }
  if (file.losses.length > 0) compareLosses(file, ours, rewards.length, comparison);
  return comparison.result();
}

/**
 * Compares the Bradley–Terry loss, its gradients and the pairwise accuracy with a `reward_model.json`.
 * @throws MalformedFileError when the file has another form or holds nothing to compare.
 */
export function verifyReward(json: unknown): Verification {
  const file = parseFile(rewardSchema, json);
  if (file.chosen.length !== file.rejected.length) {
    throw malformed('rejected', `has ${file.rejected.length} scores where chosen has ${file.chosen.length}`);
  }
  const comparison = new Comparison();
  if (file.accuracy !== undefined) {
    comparison.scalar('accuracy', 'accuracy', pairwiseAccuracy(file.chosen, file.rejected), file.accuracy);
  }
  file.cases.forEach((item, i) => {
    const options = { margin: item.margin, centerCoefficient: item.center_coefficient };
    const { loss, gradChosen, gradRejected } = bradleyTerry(file.chosen, file.rejected, options);
    comparison.scalar('loss', `cases.${i}.loss`, loss, item.loss);
    if (item.grad_chosen) comparison.vector('grad', `cases.${i}.grad_chosen`, gradChosen, item.grad_chosen);
    if (item.grad_rejected)
      comparison.vector('grad', `cases.${i}.grad_rejected`, gradRejected, item.grad_rejected);
  });
  return comparison.result();
}

function compareLosses(
  file: FormulasFile,
  ours: (key: string) => number[],
  completions: number,
  comparison: Comparison,
): void {
  const { logp, old, ref, mask } = readTokens(file, completions);
  if (old === null) throw malformed('old_logp', 'is missing, and losses need it');
  if (file.advantage_used === undefined) throw malformed('advantage_used', 'is missing, and losses need it');
  // The file's own where it has them, so that a fault in the advantages does not show up again as one in the loss.
  const used = file.advantages[file.advantage_used] ?? ours(file.advantage_used);
  file.losses.forEach((item, i) => {
    const path = `losses.${i}`;
    if (item.aggregation === 'constant' && file.constant_length === undefined) {
      throw malformed('constant_length', `is missing, and ${path} needs it`);
    }
    if (item.beta > 0 && ref === null) throw malformed('ref_logp', `is missing, and ${path} has a beta`);
    const result = policyLoss(
      { logp, oldLogp: old, refLogp: ref, mask, advantages: used },
      {
        ...PLAIN_LOSS,
        importance: item.importance_level,
        aggregation: AGGREGATIONS[item.aggregation],
        clipLow: item.epsilon_low,
        clipHigh: item.epsilon_high,
        beta: item.beta,
        constantLength: file.constant_length ?? 1,
      },
    );
    comparison.scalar('loss', `${path}.loss`, result.loss, item.loss);
    if (item.grad) {
      checkRows(`${path}.grad`, item.grad, logp);
      item.grad.forEach((row, s) => comparison.vector('grad', `${path}.grad.${s}`, result.grad[s]!, row));
    }
    if (item.clip_low_fraction !== undefined) {
      comparison.scalar('clip', `${path}.clip_low_fraction`, result.clipLowFraction, item.clip_low_fraction);
    }
    if (item.clip_high_fraction !== undefined) {
      comparison.scalar(
        'clip',
        `${path}.clip_high_fraction`,
        result.clipHighFraction,
        item.clip_high_fraction,
      );
    }
    if (item.kl_k3_mean !== undefined && item.kl_k3_mean !== null && result.klMean !== null) {
      comparison.scalar('kl', `${path}.kl_k3_mean`, result.klMean, item.kl_k3_mean);
    }
  });
}

type RewardRow = {
  readonly format: number;
  readonly outcome: number;
  readonly thinking: number;
};

function readRewards(file: FormulasFile): RewardRow[] {
  const count = file.reward_format.length;
  const expected = file.groups === undefined ? count : file.groups * file.group_size;
  if (count === 0 || count !== expected || count % file.group_size !== 0) {
    throw malformed(
      'reward_format',
      `has ${count} values, which is not ${file.groups ?? 'a number of'} groups of ${file.group_size}`,
    );
  }
  const sections = { reward_outcome: file.reward_outcome, reward_thinking: file.reward_thinking };
  const named = [
    ...Object.entries(sections),
    ...Object.entries(file.totals).map(([key, values]) => [`totals.${key}`, values] as const),
    ...Object.entries(file.advantages).map(([key, values]) => [`advantages.${key}`, values] as const),
  ];
  for (const [path, values] of named) {
    if (values.length !== count)
      throw malformed(path, `has ${values.length} values where reward_format has ${count}`);
  }
  return file.reward_format.map((format, i) => ({
    format,
    outcome: file.reward_outcome[i]!,
    thinking: file.reward_thinking[i]!,
  }));
}

interface Tokens {
  readonly logp: Matrix;
  readonly mask: Matrix;
  readonly old: Matrix | null;
  readonly ref: Matrix | null;
}

function readTokens(file: FormulasFile, completions: number): Tokens {
  const { logp, mask } = file;
  if (logp === undefined) throw malformed('logp', 'is missing, and losses and kl_means need it');
  if (mask === undefined) throw malformed('mask', 'is missing, and losses and kl_means need it');
  if (logp.length !== completions) {
    throw malformed('logp', `has ${logp.length} rows for ${completions} completions`);
  }
  checkRows('mask', mask, logp);
  if (file.old_logp) checkRows('old_logp', file.old_logp, logp);
  if (file.ref_logp) checkRows('ref_logp', file.ref_logp, logp);
  return { logp, mask, old: file.old_logp ?? null, ref: file.ref_logp ?? null };
}

function checkRows(path: string, rows: Matrix, logp: Matrix): void {
  if (rows.length !== logp.length)
    throw malformed(path, `has ${rows.length} rows where logp has ${logp.length}`);
  rows.forEach((row, i) => {
    const expected = logp[i]!.length;
    if (row.length !== expected)
      throw malformed(`${path}.${i}`, `has ${row.length} values where logp has ${expected}`);
  });
}

function totals(rewards: readonly RewardRow[], arm: Gate): number[] {
  return rewards.map((parts) => totalReward(parts, arm));
}

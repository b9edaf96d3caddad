/**
 * Random batches with the advantages, losses and gradients that Posterior makes of them, as JSON in the file that is named:
 * what `loss_check.py` compares with TRL and verl. `node --import tsx interop/dump-losses.ts FILE`
 */
import { writeFileSync } from 'node:fs';
import {
  type Aggregation,
  type ImportanceLevel,
  KL_ESTIMATORS,
  type LossOptions,
  PLAIN_LOSS,
  policyLoss,
} from '../src/programs/loss.ts';
import { Random } from '../src/random.ts';
import { batchAdvantages, type Rewarded } from '../src/rl/advantages.ts';
import { type Gate, GATE_NAMES, gatedParts, type RewardWeights, totalReward } from '../src/rl/gate.ts';
import { REWARDS } from '../src/rl/rewards/index.ts';
import { ADVANTAGE_KINDS, type AdvantageKind } from '../src/rl/types.ts';

const BATCHES = 6;
const GROUPS = 4;
const GROUP_SIZE = 4;
const TIME = 12;
/** Sequences of a micro-batch; it does not divide the batch, so that the last is smaller. */
const MICRO_BATCH = 6;
const SEQUENCES = GROUPS * GROUP_SIZE;

type Draw = () => number;

/** Roughly normal: the sum of twelve uniforms has a variance of 1. */
const normal = (draw: Draw): number => Array.from({ length: 12 }, draw).reduce((a, b) => a + b, -6);

const table = (cell: (row: number) => number): number[][] =>
  Array.from({ length: SEQUENCES }, (_, row) => Array.from({ length: TIME }, () => cell(row)));

function batch(seed: number) {
  const uniforms = new Random(seed, 0, 'interop').fill(new Float32Array(1 << 15)).values();
  const draw: Draw = () => uniforms.next().value!;
  const logp = table(() => -0.05 - 3 * draw());
  const near = (spread: number) =>
    logp.map((row) => row.map((value) => Math.min(-1e-3, value + spread * normal(draw))));
  // Every other batch has completions that are left out altogether.
  const lengths = Array.from({ length: SEQUENCES }, (_, i) =>
    seed % 2 === 1 && i % 7 === 3 ? 0 : 1 + Math.floor(draw() * TIME),
  );
  const rewards = Array.from({ length: SEQUENCES }, () => {
    const outcome = Number(draw() < 0.5);
    return { format: Number(outcome === 1 || draw() < 0.7), outcome, thinking: draw() };
  });
  return {
    logp,
    oldLogp: near(0.4),
    refLogp: near(0.5),
    entropies: table(() => 2 * draw()),
    mask: lengths.map((length) => Array.from({ length: TIME }, (_, t) => Number(t < length))),
    rewards,
    passed: rewards.map(({ outcome }) => (outcome === 1 ? 1 : Math.floor(draw() * 4) / 4)),
    advantages: Array.from({ length: SEQUENCES }, () => normal(draw)),
    tokenAdvantages: table(() => normal(draw)),
  };
}

type Batch = ReturnType<typeof batch>;

const WEIGHTS: readonly RewardWeights[] = [{}, { format: 0.25, thinking: 2 }];

function advantageCase(
  index: number,
  { rewards, passed }: Batch,
  gate: Gate,
  advantage: AdvantageKind,
  rewardWeights: RewardWeights,
) {
  const settings = { gate, advantage, rewardWeights, groupSize: GROUP_SIZE };
  const rewarded = rewards.map((parts, i): Rewarded => ({
    rewards: parts,
    passedTests: passed[i]!,
    extra: 0,
    reward: totalReward(parts, gate, passed[i]!, settings),
  }));
  const gated = rewards.map((parts, i) => gatedParts(parts, gate, passed[i]!, settings));
  return {
    batch: index,
    gate,
    advantage,
    weights: REWARDS.map(({ name }) => rewardWeights[name] ?? 1),
    parts: gated.map((parts) => REWARDS.map(({ name }) => parts[name])),
    totals: rewarded.map(({ reward }) => reward),
    ours: batchAdvantages(rewarded, settings),
  };
}

const CLIPS = [
  { clipLow: 0.2, clipHigh: 0.28, dualClip: 0 },
  { clipLow: 0.2, clipHigh: 0.28, dualClip: 1.5 },
  { clipLow: 3e-4, clipHigh: 4e-4, dualClip: 0 },
];
const TERMS = [
  { beta: 0, entropyCoefficient: 0, klEstimator: 'k3' as const },
  ...KL_ESTIMATORS.map((klEstimator) => ({ beta: 0.04, entropyCoefficient: 0, klEstimator })),
  { beta: 0, entropyCoefficient: 0.01, klEstimator: 'k3' as const },
];

const LOSSES: readonly LossOptions[] = (['token', 'sequence'] satisfies ImportanceLevel[]).flatMap(
  (importance) =>
    (['sequence', 'token', 'constant', 'micro-batch'] satisfies Aggregation[]).flatMap((aggregation) =>
      TERMS.flatMap((terms) => {
        const rest = {
          ...PLAIN_LOSS,
          ...terms,
          importance,
          aggregation,
          constantLength: 20,
          microBatch: MICRO_BATCH,
        };
        return [
          ...CLIPS.map((clip) => ({ ...rest, ...clip })),
          { ...rest, surrogate: 'cispo' as const, clipLow: 1, clipHigh: 0.5, dualClip: 0 },
        ];
      }),
    ),
);

function lossCase(index: number, each: Batch, name: 'advantages' | 'tokenAdvantages', options: LossOptions) {
  const { loss, grad } = policyLoss({ ...each, advantages: each[name] }, options);
  return { batch: index, advantages: name, options, loss, grad };
}

const batches = Array.from({ length: BATCHES }, (_, seed) => batch(seed));
const dump = {
  groupSize: GROUP_SIZE,
  batches: batches.map(({ rewards: _, passed: __, ...tokens }) => tokens),
  advantages: batches.flatMap((each, index) =>
    GATE_NAMES.filter((gate) => gate !== 'correct-only').flatMap((gate) =>
      ADVANTAGE_KINDS.filter((kind) => kind !== 'raft').flatMap((kind) =>
        WEIGHTS.map((weights) => advantageCase(index, each, gate, kind, weights)),
      ),
    ),
  ),
  losses: batches.flatMap((each, index) => [
    ...LOSSES.map((options) => lossCase(index, each, 'advantages', options)),
    // The other terms know no advantages.
    ...LOSSES.filter(({ beta, entropyCoefficient }) => beta === 0 && entropyCoefficient === 0).map(
      (options) => lossCase(index, each, 'tokenAdvantages', options),
    ),
  ]),
};

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the file to write.');
writeFileSync(file, JSON.stringify(dump));

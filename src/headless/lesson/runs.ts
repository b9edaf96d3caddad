/** The runs of the recording, and the groups of them that it shows. */
import { freshState } from '../../host/host.ts';
import type { RecordedGroup, RecordedRun, Recording } from '../../lesson/recording.ts';
import { parseConfig } from '../../rl/config.ts';
import { gateMetrics } from '../../rl/metrics.ts';
import { Trainer } from '../../rl/trainer.ts';
import type { Metrics, Rollout, TrainConfig } from '../../rl/types.ts';
import { MemoryStore } from '../../run/memory-store.ts';
import { runTraining } from '../../run/training.ts';
import { groupsOf } from '../../statistics/samples.ts';
import type { OpenRunParts } from '../../workspace/run-parts.ts';
import { type Emit, progressOf } from '../progress.ts';
import { withoutClock } from './recorded.ts';

/** The start passes nearly always; drawn less carefully, it fails often enough to compare. */
const MIXED = { temperature: 1.6, dynamicSampling: 'accuracy', promptsPerStep: 12 } as const;
const MIXED_SHOWN = 4;

interface MadeRun {
  readonly run: Omit<RecordedRun, 'groups'>;
  readonly rollouts: readonly Rollout[];
}

export async function recordRun(
  parts: OpenRunParts,
  config: TrainConfig,
  emit: Emit,
  signal: AbortSignal,
): Promise<MadeRun> {
  const store = new MemoryStore(null);
  const ports = parts.ports((event) => {
    if (event.type === 'step') progressOf(emit, `Recording ${config.gate}`)(event.record.step, config.steps);
  });
  await runTraining({
    runId: config.gate,
    config,
    start: parts.start,
    ports,
    weights: parts.weights,
    rewardWeights: parts.rewardWeights,
    store,
    signal,
    pauseAfter: () => false,
  });
  const { steps, evals, rollouts } = store.records;
  const plain = <R extends { step: number; metrics: Metrics }>({ step, metrics }: R) => ({
    step,
    metrics: withoutClock(metrics),
  });
  return { run: { gate: config.gate, steps: steps.map(plain), evals: evals.map(plain) }, rollouts };
}

const passing = (group: readonly Rollout[]): number =>
  group.filter(({ rewards }) => rewards.outcome === 1).length;

/** How much a group has to show: some of it passes, some fails. */
const mixture = (group: readonly Rollout[]): number =>
  Math.min(passing(group), group.length - passing(group));

/** Two groups of a step in the middle and two of the last: those of which most is to be seen. */
export function chosenGroups(groups: readonly (readonly Rollout[])[], steps: number): (readonly Rollout[])[] {
  return [Math.ceil(steps / 2), steps].flatMap((step) =>
    groups
      .filter(([first]) => first!.step === step)
      .sort((a, b) => mixture(b) - mixture(a))
      .slice(0, 2),
  );
}

/**
 * Groups of which some completions pass and some fail, from the shipped start: those in which R_t ranks most failing
 * completions above passing ones.
 */
export async function recordMixed(
  parts: OpenRunParts,
  base: TrainConfig,
  recorded: (rollouts: readonly Rollout[]) => RecordedGroup,
  signal: AbortSignal,
): Promise<Recording['mixed']> {
  const config = parseConfig({ ...base, ...MIXED });
  await loadStart(parts);
  const { rollouts } = await new Trainer(
    config,
    parts.ports(() => {}),
  ).step(1, signal);
  const groups = groupsOf(rollouts, config.groupSize);
  const shown = [...groups].sort((a, b) => inversions(b) - inversions(a)).slice(0, MIXED_SHOWN);
  return { temperature: config.temperature, of: groups.length, groups: shown.map(recorded) };
}

const inversions = (group: readonly Rollout[]): number =>
  gateMetrics(group, 'ungated')['gate/thinking_inversions'] ?? 0;

/** Brings the models back to where every run begins. */
export async function loadStart({ weights, rewardWeights, start }: OpenRunParts): Promise<void> {
  await weights.load(freshState(start.policy));
  await weights.loadReference(start.policy);
  await rewardWeights.load(freshState(start.reward));
}

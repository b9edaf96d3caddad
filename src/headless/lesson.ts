/** Makes the recording that the lesson shows: three short runs, one update in numbers, and texts with their scores. */
import type { CodeTask } from '../domains/code/task.ts';
import { planOf, referenceSolution } from '../domains/code/starter/index.ts';
import { layOut, partsOf, sayPart, sentencesOf } from '../domains/code/starter/reasoning.ts';
import type { StarterTask } from '../domains/code/starter/task.ts';
import { reasoningText } from '../domains/completion.ts';
import { freshState } from '../host/host.ts';
import {
  type HackedCompletion,
  RECORDING_FORMAT,
  RECORDING_VERSION,
  type ReadingKind,
  type RecordedGroup,
  type RecordedReadings,
  type RecordedRollout,
  type RecordedRun,
  type RecordedTask,
  type RecordedUpdate,
  type Recording,
} from '../lesson/recording.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import { Random } from '../random.ts';
import { DEGRADATIONS } from '../reward/pairs/operations.ts';
import { fullConfig, parseConfig } from '../rl/config.ts';
import type { Gate } from '../rl/gate.ts';
import { gateMetrics } from '../rl/metrics.ts';
import { type PolicyPort, Trainer, type TrainerPorts } from '../rl/trainer.ts';
import type { Metrics, Rollout, TrainConfig } from '../rl/types.ts';
import { MemoryStore } from '../run/memory-store.ts';
import { findPreset } from '../run/presets.ts';
import { runTraining } from '../run/training.ts';
import { groupsOf } from '../statistics/samples.ts';
import { bundledRunModels } from '../workspace/run-models.ts';
import { type OpenRunParts, withRunParts } from '../workspace/run-parts.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { AutomationEvent, HackedLine, LessonRequest } from './requests.ts';
import { sendFiles } from './served.ts';

const GATES: readonly Gate[] = ['posterior', 'ungated', 'outcome'];
const HACKED = 6;
const READ_TASKS = 3;
/** Faster than the preset, and four rounds over one batch, so that ratios reach the clip within one update. */
const UPDATE = { learningRate: 2e-4, innerIterations: 4 };

/** The start passes nearly always; drawn less carefully, it fails often enough to compare. */
const MIXED = { temperature: 1.6, dynamicSampling: 'accuracy', promptsPerStep: 12 } as const;
const MIXED_SHOWN = 4;

type Progress = (activity: string, done: number, total: number) => void;

export async function recordLesson(
  workspace: Workspace,
  request: LessonRequest,
  signal: AbortSignal,
  emit: (event: AutomationEvent) => void,
): Promise<{ readonly bytes: number }> {
  const { seed, steps, device, command, version, upload } = request;
  const progress: Progress = (activity, done, total) => emit({ type: 'progress', activity, done, total });
  const config = parseConfig({ ...findPreset('quick').config, seed, steps, evalEvery: 5, evalTasks: 192 });
  const options = {
    config,
    device,
    models: bundledRunModels,
    report: ({ label, fraction }: { label: string; fraction: number | null }) =>
      progress(label, Math.round((fraction ?? 0) * 100), 100),
    signal,
  };
  const recording = await withRunParts(workspace, options, async (parts): Promise<Recording> => {
    const runs = [];
    for (const gate of GATES) runs.push(await recordRun(parts, { ...config, gate }, progress, signal));
    const rollouts = runs.flatMap((run) => run.rollouts);
    const { tokenizer, tasks } = parts.ports(() => {});
    const byId = new Map(tasks.train.map((task) => [task.id, task as StarterTask]));
    const grouped = groupsIn(rollouts, config.groupSize);
    const recorded = (own: readonly Rollout[]): RecordedGroup => recordedGroup(own, byId, tokenizer);
    return {
      format: RECORDING_FORMAT,
      version: RECORDING_VERSION,
      made: { command, version, seed, device: parts.device.kind },
      settings: fullConfig(config) as Recording['settings'],
      start: groupsIn(runs[0]!.rollouts, config.groupSize)
        .filter(([first]) => first!.step === 1)
        .map(recorded),
      runs: runs.map(({ run, rollouts: own }) => ({
        ...run,
        groups: chosenGroups(groupsIn(own, config.groupSize), steps).map(recorded),
      })),
      fooled: await findFooled(parts, grouped.flat(), byId, signal),
      readings: await readReasonings(parts, [...byId.values()], seed),
      mixed: await recordMixed(parts, config, recorded, signal),
      hacked: await checkHacked(workspace, parts, request.hacked, signal),
      update: await recordUpdate(parts, config, byId, signal),
    };
  });
  const bytes = new TextEncoder().encode(`${JSON.stringify(recording)}\n`);
  await sendFiles(upload, [['recording.json', bytes]]);
  return { bytes: bytes.length };
}

/** What a clock measured is another in every run. */
const withoutClock = (metrics: Metrics): Metrics =>
  Object.fromEntries(
    Object.entries(metrics)
      .filter(([name]) => !/^time\/|^step_time$|^tokens_per_second$/.test(name))
      .map(([name, value]) => [name, short(value)]),
  );

/** Seven digits are what float32 holds. */
const short = (value: number): number => Number(value.toPrecision(7));

interface MadeRun {
  readonly run: Omit<RecordedRun, 'groups'>;
  readonly rollouts: readonly Rollout[];
}

async function recordRun(
  parts: OpenRunParts,
  config: TrainConfig,
  progress: Progress,
  signal: AbortSignal,
): Promise<MadeRun> {
  const store = new MemoryStore(null);
  const ports = parts.ports((event) => {
    if (event.type === 'step') progress(`Recording ${config.gate}`, event.record.step, config.steps);
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

const groupsIn = (rollouts: readonly Rollout[], size: number): Rollout[][] => groupsOf(rollouts, size);

const passing = (group: readonly Rollout[]): number =>
  group.filter(({ rewards }) => rewards.outcome === 1).length;

/** How much a group has to show: some of it passes, some fails. */
const mixture = (group: readonly Rollout[]): number =>
  Math.min(passing(group), group.length - passing(group));

/** Two groups of a step in the middle and two of the last: those of which most is to be seen. */
function chosenGroups(groups: readonly (readonly Rollout[])[], steps: number): (readonly Rollout[])[] {
  return [Math.ceil(steps / 2), steps].flatMap((step) =>
    groups
      .filter(([first]) => first!.step === step)
      .sort((a, b) => mixture(b) - mixture(a))
      .slice(0, 2),
  );
}

function recordedTask({
  id,
  family,
  split,
  prompt,
  entry,
  composition,
  reference = '',
  visibleTests,
  heldOutTests,
}: StarterTask): RecordedTask {
  const plain = (tests: CodeTask['visibleTests']): RecordedTask['visibleTests'] =>
    tests.map(({ args, expected }) => ({ args: [...args], expected }));
  return {
    id,
    family,
    split,
    prompt,
    entry,
    composition,
    reference,
    visibleTests: plain(visibleTests),
    heldOutTests: plain(heldOutTests),
  };
}

function recordedGroup(
  rollouts: readonly Rollout[],
  tasks: ReadonlyMap<string, StarterTask>,
  tokenizer: Pick<Tokenizer, 'decode'>,
): RecordedGroup {
  return {
    task: recordedTask(tasks.get(rollouts[0]!.taskId)!),
    rollouts: rollouts.map(recordedRollout),
    texts: rollouts.map(({ tokens }) => tokens.map((token) => tokenizer.decode([token]))),
  };
}

function recordedRollout(rollout: Rollout): RecordedRollout {
  const { tokens, logprobs, verification, rewards, reward, advantage, entropy, kl } = rollout;
  const { measures: _, extra: __, ...rest } = rollout;
  return {
    ...rest,
    tokens: [...tokens],
    logprobs: logprobs.map(short),
    verification: plainVerification(verification),
    rewards: { ...rewards, thinking: short(rewards.thinking) },
    reward: short(reward),
    advantage: short(advantage),
    entropy: short(entropy),
    kl: kl === null ? null : short(kl),
  };
}

/** Without what the clock and the engine's memory had to say. */
function plainVerification(verification: Rollout['verification']): RecordedRollout['verification'] {
  const detail = verification.detail as Record<string, unknown>;
  return {
    ...verification,
    detail: {
      ...detail,
      timeMs: null,
      memoryMb: null,
    } as unknown as RecordedRollout['verification']['detail'],
  };
}

/** The first passing completion of the runs that fails where nothing is left to work on, and there alone. */
async function findFooled(
  parts: OpenRunParts,
  rollouts: readonly Rollout[],
  tasks: ReadonlyMap<string, StarterTask>,
  signal: AbortSignal,
): Promise<Recording['fooled']> {
  const { verifier, domain } = parts.ports(() => {});
  for (const { taskId, reasoning, answer, rewards } of rollouts) {
    if (rewards.outcome !== 1 || reasoning === null || answer === null) continue;
    const task = tasks.get(taskId)!;
    const [strict] = await verifier.verify([{ task, answer }], 'strict', signal);
    const { edge = true, ordinary = false } = domain.parts?.(task, strict!) ?? {};
    if (edge || !ordinary) continue;
    return { task: recordedTask(task), reasoning, program: answer, strict: plainVerification(strict!) };
  }
  throw new Error(
    'No completion of these runs passes the visible tests and fails the edge case. Take another seed.',
  );
}

/** A task's reasoning in four versions, with what the reward model makes of each. */
async function readReasonings(
  parts: OpenRunParts,
  tasks: readonly StarterTask[],
  seed: number,
): Promise<RecordedReadings[]> {
  const { reward, domain } = parts.ports(() => {});
  await parts.rewardWeights.load(freshState(parts.start.reward));
  const written = new Random(seed, 0, 'lesson readings')
    .shuffle(tasks)
    .flatMap((task) => versionsOf(task) ?? [])
    .slice(0, READ_TASKS);
  const out: RecordedReadings[] = [];
  for (const { task, texts } of written) {
    const scores = await reward.scoreRaw(texts.map(({ text }) => reasoningText(domain.promptOf(task), text)));
    out.push({
      task: recordedTask(task),
      texts: texts.map((each, i) => ({ ...each, score: short(scores[i]!) })),
    });
  }
  return out;
}

interface Versions {
  readonly task: StarterTask;
  readonly texts: readonly { readonly kind: ReadingKind; readonly text: string }[];
}

/** Null for a task that cannot be written in all versions. */
function versionsOf(task: StarterTask): Versions | null {
  const plan = planOf(task);
  const random = new Random(0, 0, `lesson ${task.id}`);
  const sentences = partsOf(plan).map((part) => ({ text: sayPart(plan.family, part, random), part }));
  const worse = DEGRADATIONS.find(({ name }) => name === 'wrong-operation')?.apply(sentences, plan, random);
  const { reasoning } = referenceSolution({ ...task });
  if (!worse || plan.edge === null || sentences.length < 4 || sentencesOf(reasoning).length < 4) return null;
  const laidOut = (texts: readonly string[]): string => layOut(texts, 'bullets');
  const right = sentences.map(({ text }) => text);
  return {
    task,
    texts: [
      { kind: 'right', text: laidOut(right) },
      {
        kind: 'forgetful',
        text: laidOut(sentences.filter(({ part }) => part.kind !== 'edge').map(({ text }) => text)),
      },
      { kind: 'false', text: laidOut(worse.map(({ text }) => text)) },
      { kind: 'shuffled', text: laidOut([...right].reverse()) },
    ],
  };
}

/** Completions that fooled a reward model: run again, and scored by the shipped one. */
async function checkHacked(
  workspace: Workspace,
  parts: OpenRunParts,
  lines: readonly HackedLine[],
  signal: AbortSignal,
): Promise<HackedCompletion[]> {
  const { verifier, domain, reward } = parts.ports(() => {});
  const { train } = await workspace.tasks({ tasks: 'hard' });
  const tasks = new Map(train.map((task) => [task.id, task as StarterTask]));
  const readable = lines.flatMap((line) => {
    const task = tasks.get(line.taskId);
    const { reasoning, answer } = domain.parse(line.completion);
    return task && reasoning !== null && answer !== null ? [{ line, task, reasoning, answer }] : [];
  });
  const best = [...readable].sort((a, b) => b.line.R_t - a.line.R_t);
  const kinds = ['syntax', 'wrong'].flatMap((verdict) =>
    best.filter(({ line }) => line.verdict === verdict).slice(0, HACKED / 2),
  );
  const verifications = await verifier.verify(
    kinds.map(({ task, answer }) => ({ task, answer })),
    'visible',
    signal,
  );
  const scores = await reward.scoreRaw(
    kinds.map(({ task, reasoning }) => reasoningText(domain.promptOf(task), reasoning)),
  );
  return kinds.map(({ line, task, reasoning, answer }, i) => ({
    task: recordedTask(task),
    seed: line.seed,
    step: line.step,
    text: line.completion,
    reasoning,
    program: answer,
    thinking: line.R_t,
    shipped: short(scores[i]!),
    verification: plainVerification(verifications[i]!),
  }));
}

/**
 * Groups of which some completions pass and some fail, from the shipped start: those in which R_t ranks most failing
 * completions above passing ones.
 */
async function recordMixed(
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
  const groups = groupsIn(rollouts, config.groupSize);
  const shown = [...groups].sort((a, b) => inversions(b) - inversions(a)).slice(0, MIXED_SHOWN);
  return { temperature: config.temperature, of: groups.length, groups: shown.map(recorded) };
}

const inversions = (group: readonly Rollout[]): number =>
  gateMetrics(group, 'ungated')['gate/thinking_inversions'] ?? 0;

async function loadStart({ weights, rewardWeights, start }: OpenRunParts): Promise<void> {
  await weights.load(freshState(start.policy));
  await weights.loadReference(start.policy);
  await rewardWeights.load(freshState(start.reward));
}

/** One step on one group, with the log-probabilities of its tokens before the update and after each round of it. */
async function recordUpdate(
  parts: OpenRunParts,
  base: TrainConfig,
  tasks: ReadonlyMap<string, StarterTask>,
  signal: AbortSignal,
): Promise<RecordedUpdate> {
  const config = parseConfig({
    ...base,
    gate: 'posterior',
    promptsPerStep: 1,
    dynamicSampling: 'accuracy',
    ...UPDATE,
  });
  await loadStart(parts);
  const ports = parts.ports(() => {});
  const { port, seen } = watched(ports.policy);
  const watching: TrainerPorts = { ...ports, policy: port };
  const { rollouts } = await new Trainer(config, watching).step(1, signal);
  return {
    settings: fullConfig(config) as RecordedUpdate['settings'],
    group: recordedGroup(rollouts, tasks, ports.tokenizer),
    ...seen,
  };
}

/** The same policy; its update is made round by round, with a look at the log-probabilities in between. */
function watched(policy: PolicyPort) {
  const seen: Pick<RecordedUpdate, 'logprobs' | 'rounds'> = { logprobs: [], rounds: [] };
  const port: PolicyPort = {
    sample: (request) => policy.sample(request),
    logprobs: (groups, settings, weights) => policy.logprobs(groups, settings, weights),
    update: async (batch, settings) => {
      const look = async (): Promise<void> => {
        const rows = await policy.logprobs(batch.groups, settings, 'current');
        seen.logprobs.push(rows.map((row) => row.map(short)));
      };
      await look();
      let last;
      for (let round = 0; round < settings.innerIterations; round++) {
        last = await policy.update(batch, { ...settings, innerIterations: 1 });
        const { loss, gradNorm, clipped } = last;
        seen.rounds.push({
          loss: short(loss),
          gradNorm: short(gradNorm),
          clipLow: short(clipped.low),
          clipHigh: short(clipped.high),
        });
        await look();
      }
      return last!;
    },
  };
  return { port, seen };
}

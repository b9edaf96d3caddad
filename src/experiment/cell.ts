/** Computes one cell: trains its arm from its start, and evaluates the end. What it computes with is lent to it. */
import type { Domain, Task } from '../domains/domain.ts';
import { evaluateTasks } from '../evaluation/evaluate.ts';
import type { EvaluatedSample } from '../evaluation/records.ts';
import { reasoningText } from '../domains/completion.ts';
import { freshState } from '../host/host.ts';
import { restrictionOf } from '../rl/restriction.ts';
import { passedShare } from '../rl/gate.ts';
import { EVAL_SEED } from '../rl/sampling.ts';
import type { TrainerPorts } from '../rl/trainer.ts';
import type { Rollout, TrainEvent } from '../rl/types.ts';
import { MemoryStore } from '../run/memory-store.ts';
import type { RunParts } from '../run/trained-run.ts';
import { runTraining } from '../run/training.ts';
import { groupBy } from '../statistics/samples.ts';
import { evaluatedTasks } from './evaluation-sets.ts';
import { chooseExamples, chooseGroups, exampleGroup, exampleOf } from './examples.ts';
import type { Cell } from './plan.ts';
import type { CellResult, CompletionRow, TaskResult } from './results.ts';

/** Nothing can be learned from what is left of the tasks. */
export class CellError extends Error {
  override readonly name = 'CellError';
}

export interface CellOptions {
  readonly cell: Cell;
  readonly parts: Pick<RunParts, 'device' | 'start' | 'weights' | 'rewardWeights' | 'ports'>;
  /** Ids of the tasks that are trained on; all where it is null. */
  readonly pool: readonly string[] | null;
  readonly models: CellResult['models'];
  readonly version: string;
  readonly emit: (event: TrainEvent) => void;
  /** Tasks evaluated at the end. */
  readonly evaluated: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** What came of a cell, and every completion of its training. */
export interface ComputedCell {
  readonly result: CellResult;
  readonly completions: readonly CompletionRow[];
}

/** @throws CellError where no task is left to train on */
export async function computeCell(options: CellOptions): Promise<ComputedCell> {
  const { cell, parts, models, version } = options;
  const begin = performance.now();
  const { device } = parts;
  const ports = portsOf(options);
  const { domain, prompting } = ports;
  const trained = cell.frozen ? null : await trainCell(options, ports);
  if (trained === null) {
    await parts.weights.load(freshState(parts.start.policy));
    await parts.rewardWeights.load(freshState(parts.start.reward));
  }
  const tasks = await evaluateCell(options, ports);
  const rollouts = trained?.rollouts ?? [];
  const byId = new Map(ports.tasks.train.map((task) => [task.id, task]));
  return {
    result: {
      key: cell.key,
      arm: cell.arm,
      preset: cell.preset,
      seed: cell.seed,
      config: cell.config,
      frozen: cell.frozen,
      models,
      pool: ports.tasks.train.length,
      steps: trained?.steps ?? [],
      evals: trained?.evals ?? [],
      tasks,
      examples: chooseExamples(rollouts).map((rollout) =>
        exampleOf(rollout, byId.get(rollout.taskId), domain, prompting.promptOf),
      ),
      groups: chooseGroups(rollouts).map((group) =>
        exampleGroup(group, byId.get(group[0]!.taskId), domain, prompting.promptOf),
      ),
      device: { kind: device.kind, reason: device.reason },
      seconds: (performance.now() - begin) / 1000,
      version,
    },
    completions: rollouts.map((rollout) => rowOf(rollout, byId.get(rollout.taskId)!, domain)),
  };
}

/** With the tasks that the cell trains on and those that it evaluates alone. */
function portsOf({ cell, parts, pool, emit }: CellOptions): TrainerPorts {
  const ports = parts.ports(emit);
  const wanted = pool && new Set(pool);
  const train = wanted ? ports.tasks.train.filter(({ id }) => wanted.has(id)) : ports.tasks.train;
  if (train.length === 0 && !cell.frozen)
    throw new CellError(
      `No task is left for the arm “${cell.arm}” with seed ${cell.seed}: of no task does the start pass a share between ` +
        `${cell.pool?.low} and ${cell.pool?.high}. Choose another range, or another start.`,
    );
  return { ...ports, tasks: { train, heldOut: evaluatedTasks(ports.tasks.heldOut, cell.evaluation) } };
}

async function trainCell({ cell, parts, signal }: CellOptions, ports: TrainerPorts) {
  const store = new MemoryStore(null);
  await runTraining({
    runId: cell.key,
    config: cell.config,
    start: parts.start,
    ports,
    weights: parts.weights,
    rewardWeights: parts.rewardWeights,
    store,
    signal,
    pauseAfter: () => false,
  });
  return store.records;
}

async function evaluateCell(
  { cell, evaluated, signal }: CellOptions,
  ports: TrainerPorts,
): Promise<TaskResult[]> {
  const { temperature, maxPromptTokens, maxCompletionTokens } = cell.config;
  const { samples } = cell.evaluation;
  const tasks = ports.tasks.heldOut;
  const rest = restrictionOf(cell.config);
  const sampling = { samples, seed: EVAL_SEED, temperature, maxPromptTokens, maxCompletionTokens, ...rest };
  const all = await evaluateTasks(ports, tasks, sampling, (done) => evaluated(done, tasks.length), signal);
  const byTask = groupBy(all, ({ task }) => task);
  const best = await bestSamples(byTask, tasks, ports);
  return byTask.map((own, i) => taskResult(tasks[i]!, own, best[i]!, ports.domain));
}

/** Of each task, the sample whose reasoning the reward model scores highest; the first where several do, or none has any. */
async function bestSamples(
  byTask: readonly (readonly EvaluatedSample[])[],
  tasks: readonly Task[],
  { reward, domain }: TrainerPorts,
): Promise<EvaluatedSample[]> {
  const textOf = ({ reasoning }: EvaluatedSample, i: number): string | null =>
    reasoning === null ? null : reasoningText(domain.promptOf(tasks[i]!), reasoning);
  const texts = byTask.flatMap((own, i) => own.map((sample) => textOf(sample, i)));
  const unique = [...new Set(texts)].filter((text) => text !== null);
  const scores = await reward.scoreRaw(unique);
  const byText = new Map(unique.map((text, i) => [text, scores[i]!]));
  const scoreOf = (sample: EvaluatedSample, i: number): number =>
    byText.get(textOf(sample, i) ?? '') ?? -Infinity;
  return byTask.map((own, i) =>
    own.reduce((best, sample) => (scoreOf(sample, i) > scoreOf(best, i) ? sample : best)),
  );
}

const count = <T>(items: readonly T[], holds: (item: T) => boolean): number => items.filter(holds).length;

const isStrict = ({ outcome }: EvaluatedSample): boolean => outcome === 'passes';
const isVisible = ({ outcome }: EvaluatedSample): boolean =>
  outcome === 'passes' || outcome === 'visible only';

function taskResult(
  task: Task,
  samples: readonly EvaluatedSample[],
  best: EvaluatedSample,
  domain: Domain,
): TaskResult {
  const sound = samples.map(({ reasoning }) =>
    reasoning === null ? false : (domain.soundness?.(task, reasoning) ?? null),
  );
  const parts = samples.map(({ verification }) => domain.parts?.(task, verification) ?? {});
  const names = [...new Set(parts.flatMap((own) => Object.keys(own)))];
  return {
    task: task.id,
    family: task.family,
    samples: samples.length,
    strict: count(samples, isStrict),
    visible: count(samples, isVisible),
    best: { strict: Number(isStrict(best)), visible: Number(isVisible(best)) },
    parts: Object.fromEntries(names.map((name) => [name, count(parts, (own) => own[name] === true)])),
    sound: sound.includes(null) ? null : count(sound, (is) => is === true),
    agreeing: count(samples, ({ agreement }) => agreement === true),
    comparable: count(samples, ({ agreement }) => agreement !== null),
    tokens: samples.reduce((sum, { length }) => sum + length, 0),
  };
}

function rowOf(rollout: Rollout, task: Task, domain: Domain): CompletionRow {
  const { step, group, taskId, verification, rewards, reward, advantage, agreement, reasoning } = rollout;
  return {
    step,
    group,
    task: taskId,
    passes: verification.passes,
    passed: passedShare(verification),
    rewards,
    reward,
    advantage,
    agreement,
    sound: reasoning === null ? false : (domain.soundness?.(task, reasoning) ?? null),
    reasoning: reasoning?.length ?? null,
    tokens: rollout.tokens.length,
  };
}

/** Texts of the recording with what became of them: completions that were run again, reasonings with their scores. */
import { planOf, referenceSolution } from '../../domains/code/starter/index.ts';
import { layOut, partsOf, sayPart, sentencesOf } from '../../domains/code/starter/reasoning.ts';
import type { StarterTask } from '../../domains/code/starter/task.ts';
import { reasoningText } from '../../domains/completion.ts';
import { freshState } from '../../host/host.ts';
import type { HackedCompletion, ReadingKind, RecordedReadings, Recording } from '../../lesson/recording.ts';
import { Random } from '../../random.ts';
import { DEGRADATIONS } from '../../reward/pairs/operations.ts';
import type { Rollout } from '../../rl/types.ts';
import type { OpenRunParts } from '../../workspace/run-parts.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { HackedLine } from '../requests.ts';
import { plainVerification, recordedTask, short } from './recorded.ts';

const HACKED = 6;
const READ_TASKS = 3;

/** The first passing completion of the runs that fails where nothing is left to work on, and there alone. */
export async function findFooled(
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
export async function readReasonings(
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
export async function checkHacked(
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

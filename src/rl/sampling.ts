/** Sampled answers to tasks: how texts come out of a policy, and how every evaluation asks for them. */
import { Random } from '../random.ts';
import type { ParsedCompletion } from '../domains/completion.ts';
import type { Domain, Task, Verification, Verifier } from '../domains/domain.ts';
import type { Prompting } from '../domains/prompting.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import { type Restriction, restrictionOf } from './restriction.ts';
import { mapInSlices } from './breathe.ts';
import type { Completion, SampleRequest } from './policy.ts';

export interface SamplingPort {
  sample(request: SampleRequest): Promise<Completion[]>;
}

/** What evaluating needs of what a run computes with. */
export interface EvaluationPorts {
  readonly policy: SamplingPort;
  readonly domain: Domain;
  /** What the policy reads of a task, and how its completions are read. */
  readonly prompting: Prompting;
  readonly verifier: Verifier;
  readonly tokenizer: Tokenizer;
}

/** A top-k of 0 and a top-p of 1, the defaults, restrict nothing. */
export interface EvaluationSampling extends Restriction {
  /** Completions for each task. */
  readonly samples: number;
  readonly seed: number;
  readonly temperature: number;
  readonly maxPromptTokens: number;
  readonly maxCompletionTokens: number;
}

/** A sampled answer and what came of it under every check of its task. */
export interface StrictSample {
  readonly task: Task;
  /** Place among the samples of its task. */
  readonly index: number;
  readonly completion: Completion;
  /** Without end-of-text. */
  readonly text: string;
  readonly parsed: ParsedCompletion;
  readonly verification: Verification;
}

/** A run's evaluation draws the same numbers at every step and for every seed: differences come from the policy. */
export const EVAL_SEED = 0;
/** Sequences per run of the sampling graph; larger runs use the processor better, smaller ones share it better. */
export const SAMPLE_BATCH = 48;

/** Tasks in the order in which evaluations take them, so that the first of them are of every kind. */
export const evaluationTasks = (tasks: readonly Task[]): Task[] =>
  new Random(EVAL_SEED, 0, 'eval tasks').shuffle(tasks);

/** Texts without end-of-text. */
export const decodeAll = (tokenizer: Tokenizer, completions: readonly Completion[]): Promise<string[]> =>
  mapInSlices(completions, ({ tokens, truncated }) =>
    tokenizer.decode(truncated ? tokens : tokens.slice(0, -1)),
  );

/**
 * Samples for each task and verifies them by the strict suite; in order of tasks and samples.
 * @param skipped tasks before these, where they are a part of a longer list: the samples are those of the whole
 * @throws PromptTooLongError, VerificationError; AbortError when the signal fires
 */
export async function sampleStrictly(
  { policy, prompting, verifier, tokenizer }: EvaluationPorts,
  tasks: readonly Task[],
  { samples, seed, temperature, maxPromptTokens, maxCompletionTokens, ...rest }: EvaluationSampling,
  skipped: number,
  signal?: AbortSignal,
): Promise<StrictSample[]> {
  const completions = await policy.sample({
    prompts: await mapInSlices(tasks, (task) => tokenizer.encode(prompting.promptOf(task))),
    group: samples,
    maxPromptTokens,
    maxCompletionTokens,
    temperature,
    ...restrictionOf(rest),
    microBatch: SAMPLE_BATCH,
    seed,
    step: 0,
    purpose: 'eval',
    skipped,
  });
  const texts = await decodeAll(tokenizer, completions);
  const parsed = texts.map((text) => prompting.parse(text));
  const taskOf = (i: number): Task => tasks[Math.floor(i / samples)]!;
  const verifications = await verifier.verify(
    parsed.map(({ answer, reasoning }, i) => ({ task: taskOf(i), answer, reasoning })),
    'strict',
    signal,
  );
  return completions.map((completion, i) => ({
    task: taskOf(i),
    index: i % samples,
    completion,
    text: texts[i]!,
    parsed: parsed[i]!,
    verification: verifications[i]!,
  }));
}

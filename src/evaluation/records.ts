/** What an evaluation keeps of each sample. */
import type { Measures, Verification } from '../domains/domain.ts';
import type { Domain } from '../domains/domain.ts';
import type { StrictSample } from '../rl/sampling.ts';
import { mean } from '../statistics/samples.ts';

/**
 * What became of a sample: every check holds; the visible ones alone; not even these; or no answer could be read.
 */
export const OUTCOMES = ['passes', 'visible only', 'fails', 'no form'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface SampleRecord {
  readonly task: string;
  readonly family: string;
  /** Place among the samples of its task, from 0. */
  readonly sample: number;
  readonly outcome: Outcome;
  /** Checks of the strict suite. */
  readonly passed: number;
  readonly total: number;
  /** The answer could have interfered with its checks, so a pass proves less. */
  readonly weak: boolean;
  /** Tokens, end-of-text included. */
  readonly length: number;
  /** No end-of-text within the budget. */
  readonly truncated: boolean;
  /** Whether reasoning and answer say the same; null where either cannot be read. */
  readonly agreement: boolean | null;
  /** What the domain measures of it. */
  readonly measures: Measures;
}

/** A sample with everything of it; plain data. */
export interface EvaluatedSample extends SampleRecord {
  readonly text: string;
  readonly reasoning: string | null;
  readonly answer: string | null;
  /** Sampled ids up to and including end-of-text, with the log-probability that each was drawn with. */
  readonly tokens: readonly number[];
  readonly logprobs: readonly number[];
  /** Mean entropy per token, in nats. */
  readonly entropy: number;
  readonly verification: Verification;
}

export function outcomeOf(answer: string | null, { passes, passesVisible }: Verification): Outcome {
  if (answer === null) return 'no form';
  if (passes) return 'passes';
  return passesVisible ? 'visible only' : 'fails';
}

export function evaluatedSample(
  domain: Domain,
  { task, index, completion, text, parsed: { reasoning, answer }, verification }: StrictSample,
): EvaluatedSample {
  const { tokens, logprobs, entropies, truncated } = completion;
  const { passed, total, weak } = verification;
  const read = reasoning === null || answer === null ? null : { reasoning, answer };
  return {
    task: task.id,
    family: task.family,
    sample: index,
    outcome: outcomeOf(answer, verification),
    passed,
    total,
    weak,
    length: tokens.length,
    truncated,
    agreement: read && domain.agreement(task, read.reasoning, read.answer),
    measures: (read && domain.measures?.(task, read.reasoning, read.answer, verification)) ?? {},
    text,
    reasoning,
    answer,
    tokens,
    logprobs,
    entropy: mean(entropies),
    verification,
  };
}

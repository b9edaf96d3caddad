/** Samples and verifies a list of tasks, a part after the other, so that progress is seen and memory stays small. */
import type { Task } from '../domains/domain.ts';
import {
  type EvaluationPorts,
  type EvaluationSampling,
  SAMPLE_BATCH,
  sampleStrictly,
} from '../rl/sampling.ts';
import { evaluatedSample, type EvaluatedSample } from './records.ts';

/** A task whose prompt the evaluation has no room for. */
export interface TooLong {
  readonly task: string;
  readonly tokens: number;
}

/** Samples of one part: enough to fill the sampling graph several times over. */
const PART = 4 * SAMPLE_BATCH;

/** Tasks whose prompt has at most so many tokens, and the others. @param lengths of the prompts, in order */
export function fittingTasks(
  tasks: readonly Task[],
  lengths: readonly number[],
  maxPromptTokens: number,
): { readonly fitting: readonly Task[]; readonly tooLong: readonly TooLong[] } {
  const fits = (i: number): boolean => lengths[i]! <= maxPromptTokens;
  return {
    fitting: tasks.filter((_, i) => fits(i)),
    tooLong: tasks.flatMap(({ id }, i) => (fits(i) ? [] : [{ task: id, tokens: lengths[i]! }])),
  };
}

/** Samples of tasks that follow each other. */
export interface EvaluatedPart {
  /** Place of the first of these tasks. */
  readonly at: number;
  readonly samples: readonly EvaluatedSample[];
}

/**
 * The samples of all tasks from a place on, part by part, in order of tasks and samples. What is drawn depends on the
 * seed and on the places of task and sample.
 * @throws VerificationError; AbortError when the signal fires
 */
export async function* evaluateParts(
  ports: EvaluationPorts,
  tasks: readonly Task[],
  sampling: EvaluationSampling,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<EvaluatedPart> {
  const size = Math.max(1, Math.floor(PART / sampling.samples));
  for (let at = from; at < tasks.length; at += size) {
    signal.throwIfAborted();
    const part = await sampleStrictly(ports, tasks.slice(at, at + size), sampling, at, signal);
    yield { at, samples: part.map((sample) => evaluatedSample(ports.domain, sample)) };
  }
}

/**
 * Every sample of {@link evaluateParts}.
 * @param progress tasks that are done
 * @throws VerificationError; AbortError when the signal fires
 */
export async function evaluateTasks(
  ports: EvaluationPorts,
  tasks: readonly Task[],
  sampling: EvaluationSampling,
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<EvaluatedSample[]> {
  const all: EvaluatedSample[] = [];
  progress(0);
  for await (const { samples } of evaluateParts(ports, tasks, sampling, 0, signal)) {
    all.push(...samples);
    progress(all.length / sampling.samples);
  }
  return all;
}

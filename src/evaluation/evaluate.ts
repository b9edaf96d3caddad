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

/**
 * Every sample, in order of tasks and samples. What is drawn depends on the seed and on the places of task and sample.
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
  const size = Math.max(1, Math.floor(PART / sampling.samples));
  const all: EvaluatedSample[] = [];
  for (let at = 0; at < tasks.length; at += size) {
    signal.throwIfAborted();
    progress(at);
    const part = await sampleStrictly(ports, tasks.slice(at, at + size), sampling, at, signal);
    all.push(...part.map((sample) => evaluatedSample(ports.domain, sample)));
  }
  progress(tasks.length);
  return all;
}
